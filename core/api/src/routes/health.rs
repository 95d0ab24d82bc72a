//! Whether the process lives, and whether its database answers.

use crate::problem::Refusal;
use axum::{Json, extract::State};
use regulars_engine::Engine;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    status: &'static str,
    version: &'static str,
}

const OK: Health = Health { status: "ok", version: env!("CARGO_PKG_VERSION") };

/// Whether the process lives
#[utoipa::path(get, path = "/v1/health", tag = "server", responses((status = 200, body = Health)))]
pub async fn health() -> Json<Health> {
    Json(OK)
}

/// Whether the server can take work
#[utoipa::path(get, path = "/v1/ready", tag = "server", responses((status = 200, body = Health)))]
pub async fn ready(State(engine): State<Engine>) -> Result<Json<Health>, Refusal> {
    engine.ready().await?;
    Ok(Json(OK))
}
