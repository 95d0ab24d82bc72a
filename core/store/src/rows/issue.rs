//! Work that a publication left out, and people's asking that it be given after all.

use super::words;
use regulars_model::{CustomerId, DraftId, Instant, IssueId, StaffId};

words! {
    IssueState {
        /// Nothing is given before somebody starts it.
        Counted = "counted",
        Running = "running",
        Paused = "paused",
        /// There is nothing more to give.
        Done = "done",
        Cancelled = "cancelled",
        /// What it gives no longer follows from what is in force.
        Stopped = "stopped",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueRow {
    pub id: IssueId,
    pub plugin_id: String,
    /// None where it is of the settings in force.
    pub draft_id: Option<DraftId>,
    /// Of the publication, when it was counted.
    pub settings_version: i64,
    /// JSON of what was asked.
    pub request: String,
    /// JSON of what there was to give.
    pub counted: String,
    pub state: IssueState,
    /// Why it was stopped.
    pub problem: Option<String>,
    /// Before that nothing is given: whoever moves it on has the turn.
    pub next_at: Instant,
    /// JSON of how far the walk over what is left is.
    pub walk: String,
    /// Guards what people change; a turn does not count.
    pub version: i64,
    pub created_at: Instant,
    pub created_by: Option<StaffId>,
    pub changed_at: Instant,
    pub changed_by: Option<StaffId>,
}

words! {
    IssuedFate {
        Given = "given",
        /// The customer consented on none of the channels.
        NoConsent = "no_consent",
        /// It says itself until when it is worth anything.
        Expired = "expired",
        /// What it follows from lies too far back.
        TooLate = "too_late",
        /// It had been given on another occasion.
        Exists = "exists",
    }
}

/// What became of one effect: one per (customer, issue, plugin, sort, kind, key).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedRow {
    pub customer_id: CustomerId,
    pub issue_id: IssueId,
    pub plugin_id: String,
    /// `task`, `message`, `voucher`, `points` or `custom`.
    pub sort: String,
    /// Kind of the task, template, or account of the points.
    pub kind: String,
    pub key: String,
    pub fate: IssuedFate,
    pub at: Instant,
}

/// How many of a kind came to the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedCount {
    pub plugin_id: String,
    pub sort: String,
    pub kind: String,
    pub fate: IssuedFate,
    pub count: i64,
}
