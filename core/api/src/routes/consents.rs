//! Consent of a customer, per channel and purpose; each change is an event.

use crate::{
    extract::{Asking, Command, Path},
    problem::Refusal,
    reply::Done,
};
use axum::{Json, extract::State};
use regulars_engine::{
    Engine,
    request::ConsentDraft,
    view::{ConsentView, Page},
};
use regulars_model::CustomerId;

/// Read what the customer consented to
#[utoipa::path(get, path = "/v1/customers/{id}/consents", tag = "customers",
    params(("id" = String, Path, description = "`cus_…`")),
    responses((status = 200, body = Page<ConsentView>)))]
pub async fn list_consents(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path(id): Path<CustomerId>,
) -> Result<Json<Page<ConsentView>>, Refusal> {
    let items = engine.list_consents(&ctx, id).await?;
    Ok(Json(Page { items, next: None }))
}

/// Record that consent was granted, withdrawn or asked for
#[utoipa::path(post, path = "/v1/customers/{id}/consents", tag = "customers",
    params(("id" = String, Path, description = "`cus_…`")), request_body = ConsentDraft,
    responses((status = 201, body = Page<ConsentView>, description = "All consents as they stand now")))]
pub async fn record_consent(
    State(engine): State<Engine>,
    Path(id): Path<CustomerId>,
    Command { ctx, draft }: Command<ConsentDraft>,
) -> Done {
    Ok(engine.record_consent(&ctx, id, draft).await?.into())
}
