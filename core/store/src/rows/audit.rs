//! Who did what to which record, from where, before and after.

use super::words;
use regulars_model::canonical::{Hash, hash_bytes};
use regulars_model::{AuditId, CustomerId, Instant, StaffId};
use uuid::Uuid;

words! {
    AuditOutcome {
        Done = "done",
        /// The actor may not do it.
        Refused = "refused",
    }
}

/// An entry as it is written; it is sealed afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    pub id: AuditId,
    pub at: Instant,
    /// None for the command line and the engine itself.
    pub actor_id: Option<StaffId>,
    pub actor_name: String,
    pub actor_role: String,
    /// JSON: from where, and with which key.
    pub origin: String,
    pub request_id: Option<Uuid>,
    pub action: String,
    pub outcome: AuditOutcome,
    /// Of what the record is: `customer`, `unit`, `plugin`, …
    pub kind: String,
    /// Its id or code.
    pub record: String,
    /// Whose data it holds, so that they can be found when they must go.
    pub customer_id: Option<CustomerId>,
    pub content: AuditContent,
}

/// What was before and after, and the hash of it. The chain covers the hash alone, so the rest may be
/// emptied without breaking it; the salt goes with it, or the hash of a phone would still tell the phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditContent {
    pub hash: Hash,
    /// None once it was emptied.
    pub kept: Option<KeptContent>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptContent {
    pub salt: [u8; 16],
    /// JSON of what changed.
    pub before: Option<String>,
    pub after: Option<String>,
}

impl AuditContent {
    pub fn of(salt: [u8; 16], before: Option<String>, after: Option<String>) -> AuditContent {
        let kept = KeptContent { salt, before, after };
        AuditContent { hash: kept.hash(), kept: Some(kept) }
    }
}

impl KeptContent {
    pub fn hash(&self) -> Hash {
        // No JSON is empty, so nothing and an empty text can not be confused.
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (before, after) = (text(&self.before), text(&self.after));
        hash_bytes(&[&self.salt, before.as_bytes(), after.as_bytes()])
    }
}

/// An entry as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    pub row: AuditRow,
    /// None until it is sealed.
    pub seal: Option<Seal>,
}

/// The place of an entry in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal {
    /// From 1, without gaps.
    pub number: i64,
    /// Over the entry, and the hash of the one before.
    pub hash: Hash,
}
