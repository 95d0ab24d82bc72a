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
    /// How it differs from the rule beside it, where it is tried or was; of one draft alone, not in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadow: Option<ShadowView>,
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

/// How a trial differs, in the stores it is tried in, from the rule that stands beside it: both played
/// over the same customers since the trial came into force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShadowView {
    /// When it was counted; it is again from time to time while the trial lasts.
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Instant,
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// Customers at home in these stores.
    pub customers: u64,
    /// Those of whom something differs.
    pub differ: u64,
    /// By `plugin.field`, and `lifecycle`.
    pub fields: BTreeMap<String, ShadowField>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, ShadowTag>,
    /// Tasks, messages, vouchers and points that follow from what has happened since, given or not.
    pub work: Vec<ShadowWork>,
    /// Decisions that the rule beside it fails at.
    pub held: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShadowField {
    pub differ: u64,
    /// From every value to every value, those that are the same included.
    pub transitions: Vec<ShadowStep>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShadowStep {
    /// The value with the draft, as it is there now.
    pub with: Option<String>,
    pub without: Option<String>,
    pub customers: u64,
}

/// Customers who have a tag on one side alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShadowTag {
    pub with: u64,
    pub without: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShadowWork {
    pub plugin: String,
    /// `task`, `message`, `voucher`, `points` or `custom`.
    pub sort: String,
    pub kind: String,
    pub with: u64,
    pub without: u64,
}
