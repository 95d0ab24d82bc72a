//! The answer to *why*.

use super::EventView;
use regulars_model::{CustomerId, DecisionId, EventId, Instant, text::Bilingual};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub field: String,
    /// The instant asked about; everything of it is decided.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// What was on record then, and nothing that came later; absent of the log as it stands today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub known_at: Option<Instant>,
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
    /// Hashes of the reference tables it rests on, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = Object)]
    pub tables: BTreeMap<String, String>,
    #[schema(value_type = Option<String>)]
    pub decision_id: Option<DecisionId>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Instant>,
    pub inputs: Vec<InputView>,
    /// Each comparison the decision made, with the values of then.
    pub conditions: Vec<ConditionView>,
    /// The event that gave rise to the decision; none where the clock or a setting did.
    pub decided_on: Option<EventView>,
    /// The events the inputs rest on at the instant asked about, newest first, at most 50.
    pub events: Vec<EventView>,
    pub events_total: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InputView {
    pub name: String,
    /// As it stood at the instant asked about.
    #[schema(value_type = Object)]
    pub value: Json,
    /// As it stood when the field got its value; null where nothing has set it.
    #[schema(value_type = Option<Object>)]
    pub at_decision: Option<Json>,
    /// The events it counts then, newest first, at most 50.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub events: Vec<EventId>,
    #[serde(default)]
    pub events_total: usize,
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
