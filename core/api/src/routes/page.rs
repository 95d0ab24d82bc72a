//! The API description, and a page to read and try it. Everything the page needs comes from here.

use crate::openapi;
use axum::{
    Router,
    http::{HeaderName, header},
    response::{Html, IntoResponse},
    routing::get,
};
use regulars_engine::Engine;
use std::sync::LazyLock;

const PAGE: &str = include_str!("../page/index.html");
const START: &str = include_str!("../page/start.js");
/// Vendored and compressed; see `page/README.md`.
const SCALAR: &[u8] = include_bytes!("../page/scalar.js.gz");

/// The page's script builds its styles in the browser, hence the inline ones; nothing may be
/// fetched from or sent to anywhere but this server.
const POLICY: (HeaderName, &str) = (
    header::CONTENT_SECURITY_POLICY,
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
     font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);
const JAVASCRIPT: (HeaderName, &str) = (header::CONTENT_TYPE, "text/javascript; charset=utf-8");
const KEPT: (HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=86400");

pub fn routes() -> Router<Engine> {
    Router::new()
        .route("/", get(page))
        .route("/docs", get(page))
        .route("/docs/start.js", get(async || ([JAVASCRIPT, KEPT], START)))
        .route("/docs/scalar.js", get(scalar))
}

async fn page() -> impl IntoResponse {
    ([POLICY], Html(PAGE))
}

async fn scalar() -> impl IntoResponse {
    ([JAVASCRIPT, KEPT, (header::CONTENT_ENCODING, "gzip")], SCALAR)
}

/// This description, OpenAPI 3.1
#[utoipa::path(get, path = "/v1/openapi.json", tag = "server",
    responses((status = 200, body = Object)))]
pub async fn openapi() -> impl IntoResponse {
    static DOCUMENT: LazyLock<String> = LazyLock::new(openapi::document);
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}
