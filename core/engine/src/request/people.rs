//! Staff, keys, and how they log in.

use crate::Role;
use regulars_model::{Instant, StaffId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an API key may do: what its role may, at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyDraft {
    /// Who or what will hold it, such as `till of store-12`.
    pub name: String,
    pub role: Role,
    /// Codes of the parts of the organisation it may act for; empty for the whole.
    #[serde(default)]
    pub units: Vec<String>,
    /// Names of the only operations it may use, as in this description; absent for all of its role.
    #[serde(default)]
    pub actions: Option<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Instant>,
}

/// Whoever asks to be logged in. Never printed.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    pub login: String,
    pub password: String,
}

/// What the identity provider sent somebody back with, and what the log-in was begun with.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishLogIn {
    pub code: String,
    pub state: String,
    pub ticket: String,
}

#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    pub current: String,
    pub new: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordRuleDraft {
    /// From 1 to 3650; null where a password may become as old as it likes.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required, minimum = 1, maximum = 3650)]
    pub max_age_days: Option<i64>,
}

#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SetPassword {
    /// Made, and shown once, when absent.
    pub password: Option<String>,
}

#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffDraft {
    /// What they log in with: lower case, such as `wang.fang`.
    pub login: String,
    pub name: String,
    pub role: Role,
    /// Codes of the parts of the organisation they act for; empty for the whole.
    #[serde(default)]
    pub units: Vec<String>,
    /// Made, and shown once, when absent; with a subject there is none then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// What the identity provider calls them, by which they log in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// All that may change of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffChange {
    pub name: String,
    pub role: Role,
    #[serde(default)]
    pub units: Vec<String>,
    /// Their sessions end, and they can not log in.
    #[serde(default)]
    pub disabled: bool,
    /// Nothing else may be done before there is a new password; as it was when absent.
    #[serde(default)]
    pub must_change_password: Option<bool>,
    /// What the identity provider calls them, by which they log in; null takes it away, and it is as it
    /// was when absent. Where it was another, their sessions end.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub subject: Option<Option<String>>,
    /// Takes the password away: they log in by the identity provider alone, and their sessions end.
    #[serde(default)]
    pub without_password: bool,
}

/// Null is something else than nothing.
fn given<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// Who gets them, in turn.
    #[schema(value_type = Vec<String>)]
    pub to: Vec<StaffId>,
}
