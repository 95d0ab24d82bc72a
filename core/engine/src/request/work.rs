//! What staff and gateways say of tasks and messages.

use regulars_model::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompleteTask {
    /// What came of it, such as `reached`, `no-answer`, `done`.
    pub outcome: String,
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostponeTask {
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Instant,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MessageSent {
    /// The channel it went out on.
    pub channel: Option<String>,
    /// The gateway's own number for it.
    pub gateway_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageFailed {
    pub reason: String,
    /// Leave it in the outbox for another try.
    #[serde(default)]
    pub retry: bool,
}
