//! People: their accounts, and what they hand over.

use crate::{
    extract::{Asking, Brief, Command, Path},
    problem::Refusal,
};
use axum::{Json, extract::State, http::StatusCode};
use regulars_engine::{
    Engine,
    request::{HandOver, PasswordRuleDraft, SetPassword, StaffChange, StaffDraft},
    view::{HandedOver, MadeStaff, Page, PasswordRuleView, StaffView},
};
use regulars_model::StaffId;

/// Make an account for a person
///
/// Without a password, one is made: shown this once, to be changed at the first log-in.
#[utoipa::path(post, path = "/v1/staff", tag = "staff", request_body = StaffDraft,
    responses((status = 201, body = MadeStaff)))]
pub async fn create_staff(
    State(engine): State<Engine>,
    Command { ctx, draft }: Command<StaffDraft>,
) -> Result<(StatusCode, Json<MadeStaff>), Refusal> {
    Ok((StatusCode::CREATED, Json(engine.create_staff(&ctx, draft).await?)))
}

/// List people
#[utoipa::path(get, path = "/v1/staff", tag = "staff",
    responses((status = 200, body = Page<StaffView>)))]
pub async fn list_staff(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
) -> Result<Json<Page<StaffView>>, Refusal> {
    Ok(Json(Page { items: engine.list_staff(&ctx).await?, next: None }))
}

/// Change an account, or disable it
#[utoipa::path(put, path = "/v1/staff/{id}", tag = "staff",
    params(("id" = String, Path, description = "`stf_…`")), request_body = StaffChange,
    responses((status = 200, body = StaffView)))]
pub async fn put_staff(
    State(engine): State<Engine>,
    Path(id): Path<StaffId>,
    Command { ctx, draft }: Command<StaffChange>,
) -> Result<Json<StaffView>, Refusal> {
    Ok(Json(engine.put_staff(&ctx, id, draft).await?))
}

/// Set somebody's password, to be changed at the next log-in; all their sessions end
#[utoipa::path(post, path = "/v1/staff/{id}/password", tag = "staff",
    params(("id" = String, Path, description = "`stf_…`")), request_body = SetPassword,
    responses((status = 200, body = MadeStaff)))]
pub async fn set_password(
    State(engine): State<Engine>,
    Path(id): Path<StaffId>,
    Brief { ctx, draft }: Brief<SetPassword>,
) -> Result<Json<MadeStaff>, Refusal> {
    Ok(Json(engine.set_password(&ctx, id, draft).await?))
}

/// Hand over whom somebody looks after, and what they have to do
///
/// To one, or spread evenly over several; at most 200 customers a request: while there are more, ask
/// again, each time with another Idempotency-Key if any.
#[utoipa::path(post, path = "/v1/staff/{id}/hand-over", tag = "staff",
    params(("id" = String, Path, description = "`stf_…`: who leaves")), request_body = HandOver,
    responses((status = 200, body = HandedOver)))]
pub async fn hand_over(
    State(engine): State<Engine>,
    Path(id): Path<StaffId>,
    Command { ctx, draft }: Command<HandOver>,
) -> Result<Json<HandedOver>, Refusal> {
    Ok(Json(engine.hand_over(&ctx, id, draft).await?))
}

/// Read how old passwords may become
#[utoipa::path(get, path = "/v1/password-rule", tag = "staff",
    responses((status = 200, body = PasswordRuleView)))]
pub async fn load_password_rule(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
) -> Result<Json<PasswordRuleView>, Refusal> {
    Ok(Json(engine.load_password_rule(&ctx).await?))
}

/// Say how old passwords may become, or that they may become as old as they like
///
/// That is how it is at first, and how it is best left: who must invent a password every few months
/// chooses weak ones. Where a contract or an auditor asks for it, an older one opens nothing but its
/// change, and none of the last five may come again.
#[utoipa::path(put, path = "/v1/password-rule", tag = "staff", request_body = PasswordRuleDraft,
    responses((status = 200, body = PasswordRuleView)))]
pub async fn put_password_rule(
    State(engine): State<Engine>,
    Command { ctx, draft }: Command<PasswordRuleDraft>,
) -> Result<Json<PasswordRuleView>, Refusal> {
    Ok(Json(engine.put_password_rule(&ctx, draft).await?))
}
