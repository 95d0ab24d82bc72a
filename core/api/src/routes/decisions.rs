//! What plugins decided about a customer, and why.

use super::PageQuery;
use crate::{
    extract::{Asking, Path, Query, query::Limit},
    problem::Refusal,
};
use axum::{Json, extract::State};
use regulars_engine::{
    Engine,
    view::{DecisionView, Explanation, HeldPage, Page, RecordedScenario},
};
use regulars_model::{CustomerId, DecisionId, decide::PluginFaultCode};
use serde::Deserialize;
use utoipa::IntoParams;

/// List what plugins decided about a customer, newest first
#[utoipa::path(get, path = "/v1/customers/{id}/decisions", tag = "decisions",
    params(("id" = String, Path, description = "`cus_…`"), PageQuery),
    responses((status = 200, body = Page<DecisionView>)))]
pub async fn list_decisions(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path(id): Path<CustomerId>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<DecisionView>>, Refusal> {
    let cursor = page.cursor.as_deref();
    Ok(Json(engine.list_decisions(&ctx, id, cursor, page.limit.0).await?))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HeldFilter {
    /// Only this plugin's.
    plugin: Option<String>,
    /// Only those with this fault.
    #[param(inline)]
    fault: Option<PluginFaultCode>,
    /// `next` of the page before.
    cursor: Option<String>,
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
}

/// List decisions that are held since a plugin failed
///
/// They are decided again after every change of the configuration, and on demand by
/// `POST /v1/plugins/{id}/rerun`.
#[utoipa::path(get, path = "/v1/decisions/held", tag = "decisions", params(HeldFilter),
    responses((status = 200, body = HeldPage)))]
pub async fn list_held(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Query(filter): Query<HeldFilter>,
) -> Result<Json<HeldPage>, Refusal> {
    let (plugin, cursor) = (filter.plugin.as_deref(), filter.cursor.as_deref());
    Ok(Json(engine.list_held(&ctx, plugin, filter.fault, cursor, filter.limit.0).await?))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExplainQuery {
    /// `plugin.field`, such as `jewellery-tiers.tier`.
    field: String,
}

/// Ask why a field has the value it has
#[utoipa::path(get, path = "/v1/customers/{id}/explain", tag = "decisions",
    params(("id" = String, Path, description = "`cus_…`"), ExplainQuery),
    responses((status = 200, body = Explanation)))]
pub async fn explain(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path(id): Path<CustomerId>,
    Query(query): Query<ExplainQuery>,
) -> Result<Json<Explanation>, Refusal> {
    Ok(Json(engine.explain(&ctx, id, &query.field).await?))
}

/// Get a decision as a scenario of its plugin, with nobody to be known by it
#[utoipa::path(get, path = "/v1/customers/{id}/decisions/{decision}/scenario", tag = "decisions",
    params(("id" = String, Path, description = "`cus_…`"),
        ("decision" = String, Path, description = "`dec_…`")),
    responses((status = 200, body = RecordedScenario)))]
pub async fn record_scenario(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path((id, decision)): Path<(CustomerId, DecisionId)>,
) -> Result<Json<RecordedScenario>, Refusal> {
    Ok(Json(engine.record_scenario(&ctx, id, decision).await?))
}
