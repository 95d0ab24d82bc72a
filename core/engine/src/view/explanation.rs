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
    /// What the rule was asked last, whether or not its answer changed anything; none where it never was.
    pub asked: Option<AskedView>,
    /// Until when the value holds if nothing happens; none while the plugin is off.
    pub until: Option<UntilView>,
    /// Inputs that would change the value, were they just over a threshold of the rule.
    pub would_change: Vec<ChangeView>,
    /// What the rule compares and what can not be moved, or moves nothing, and why.
    pub not_moved: Vec<NotMovedView>,
}

/// The last answer of a rule, found by running it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AskedView {
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// `event`, `wake`, `expiry` or `settings`.
    pub cause: String,
    #[schema(value_type = Option<String>)]
    pub event_id: Option<EventId>,
    pub plugin_version: String,
    pub settings_version: i64,
    /// `set` where it changed the value, `same` where it gave the value that stood, `nothing` where it
    /// said nothing of the field, `held` where it failed.
    pub outcome: String,
    /// The value it gave.
    #[schema(value_type = Option<Object>)]
    pub value: Option<Json>,
    pub sentence: Bilingual,
    pub conditions: Vec<ConditionView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UntilView {
    /// When the value changes; none where it does not, as far as was looked.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Instant>,
    /// The value that follows.
    #[schema(value_type = Option<Object>)]
    pub value: Option<Json>,
    /// `wake`, `expiry` or `settings`.
    pub cause: Option<String>,
    /// Why it will be so.
    pub reason: Option<Bilingual>,
    #[schema(value_type = String, format = DateTime)]
    pub looked_until: Instant,
    /// What ended the look ahead before the value changed: `steps` (200) or `years` (5); absent where it is
    /// sure to stay.
    pub bound: Option<String>,
    pub sentence: Bilingual,
}

/// An input just over a threshold, and what the rule makes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChangeView {
    pub input: String,
    /// `more` or `less`.
    pub direction: String,
    /// How much more or less.
    #[schema(value_type = Object)]
    pub by: Json,
    #[schema(value_type = Object)]
    pub to: Json,
    /// The setting that holds the threshold.
    pub setting: Option<String>,
    /// The value that follows.
    #[schema(value_type = Object)]
    pub value: Json,
    /// Before this instant so much is enough; none where that does not change.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Instant>,
    /// `steps` or `years`, where it was not looked further.
    pub bound: Option<String>,
    pub sentence: Bilingual,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NotMovedView {
    /// Input, field of the customer or the event, or `now`; empty of the rule as a whole.
    pub subject: String,
    /// `of_customer`, `of_event`, `of_time`, `no_amount`, `below_nothing`, `changes_nothing`,
    /// `not_repeatable`, `failed` or `not_looked_further`.
    pub code: String,
    pub sentence: Bilingual,
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
