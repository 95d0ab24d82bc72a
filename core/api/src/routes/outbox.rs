//! The outbox: any gateway reads it, delivers, and says what came of it.

use crate::{
    extract::{Asking, Command, Path, Query, query::Limit},
    problem::Refusal,
    reply::Done,
};
use axum::{Json, extract::State};
use regulars_engine::{
    Engine, OutboxQuery,
    request::{MessageFailed, MessageSent},
    view::{MessageView, Page},
};
use regulars_model::MessageId;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// `message`, which is meant when absent, `voucher`, `points` or `custom`.
    sort: Option<String>,
    /// `pending`, `sent`, `failed`, `not_sent`, `withdrawn`, `corrected` or `too_late`.
    state: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
}

/// List what waits in the outbox, oldest first
#[utoipa::path(get, path = "/v1/outbox", tag = "outbox", params(Filter),
    responses((status = 200, body = Page<MessageView>)))]
pub async fn list_outbox(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<MessageView>>, Refusal> {
    let Filter { sort, state, cursor, limit } = filter;
    let query = OutboxQuery { sort, state, cursor, limit: limit.0 };
    Ok(Json(engine.list_outbox(&ctx, query).await?))
}

/// Say that a message was sent
#[utoipa::path(post, path = "/v1/outbox/{id}/sent", tag = "outbox",
    params(("id" = String, Path, description = "`msg_…`")), request_body = MessageSent,
    responses((status = 200, body = MessageView)))]
pub async fn message_sent(
    State(engine): State<Engine>,
    Path(id): Path<MessageId>,
    Command { ctx, draft }: Command<MessageSent>,
) -> Done {
    Ok(engine.message_sent(&ctx, id, draft).await?.into())
}

/// Say that a message could not be sent
#[utoipa::path(post, path = "/v1/outbox/{id}/failed", tag = "outbox",
    params(("id" = String, Path, description = "`msg_…`")), request_body = MessageFailed,
    responses((status = 200, body = MessageView)))]
pub async fn message_failed(
    State(engine): State<Engine>,
    Path(id): Path<MessageId>,
    Command { ctx, draft }: Command<MessageFailed>,
) -> Done {
    Ok(engine.message_failed(&ctx, id, draft).await?.into())
}
