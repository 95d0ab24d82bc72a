//! What plugins decided about a customer, and why.

use super::PageQuery;
use crate::{
    extract::{Asking, Path, Query},
    problem::Refusal,
};
use axum::{Json, extract::State};
use regulars_engine::{
    Engine,
    view::{DecisionView, Explanation, Page},
};
use regulars_model::CustomerId;
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
