//! Logging in and out.

use crate::{
    authenticate::origin,
    extract::{Asking, Brief, Command, Path, Query, body, json},
    problem::Refusal,
};
use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
};
use regulars_engine::{
    Engine,
    request::{ChangePassword, FinishLogIn, LogIn, MemberTokenDraft},
    view::{BegunLogIn, EndedSessions, MadeMemberToken, MadeSession, Page, SessionView},
};
use regulars_model::{
    CustomerId, SessionId, StaffId,
    limits::{LOGIN_BYTES_MAX, PROVIDER_LOG_IN_BYTES_MAX},
};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::IntoParams;

/// Log in
///
/// The token is sent as `Authorization: Bearer TOKEN`. After several failures the next attempt must
/// wait, longer each time.
#[utoipa::path(post, path = "/v1/sessions", tag = "staff", request_body = LogIn,
    responses((status = 201, body = MadeSession), (status = 401, description = "Unknown, or another password"),
        (status = 429, description = "Too many attempts; `retry_after_seconds` says when to try again")))]
pub async fn log_in(
    State(engine): State<Engine>,
    request: Request,
) -> Result<(StatusCode, Json<MadeSession>), Refusal> {
    let origin = origin(&request);
    let draft: LogIn = read_open(request, LOGIN_BYTES_MAX).await?;
    Ok((StatusCode::CREATED, Json(engine.log_in(draft, origin).await?)))
}

/// Begin a log-in by the chain's own identity provider
///
/// Open the address in a browser, and keep the ticket. The provider sends the browser on to the address
/// that the server's configuration says, with `code` and `state`; `finish` takes them, with the ticket,
/// within ten minutes and once. Where no provider is configured, this is a 409.
#[utoipa::path(post, path = "/v1/provider-log-ins", tag = "staff",
    responses((status = 201, body = BegunLogIn),
        (status = 429, description = "Too many were begun; `retry_after_seconds` says when to try again"),
        (status = 502, description = "The identity provider does not answer, or not as it should")))]
pub async fn begin_log_in(
    State(engine): State<Engine>,
) -> Result<(StatusCode, Json<BegunLogIn>), Refusal> {
    Ok((StatusCode::CREATED, Json(engine.begin_log_in().await?)))
}

/// Finish a log-in by the identity provider
///
/// It answers as a log-in with a password does. An account is found by what the provider calls its
/// owner (`subject`); none is ever made.
#[utoipa::path(post, path = "/v1/provider-log-ins/finish", tag = "staff", request_body = FinishLogIn,
    responses((status = 201, body = MadeSession),
        (status = 401, description = "Not begun here, over, finished before, not proven, or nobody's account"),
        (status = 502, description = "The identity provider does not answer, or not as it should")))]
pub async fn finish_log_in(
    State(engine): State<Engine>,
    request: Request,
) -> Result<(StatusCode, Json<MadeSession>), Refusal> {
    let origin = origin(&request);
    let draft: FinishLogIn = read_open(request, PROVIDER_LOG_IN_BYTES_MAX).await?;
    Ok((StatusCode::CREATED, Json(engine.finish_log_in(draft, origin).await?)))
}

/// What nobody known sends.
async fn read_open<T: DeserializeOwned>(request: Request, bytes_max: usize) -> Result<T, Refusal> {
    let (parts, body) = request.into_parts();
    body::expect_json(&parts.headers)?;
    json::parse(&body::read(body, bytes_max).await?)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Whose {
    /// `stf_…`, for an administrator; oneself when absent.
    #[param(value_type = Option<String>)]
    staff: Option<StaffId>,
}

/// List one's sessions: since when, from where, last seen
#[utoipa::path(get, path = "/v1/sessions", tag = "staff", params(Whose),
    responses((status = 200, body = Page<SessionView>)))]
pub async fn list_sessions(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Query(whose): Query<Whose>,
) -> Result<Json<Page<SessionView>>, Refusal> {
    Ok(Json(Page { items: engine.list_sessions(&ctx, whose.staff).await?, next: None }))
}

/// End a session: one's own, or anybody's for an administrator
#[utoipa::path(delete, path = "/v1/sessions/{id}", tag = "staff",
    params(("id" = String, Path, description = "`ses_…`")),
    responses((status = 200, body = SessionView)))]
pub async fn end_session(
    State(engine): State<Engine>,
    Path(id): Path<SessionId>,
    Asking(ctx): Asking,
) -> Result<Json<SessionView>, Refusal> {
    Ok(Json(engine.end_session(&ctx, id).await?))
}

/// End all of one's sessions, this one too
#[utoipa::path(delete, path = "/v1/sessions", tag = "staff", params(Whose),
    responses((status = 200, body = EndedSessions)))]
pub async fn end_sessions(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Query(whose): Query<Whose>,
) -> Result<Json<EndedSessions>, Refusal> {
    let ended = engine.end_sessions(&ctx, whose.staff).await?;
    Ok(Json(EndedSessions { ended }))
}

/// Change one's password; all other sessions end
#[utoipa::path(post, path = "/v1/password", tag = "staff", request_body = ChangePassword,
    responses((status = 200, body = EndedSessions)))]
pub async fn change_password(
    State(engine): State<Engine>,
    Command { ctx, draft }: Command<ChangePassword>,
) -> Result<Json<EndedSessions>, Refusal> {
    let ended = engine.change_password(&ctx, draft).await?;
    Ok(Json(EndedSessions { ended }))
}

/// Make a token for one customer, for the shop's own mini-program
///
/// It reads this customer, their timeline and consents, records their consents, and nothing else.
#[utoipa::path(post, path = "/v1/customers/{id}/member-token", tag = "customers",
    params(("id" = String, Path, description = "`cus_…`")), request_body = MemberTokenDraft,
    responses((status = 201, body = MadeMemberToken)))]
pub async fn make_member_token(
    State(engine): State<Engine>,
    Path(id): Path<CustomerId>,
    Brief { ctx, draft }: Brief<MemberTokenDraft>,
) -> Result<(StatusCode, Json<MadeMemberToken>), Refusal> {
    Ok((StatusCode::CREATED, Json(engine.make_member_token(&ctx, id, draft).await?)))
}
