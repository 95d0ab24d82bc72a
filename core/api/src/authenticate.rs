//! Every route but the open ones stands behind this: no valid key, no answer.

use crate::{envelope::RequestId, problem::Refusal, sentences, serve::Peer};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, header},
    middleware::Next,
    response::Response,
};
use regulars_engine::{Engine, Origin, problem::Code};
use regulars_model::{KeyId, limits::AUDIT_ORIGIN_CHARS_MAX};
use std::sync::Arc;

pub async fn authenticate(
    State(engine): State<Engine>,
    mut request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let mut origin = origin(&request);
    let key = bearer(request.headers())?;
    let actor = match engine.authenticate(key).await {
        Ok(actor) => actor,
        Err(problem) => {
            if problem.code == Code::Unauthenticated {
                engine.note_unauthenticated(key, origin).await?;
            }
            return Err(problem.into());
        }
    };
    match actor.session_id {
        Some(session) => origin.session = Some(session.to_string()),
        None => origin.key = actor.staff().map(|id| KeyId(id.0).to_string()),
    }
    let origin = Arc::new(origin);
    request.extensions_mut().insert(origin.clone());
    request.extensions_mut().insert(actor.clone());
    let response = next.run(request).await;
    if let Some(Refusal(problem)) = response.extensions().get()
        && problem.code == Code::Forbidden
        && let Some(action) = problem.extra.get("action").and_then(|action| action.as_str())
    {
        engine.note_refused(&actor, &origin, action).await?;
    }
    Ok(response)
}

pub fn origin(request: &Request) -> Origin {
    let extensions = request.extensions();
    let said = |name: HeaderName| {
        let text = request.headers().get(name)?.to_str().ok()?;
        Some(text.chars().take(AUDIT_ORIGIN_CHARS_MAX).collect())
    };
    Origin {
        address: extensions.get::<Peer>().map(|Peer(address)| address.ip().to_string()),
        forwarded_for: said(FORWARDED_FOR),
        agent: said(header::USER_AGENT),
        request: extensions.get::<RequestId>().map(|RequestId(id)| *id),
        ..Origin::rest()
    }
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    let needed = || Refusal::new(Code::Unauthenticated, sentences::send_key());
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(needed()) };
    let (scheme, key) =
        value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(needed)?;
    let key = key.trim();
    if scheme.eq_ignore_ascii_case("bearer") && !key.is_empty() { Ok(key) } else { Err(needed()) }
}
