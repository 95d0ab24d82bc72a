//! Who did what to which record.

use crate::{
    extract::{Asking, Query, query::Limit},
    problem::Refusal,
};
use axum::{Json, extract::State};
use regulars_engine::{
    AuditFilter, Engine,
    view::{AuditView, Page},
};
use regulars_model::{CustomerId, Instant, StaffId};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only what this actor did: `stf_…`
    #[param(value_type = Option<String>)]
    actor: Option<StaffId>,
    /// Only this operation, such as `put_unit`.
    action: Option<String>,
    /// Only records of this kind, such as `unit`.
    kind: Option<String>,
    /// Only the record with this id or code.
    record: Option<String>,
    /// Only what holds this customer's data: `cus_…`
    #[param(value_type = Option<String>)]
    customer: Option<CustomerId>,
    /// Not before this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Instant>,
    /// Before this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Instant>,
    /// `next` of the page before.
    cursor: Option<String>,
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
}

/// List who did what to which record, from where, before and after; newest first
///
/// An entry is written with the change it tells of, and sealed within a second: it then has a number
/// and a hash that covers the hash before. `regulars audit verify` goes along the chain. To look here
/// is entered too.
#[utoipa::path(get, path = "/v1/audit", tag = "audit", params(AuditQuery),
    responses((status = 200, body = Page<AuditView>)))]
pub async fn list_audit(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Page<AuditView>>, Refusal> {
    let AuditQuery { actor, action, kind, record, customer, from, until, cursor, limit } = query;
    let filter = AuditFilter { actor, action, kind, record, customer, from, until };
    Ok(Json(engine.list_audit(&ctx, filter, cursor.as_deref(), limit.0).await?))
}
