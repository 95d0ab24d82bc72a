//! What clients read: the answers of REST, as plain types.

pub use crate::what_if::report::{WhatIf, WhatIfJob};
use regulars_model::{
    CustomerId, EventId, Instant, KeyId, Lifecycle, MessageId, Profile, StaffId, TaskId,
    customer::IdentityKind,
    event::{Line, SourceRef, Tender},
    text::Bilingual,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use utoipa::ToSchema;

mod audit;
mod correction;
mod decisions;
mod drafts;
mod explanation;
mod issues;
mod plugins;
mod staff;
mod verified;

pub use audit::*;
pub use correction::*;
pub use decisions::*;
pub use drafts::*;
pub use explanation::*;
pub use issues::*;
pub use plugins::*;
pub use staff::*;
pub use verified::*;

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
    /// The plugin that appended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin: Option<String>,
    /// Why the plugin appended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Bilingual>,
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
    /// What was odd about it: `clock_ahead`, `other_currency`, `unmatched`, `exceeds_purchase`;
    /// `withdrawn` where a plugin appended it and it no longer follows.
    pub flags: Vec<String>,
    /// The time claimed, where it could not be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub claimed_at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventRecorded {
    /// Absent where the customer is another house's: what is told then is only that it is recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub customer_id: Option<CustomerId>,
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
    pub assignment: regulars_model::unit::Assignment,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyView {
    #[schema(value_type = String)]
    pub id: KeyId,
    pub name: String,
    pub role: String,
    /// Codes of the parts of the organisation it may act for; empty for the whole.
    pub units: Vec<String>,
    /// The only operations it may use; absent for all of its role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actions: Option<Vec<String>>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Instant>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Instant>,
}

/// A key just made.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = KeyMade)]
pub struct MadeKey {
    #[serde(flatten)]
    pub view: KeyView,
    /// Shown this once; only its hash is kept.
    pub key: String,
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

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordedScenario {
    pub plugin: String,
    /// A scenario file, in TOML.
    pub scenario: String,
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
