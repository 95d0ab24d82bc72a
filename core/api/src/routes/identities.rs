//! Identities of a customer: phone, e-mail, member card, WeChat union id, a shop's own id.

use crate::{
    extract::{Command, Path},
    reply::Done,
};
use axum::extract::State;
use regulars_engine::{
    Engine,
    request::{IdentityDraft, MoveIdentity},
    view::CustomerView,
};
use regulars_model::CustomerId;

/// Add an identity
#[utoipa::path(post, path = "/v1/customers/{id}/identities", tag = "customers",
    params(("id" = String, Path, description = "`cus_…`")), request_body = IdentityDraft,
    responses((status = 200, body = CustomerView), (status = 201, body = CustomerView)))]
pub async fn add_identity(
    State(engine): State<Engine>,
    Path(id): Path<CustomerId>,
    Command { ctx, draft }: Command<IdentityDraft>,
) -> Done {
    Ok(engine.add_identity(&ctx, id, draft).await?.into())
}

/// Retire an identity: it no longer finds the customer
#[utoipa::path(post, path = "/v1/customers/{id}/identities/retire", tag = "customers",
    params(("id" = String, Path, description = "`cus_…`")), request_body = IdentityDraft,
    responses((status = 200, body = CustomerView)))]
pub async fn retire_identity(
    State(engine): State<Engine>,
    Path(id): Path<CustomerId>,
    Command { ctx, draft }: Command<IdentityDraft>,
) -> Done {
    Ok(engine.retire_identity(&ctx, id, draft).await?.into())
}

/// Move an identity to another customer
#[utoipa::path(post, path = "/v1/customers/{id}/identities/move", tag = "customers",
    params(("id" = String, Path, description = "`cus_…`")), request_body = MoveIdentity,
    responses((status = 200, body = CustomerView)))]
pub async fn move_identity(
    State(engine): State<Engine>,
    Path(id): Path<CustomerId>,
    Command { ctx, draft }: Command<MoveIdentity>,
) -> Done {
    Ok(engine.move_identity(&ctx, id, draft).await?.into())
}
