//! What a change of a rule would do, asked before it is made.

use crate::{
    extract::{Asking, Bare, Command, Path},
    problem::Refusal,
};
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use regulars_engine::{Engine, request::WhatIfDraft, view::WhatIfJob};
use regulars_model::JobId;

/// Ask what a change of a rule would do to every customer
///
/// Nothing is written. The answer takes a while: read it at `Location`.
#[utoipa::path(post, path = "/v1/what-if", tag = "what-if", request_body = WhatIfDraft,
    responses((status = 202, body = WhatIfJob,
        headers(("Location" = String, description = "Where the answer will be")))))]
pub async fn start_what_if(
    State(engine): State<Engine>,
    Command { ctx, draft }: Command<WhatIfDraft>,
) -> Result<impl IntoResponse, Refusal> {
    let job = engine.start_what_if(&ctx, draft).await?;
    let location = format!("/v1/what-if/{}", job.id);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(job)))
}

/// Read how far a what-if is, and its answer once it is done
#[utoipa::path(get, path = "/v1/what-if/{id}", tag = "what-if",
    params(("id" = String, Path, description = "Such as `job_01890a5d-ac96-774b-bcce-b302099a8057`")),
    responses((status = 200, body = WhatIfJob)))]
pub async fn load_what_if(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path(id): Path<JobId>,
) -> Result<Json<WhatIfJob>, Refusal> {
    Ok(Json(engine.load_what_if(&ctx, id).await?))
}

/// Stop a what-if; one that has ended stays as it is
#[utoipa::path(post, path = "/v1/what-if/{id}/cancel", tag = "what-if",
    params(("id" = String, Path, description = "Such as `job_01890a5d-ac96-774b-bcce-b302099a8057`")),
    responses((status = 200, body = WhatIfJob)))]
pub async fn cancel_what_if(
    State(engine): State<Engine>,
    Path(id): Path<JobId>,
    Bare(ctx): Bare,
) -> Result<Json<WhatIfJob>, Refusal> {
    Ok(Json(engine.cancel_what_if(&ctx, id).await?))
}
