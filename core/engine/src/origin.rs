//! From where somebody acts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is known of where a command came from. All but the address of the connection and the key is
/// what the other side says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Origin {
    /// `rest`, `command_line` or `engine`.
    pub by: String,
    /// Of the other end of the connection; behind a proxy that is the proxy's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// `X-Forwarded-For`, as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarded_for: Option<String>,
    /// `User-Agent`, as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The key that was shown, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The session of a person who is logged in, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Of the operating system, where the command line was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Number of the request, as its log and its problems have it.
    #[serde(skip)]
    pub request: Option<uuid::Uuid>,
}

impl Origin {
    /// The server by itself: schedule, quarantine, folders of plugins.
    pub fn engine() -> Origin {
        Origin { by: "engine".to_owned(), ..Origin::default() }
    }

    pub fn rest() -> Origin {
        Origin { by: "rest".to_owned(), ..Origin::default() }
    }

    pub fn command_line(user: Option<String>) -> Origin {
        Origin { by: "command_line".to_owned(), user, ..Origin::default() }
    }
}
