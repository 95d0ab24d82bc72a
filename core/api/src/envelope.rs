//! What surrounds every request: its number, its language, its line in the log, and the form its
//! refusal takes. Neither path nor body is logged: they may hold personal data; the route does not.

use crate::{
    extract::{body::read_ahead, language::preferred},
    problem::{MEDIA_TYPE, Refusal, describe},
    sentences,
};
use axum::{
    body::Body,
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use regulars_engine::{
    ctx::fill_random,
    problem::{Code, Problem},
};
use regulars_model::text::Language;
use std::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

/// Number of a request: in its log, in its problem, and in the audit.
#[derive(Clone, Copy)]
pub struct RequestId(pub Uuid);

pub async fn wrap(mut request: Request, next: Next) -> Response {
    let id = request_id();
    request.extensions_mut().insert(RequestId(id));
    let language = preferred(request.headers());
    request.extensions_mut().insert(language);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("unknown", MatchedPath::as_str);
    let span = tracing::info_span!("request", %id, %method, route);

    let started = Instant::now();
    let answered = async {
        match read_ahead(request).await {
            Ok(request) => next.run(request).await,
            Err(refusal) => refusal.into_response(),
        }
    };
    let response = answered.instrument(span.clone()).await;
    let mut response = match response.extensions().get::<Refusal>().cloned() {
        Some(refusal) => span.in_scope(|| refuse(response, refusal.0, language, id)),
        None => response,
    };
    let ms = started.elapsed().as_millis();
    span.in_scope(|| tracing::info!(status = response.status().as_u16(), ms, "answered"));
    protect(response.headers_mut());
    response
}

/// The answer to a panic: nothing of it leaves the server.
pub fn recover(_panic: Box<dyn std::any::Any + Send>) -> Response {
    Refusal::new(Code::Internal, sentences::handler_panicked()).into_response()
}

fn refuse(response: Response, mut problem: Problem, language: Language, id: Uuid) -> Response {
    if problem.code == Code::Internal {
        tracing::error!(detail = problem.detail.en, "failed");
        problem = Problem::new(Code::Internal, sentences::logged_under(id.to_string()));
    }
    let (mut parts, _) = response.into_parts();
    parts.extensions.remove::<Refusal>();
    let instance = id.urn().to_string();
    let body = describe(&problem, language, Some(&instance)).to_string();
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(body))
}

fn request_id() -> Uuid {
    let mut bytes = [0_u8; 16];
    fill_random(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// Headers every answer carries, unless the page set its own.
fn protect(headers: &mut HeaderMap) {
    const ALWAYS: [(HeaderName, &str); 5] = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}
