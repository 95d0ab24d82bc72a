//! Events: one by one from a till, or many lines at once.

use crate::{
    extract::{Asking, Command, Lines, lines::MEDIA_TYPE},
    problem::{Refusal, describe},
    reply::Done,
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use regulars_engine::{
    Engine,
    problem::Problem,
    request::EventDraft,
    view::{EventPreview, EventRecorded, LineResult},
};
use regulars_model::text::Language;

/// Append an event to a customer's timeline
///
/// `source` and `source_id` make a repeat harmless for ever: it gets the first answer again.
#[utoipa::path(post, path = "/v1/events", tag = "events", request_body = EventDraft,
    responses((status = 200, body = EventRecorded, description = "It was there already"),
        (status = 201, body = EventRecorded)))]
pub async fn append_event(
    State(engine): State<Engine>,
    Command { ctx, draft }: Command<EventDraft>,
) -> Done {
    Ok(engine.append_event(&ctx, draft).await?.into())
}

/// Ask what an event would lead to
///
/// The same decision as for an appended event, for a basket that is not paid yet; nothing is written.
#[utoipa::path(post, path = "/v1/events/preview", tag = "events", request_body = EventDraft,
    responses((status = 200, body = EventPreview)))]
pub async fn preview_event(
    State(engine): State<Engine>,
    Command { ctx, draft }: Command<EventDraft>,
) -> Done {
    Ok(engine.preview_event(&ctx, draft).await?.into())
}

/// Append many events
///
/// A JSON object per line, each with `source` and `source_id`; at most 10,000 lines or 32 MiB. Each
/// line is committed by itself, as soon as it is there, and has a result of its own, so after a cut
/// all may be sent again. The line that is one too many is answered 413, and what follows is not read.
#[utoipa::path(post, path = "/v1/events/batch", tag = "events",
    request_body(content = EventDraft, content_type = "application/x-ndjson"),
    responses((status = 200, body = LineResult, content_type = "application/x-ndjson",
        description = "A result per line, in the order of the lines")))]
pub async fn append_many(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    mut lines: Lines<EventDraft>,
) -> Result<Response, Refusal> {
    let mut appending = engine.append_many(&ctx).await?;
    let mut numbers = Vec::new();
    while let Some((number, line)) = lines.next().await? {
        numbers.push(number);
        appending.push(line).await;
    }
    let results = appending.finish().await;
    let mut body = String::new();
    for (line, result) in numbers.into_iter().zip(results) {
        // Plain data with text keys: it can not fail to be written as JSON.
        let json = serde_json::to_string(&line_result(line, result, ctx.language));
        body.push_str(&json.unwrap_or_default());
        body.push('\n');
    }
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response())
}

fn line_result(
    line: usize,
    result: Result<EventRecorded, Problem>,
    language: Language,
) -> LineResult {
    match result {
        Ok(recorded) => {
            let status = if recorded.repeated { 200 } else { 201 };
            LineResult { line, status, recorded: Some(recorded), problem: None }
        }
        Err(problem) => {
            let status = problem.code.status();
            let problem = Some(describe(&problem, language, None));
            LineResult { line, status, recorded: None, problem }
        }
    }
}
