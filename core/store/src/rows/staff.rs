//! People and their sessions.

use regulars_model::canonical::Hash;
use regulars_model::{CustomerId, Instant, SessionId, StaffId};
use std::fmt;

#[derive(Clone, PartialEq, Eq)]
pub struct StaffRow {
    pub id: StaffId,
    /// In lower case.
    pub login: String,
    pub name: String,
    pub role: String,
    /// Codes of the parts of the organisation they act for; empty for the whole.
    pub units: Vec<String>,
    /// Only its hash, with what it was made by; none where they log in by the provider alone.
    pub password: Option<String>,
    /// Nothing may be done before there is a new one.
    pub must_change: bool,
    pub created_at: Instant,
    pub disabled_at: Option<Instant>,
    pub password_set_at: Instant,
    /// Hashes of those before it, the newest first; only while passwords must change with age.
    pub former_passwords: Vec<String>,
    /// Who they are to an identity provider.
    pub link: Option<Link>,
}

/// Whom a provider means: its own name, and what it calls somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub issuer: String,
    pub subject: String,
}

/// Without the password.
impl fmt::Debug for StaffRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaffRow").field("id", &self.id).field("login", &self.login).finish()
    }
}

/// What head office said about passwords, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordRuleRow {
    /// From 1; given by the store.
    pub version: i64,
    /// None where a password may become as old as it likes.
    pub max_age_days: Option<i64>,
    pub created_at: Instant,
    pub created_by: Option<StaffId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// SHA-256 of the token.
    pub hash: Hash,
    pub id: SessionId,
    /// One of the two.
    pub staff_id: Option<StaffId>,
    pub customer_id: Option<CustomerId>,
    pub created_at: Instant,
    pub last_seen_at: Instant,
    pub expires_at: Instant,
    pub ended_at: Option<Instant>,
    /// Where it was begun from.
    pub address: Option<String>,
    pub agent: Option<String>,
    /// Begun with what an identity provider proved, not with a password.
    pub by_provider: bool,
}
