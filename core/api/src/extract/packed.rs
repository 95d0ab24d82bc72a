//! A packed plugin as it came, whatever it holds.

use super::body;
use crate::problem::Refusal;
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use regulars_model::limits::PACK_BYTES_MAX;
use utoipa::ToSchema;

#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Packed(pub Bytes);

impl<S: Sync> FromRequest<S> for Packed {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        body::expect_packed_plugin(request.headers())?;
        body::read(request.into_body(), PACK_BYTES_MAX).await.map(Packed)
    }
}
