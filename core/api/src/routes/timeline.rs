//! The timeline of a customer.

use crate::{
    extract::{Asking, Path, Query, query::Limit},
    problem::Refusal,
};
use axum::{Json, extract::State};
use regulars_engine::{
    Engine, TimelineQuery,
    view::{Page, TimelineEntry},
};
use regulars_model::{CustomerId, Instant};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Kinds, separated by commas: `purchase,refund`; `correction` is one of them.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    kind: String,
    /// From this instant on.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Instant>,
    /// Before this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Instant>,
    /// `next` of the page before.
    cursor: Option<String>,
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
}

/// Read a customer's timeline, newest first
///
/// Beside what happened stands, of the kind `correction`, what was decided otherwise since: because an
/// event came late or took something back, or because rules changed for a time that had passed.
#[utoipa::path(get, path = "/v1/customers/{id}/timeline", tag = "customers",
    params(("id" = String, Path, description = "`cus_…`"), Filter),
    responses((status = 200, body = Page<TimelineEntry>)))]
pub async fn timeline(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path(id): Path<CustomerId>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<TimelineEntry>>, Refusal> {
    let kinds = filter.kind.split(',').map(str::trim).filter(|kind| !kind.is_empty());
    let query = TimelineQuery {
        kinds: kinds.map(str::to_owned).collect(),
        from: filter.from,
        to: filter.to,
        cursor: filter.cursor,
        limit: filter.limit.0,
    };
    Ok(Json(engine.timeline(&ctx, id, query).await?))
}
