//! People, sessions and tokens.

use regulars_model::{CustomerId, Instant, SessionId, StaffId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffView {
    #[schema(value_type = String)]
    pub id: StaffId,
    pub login: String,
    pub name: String,
    pub role: String,
    /// Codes of the parts of the organisation they act for; empty for the whole.
    pub units: Vec<String>,
    pub must_change_password: bool,
    /// Since when the password is what it is; null where there is none.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub password_set_at: Option<Instant>,
    /// What the identity provider calls them, by which they log in; and which provider.
    pub subject: Option<String>,
    pub issuer: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disabled_at: Option<Instant>,
}

/// How old passwords may become.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PasswordRuleView {
    /// An older one opens nothing but its change, and none of the last five may come again; null where
    /// there is no such rule.
    pub max_age_days: Option<i64>,
}

#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct MadeStaff {
    #[serde(flatten)]
    pub staff: StaffView,
    /// Where one was made: shown this once, to be changed at the first log-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionView {
    #[schema(value_type = String)]
    pub id: SessionId,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    /// To the minute.
    #[schema(value_type = String, format = DateTime)]
    pub last_seen_at: Instant,
    /// When it is over unless it is used.
    #[schema(value_type = String, format = DateTime)]
    pub idle_until: Instant,
    /// When it is over in any case.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Instant,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Instant>,
    /// Where it was begun from.
    pub address: Option<String>,
    pub agent: Option<String>,
    /// Begun by the identity provider, not with a password.
    pub by_provider: bool,
    /// The one that asks.
    pub is_this: bool,
}

#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct MadeSession {
    #[serde(flatten)]
    pub session: SessionView,
    #[schema(value_type = String)]
    pub staff: StaffId,
    /// Nothing else may be done before.
    pub must_change_password: bool,
    /// Shown this once; only its hash is kept.
    pub token: String,
}

/// A log-in by the identity provider on its way.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct BegunLogIn {
    /// To be opened in a browser. The provider sends it on to the configured address, with `code` and
    /// `state`, or with `error`.
    pub address: String,
    /// To be kept where it was begun, and sent with code and state. Shown this once.
    pub ticket: String,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EndedSessions {
    pub ended: u64,
}

#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct MadeMemberToken {
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    /// Shown this once; only its hash is kept.
    pub token: String,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HandedOver {
    /// Customers who were looked after by the one who leaves.
    pub customers: usize,
    /// Tasks that went with them, or are open again.
    pub tasks: usize,
    /// Ask again, with another Idempotency-Key if any.
    pub more: bool,
}
