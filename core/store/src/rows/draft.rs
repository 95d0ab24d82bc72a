//! Changes that are prepared before they are in force.

use super::words;
use regulars_model::{DraftId, Instant, StaffId};

words! {
    DraftState {
        Draft = "draft",
        /// In force in some stores.
        Trial = "trial",
        /// In force everywhere.
        Published = "published",
        /// Tried, and taken out of force again.
        Aborted = "aborted",
        /// Taken back as if it had never been in force.
        RolledBack = "rolled_back",
        /// Never in force.
        Discarded = "discarded",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftRow {
    pub id: DraftId,
    pub plugin_id: String,
    pub title: String,
    /// JSON.
    pub changes: String,
    pub state: DraftState,
    /// The version of the settings that it changes, and before which nothing of it was in force.
    pub base: i64,
    /// The version that it became last; given by the store.
    pub settings_version: Option<i64>,
    /// Since when anything of it is in force.
    pub in_force_from: Option<Instant>,
    /// When it goes further by itself.
    pub scheduled_at: Option<Instant>,
    /// JSON list of units; None for everywhere.
    pub scheduled_units: Option<String>,
    /// Why it did not go where it was to go by itself.
    pub problem: Option<String>,
    /// Guards every change.
    pub version: i64,
    pub created_at: Instant,
    pub created_by: Option<StaffId>,
    pub changed_at: Instant,
    pub changed_by: Option<StaffId>,
}

impl DraftRow {
    /// It goes nowhere by itself.
    pub fn unscheduled(self) -> DraftRow {
        DraftRow { scheduled_at: None, scheduled_units: None, ..self }
    }
}

/// What the other rule makes of a trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShadowRow {
    pub draft_id: DraftId,
    /// When it is to be counted; while it is, when it is to be given up.
    pub next_at: Instant,
    /// JSON of what came of it last.
    pub counted: Option<String>,
}
