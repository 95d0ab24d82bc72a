//! Answers.

use crate::problem::Refusal;
use crate::sentences;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use regulars_engine::{problem::Code, view::Reply};
use serde::Serialize;

/// What a command answers.
pub type Done = Result<Sent, Refusal>;

/// A command's reply, byte for byte as the engine keeps it.
pub struct Sent(Reply);

impl From<Reply> for Sent {
    fn from(reply: Reply) -> Sent {
        Sent(reply)
    }
}

impl IntoResponse for Sent {
    fn into_response(self) -> Response {
        let Sent(Reply { status, etag, body }) = self;
        let Ok(status) = StatusCode::from_u16(status) else {
            return Refusal::new(Code::Internal, sentences::no_status(status)).into_response();
        };
        let mut response =
            (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
        if let Some(etag) = etag.and_then(|etag| HeaderValue::from_str(&etag).ok()) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }
}

/// A record with its version as a strong ETag; 304 when the client has it already.
pub fn tagged(request: &HeaderMap, version: i64, record: &impl Serialize) -> Response {
    let etag = format!("\"{version}\"");
    let known = request.get_all(header::IF_NONE_MATCH).iter().any(|value| {
        value.to_str().is_ok_and(|list| {
            list.split(',')
                .map(str::trim)
                .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
        })
    });
    let tag = [(header::ETAG, etag)];
    if known {
        (StatusCode::NOT_MODIFIED, tag).into_response()
    } else {
        (tag, axum::Json(record)).into_response()
    }
}
