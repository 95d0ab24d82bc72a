//! What came of running stored decisions again.

use regulars_model::{CustomerId, DecisionId, Instant};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Verified {
    /// Takes the same decisions of the same base again.
    pub seed: u32,
    /// How many were looked at.
    pub decisions: u64,
    /// Gave the same bytes.
    pub agreed: u64,
    pub differed: u64,
    /// At most 100 of those that differ.
    pub differing: Vec<Differing>,
    pub not_run: Vec<NotRun>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Differing {
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    #[schema(value_type = String)]
    pub decision_id: DecisionId,
    pub plugin: String,
    pub plugin_version: String,
    pub settings_version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Effects that took hold, and conditions, as on record.
    #[schema(value_type = Object)]
    pub stored: Json,
    /// All effects and conditions of the same request now, or the fault.
    #[schema(value_type = Object)]
    pub again: Json,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NotRun {
    pub plugin: String,
    pub plugin_version: String,
    /// `held`: it failed then. `of_engine`: the engine took something back, and no plugin was asked.
    /// `missing`: the files of that version are not here. `unknown_settings`, `unknown_inputs`: nor is what
    /// it was asked with.
    pub why: String,
    pub decisions: u64,
}
