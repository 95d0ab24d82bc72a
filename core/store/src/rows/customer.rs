//! A customer, what finds it, and the claims that keep an identity or a source id to one customer.

use super::words;
use regulars_model::canonical::Hash;
use regulars_model::{CustomerId, Event, EventId, IdentityKind, Instant, StaffId, UnitId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerRow {
    pub id: CustomerId,
    /// Grows by one with every write; the guard of every update.
    pub version: i64,
    pub profile_version: i64,
    /// Configuration epoch this customer was last decided under.
    pub epoch: i64,
    /// `Instant::NEVER` where nothing is pending.
    pub due_at: Instant,
    pub decided_through: Instant,
    pub created_at: Instant,
    pub home_unit_id: Option<UnitId>,
    pub assigned_to: Option<StaffId>,
    /// JSON of what people edit.
    pub record: String,
    /// JSON of what plugins own.
    pub state: String,
    pub merged_into: Option<CustomerId>,
}

words! {
    IdentityState { Active = "active", Retired = "retired" }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityRow {
    pub customer_id: CustomerId,
    pub kind: IdentityKind,
    pub value: String,
    pub state: IdentityState,
    pub verified_at: Option<Instant>,
    pub added_at: Instant,
}

/// Kept for ever, so that a repeat is known as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceClaimRow {
    /// Of source and source id.
    pub hash: Hash,
    pub customer_id: CustomerId,
    pub event_id: EventId,
    pub occurred_at: Instant,
    pub content_hash: Hash,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyRow {
    pub key_hash: Hash,
    pub body_hash: Hash,
    /// HTTP status of the first answer.
    pub status: i64,
    pub response: String,
    pub created_at: Instant,
}

impl IdempotencyRow {
    /// An expired key may be taken again; until it is, it may still be read.
    pub fn is_expired(&self, now: Instant) -> bool {
        self.created_at <= now.minus(regulars_model::limits::IDEMPOTENCY_KEPT_US)
    }
}

/// Everything stored about one customer, each list in the order of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullCustomer {
    pub customer: CustomerRow,
    /// Retired ones too, by kind and value.
    pub identities: Vec<IdentityRow>,
    pub events: Vec<Event>,
    /// Without voided ones; by instant, rank and id.
    pub decisions: Vec<super::DecisionRow>,
    pub tasks: Vec<super::TaskRow>,
    pub messages: Vec<super::MessageRow>,
}
