//! Events: appended one by one or many at a time.

use crate::{
    Ctx, Engine, Inner, Problem,
    audit::About,
    authorise::{Action, Role, authorise, authorise_kind},
    configuration::Configuration,
    customers::{identity_row, identity_taken, new_customer},
    decisions::effect_views,
    fact::{Fact, content_of, read_fact, reused},
    identity::read_identities,
    masking::Veil,
    problem::Code,
    record::Loaded,
    request::EventDraft,
    sentences,
    sight::may_see,
    view::{EffectView, EventPreview, EventRecorded, EventView, Reply},
    write::{Done, Intent, Plan, Scene, one_holder, submit},
};
use regulars_model::{
    CustomerId, Event, EventId, Fault, Identity, StaffId, UnitId, Units,
    event::{flag, kind},
};
use regulars_rules::Decided;
use regulars_store::{Find, IdentityWrite, SourceClaimRow, StaffRow};
use std::sync::Arc;
use tokio::{sync::Semaphore, task::JoinHandle};

/// Lines of a bulk append that are under way at once; enough to fill every group.
const BULK_IN_FLIGHT: usize = 512;

impl Engine {
    pub async fn append_event(&self, ctx: &Ctx, draft: EventDraft) -> Result<Reply, Problem> {
        authorise(ctx, Action::AppendEvent)?;
        authorise_kind(ctx, &draft.kind)?;
        self.or_first(ctx, self.append(ctx, draft)).await
    }

    /// What the event would lead to, decided as if it were appended now; nothing is written.
    pub async fn preview_event(&self, ctx: &Ctx, draft: EventDraft) -> Result<Reply, Problem> {
        authorise(ctx, Action::PreviewEvent)?;
        authorise_kind(ctx, &draft.kind)?;
        let ctx = Ctx { idempotency: None, ..ctx.clone() };
        self.plan_event(&ctx, draft, true).await
    }

    /// Takes lines as they come; each is committed by itself.
    pub async fn append_many(&self, ctx: &Ctx) -> Result<Appending, Problem> {
        authorise(ctx, Action::AppendMany)?;
        // Before the first line, since what follows may break off anywhere.
        self.enter(ctx, About::many("event"), None, None).await?;
        // The key of the whole request can not stand for each line; source ids make lines safe.
        let ctx = Ctx { idempotency: None, ..ctx.clone() };
        let permits = Arc::new(Semaphore::new(BULK_IN_FLIGHT));
        Ok(Appending { engine: self.clone(), ctx, permits, running: Vec::new() })
    }

    /// Who looks after whoever comes with this event: the guide it says was there, or by the store's rule.
    async fn guide_of(
        &self,
        ctx: &Ctx,
        draft: &EventDraft,
        store: Option<UnitId>,
    ) -> Result<Option<StaffId>, Problem> {
        if !draft.customer.create {
            return Ok(None);
        }
        match self.guide_who_served(draft).await? {
            None => self.guide_by_rule(ctx, store).await,
            served => Ok(served),
        }
    }

    async fn guide_who_served(&self, draft: &EventDraft) -> Result<Option<StaffId>, Problem> {
        let Some(id) = draft.staff else { return Ok(None) };
        let row = self.inner.store.find_staff(id).await?;
        let is_guide =
            |row: &StaffRow| row.role == Role::SalesGuide.name() && row.disabled_at.is_none();
        Ok(row.filter(is_guide).map(|row| row.id))
    }

    async fn read_fact(&self, ctx: &Ctx, draft: &EventDraft) -> Result<Fact, Problem> {
        let id = EventId(self.inner.world.new_id());
        self.inner.read_newest(|configuration| read_fact(draft, ctx, configuration, id)).await
    }

    async fn append(&self, ctx: &Ctx, draft: EventDraft) -> Result<Reply, Problem> {
        self.plan_event(ctx, draft, false).await
    }

