//! Plugins as they stand, and what a change of one came to.

use super::FaultView;
use regulars_model::{Instant, StaffId, text::Bilingual};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PluginView {
    pub id: String,
    pub version: String,
    /// SHA-256 of what runs.
    pub hash: String,
    pub title: Bilingual,
    /// `wasm` or `rhai`.
    pub runtime: String,
    pub enabled: bool,
    /// Codes of the parts of the tree it works in; empty for the whole organisation.
    pub units: Vec<String>,
    pub settings_version: i64,
    #[schema(value_type = Object)]
    pub settings: Json,
    #[schema(value_type = Object)]
    pub settings_schema: Json,
    #[schema(value_type = Object)]
    pub fields_schema: Json,
    /// Hash of the rows of each table it may read; null where nobody put any.
    #[schema(value_type = Object)]
    pub tables: BTreeMap<String, Option<String>>,
    pub health: HealthView,
    /// Of a version that was set aside since it failed too often.
    pub quarantine: Option<QuarantineView>,
    /// Decisions that wait for a fix; `GET /v1/decisions/held` lists them.
    pub held: i64,
    /// Where it came from, of one that was installed; none of one that a folder gives.
    pub package: Option<PackageView>,
    /// Where it meets other plugins, warnings first.
    pub conflicts: Vec<ConflictView>,
}

/// A plugin's settings as they are for customers who are at home in a part of the organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UnitSettings {
    pub plugin: String,
    /// Code of the unit.
    pub unit: String,
    /// The newest version of the plugin's settings.
    pub settings_version: i64,
    pub settings: Vec<SettingView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SettingView {
    pub name: String,
    pub label: Bilingual,
    #[schema(value_type = Object)]
    pub value: Json,
    /// From what is in force for the whole organisation.
    pub differs: bool,
    /// Code of the unit that set it; null of a default.
    pub set_at: Option<String>,
    /// In force here with this value since; null of a default.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Instant>,
    /// Who put it; null of a default, and of the operator at the command line.
    #[schema(value_type = Option<String>)]
    pub by: Option<StaffId>,
    /// The version of the settings that brought it.
    pub settings_version: Option<i64>,
}

/// A version that was set aside since it failed too often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuarantineView {
    pub version: String,
    /// Who set it aside: `system`.
    pub actor: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// When the first of the faults in a row was recorded.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    pub faults: u32,
    /// The last of them.
    pub fault: FaultView,
    /// Another version was put back in its place; else it stays in force and is not asked.
    pub put_back: bool,
    /// All of this, in the language asked for.
    pub sentence: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PackageView {
    /// None where nobody signed it.
    pub publisher: Option<PublisherView>,
    #[schema(value_type = String, format = DateTime)]
    pub installed_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublisherView {
    pub name: String,
    /// `rgp_…`
    pub key: String,
}

/// Several plugins that may act on the same thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConflictView {
    /// `lifecycle_tie`, `lifecycle_by_priority`, `tag_shared`, `task_shared`, `template_shared`,
    /// `purpose_shared`, `voucher_shared`, `points_shared`, `read_missing`, `read_disabled`,
    /// `read_unknown_field`, `read_uncovered`, `read_cycle`, `events_shared`, `event_missing`,
    /// `event_disabled`, `event_unknown` or `event_loop`.
    pub kind: String,
    /// `warning` where somebody loses by accident or something is missing, otherwise `note`.
    pub severity: String,
    /// Ids: of a vote in the order in which they count, of a read the reader first.
    pub plugins: Vec<String>,
    /// What they meet on: a tag, a task, a template, a purpose, `lifecycle`, a field, a kind of event.
    pub thing: String,
    /// How they combine and what to do, in the language asked for.
    pub sentence: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HealthView {
    /// `healthy`, `failing`, `quarantined` when it is not asked any more, or `missing` when its files are
    /// gone.
    pub state: String,
    /// Since this server started.
    pub decisions: u64,
    pub faults: u64,
    pub last_fault: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SettingsChanged {
    pub plugin: String,
    pub settings_version: i64,
    #[schema(value_type = Object)]
    pub settings: Json,
    /// Customers that will be decided again.
    pub customers: i64,
}

/// Reference data that a plugin may look up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TableView {
    pub plugin: String,
    pub table: String,
    pub label: Bilingual,
    /// The column that tells one row from another.
    pub key: String,
    /// JSON Schema of the rows.
    #[schema(value_type = Object)]
    pub schema: Json,
    /// Of the rows; null where nobody put any.
    pub hash: Option<String>,
    #[schema(value_type = Vec<Object>)]
    pub rows: Vec<Json>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TableChanged {
    pub plugin: String,
    pub table: String,
    pub hash: String,
    pub rows: usize,
    /// The version of the plugin's settings that names these rows.
    pub settings_version: i64,
    /// Customers that will be decided again.
    pub customers: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VersionInForce {
    pub plugin: String,
    pub version: String,
    /// The version that was in force until now.
    pub before: Option<String>,
    /// False where it was in force already.
    pub changed: bool,
    pub publisher: Option<PublisherView>,
    pub settings_version: i64,
    #[schema(value_type = Object)]
    pub settings: Json,
    /// Customers that will be decided again.
    pub customers: i64,
}
