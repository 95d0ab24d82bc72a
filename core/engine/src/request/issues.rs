//! Asking for work that a publication left out.

use regulars_model::DraftId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a publication left out, to be given after all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIssue {
    /// All that this draft left out, wherever it is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub draft: Option<DraftId>,
    /// In its place: what the version of this plugin's settings left out that is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin: Option<String>,
    /// Of `task`, `message`, `voucher`, `points` and `custom`; empty for all.
    #[serde(default)]
    pub sorts: Vec<String>,
    /// Not more than so many in any minute: 1 to 60,000.
    pub per_minute: u32,
}
