//! What clients read: the answers of REST, as plain types.

pub use crate::what_if::report::{WhatIf, WhatIfJob};
use regulars_model::{
    CustomerId, DecisionId, EventId, Instant, Lifecycle, MessageId, Profile, StaffId, TaskId,
    customer::IdentityKind,
    event::{Line, SourceRef, Tender},
    text::Bilingual,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it back as `cursor` for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CustomerView {
    #[schema(value_type = String)]
    pub id: CustomerId,
    /// Also in the ETag: grows with every edit by people.
    pub profile_version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    /// Code of the home store.
    pub home_store: Option<String>,
    #[schema(value_type = Option<String>)]
    pub assigned_to: Option<StaffId>,
    pub lifecycle: Lifecycle,
    pub identities: Vec<IdentityView>,
    pub profile: Profile,
    /// Custom fields and those plugins own, by namespace.
    #[schema(value_type = Object)]
    pub fields: BTreeMap<String, Map<String, Json>>,
    pub tags: Vec<String>,
    pub consents: Vec<ConsentView>,
    /// The customer this one was merged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub merged_into: Option<CustomerId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IdentityView {
    pub kind: IdentityKind,
    pub value: String,
    pub retired: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsentView {
    pub channel: String,
    pub purpose: String,
    /// `granted`, `withdrawn` or `asked`.
    pub state: String,
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Identified {
    /// `found`, `created` or `unknown`; a conflict is a problem of its own.
    pub outcome: String,
    pub customer: Option<CustomerView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventView {
    #[schema(value_type = String)]
    pub id: EventId,
    pub kind: String,
    #[schema(value_type = String, format = DateTime)]
    pub occurred_at: Instant,
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Instant,
    /// Local date the store counts it under.
    pub business_day: String,
    pub store: Option<String>,
    #[schema(value_type = Option<String>)]
    pub staff: Option<StaffId>,
    pub source: String,
    pub source_id: String,
    pub refers_to: Option<SourceRef>,
    pub amount: Option<i64>,
    pub currency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenders: Vec<Tender>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    pub data: Map<String, Json>,
    /// What was odd about it: `clock_ahead`, `other_currency`, `unmatched`, `exceeds_purchase`.
    pub flags: Vec<String>,
    /// The time claimed, where it could not be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub claimed_at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventRecorded {
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub event: EventView,
    /// The same source id came before: this is the first answer again, and nothing was written.
    pub repeated: bool,
    /// What plugins did about it.
    pub effects: Vec<EffectView>,
}

/// What an event would lead to if it were appended now. Nothing of it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventPreview {
    /// What would be odd about it.
    pub flags: Vec<String>,
    pub effects: Vec<EffectView>,
}

/// One line's result of a bulk append.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LineResult {
    /// From 1.
    pub line: usize,
    pub status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<EventRecorded>,
    /// Problem details, where the line was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub problem: Option<Json>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EffectView {
    pub plugin: String,
    /// `set_field`, `task`, `message`, …
    pub effect: String,
    /// What was set, issued or withheld, such as `{"field": "tier", "value": "high"}`.
    #[schema(value_type = Object)]
    pub detail: Json,
    /// Why, in the language asked for.
    pub reason: String,
    /// `applied`, or why not: `history`, `no_consent`, `too_late`, `lost_vote`, …
    pub outcome: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DecisionView {
    #[schema(value_type = String)]
    pub id: DecisionId,
    pub plugin: String,
    pub plugin_version: String,
    pub settings_version: i64,
    /// The entry's own instant.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Instant,
    /// `event`, `wake`, `expiry` or `settings`.
    pub cause: String,
    #[schema(value_type = Option<String>)]
    pub event_id: Option<EventId>,
    /// `applied`, or `held` with its fault.
    pub outcome: String,
    pub effects: Vec<EffectView>,
    /// Set when a correction replaced this decision.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub voided_at: Option<Instant>,
    #[schema(value_type = Option<Object>)]
    pub fault: Option<Json>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub field: String,
    #[schema(value_type = Object)]
    pub value: Json,
    pub label: Bilingual,
    /// One sentence for the till, of the decision that gave the field its value.
    pub sentence: Bilingual,
    pub plugin: String,
    pub plugin_version: String,
    pub settings_version: i64,
    #[schema(value_type = Object)]
    pub settings: Json,
    #[schema(value_type = Option<String>)]
    pub decision_id: Option<DecisionId>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Instant>,
    pub inputs: Vec<InputView>,
    /// Each comparison the decision made, with the values of then.
    pub conditions: Vec<ConditionView>,
    /// The event that gave rise to the decision; none where the clock or a setting did.
    pub decided_on: Option<EventView>,
    /// The events the inputs rest on now, newest first, at most 50.
    pub events: Vec<EventView>,
    pub events_total: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InputView {
    pub name: String,
    /// As it stands now.
    #[schema(value_type = Object)]
    pub value: Json,
    /// As it stood when the field got its value; null where nothing has set it.
    #[schema(value_type = Option<Object>)]
    pub at_decision: Option<Json>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConditionView {
    pub subject: String,
    #[schema(value_type = Object)]
    pub value: Json,
    /// `=`, `≠`, `>`, `≥`, `<` or `≤`.
    pub comparison: String,
    #[schema(value_type = Object)]
    pub threshold: Json,
    pub setting: Option<String>,
    pub held: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TaskView {
    #[schema(value_type = String)]
    pub id: TaskId,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub plugin: String,
    pub kind: String,
    /// What to do, in the language asked for.
    pub title: String,
    /// Why, in the language asked for.
    pub reason: String,
    pub store: Option<String>,
    #[schema(value_type = Option<String>)]
    pub assigned_to: Option<StaffId>,
    #[schema(value_type = Option<String>)]
    pub claimed_by: Option<StaffId>,
    /// `open`, `claimed`, `done`, `withdrawn`, `corrected`, `too_late`.
    pub state: String,
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Instant,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    pub outcome: Option<String>,
    /// Also in the ETag.
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MessageView {
    #[schema(value_type = String)]
    pub id: MessageId,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub plugin: String,
    /// `message`, `voucher`, `points` or `custom`.
    pub sort: String,
    /// Of points: the account.
    pub template: String,
    #[schema(value_type = Object)]
    pub variables: Json,
    pub purpose: String,
    /// In order of preference; only those the customer consented to.
    pub channels: Vec<String>,
    pub language: Option<String>,
    /// Where it goes: the customer's identities for these channels.
    pub addresses: Vec<IdentityView>,
    pub reason: String,
    /// `pending`, `sent`, `failed`, `not_sent`, `withdrawn`, `corrected`, `too_late`.
    pub state: String,
    pub state_reason: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub not_before: Instant,
    /// Absent for points that do not lapse.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Instant>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    pub attempts: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UnitView {
    pub code: String,
    pub name: String,
    pub kind: regulars_model::unit::UnitKind,
    pub parent: Option<String>,
    pub time_zone: String,
    pub currency: String,
    pub cutoff_hour: u8,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SchemaView {
    pub entity: String,
    pub namespace: String,
    pub version: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub created_at: Option<Instant>,
    #[schema(value_type = Object)]
    pub schema: Json,
}

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
    pub health: HealthView,
    /// Where it came from, of one that was installed; none of one that a folder gives.
    pub package: Option<PackageView>,
    /// Where it meets other plugins, warnings first.
    pub conflicts: Vec<ConflictView>,
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
    /// `read_unknown_field`, `read_uncovered` or `read_cycle`.
    pub kind: String,
    /// `warning` where somebody loses by accident or something is missing, otherwise `note`.
    pub severity: String,
    /// Ids: of a vote in the order in which they count, of a read the reader first.
    pub plugins: Vec<String>,
    /// What they meet on: a tag, a task, a template, a purpose, `lifecycle`, a field.
    pub thing: String,
    /// How they combine and what to do, in the language asked for.
    pub sentence: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HealthView {
    /// `healthy`, `failing`, or `missing` when its files are gone.
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

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    pub field: String,
    /// Value → number of customers.
    #[schema(value_type = Object)]
    pub counts: BTreeMap<String, i64>,
    /// Customers without a value.
    pub none: i64,
    pub total: i64,
    /// Customers whose next decision is due: 0 when the counts are settled.
    pub due: i64,
}

/// An answer as it is sent, and as it is kept under its idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    pub status: u16,
    pub etag: Option<String>,
    /// JSON.
    pub body: String,
}