    async fn plan_event(
        &self,
        ctx: &Ctx,
        mut draft: EventDraft,
        is_preview: bool,
    ) -> Result<Reply, Problem> {
        let identities = read_identities(&draft.customer.identities, "/customer/identities")?;
        let find = match (draft.customer.id, identities.as_slice()) {
            (Some(id), []) => Find::Id(id),
            (None, [_, ..]) => Find::Claims(identities.iter().map(Identity::claim).collect()),
            _ => {
                let message = sentences::id_or_identities();
                return Err(Problem::invalid_at("/customer", "missing", message));
            }
        };
        let world = self.inner.world.clone();
        let mut fact = self.read_fact(ctx, &draft).await?;
        if is_preview {
            // A basket that was sold already is looked at as another one like it.
            draft.source_id = None;
            fact = self.read_fact(ctx, &draft).await?;
        }
        let claim = draft.source_id.is_some().then_some(fact.claim);
        let guide = self.guide_of(ctx, &draft, fact.event.unit_id).await?;
        let asked = find.clone();
        let answer = if is_preview { previewed } else { recorded };
        submit(&self.inner.queue, ctx, find, claim, move |scene| {
            if let Some(known) = scene.source {
                let same_customer =
                    scene.customer.is_none_or(|customer| customer.id == known.customer_id);
                let same = same_customer && known.content_hash == fact.content;
                return Ok(Plan::Repeat { same, sent: Box::new(draft.clone()) });
            }
            let holder = one_holder(scene, &asked)?;
            let mut intent = match scene.customer {
                Some(customer) => Intent::of(customer.clone(), answer),
                None if !draft.customer.create => return Err(unknown_customer()),
                None if is_preview => first_seen(scene, &world, &identities, &fact, guide, answer),
                None if let Some(hidden) = scene.hidden => record_unseen(hidden, &fact)?,
                None if holder.is_some() => {
                    return Err(Problem::internal("a claim without its customer"));
                }
                None => first_seen(scene, &world, &identities, &fact, guide, answer),
            };
            intent.is_preview = is_preview;
            intent.facts.push(fact.clone());
            Ok(Plan::Write(Box::new(intent)))
        })
        .await
    }
}

/// Lines of a bulk append, under way. What was pushed is committed, whether anybody waits for it or not.
pub struct Appending {
    engine: Engine,
    ctx: Ctx,
    permits: Arc<Semaphore>,
    running: Vec<JoinHandle<Result<EventRecorded, Problem>>>,
}

impl Appending {
    /// Waits while too many lines are under way.
    pub async fn push(&mut self, line: Result<EventDraft, Problem>) {
        let permit = self.permits.clone().acquire_owned().await;
        let (engine, ctx) = (self.engine.clone(), self.ctx.clone());
        self.running.push(tokio::spawn(async move {
            let _permit = permit;
            let reply = engine.append(&ctx, with_source(line?)?).await?;
            serde_json::from_str(&reply.body).map_err(Problem::internal)
        }));
    }

    /// Results in the order of the lines.
    pub async fn finish(self) -> Vec<Result<EventRecorded, Problem>> {
        let mut results = Vec::with_capacity(self.running.len());
        for line in self.running {
            results.push(line.await.unwrap_or_else(|error| Err(Problem::internal(error))));
        }
        results
    }
}

fn unknown_customer() -> Problem {
    Problem::new(Code::NotFound, sentences::no_customer_of_these())
}

