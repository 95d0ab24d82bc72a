//! Consent, per channel and purpose: events like any other, so its history is the timeline.

use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, authorise},
    fact::own_event,
    request::{ConsentAction, ConsentDraft},
    sentences,
    view::{ConsentView, Page, Reply},
    write::{Intent, Plan, submit},
};
use regulars_model::{CustomerId, EventId, Fault, event::kind};
use regulars_store::Find;
use serde_json::json;

const CHANNELS: [&str; 5] = ["sms", "email", "wechat", "wecom", "by-hand"];

impl Engine {
    pub async fn record_consent(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        draft: ConsentDraft,
    ) -> Result<Reply, Problem> {
        authorise(ctx, Action::RecordConsent)?;
        check(&draft, ctx)?;
        let state = match draft.action {
            ConsentAction::Grant => "granted",
            ConsentAction::Withdraw => "withdrawn",
            ConsentAction::Ask => "asked",
        };
        let world = self.inner.world.clone();
        submit(&self.inner.queue, ctx, Find::Id(id), None, move |scene| {
            let Some(customer) = scene.customer else {
                return Err(Problem::not_found(sentences::CUSTOMER, id));
            };
            let event = own_event(
                scene.ctx,
                scene.configuration,
                EventId(world.new_id()),
                kind::CONSENT,
                draft.occurred_at.unwrap_or(scene.ctx.now),
                customer.home_unit_id,
                json!({"channel": draft.channel, "purpose": draft.purpose, "state": state}),
            );
            let mut intent = Intent::of(customer.clone(), |done| {
                let items = done.customer.consents();
                Reply::json(201, &Page { items, next: None })
            });
            intent.facts.push(event);
            Ok(Plan::Write(Box::new(intent)))
        })
        .await
    }

    pub async fn list_consents(
        &self,
        ctx: &Ctx,
        id: CustomerId,
    ) -> Result<Vec<ConsentView>, Problem> {
        authorise(ctx, Action::ListConsents)?;
        Ok(self.load_seen(ctx, id).await?.consents())
    }
}

fn check(draft: &ConsentDraft, ctx: &Ctx) -> Result<(), Problem> {
    let mut faults = Vec::new();
    if !CHANNELS.contains(&draft.channel.as_str()) {
        let message = sentences::expected_one_of(&CHANNELS[..]);
        faults.push(Fault::new("/channel", "not_in_list", message));
    }
    let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if draft.purpose.is_empty() || draft.purpose.len() > 64 || !draft.purpose.chars().all(kebab) {
        let message = sentences::kebab_case("marketing");
        faults.push(Fault::new("/purpose", "wrong_value", message));
    }
    if draft.occurred_at.is_some_and(|at| at > ctx.now) {
        faults.push(Fault::new("/occurred_at", "out_of_range", sentences::in_the_future()));
    }
    if faults.is_empty() { Ok(()) } else { Err(Problem::invalid(faults)) }
}
