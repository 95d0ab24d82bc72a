//! One plugin's answer to one entry of the log.

use super::words;
use regulars_model::{CorrectionId, CustomerId, DecisionId, EventId, Instant, event::Rank};

words! {
    DecisionOutcome {
        /// Left at least one effect.
        Applied = "applied",
        /// Everything it asked for lost a vote or was there already.
        Lost = "lost",
        /// Asked for what the manifest does not grant.
        Refused = "refused",
        /// The plugin failed; decided again after the fix.
        Held = "held",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionRow {
    pub customer_id: CustomerId,
    /// The instant of its log entry.
    pub at: Instant,
    pub rank: Rank,
    pub plugin_id: String,
    pub id: DecisionId,
    pub event_id: Option<EventId>,
    /// JSON of the cause.
    pub cause: String,
    pub plugin_version: String,
    pub settings_version: i64,
    pub epoch: i64,
    pub recorded_at: Instant,
    pub voided_at: Option<Instant>,
    pub outcome: DecisionOutcome,
    /// JSON of the canonical request.
    pub request: String,
    /// JSON of effects, reasons and conditions, or of the fault.
    pub result: String,
    /// Made over history: changed state only.
    pub history: bool,
    /// Code of the fault, where the plugin failed.
    pub fault: Option<String>,
    /// How much work for people it left out, since a publication changes state only; none where none.
    pub left_out: Option<i64>,
}

/// That what was decided before is decided otherwise since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionRow {
    pub customer_id: CustomerId,
    pub recorded_at: Instant,
    pub id: CorrectionId,
    /// JSON of cause and changes.
    pub content: String,
}