/// A customer seen for the first time, by the event of `fact`.
fn first_seen(
    scene: &Scene<'_>,
    world: &crate::World,
    identities: &[Identity],
    fact: &Fact,
    guide: Option<StaffId>,
    answer: fn(&Done<'_>) -> Reply,
) -> Intent {
    let mut customer = new_customer(world, scene.ctx, fact.event.unit_id);
    customer.assigned_to = customer.assigned_to.or(guide);
    let writes = identities.iter().map(|identity| {
        let row = identity_row(customer.id, identity, scene.ctx.now);
        IdentityWrite::Add(row, identity.claim())
    });
    let writes = writes.collect();
    let mut intent = Intent::new(customer, answer);
    intent.identities = writes;
    intent
}

/// What happened at the counter is never lost: it is recorded with the customer who has the identity,
/// and answered without a word about them. What a customer wants is for those who may see them.
fn record_unseen(hidden: &Loaded, fact: &Fact) -> Result<Intent, Problem> {
    if *fact.event.kind == *kind::CONSENT {
        return Err(identity_taken(None, None));
    }
    let said = fact.event.clone();
    Ok(Intent::of(hidden.clone(), move |done| unseen(done.configuration, &said, 201)))
}

/// The event as it was sent: what became of it says something about the customer.
fn unseen(configuration: &Configuration, said: &Event, status: u16) -> Reply {
    let body = EventRecorded {
        customer_id: None,
        event: event_view(said, &configuration.units),
        repeated: status == 200,
        effects: Vec::new(),
    };
    Reply::json(status, &body)
}

fn with_source(draft: EventDraft) -> Result<EventDraft, Problem> {
    let missing = |pointer| Fault::new(pointer, "missing", sentences::bulk_needs_it());
    let mut faults = Vec::new();
    if draft.source.is_none() {
        faults.push(missing("/source"));
    }
    if draft.source_id.is_none() {
        faults.push(missing("/source_id"));
    }
    if faults.is_empty() { Ok(draft) } else { Err(Problem::invalid(faults)) }
}

fn recorded(done: &Done<'_>) -> Reply {
    let event = done.events.first();
    let body = event.map(|event| EventRecorded {
        customer_id: Some(done.customer.id),
        event: event_view(event, &done.configuration.units),
        repeated: false,
        effects: effects_of(done),
    });
    Reply::json(201, &body)
}

fn previewed(done: &Done<'_>) -> Reply {
    let flags = done.events.first().map_or(Vec::new(), |event| event.flags.clone());
    Reply::json(200, &EventPreview { flags, effects: effects_of(done) })
}

fn effects_of(done: &Done<'_>) -> Vec<EffectView> {
    let views =
        |decided| effect_views(decided, done.customer, done.configuration, done.ctx.language);
    let veil = Veil::new(done.ctx, done.configuration).knowing(done.customer);
    done.decided.iter().flat_map(views).map(|view| veil.effect(view)).collect()
}

/// The answer a repeat gets: the event as it was recorded and what it led to.
pub(crate) async fn first_answer(
    engine: &Inner,
    configuration: &Configuration,
    ctx: &Ctx,
    claim: &SourceClaimRow,
    same: bool,
    sent: &EventDraft,
) -> Result<Reply, Problem> {
    let mut found = engine.store.list_events(claim.customer_id, &[claim.event_id]).await?;
    let mut event =
        found.pop().ok_or_else(|| Problem::internal("a source claim without its event"))?;
    let row = engine.store.find_customer(claim.customer_id).await?;
    let row = row.ok_or_else(|| Problem::internal("an event without its customer"))?;
    let customer = Loaded::read(&row)?;
    let is_seen = may_see(&ctx.actor, &configuration.units, &customer);
    if !same && !is_seen {
        return Err(reused(sent));
    }
    if !same {
        let veil = Veil::new(ctx, configuration).knowing(&customer);
        let stored = veil.event(event_view(&event, &configuration.units));
        return Err(reused(sent)
            .with("stored", &stored)
            .with("sent", content_of(sent))
            .with("customer_id", claim.customer_id));
    }
    if !is_seen {
        event.flags.retain(|flag| said_of_itself(flag));
        return Ok(unseen(configuration, &event, 200));
    }
    let decided = decided_on(engine, claim.customer_id, &event).await?;
    let events = [event];
    let done = Done { ctx, configuration, customer: &customer, events: &events, decided: &decided };
    let body = EventRecorded {
        customer_id: Some(claim.customer_id),
        event: event_view(&events[0], &configuration.units),
        repeated: true,
        effects: effects_of(&done),
    };
    Ok(Reply::json(200, &body))
}

/// Flags that follow from the event alone.
fn said_of_itself(flag: &str) -> bool {
    [flag::CLOCK_AHEAD, flag::OTHER_CURRENCY].contains(&flag)
}

async fn decided_on(
    engine: &Inner,
    customer: CustomerId,
    event: &Event,
) -> Result<Vec<Decided>, Problem> {
    let rows = engine.store.list_decisions_of_event(customer, event.occurred_at, event.id).await?;
    // What a later correction decided about it was not in the first answer.
    let first = rows.iter().filter(|row| row.recorded_at == event.recorded_at);
    first.map(crate::write::read_decision).collect()
}

pub(crate) fn event_view(event: &Event, units: &Units) -> EventView {
    EventView {
        id: event.id,
        kind: event.kind.to_string(),
        occurred_at: event.occurred_at,
        recorded_at: event.recorded_at,
        business_day: event.business_day.to_string(),
        store: event.unit_id.and_then(|id| Some(units.find(id)?.code.clone())),
        staff: event.staff_id,
        plugin: event.is_appended().then(|| event.source.to_string()),
        reason: event.body.reason.clone(),
        source: event.source.to_string(),
        source_id: event.source_id.to_string(),
        refers_to: event.refers_to.clone(),
        amount: event.amount,
        currency: event.currency.map(|currency| currency.code().to_owned()),
        paid: event.body.paid,
        tenders: event.body.tenders.clone(),
        lines: event.body.lines.clone(),
        data: event.body.data.clone(),
        flags: event.flags.clone(),
        claimed_at: event.body.claimed_at,
    }
}
