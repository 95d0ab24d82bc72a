//! What plugins decided, and why; what they could not decide.

use super::EffectView;
use regulars_model::{CustomerId, DecisionId, EventId, Instant};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DecisionView {
    #[schema(value_type = String)]
    pub id: DecisionId,
    pub plugin: String,
    pub plugin_version: String,
    pub settings_version: i64,
    /// Hashes of the reference tables it rests on, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = Object)]
    pub tables: BTreeMap<String, String>,
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

/// A decision that stands without an answer, since its plugin failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeldDecision {
    #[schema(value_type = String)]
    pub id: DecisionId,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
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
    pub fault: FaultView,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaultView {
    /// `out_of_fuel`, `panicked`, …; the guide for authors lists them.
    pub code: String,
    /// For whoever maintains the plugin.
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeldPage {
    /// By plugin, and of each the oldest first.
    pub items: Vec<HeldDecision>,
    /// Plugin → how many there are on all pages; only on the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub counts: Option<BTreeMap<String, i64>>,
    /// Give it back as `cursor` for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What came of running held decisions again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reran {
    pub plugin: String,
    /// Customers this request was about.
    pub customers: usize,
    /// Decisions about them that were held and no longer are.
    pub decided: i64,
    /// Decisions about them that still are.
    pub held: i64,
    /// There are more: send it as `cursor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
