//! API keys.

use crate::{
    extract::{Asking, Command, Path},
    problem::Refusal,
};
use axum::{Json, extract::State, http::StatusCode};
use regulars_engine::{
    Engine,
    request::KeyDraft,
    view::{KeyView, MadeKey, Page},
};
use regulars_model::KeyId;

/// Make an API key
#[utoipa::path(post, path = "/v1/keys", tag = "server", request_body = KeyDraft,
    responses((status = 201, body = MadeKey)))]
pub async fn create_key(
    State(engine): State<Engine>,
    Command { ctx, draft }: Command<KeyDraft>,
) -> Result<(StatusCode, Json<MadeKey>), Refusal> {
    Ok((StatusCode::CREATED, Json(engine.create_key(&ctx, draft).await?)))
}

/// List API keys, revoked and expired ones too
#[utoipa::path(get, path = "/v1/keys", tag = "server",
    responses((status = 200, body = Page<KeyView>)))]
pub async fn list_keys(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
) -> Result<Json<Page<KeyView>>, Refusal> {
    Ok(Json(Page { items: engine.list_keys(&ctx).await?, next: None }))
}

/// Revoke an API key, for good
#[utoipa::path(delete, path = "/v1/keys/{id}", tag = "server",
    params(("id" = String, Path, description = "`key_…`")),
    responses((status = 200, body = KeyView)))]
pub async fn revoke_key(
    State(engine): State<Engine>,
    Path(id): Path<KeyId>,
    Asking(ctx): Asking,
) -> Result<Json<KeyView>, Refusal> {
    Ok(Json(engine.revoke_key(&ctx, id).await?))
}
