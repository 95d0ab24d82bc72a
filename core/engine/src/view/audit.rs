//! Entries of the audit, as clients read them.

use crate::Origin;
use regulars_model::{AuditId, CustomerId, Instant, StaffId};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

/// Who did what to which record, from where, before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditView {
    #[schema(value_type = String)]
    pub id: AuditId,
    /// Its place in the chain, from 1; absent for the moment until it is sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// SHA-256 over the entry and the hash of the one before, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    pub actor: AuditActor,
    pub origin: Origin,
    /// Name of the operation, such as `put_unit`; `automatic` for what the server does by itself.
    pub action: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// What the record is: `customer`, `unit`, `plugin`, …
    pub kind: String,
    /// Its id or code.
    pub record: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub customer_id: Option<CustomerId>,
    /// Before and after were removed later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub emptied: bool,
    /// Only what changed; absent where there was nothing before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Json>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Json>,
    /// `urn:uuid:…`, as the server's log has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditActor {
    /// Absent for the command line and the server itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub id: Option<StaffId>,
    pub name: String,
    pub role: String,
}
