//! What reaches people: tasks for staff, messages to customers.

use super::words;
use regulars_model::{CustomerId, Instant, MessageId, StaffId, TaskId, UnitId};

words! {
    TaskState {
        Open = "open",
        Claimed = "claimed",
        Done = "done",
        /// No longer follows, and nobody had done it.
        Withdrawn = "withdrawn",
        /// No longer follows, but was done.
        Corrected = "corrected",
        /// Follows only now, too far back to be given.
        TooLate = "too_late",
    }
}

/// One per (customer, plugin, kind, key).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRow {
    pub customer_id: CustomerId,
    pub id: TaskId,
    /// None where staff made it.
    pub plugin_id: Option<String>,
    pub kind: String,
    pub key: String,
    /// JSON of the title's text and arguments.
    pub title: String,
    pub unit_id: Option<UnitId>,
    pub assigned_to: Option<StaffId>,
    pub claimed_by: Option<StaffId>,
    pub state: TaskState,
    pub due_at: Instant,
    pub created_at: Instant,
    /// The instant of the log entry it follows from.
    pub decided_at: Instant,
    pub done_at: Option<Instant>,
    pub outcome: Option<String>,
    pub version: i64,
}

words! {
    MessageState {
        Pending = "pending",
        Sent = "sent",
        Failed = "failed",
        /// Not to be sent: consent, quiet hours, frequency cap; `state_reason` says which.
        NotSent = "not_sent",
        Withdrawn = "withdrawn",
        Corrected = "corrected",
        TooLate = "too_late",
    }
}

/// What leaves by the outbox: one per (customer, plugin, sort, template, key).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    pub customer_id: CustomerId,
    pub id: MessageId,
    pub plugin_id: String,
    /// `message`, `voucher`, `points` or `custom`.
    pub sort: String,
    /// Of `points`: the account.
    pub template: String,
    pub key: String,
    /// JSON of the typed variables.
    pub variables: String,
    pub purpose: String,
    /// JSON list of channels, first choice first.
    pub channels: String,
    pub language: Option<String>,
    pub state: MessageState,
    pub state_reason: Option<String>,
    pub not_before: Instant,
    pub expires_at: Instant,
    pub created_at: Instant,
    pub decided_at: Instant,
    pub acknowledged_at: Option<Instant>,
    pub attempts: i64,
    pub gateway_id: Option<String>,
}
