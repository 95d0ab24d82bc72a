//! How many customers have which value of a field.

use crate::{
    extract::{Asking, Query},
    problem::Refusal,
};
use axum::{Json, extract::State};
use regulars_engine::{Engine, view::Counts};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CountQuery {
    /// `namespace.field`, such as `jewellery-tiers.tier`.
    by: String,
}

/// Count customers by the values of a field
#[utoipa::path(get, path = "/v1/counts", tag = "customers", params(CountQuery),
    responses((status = 200, body = Counts)))]
pub async fn count_by(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Query(query): Query<CountQuery>,
) -> Result<Json<Counts>, Refusal> {
    Ok(Json(engine.count_by(&ctx, &query.by).await?))
}
