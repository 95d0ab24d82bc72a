//! Drafts, as head office sees them.

use regulars_model::{DraftId, Instant, StaffId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A change of a plugin that is prepared, tried, in force, or was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DraftView {
    #[schema(value_type = String)]
    pub id: DraftId,
    pub plugin: String,
    pub title: String,
    /// Settings of the whole organisation that it changes; null restores a default.
    #[schema(value_type = Object)]
    pub set: Map<String, Json>,
    /// Code of a unit → what it changes there; null inherits again.
    #[schema(value_type = Object)]
    pub units: BTreeMap<String, Map<String, Json>>,
    /// The version of the plugin that it puts in force; null where that stays.
    pub version: Option<String>,
    /// `draft`, `trial`, `published`, `aborted`, `rolled_back` or `discarded`.
    pub state: String,
    /// Codes of the units it is being tried in.
    pub tried_in: Vec<String>,
    /// The version of the settings that it was checked against.
    pub base: i64,
    /// The version of the settings that it became last.
    pub settings_version: Option<i64>,
    /// Since when anything of it is, or was, in force.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub in_force_from: Option<Instant>,
    /// Where it is to go by itself.
    pub schedule: Option<ScheduleView>,
    /// Why it did not go where it was to go by itself.
    pub problem: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    #[schema(value_type = Option<String>)]
    pub created_by: Option<StaffId>,
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Instant,
    #[schema(value_type = Option<String>)]
    pub changed_by: Option<StaffId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleView {
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Codes of the units it goes to; null for everywhere.
    pub units: Option<Vec<String>>,
}
