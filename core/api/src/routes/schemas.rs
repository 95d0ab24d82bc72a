//! Field schemas: JSON Schema 2020-12 for the custom fields of customers and of kinds of event.

use crate::{
    extract::{Asking, Command, Path},
    problem::Refusal,
};
use axum::{Json, extract::State};
use regulars_engine::{
    Engine,
    view::{Page, SchemaView},
};
use serde_json::Value;

/// List field schemas
#[utoipa::path(get, path = "/v1/schemas", tag = "schemas",
    responses((status = 200, body = Page<SchemaView>)))]
pub async fn list_schemas(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
) -> Result<Json<Page<SchemaView>>, Refusal> {
    let items = engine.list_schemas(&ctx).await?;
    Ok(Json(Page { items, next: None }))
}

/// Read a field schema
#[utoipa::path(get, path = "/v1/schemas/{entity}/{namespace}", tag = "schemas",
    params(("entity" = String, Path, description = "`customer` or `event`"),
        ("namespace" = String, Path, description = "Of a customer's fields, or the kind of event")),
    responses((status = 200, body = SchemaView)))]
pub async fn load_schema(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path((entity, namespace)): Path<(String, String)>,
) -> Result<Json<SchemaView>, Refusal> {
    Ok(Json(engine.load_schema(&ctx, &entity, &namespace).await?))
}

/// Put a new version of a field schema
///
/// Refused with a count and examples when existing data would break it.
#[utoipa::path(put, path = "/v1/schemas/{entity}/{namespace}", tag = "schemas",
    params(("entity" = String, Path, description = "`customer` or `event`"),
        ("namespace" = String, Path, description = "Of a customer's fields, or the kind of event")),
    request_body(content = Object, description = "JSON Schema 2020-12", content_type = "application/json"),
    responses((status = 200, body = SchemaView)))]
pub async fn put_schema(
    State(engine): State<Engine>,
    Path((entity, namespace)): Path<(String, String)>,
    Command { ctx, draft }: Command<Value>,
) -> Result<Json<SchemaView>, Refusal> {
    Ok(Json(engine.put_schema(&ctx, &entity, &namespace, draft).await?))
}
