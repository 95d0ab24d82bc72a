//! REST under `/v1`: the only crate that knows axum. Handlers are in [`routes`], what they take in
//! [`extract`], what is refused in [`problem`]; the API description comes from the handlers.
//!
//! To add a route: write its handler in the file of its noun with `#[utoipa::path]`, name it in
//! `routes/mod.rs`, give it its roles in the engine's `authorise.rs`, then write the description
//! anew: `REGULARS_BLESS=1 cargo test -p regulars-api`.

mod authenticate;
mod envelope;
pub mod extract;
pub mod openapi;
pub mod problem;
mod reply;
pub mod routes;
mod sentences;
mod serve;

pub use serve::{serve, serve_within};

use authenticate::authenticate;
use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
};
use problem::Refusal;
use regulars_engine::{Engine, problem::Code};
use tower_http::catch_panic::CatchPanicLayer;

/// Every route over an open engine.
pub fn router(engine: Engine) -> Router {
    let keyed =
        Router::from(routes::keyed()).route_layer(from_fn_with_state(engine.clone(), authenticate));
    Router::from(routes::open())
        .merge(routes::page::routes())
        .merge(keyed)
        .method_not_allowed_fallback(async || {
            Refusal::new(Code::MethodNotAllowed, sentences::see_allow())
        })
        .fallback(async || Refusal::new(Code::NotFound, sentences::no_route()))
        .layer(CatchPanicLayer::custom(envelope::recover))
        .layer(from_fn(envelope::wrap))
        .with_state(engine)
}
