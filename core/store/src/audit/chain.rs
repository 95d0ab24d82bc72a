//! What ties an entry to the one before it.

use crate::{AuditRow, Seal};
use regulars_model::canonical::{Hash, canonical_json, hash_bytes, hex};
use serde_json::json;

/// What the first entry follows.
pub const BEGINNING: Seal = Seal { number: 0, hash: [0; 32] };

/// The seal of the entry that follows `previous`: SHA-256 over the hash before and the entry as
/// canonical JSON, each preceded by its length. Of before and after it covers their salted hash.
pub fn seal(previous: &Seal, row: &AuditRow) -> Seal {
    let number = previous.number + 1;
    let text = canonical_json(&json!({
        "number": number,
        "id": row.id,
        "at": row.at.0,
        "actor_id": row.actor_id,
        "actor_name": row.actor_name,
        "actor_role": row.actor_role,
        "origin": row.origin,
        "request_id": row.request_id.map(|id| id.to_string()),
        "action": row.action,
        "outcome": row.outcome.name(),
        "kind": row.kind,
        "record": row.record,
        "customer_id": row.customer_id,
        "content": hex(&row.content.hash),
    }));
    let hash: Hash = hash_bytes(&[&previous.hash, text.as_bytes()]);
    Seal { number, hash }
}
