//! Issues: work that a publication left out, counted, and given at a pace.

use super::PageQuery;
use crate::{
    extract::{Asking, Bare, Command, Path, Query},
    problem::Refusal,
};
use axum::{Json, extract::State, http::StatusCode};
use regulars_engine::{
    Engine,
    request::NewIssue,
    view::{IssueView, Page},
};
use regulars_model::IssueId;

/// Count the work that a publication left out, to have it given at a pace
///
/// Publishing changes state only. Here is said how many tasks, messages, vouchers and points would have
/// followed, by store and with the money in them. None is given before it is started.
#[utoipa::path(post, path = "/v1/issues", tag = "issues", request_body = NewIssue,
    responses((status = 201, body = IssueView)))]
pub async fn create_issue(
    State(engine): State<Engine>,
    Command { ctx, draft }: Command<NewIssue>,
) -> Result<(StatusCode, Json<IssueView>), Refusal> {
    Ok((StatusCode::CREATED, Json(engine.create_issue(&ctx, draft).await?)))
}

/// List issues, the newest first
#[utoipa::path(get, path = "/v1/issues", tag = "issues", params(PageQuery),
    responses((status = 200, body = Page<IssueView>)))]
pub async fn list_issues(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<IssueView>>, Refusal> {
    Ok(Json(engine.list_issues(&ctx, query.cursor.as_deref(), query.limit.0).await?))
}

/// Read how far an issue is: what was given, and what was not and why
#[utoipa::path(get, path = "/v1/issues/{id}", tag = "issues",
    params(("id" = String, Path, description = "Such as `isu_01890a5d-ac96-774b-bcce-b302099a8057`")),
    responses((status = 200, body = IssueView)))]
pub async fn load_issue(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path(id): Path<IssueId>,
) -> Result<Json<IssueView>, Refusal> {
    Ok(Json(engine.load_issue(&ctx, id).await?))
}

/// Give what was counted, at the pace that was said; or go on after a pause
///
/// Each piece of work is given once, whoever asks how often. What people have, what has expired or lies
/// too far back, and what consent does not allow is not given. It stops by itself when other settings of
/// the plugin come into force.
#[utoipa::path(post, path = "/v1/issues/{id}/start", tag = "issues",
    params(("id" = String, Path, description = "Such as `isu_01890a5d-ac96-774b-bcce-b302099a8057`")),
    responses((status = 200, body = IssueView)))]
pub async fn start_issue(
    State(engine): State<Engine>,
    Path(id): Path<IssueId>,
    Bare(ctx): Bare,
) -> Result<Json<IssueView>, Refusal> {
    Ok(Json(engine.start_issue(&ctx, id).await?))
}

/// Give nothing more until it is started again
#[utoipa::path(post, path = "/v1/issues/{id}/pause", tag = "issues",
    params(("id" = String, Path, description = "Such as `isu_01890a5d-ac96-774b-bcce-b302099a8057`")),
    responses((status = 200, body = IssueView)))]
pub async fn pause_issue(
    State(engine): State<Engine>,
    Path(id): Path<IssueId>,
    Bare(ctx): Bare,
) -> Result<Json<IssueView>, Refusal> {
    Ok(Json(engine.pause_issue(&ctx, id).await?))
}

/// Give nothing more; what was given stays
#[utoipa::path(post, path = "/v1/issues/{id}/cancel", tag = "issues",
    params(("id" = String, Path, description = "Such as `isu_01890a5d-ac96-774b-bcce-b302099a8057`")),
    responses((status = 200, body = IssueView)))]
pub async fn cancel_issue(
    State(engine): State<Engine>,
    Path(id): Path<IssueId>,
    Bare(ctx): Bare,
) -> Result<Json<IssueView>, Refusal> {
    Ok(Json(engine.cancel_issue(&ctx, id).await?))
}
