//! What plugins decided about a customer, and why.

use super::PageQuery;
use crate::{
    extract::{Asking, Path, Query, query::Limit},
    problem::Refusal,
};
use axum::{Json, extract::State};
use regulars_engine::{
    Engine, ExplainQuery,
    view::{DecisionView, Explanation, HeldPage, Page, RecordedScenario, Verified},
};
use regulars_model::{
    CustomerId, DecisionId, Instant, decide::PluginFaultCode, limits::VERIFIED_DEFAULT,
};
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
pub struct ExplainFilter {
    /// `plugin.field`, such as `jewellery-tiers.tier`.
    field: String,
    /// As of this instant of the log, as it stands today with all that came late; now unless given.
    #[param(value_type = Option<String>, format = DateTime)]
    at: Option<Instant>,
    /// As was on record then: what came later, late events and corrections too, does not count.
    #[param(value_type = Option<String>, format = DateTime)]
    known_at: Option<Instant>,
}

/// Ask why a field has the value it has, or had
///
/// `at` asks what the log says of an instant; `known_at` asks what was known on a day. What did we show
/// on 3 May is `known_at` of 3 May; what should we have shown is `at` of 3 May.
#[utoipa::path(get, path = "/v1/customers/{id}/explain", tag = "decisions",
    params(("id" = String, Path, description = "`cus_…`"), ExplainFilter),
    responses((status = 200, body = Explanation)))]
pub async fn explain(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path(id): Path<CustomerId>,
    Query(filter): Query<ExplainFilter>,
) -> Result<Json<Explanation>, Refusal> {
    let ExplainFilter { field, at, known_at } = filter;
    Ok(Json(engine.explain(&ctx, id, &ExplainQuery { field, at, known_at }).await?))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VerifyFilter {
    /// How many decisions are run again.
    #[serde(default = "verified_default")]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 10000, default = 1000)]
    sample: u32,
    /// Chooses them; another one each time unless given.
    seed: Option<u32>,
}

fn verified_default() -> u32 {
    VERIFIED_DEFAULT
}

/// Run a sample of stored decisions again, and compare the bytes
#[utoipa::path(get, path = "/v1/decisions/verify", tag = "decisions", params(VerifyFilter),
    responses((status = 200, body = Verified)))]
pub async fn verify_decisions(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Query(filter): Query<VerifyFilter>,
) -> Result<Json<Verified>, Refusal> {
    Ok(Json(engine.verify_decisions(&ctx, filter.sample, filter.seed).await?))
}

/// Get a decision as a scenario of its plugin, with nobody to be known by it
#[utoipa::path(get, path = "/v1/decisions/{id}/scenario", tag = "decisions",
    params(("id" = String, Path, description = "`dec_…`")),
    responses((status = 200, body = RecordedScenario)))]
pub async fn record_scenario(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path(id): Path<DecisionId>,
) -> Result<Json<RecordedScenario>, Refusal> {
    Ok(Json(engine.record_scenario(&ctx, id).await?))
}
