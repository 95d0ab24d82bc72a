//! A customer through the shop's own mini-program: its backend, which knows who is logged in there, gets a
//! token for that one customer and hands it on. It is over soon, and reaches nobody else.

use crate::{
    Actor, Ctx, Engine, Problem,
    audit::About,
    authorise::{Action, Role, authorise},
    keys::{hash_of, new_secret},
    request::MemberTokenDraft,
    sentences,
    sessions::PREFIX,
    view::MadeMemberToken,
};
use regulars_model::{
    CustomerId, SessionId, StaffId,
    duration::SECOND_US,
    event::kind,
    limits::{MEMBER_TOKEN_SECONDS_DEFAULT, MEMBER_TOKEN_SECONDS_MAX},
};
use regulars_store::SessionRow;
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// What a customer is shown of the timeline: not what staff write among themselves.
const TOLD: [&str; 6] =
    [kind::PURCHASE, kind::REFUND, kind::VOID, kind::VISIT, kind::APPOINTMENT, kind::CONSENT];

impl Engine {
    pub async fn make_member_token(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        draft: MemberTokenDraft,
    ) -> Result<MadeMemberToken, Problem> {
        authorise(ctx, Action::MakeMemberToken)?;
        self.once(ctx, self.make_token(ctx, id, draft)).await
    }

    async fn make_token(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        draft: MemberTokenDraft,
    ) -> Result<MadeMemberToken, Problem> {
        self.load_seen(ctx, id).await?;
        let seconds = draft.valid_seconds.unwrap_or(MEMBER_TOKEN_SECONDS_DEFAULT);
        if !(1..=MEMBER_TOKEN_SECONDS_MAX).contains(&seconds) {
            let message = sentences::one_up_to(MEMBER_TOKEN_SECONDS_MAX);
            return Err(Problem::invalid_at("/valid_seconds", "out_of_range", message));
        }
        let token = format!("{PREFIX}{}", new_secret());
        let expires_at = ctx.now.plus(i64::from(seconds) * SECOND_US);
        let session = SessionRow {
            hash: hash_of(&token),
            id: SessionId(self.inner.world.new_id()),
            staff_id: None,
            customer_id: Some(id),
            created_at: ctx.now,
            last_seen_at: ctx.now,
            expires_at,
            ended_at: None,
            address: None,
            agent: None,
            by_provider: false,
        };
        let after = json!({"token": session.id, "expires_at": expires_at});
        let about = About { customer: Some(id), ..About::new("customer", id) };
        let audit = self.inner.audit(ctx, about, None, Some(after));
        let made = MadeMemberToken { customer_id: id, token, expires_at };
        let answer = ctx.answer_without("token", &made);
        self.inner.store.answering(answer).add_session(&session, &audit).await?;
        Ok(made)
    }
}

impl Actor {
    pub(crate) fn member(customer: CustomerId) -> Actor {
        Actor {
            staff_id: StaffId(Uuid::nil()),
            name: "member".to_owned(),
            role: Role::Member,
            actions: None,
            units: Arc::default(),
            customer_id: Some(customer),
            session_id: None,
        }
    }
}

/// The kinds of events asked for, as far as the actor is told of them; None where that is nothing.
pub(crate) fn told_kinds(actor: &Actor, asked: Vec<String>) -> Option<Vec<String>> {
    if actor.role != Role::Member {
        return Some(asked);
    }
    let told =
        TOLD.into_iter().filter(|kind| asked.is_empty() || asked.iter().any(|own| own == kind));
    let told: Vec<String> = told.map(str::to_owned).collect();
    (!told.is_empty()).then_some(told)
}
