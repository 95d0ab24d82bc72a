//! Long questions, asked once and answered later.

use super::words;
use regulars_model::{Instant, JobId, StaffId};

words! {
    JobState {
        Running = "running",
        Done = "done",
        Cancelled = "cancelled",
        Failed = "failed",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRow {
    pub id: JobId,
    /// `what_if`.
    pub kind: String,
    /// JSON of what was asked.
    pub request: String,
    pub state: JobState,
    /// Of `total`.
    pub done: i64,
    pub total: i64,
    pub created_at: Instant,
    pub created_by: Option<StaffId>,
    /// While it runs, when it last said so.
    pub updated_at: Instant,
    /// JSON: the answer, or why there is none.
    pub result: Option<String>,
}
