//! What was decided before and is decided otherwise since, as an entry of the timeline.

use super::EventView;
use regulars_model::{
    CorrectionId, EventId, Instant, Lifecycle, event::SourceRef, text::Bilingual,
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

/// What happened, or a correction (`kind` is `correction`) of what had been decided about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum TimelineEntry {
    Correction(Box<CorrectionView>),
    Event(Box<EventView>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CorrectionView {
    #[schema(value_type = String)]
    pub id: CorrectionId,
    /// `correction`.
    pub kind: String,
    /// Its place in the timeline: when it was recorded.
    #[schema(value_type = String, format = DateTime)]
    pub occurred_at: Instant,
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Instant,
    #[serde(flatten)]
    pub content: CorrectionContent,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CorrectionContent {
    pub sentence: Bilingual,
    pub cause: CauseOfCorrection,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<CorrectedField>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags_added: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags_removed: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<CorrectedLifecycle>,
    /// Tasks of before that stand otherwise now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<CorrectedWork>,
    /// The same of what leaves by the outbox.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<CorrectedWork>,
}

/// Events that came late or take something back, or versions of plugins' settings; neither where what
/// was held has been run again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CauseOfCorrection {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<CorrectedEvent>,
    /// How many there are beside these.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_events: usize,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<CorrectedVersion>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CorrectedEvent {
    #[schema(value_type = String)]
    pub id: EventId,
    pub kind: String,
    #[schema(value_type = String, format = DateTime)]
    pub occurred_at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refers_to: Option<SourceRef>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CorrectedVersion {
    pub plugin: String,
    pub settings_version: i64,
    /// Before it was made, where it is dated back: by a rollback.
    #[schema(value_type = String, format = DateTime)]
    pub in_force_from: Instant,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CorrectedField {
    /// As `plugin.field`.
    pub field: String,
    #[schema(value_type = Object)]
    pub from: Json,
    /// Equal where the value is what it was, and another only for a while.
    #[schema(value_type = Object)]
    pub to: Json,
    /// The first instant of which another value is told now.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CorrectedLifecycle {
    pub from: Lifecycle,
    pub to: Lifecycle,
}

/// A task, or what leaves by the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CorrectedWork {
    /// `tsk_…` or `msg_…`.
    pub id: String,
    pub plugin: String,
    /// `task`, `message`, `voucher`, `points` or `custom`.
    pub sort: String,
    /// Its kind, template or account.
    pub name: String,
    /// What it is now: `withdrawn`, or `corrected` where it had reached somebody; `open` or `pending`
    /// where it was withdrawn and follows again.
    pub state: String,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}
