//! Events, and whose they are.

use super::IdentityDraft;
use regulars_model::{
    CustomerId, Instant, StaffId,
    event::{Line, SourceRef, Tender},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

/// Whose event it is: by id, or by one or several identities.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CustomerRef {
    #[schema(value_type = Option<String>)]
    pub id: Option<CustomerId>,
    pub identities: Vec<IdentityDraft>,
    /// Create the customer when none of the identities is known.
    pub create: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventDraft {
    pub customer: CustomerRef,
    /// `purchase`, `refund`, `visit`, … or a kind of your own with a schema.
    pub kind: String,
    /// With its offset; now when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub occurred_at: Option<Instant>,
    /// Code of the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub staff: Option<StaffId>,
    /// The system the event comes from, such as `till-3`. With `source_id` it makes a repeat harmless for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    /// The purchase a refund or void corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refers_to: Option<SourceRef>,
    /// Minor units, never negative: the kind gives the sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// ISO 4217.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What was paid in money, where it is less than the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenders: Vec<Tender>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    pub data: Map<String, Json>,
}
