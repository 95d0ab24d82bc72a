//! Drafts: a change of a plugin, prepared, tried in some stores, put in force, taken back.

use super::PageQuery;
use crate::{
    extract::{Asking, Bare, Command, Path, Query},
    problem::Refusal,
};
use axum::{Json, extract::State, http::StatusCode};
use regulars_engine::{
    Engine,
    request::{NewDraft, Publication, Rollout},
    view::{DraftView, Page},
};
use regulars_model::DraftId;

/// Prepare a change of a plugin's settings or version
///
/// It is checked, and nothing of it is in force.
#[utoipa::path(post, path = "/v1/drafts", tag = "drafts", request_body = NewDraft,
    responses((status = 201, body = DraftView)))]
pub async fn create_draft(
    State(engine): State<Engine>,
    Command { ctx, draft }: Command<NewDraft>,
) -> Result<(StatusCode, Json<DraftView>), Refusal> {
    Ok((StatusCode::CREATED, Json(engine.create_draft(&ctx, draft).await?)))
}

/// List drafts, the newest first
#[utoipa::path(get, path = "/v1/drafts", tag = "drafts", params(PageQuery),
    responses((status = 200, body = Page<DraftView>)))]
pub async fn list_drafts(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<DraftView>>, Refusal> {
    Ok(Json(engine.list_drafts(&ctx, query.cursor.as_deref(), query.limit.0).await?))
}

/// Read a draft
#[utoipa::path(get, path = "/v1/drafts/{id}", tag = "drafts",
    params(("id" = String, Path, description = "Such as `drf_01890a5d-ac96-774b-bcce-b302099a8057`")),
    responses((status = 200, body = DraftView)))]
pub async fn load_draft(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path(id): Path<DraftId>,
) -> Result<Json<DraftView>, Refusal> {
    Ok(Json(engine.load_draft(&ctx, id).await?))
}

/// Check a draft against what is in force now
///
/// Needed where the plugin's settings have changed since it was made: it goes over these then.
#[utoipa::path(post, path = "/v1/drafts/{id}/check", tag = "drafts",
    params(("id" = String, Path, description = "Such as `drf_01890a5d-ac96-774b-bcce-b302099a8057`")),
    responses((status = 200, body = DraftView)))]
pub async fn check_draft(
    State(engine): State<Engine>,
    Path(id): Path<DraftId>,
    Bare(ctx): Bare,
) -> Result<Json<DraftView>, Refusal> {
    Ok(Json(engine.check_draft(&ctx, id).await?))
}

/// Put a draft in force for customers who are at home in some stores
///
/// Asked again with other stores, it is in force in those. They are decided again, which changes
/// state only.
#[utoipa::path(post, path = "/v1/drafts/{id}/rollout", tag = "drafts", request_body = Rollout,
    params(("id" = String, Path, description = "Such as `drf_01890a5d-ac96-774b-bcce-b302099a8057`")),
    responses((status = 200, body = DraftView)))]
pub async fn roll_out_draft(
    State(engine): State<Engine>,
    Path(id): Path<DraftId>,
    Command { ctx, draft }: Command<Rollout>,
) -> Result<Json<DraftView>, Refusal> {
    Ok(Json(engine.roll_out_draft(&ctx, id, &draft).await?))
}

/// Put a draft in force everywhere; customers are decided again, which changes state only
#[utoipa::path(post, path = "/v1/drafts/{id}/publish", tag = "drafts", request_body = Publication,
    params(("id" = String, Path, description = "Such as `drf_01890a5d-ac96-774b-bcce-b302099a8057`")),
    responses((status = 200, body = DraftView)))]
pub async fn publish_draft(
    State(engine): State<Engine>,
    Path(id): Path<DraftId>,
    Command { ctx, draft }: Command<Publication>,
) -> Result<Json<DraftView>, Refusal> {
    Ok(Json(engine.publish_draft(&ctx, id, &draft).await?))
}

/// End a trial, or what is scheduled
///
/// Out of force from now on; what was decided meanwhile stays on record.
#[utoipa::path(post, path = "/v1/drafts/{id}/abort", tag = "drafts",
    params(("id" = String, Path, description = "Such as `drf_01890a5d-ac96-774b-bcce-b302099a8057`")),
    responses((status = 200, body = DraftView)))]
pub async fn abort_draft(
    State(engine): State<Engine>,
    Path(id): Path<DraftId>,
    Bare(ctx): Bare,
) -> Result<Json<DraftView>, Refusal> {
    Ok(Json(engine.abort_draft(&ctx, id).await?))
}

/// Take a draft back as if it had never been in force
///
/// What stood before stands since then: everything decided meanwhile is decided again.
#[utoipa::path(post, path = "/v1/drafts/{id}/rollback", tag = "drafts",
    params(("id" = String, Path, description = "Such as `drf_01890a5d-ac96-774b-bcce-b302099a8057`")),
    responses((status = 200, body = DraftView)))]
pub async fn roll_back_draft(
    State(engine): State<Engine>,
    Path(id): Path<DraftId>,
    Bare(ctx): Bare,
) -> Result<Json<DraftView>, Refusal> {
    Ok(Json(engine.roll_back_draft(&ctx, id).await?))
}

/// Put a draft away that never was in force
#[utoipa::path(post, path = "/v1/drafts/{id}/discard", tag = "drafts",
    params(("id" = String, Path, description = "Such as `drf_01890a5d-ac96-774b-bcce-b302099a8057`")),
    responses((status = 200, body = DraftView)))]
pub async fn discard_draft(
    State(engine): State<Engine>,
    Path(id): Path<DraftId>,
    Bare(ctx): Bare,
) -> Result<Json<DraftView>, Refusal> {
    Ok(Json(engine.discard_draft(&ctx, id).await?))
}
