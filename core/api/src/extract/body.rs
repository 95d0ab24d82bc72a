//! Bodies: their declared type and their size.

use crate::problem::Refusal;
use crate::sentences;
use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::Request,
    http::{HeaderMap, header},
};
use regulars_engine::problem::Code;
use regulars_model::{limits::BODY_BYTES_AHEAD, said::Said};

pub const PACKED_PLUGIN: &str = "application/vnd.regulars.plugin";

/// `application/json`, or any type that is JSON underneath, such as `application/merge-patch+json`.
pub fn expect_json(headers: &HeaderMap) -> Result<(), Refusal> {
    expect(headers, "application/json", |essence| {
        essence == "application/json"
            || (essence.starts_with("application/") && essence.ends_with("+json"))
    })
}

pub fn expect_ndjson(headers: &HeaderMap) -> Result<(), Refusal> {
    expect(headers, "application/x-ndjson", |essence| essence == "application/x-ndjson")
}

pub fn expect_packed_plugin(headers: &HeaderMap) -> Result<(), Refusal> {
    expect(headers, PACKED_PLUGIN, |essence| essence == PACKED_PLUGIN)
}

fn expect(
    headers: &HeaderMap,
    expected: &str,
    is_taken: impl Fn(&str) -> bool,
) -> Result<(), Refusal> {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let unsupported = |detail: Said| Err(Refusal::new(Code::UnsupportedMediaType, detail));
    let Some(sent) = sent else {
        return unsupported(sentences::send_type(expected));
    };
    let (essence, parameters) = sent.split_once(';').unwrap_or((sent, ""));
    if !is_taken(&essence.trim().to_ascii_lowercase()) {
        return unsupported(sentences::expected_type(expected));
    }
    let charset = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    });
    match charset {
        Some(charset) if !charset.eq_ignore_ascii_case("utf-8") => {
            unsupported(sentences::sent_as_utf8())
        }
        _ => Ok(()),
    }
}

/// A small body is read before anything looks at the request. An answer that needs none of it (no
/// key, no such route) would else leave it on the connection, which must then be closed, maybe
/// under a client that is sending its next request.
pub async fn read_ahead(request: Request) -> Result<Request, Refusal> {
    let (parts, body) = request.into_parts();
    let body = match body.size_hint().exact() {
        Some(1..=BODY_BYTES_AHEAD) => read(body, BODY_BYTES_AHEAD as usize).await?.into(),
        _ => body,
    };
    Ok(Request::from_parts(parts, body))
}

/// The whole body; a longer one than `bytes_max` is not read to its end.
pub async fn read(body: Body, bytes_max: usize) -> Result<Bytes, Refusal> {
    expect_at_most(&body, bytes_max)?;
    to_bytes(body, bytes_max).await.map_err(|error| match is_limit(&error) {
        true => too_large(bytes_max),
        false => Refusal::bad_request(sentences::broke_off()),
    })
}

/// As far as it is said beforehand.
pub fn expect_at_most(body: &Body, bytes_max: usize) -> Result<(), Refusal> {
    match body.size_hint().lower() > bytes_max as u64 {
        true => Err(too_large(bytes_max)),
        false => Ok(()),
    }
}

fn too_large(bytes_max: usize) -> Refusal {
    Refusal::new(Code::TooLarge, sentences::body_too_large(bytes_max))
}

fn is_limit(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(one) = cause {
        if one.to_string().contains("length limit exceeded") {
            return true;
        }
        cause = one.source();
    }
    false
}
