//! What a group of commands reads, and what it writes.

use super::{
    AuditRow, CorrectionRow, CustomerRow, DecisionRow, IdempotencyRow, IdentityRow, IssuedRow,
    MessageRow, SourceClaimRow, TaskRow,
};
use crate::ConfigurationStamp;
use regulars_model::canonical::Hash;
use regulars_model::{CustomerId, DecisionId, Event, EventKey, Instant};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Find {
    Id(CustomerId),
    /// Hashes of identities; they may lead to no customer, to one, or to several.
    Claims(Vec<Hash>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadRequest {
    pub find: Find,
    pub source_claim: Option<Hash>,
    pub idempotency: Option<Hash>,
    /// How far back of `decided_through` events are loaded, in microseconds: what windows may still
    /// count. None for all of them.
    pub tail_us: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadedGroup {
    /// One per request, in their order.
    pub members: Vec<Loaded>,
    pub stamp: ConfigurationStamp,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// The claims asked for that are held, and by whom.
    pub claims: Vec<(Hash, CustomerId)>,
    pub source_claim: Option<SourceClaimRow>,
    /// May have expired: see [`IdempotencyRow::is_expired`].
    pub idempotency: Option<IdempotencyRow>,
    /// When exactly one customer is meant.
    pub customer: Option<CustomerRow>,
    /// In the order of the log.
    pub tail: Vec<Event>,
}

/// All that one command writes about one customer: committed wholly or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changeset {
    pub customer: CustomerWrite,
    pub identities: Vec<IdentityWrite>,
    pub events: Vec<Event>,
    /// By plugins: inserted, or overwritten where the place in the log is known.
    pub appended: Vec<Event>,
    /// New flags of events stored before.
    pub event_flags: Vec<(EventKey, Vec<String>)>,
    pub source_claims: Vec<SourceClaimRow>,
    pub decisions: Vec<DecisionRow>,
    /// Decisions that no longer stand, by instant and id.
    pub voided: Vec<(Instant, DecisionId)>,
    pub voided_at: Instant,
    /// What of it people are told in the timeline.
    pub corrections: Vec<CorrectionRow>,
    /// Inserted, or overwritten where the id is known.
    pub tasks: Vec<TaskRow>,
    /// Inserted, or overwritten where the id is known.
    pub messages: Vec<MessageRow>,
    /// What became of work that a publication had left out.
    pub issued: Vec<IssuedRow>,
    /// The index behind counts and lists: field → value as text, None to take it out.
    pub field_values: Vec<(String, Option<String>)>,
    pub idempotency: Option<IdempotencyRow>,
    /// What is entered of who did this; nothing of a sale, which is its own record.
    pub audit: Vec<AuditRow>,
}

impl Changeset {
    pub fn of(customer: CustomerWrite) -> Changeset {
        Changeset {
            customer,
            identities: Vec::new(),
            events: Vec::new(),
            appended: Vec::new(),
            event_flags: Vec::new(),
            source_claims: Vec::new(),
            decisions: Vec::new(),
            voided: Vec::new(),
            voided_at: Instant::BEGINNING,
            corrections: Vec::new(),
            tasks: Vec::new(),
            messages: Vec::new(),
            issued: Vec::new(),
            field_values: Vec::new(),
            idempotency: None,
            audit: Vec::new(),
        }
    }

    pub fn customer_id(&self) -> CustomerId {
        self.customer.row().id
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomerWrite {
    Insert(CustomerRow),
    /// The new values; `version` is the stored one plus one, or the write is stale.
    Update(CustomerRow),
    /// The same of a customer whose epoch stays, so that SQLite need not write its index again: it
    /// does so for each column that is named, whether it changes or not.
    UpdateWithinEpoch(CustomerRow),
}

impl CustomerWrite {
    pub fn row(&self) -> &CustomerRow {
        match self {
            CustomerWrite::Insert(row)
            | CustomerWrite::Update(row)
            | CustomerWrite::UpdateWithinEpoch(row) => row,
        }
    }
}

/// Each with the row as it shall stand; moving an identity is a `Retire` at one customer and an
/// `Add` at the other, in [`commit_pair`](crate::Store::commit_pair).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityWrite {
    /// Claims it.
    Add(IdentityRow, Hash),
    /// Gives the claim back.
    Retire(IdentityRow, Hash),
    /// Verified, say; the claim stays.
    Change(IdentityRow),
}

impl IdentityWrite {
    pub fn row(&self) -> &IdentityRow {
        match self {
            IdentityWrite::Add(row, _)
            | IdentityWrite::Retire(row, _)
            | IdentityWrite::Change(row) => row,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommitOutcome {
    Committed,
    /// Somebody else wrote this customer first: load and decide again.
    Stale,
    Conflict(Conflict),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    Identity {
        claim: Hash,
        held_by: CustomerId,
    },
    /// An event of this source and source id is stored.
    Source {
        hash: Hash,
    },
    Idempotency {
        hash: Hash,
    },
    /// A customer with the id of an `Insert` exists.
    Customer,
    /// The database refused the rows, alone too; its sentence.
    Constraint(String),
}
