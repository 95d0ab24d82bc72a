//! API keys.

use crate::{extract::Command, problem::Refusal};
use axum::{Json, extract::State, http::StatusCode};
use regulars_engine::{Engine, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyDraft {
    /// Who or what will hold it, such as `till of store-12`.
    name: String,
    role: KeyRole,
}

#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KeyRole {
    Admin,
    Integration,
    Staff,
}

impl From<KeyRole> for Role {
    fn from(role: KeyRole) -> Role {
        match role {
            KeyRole::Admin => Role::Admin,
            KeyRole::Integration => Role::Integration,
            KeyRole::Staff => Role::Staff,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct KeyMade {
    /// `key_…`
    id: String,
    name: String,
    role: KeyRole,
    /// Shown this once; only its hash is kept.
    key: String,
}

/// Make an API key
#[utoipa::path(post, path = "/v1/keys", tag = "server", request_body = KeyDraft,
    responses((status = 201, body = KeyMade)))]
pub async fn create_key(
    State(engine): State<Engine>,
    Command { ctx, draft }: Command<KeyDraft>,
) -> Result<(StatusCode, Json<KeyMade>), Refusal> {
    let made = engine.create_key(&ctx, &draft.name, draft.role.into()).await?;
    let KeyDraft { name, role } = draft;
    let made = KeyMade { id: made.id.to_string(), name, role, key: made.text };
    Ok((StatusCode::CREATED, Json(made)))
}
