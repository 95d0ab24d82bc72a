//! The answer, as it is sent.

use crate::{request::WhatIfDraft, view::ConditionView};
use regulars_model::{CustomerId, Instant, JobId, text::Bilingual};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A what-if that runs, or has ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WhatIfJob {
    #[schema(value_type = String)]
    pub id: JobId,
    /// `running`, `done`, `cancelled`, `failed`, or `lost` where the server it ran on has ended.
    pub state: String,
    /// Customers looked at, of all there were.
    pub customers: i64,
    pub total: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    pub asked: WhatIfDraft,
    /// Once it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<WhatIf>,
    /// Why there is no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Who would move where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WhatIf {
    pub plugin: String,
    /// `now`: today's state and this one change. `from`: as if it had been in force since then, both
    /// rules replayed from the same restored state.
    pub question: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Instant>,
    /// Where it was replayed up to another instant than the present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Instant>,
    /// Of the plugin as it would be; and what would run, by its hash.
    pub version: String,
    pub hash: String,
    /// Of the settings in force, which the candidate's were made from.
    pub settings_version: i64,
    /// All settings, as they would be.
    #[schema(value_type = Object)]
    pub settings: Json,
    /// Customers looked at.
    pub customers: u64,
    /// Those of whom something would differ.
    pub changed: u64,
    /// How often a rule was asked for it, under both sets of rules.
    pub decisions: u64,
    /// By `plugin.field`, and `lifecycle`: the plugin's own, and every other that would change.
    pub fields: BTreeMap<String, FieldChange>,
    pub tags: BTreeMap<String, TagChange>,
    /// Tasks, messages, vouchers and points that would follow. Publishing gives none of them.
    pub work: Vec<WorkCount>,
    /// None where history was replayed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<Near>,
    /// Decisions the candidate fails at: they would be held.
    pub held: u64,
    pub examples: Vec<Example>,
    /// Over (customer, version) as read, the rules and their settings: two answers with the same
    /// rest on the same data.
    pub snapshot: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldChange {
    pub changed: u64,
    /// Value → customers; only of a field with few values: a choice, a boolean, the lifecycle.
    #[schema(value_type = Object)]
    pub before: BTreeMap<String, u64>,
    #[schema(value_type = Object)]
    pub after: BTreeMap<String, u64>,
    /// Customers without a value.
    pub none_before: u64,
    pub none_after: u64,
    /// From every value to every value, those that stay included.
    pub transitions: Vec<Transition>,
    pub by_store: Vec<StoreChange>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Transition {
    pub from: Option<String>,
    pub to: Option<String>,
    pub customers: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoreChange {
    /// Code of the home store; none where there is none.
    pub store: Option<String>,
    pub transitions: Vec<Transition>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TagChange {
    pub gained: u64,
    pub lost: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkCount {
    pub plugin: String,
    /// `task`, `message`, `voucher`, `points` or `custom`.
    pub sort: String,
    /// Kind of the task, template, or account of the points.
    pub kind: String,
    /// Under the rule as it is; 0 of a change that is made now.
    pub before: u64,
    pub after: u64,
    /// Of points: how many in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points_before: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points_after: Option<i64>,
    /// Of vouchers and custom effects: the money their variables name, by currency.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = Object)]
    pub money: BTreeMap<String, MoneyCount>,
}

/// In all, in whole and decimal units as money is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MoneyCount {
    pub before: String,
    pub after: String,
}

/// Customers whose value is close to a threshold that stands in the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Near {
    /// How close: this share of the threshold, to either side.
    pub within_percent: u32,
    pub customers: u64,
    /// Setting → customers.
    #[schema(value_type = Object)]
    pub by_setting: BTreeMap<String, u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Example {
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub store: Option<String>,
    pub field: String,
    pub before: Side,
    pub after: Side,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Side {
    #[schema(value_type = Option<Object>)]
    pub value: Json,
    pub sentence: Bilingual,
    pub conditions: Vec<ConditionView>,
}
