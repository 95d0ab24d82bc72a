//! The tree of the organisation: regions, franchisees, stores.

use crate::{
    extract::{Asking, Command, Path},
    problem::Refusal,
};
use axum::{Json, extract::State};
use regulars_engine::{
    Engine,
    request::UnitDraft,
    view::{Page, UnitView},
};

/// List the units of the organisation
#[utoipa::path(get, path = "/v1/units", tag = "units",
    responses((status = 200, body = Page<UnitView>)))]
pub async fn list_units(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
) -> Result<Json<Page<UnitView>>, Refusal> {
    let items = engine.list_units(&ctx).await?;
    Ok(Json(Page { items, next: None }))
}

/// Read a unit
#[utoipa::path(get, path = "/v1/units/{code}", tag = "units",
    params(("code" = String, Path, description = "Such as `store-12`")),
    responses((status = 200, body = UnitView)))]
pub async fn load_unit(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path(code): Path<String>,
) -> Result<Json<UnitView>, Refusal> {
    Ok(Json(engine.load_unit(&ctx, &code).await?))
}

/// Create or replace a unit
#[utoipa::path(put, path = "/v1/units/{code}", tag = "units",
    params(("code" = String, Path, description = "Such as `store-12`")), request_body = UnitDraft,
    responses((status = 200, body = UnitView)))]
pub async fn put_unit(
    State(engine): State<Engine>,
    Path(code): Path<String>,
    Command { ctx, draft }: Command<UnitDraft>,
) -> Result<Json<UnitView>, Refusal> {
    Ok(Json(engine.put_unit(&ctx, &code, draft).await?))
}
