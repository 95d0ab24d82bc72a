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
    /// Only its hash, with what it was made by.
    pub password: String,
    /// Nothing may be done before there is a new one.
    pub must_change: bool,
    pub created_at: Instant,
    pub disabled_at: Option<Instant>,
}

/// Without the password.
impl fmt::Debug for StaffRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaffRow").field("id", &self.id).field("login", &self.login).finish()
    }
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
}
