//! Work for staff.

use crate::{
    extract::{Asking, Bare, Command, Path, Query, query::Limit},
    problem::Refusal,
    reply::{Done, tagged},
};
use axum::{Json, extract::State, http::HeaderMap, response::Response};
use regulars_engine::{
    Engine, TaskQuery,
    request::{CompleteTask, PostponeTask},
    view::{Page, TaskView},
};
use regulars_model::TaskId;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Claimed by or assigned to whoever asks.
    #[serde(default)]
    mine: bool,
    /// Code of a store.
    store: Option<String>,
    /// `open`, `claimed`, `done`, `withdrawn`, `corrected` or `too_late`.
    state: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
}

/// List tasks: mine, a store's, or all I may see
#[utoipa::path(get, path = "/v1/tasks", tag = "tasks", params(Filter),
    responses((status = 200, body = Page<TaskView>)))]
pub async fn list_tasks(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<TaskView>>, Refusal> {
    let Filter { mine, store, state, cursor, limit } = filter;
    let query = TaskQuery { mine, store, state, cursor, limit: limit.0 };
    Ok(Json(engine.list_tasks(&ctx, query).await?))
}

/// Read a task
#[utoipa::path(get, path = "/v1/tasks/{id}", tag = "tasks",
    params(("id" = String, Path, description = "`tsk_…`")),
    responses((status = 200, body = TaskView, headers(("ETag" = String, description = "Version of the task")))))]
pub async fn load_task(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path(id): Path<TaskId>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let task = engine.load_task(&ctx, id).await?;
    Ok(tagged(&headers, task.version, &task))
}

/// Take a task on
#[utoipa::path(post, path = "/v1/tasks/{id}/claim", tag = "tasks",
    params(("id" = String, Path, description = "`tsk_…`")),
    responses((status = 200, body = TaskView)))]
pub async fn claim_task(
    State(engine): State<Engine>,
    Path(id): Path<TaskId>,
    Bare(ctx): Bare,
) -> Done {
    Ok(engine.claim_task(&ctx, id).await?.into())
}

/// Complete a task; its outcome becomes an event
#[utoipa::path(post, path = "/v1/tasks/{id}/complete", tag = "tasks",
    params(("id" = String, Path, description = "`tsk_…`")), request_body = CompleteTask,
    responses((status = 200, body = TaskView)))]
pub async fn complete_task(
    State(engine): State<Engine>,
    Path(id): Path<TaskId>,
    Command { ctx, draft }: Command<CompleteTask>,
) -> Done {
    Ok(engine.complete_task(&ctx, id, draft).await?.into())
}

/// Postpone a task
#[utoipa::path(post, path = "/v1/tasks/{id}/postpone", tag = "tasks",
    params(("id" = String, Path, description = "`tsk_…`")), request_body = PostponeTask,
    responses((status = 200, body = TaskView)))]
pub async fn postpone_task(
    State(engine): State<Engine>,
    Path(id): Path<TaskId>,
    Command { ctx, draft }: Command<PostponeTask>,
) -> Done {
    Ok(engine.postpone_task(&ctx, id, draft).await?.into())
}
