//! One group of jobs, from reading to answering.

use super::{Change, Intent, Job, Origin, Plan, Plays, Scene, build, change::respond};
use crate::{
    Ctx, Inner, Problem, Trail,
    authorise::Action,
    configuration::Configuration,
    once::{known, read_first},
    problem::Code,
    record::{Loaded, changes_home},
    sentences,
    sight::may_see,
    view::Reply,
};
use regulars_model::{CustomerId, Event};
use regulars_rules::play::{Mode, Played as Outcome, late_entry, needs_history};
use regulars_store::{
    CommitOutcome, Find, FullCustomer, IdempotencyRow, LoadRequest, Loaded as StoreLoaded,
};
use std::sync::Arc;

/// Another process may win this often before we give up; each time the customer is decided anew.
const ATTEMPTS_MAX: u32 = 200;

/// A job whose change is planned.
struct Planned {
    job: Job,
    intent: Intent,
    tail: Vec<Event>,
    full: Option<FullCustomer>,
}

pub(super) async fn run(engine: &Arc<Inner>, jobs: Vec<Job>) {
    let requests = jobs.iter().map(|job| request(engine, job)).collect();
    match load(engine, requests).await {
        Ok((configuration, members)) => {
            let mut planned = Vec::with_capacity(jobs.len());
            for (job, member) in jobs.into_iter().zip(members) {
                if let Some(ready) = plan(engine, &configuration, job, member).await {
                    planned.push(ready);
                }
            }
            if !planned.is_empty() {
                decide_and_commit(engine, &configuration, planned).await;
            }
        }
        Err(problem) => {
            for job in jobs {
                let _ = job.reply.send(Err(problem.clone()));
            }
        }
    }
}

fn request(engine: &Inner, job: &Job) -> LoadRequest {
    LoadRequest {
        find: job.find.clone(),
        source_claim: job.source_claim,
        idempotency: job.ctx.idempotency.map(|idempotency| idempotency.key),
        tail_us: engine.configuration().rulebook.tail_us(),
    }
}

/// One query for the whole group. A configuration older than the one read is loaded anew first.
async fn load(
    engine: &Arc<Inner>,
    requests: Vec<LoadRequest>,
) -> Result<(Arc<Configuration>, Vec<StoreLoaded>), Problem> {
    let loaded = engine.store.load_group(&requests).await?;
    let configuration = engine.configuration();
    if loaded.stamp.revision == configuration.stamp.revision {
        return Ok((configuration, loaded.members));
    }
    // The new rules may need a longer tail, so what was read does not count.
    let configuration = engine.reload().await?;
    let tail_us = configuration.rulebook.tail_us();
    let requests: Vec<_> =
        requests.into_iter().map(|request| LoadRequest { tail_us, ..request }).collect();
    Ok((configuration, engine.store.load_group(&requests).await?.members))
}

/// Answers at once where there is nothing to write; otherwise gives back the planned change.
async fn plan(
    engine: &Arc<Inner>,
    configuration: &Arc<Configuration>,
    mut job: Job,
    member: StoreLoaded,
) -> Option<Planned> {
    match try_plan(engine, configuration, &mut job, member).await {
        Ok(Planning::Ready(intent, tail, full)) => {
            return Some(Planned { job, intent: *intent, tail, full: full.map(|full| *full) });
        }
        Ok(Planning::Known(reply)) => drop(job.reply.send(Ok(reply))),
        Ok(Planning::Answered(reply)) => {
            let kept = keep(engine, &job.ctx, reply).await;
            let _ = job.reply.send(kept);
        }
        Ok(Planning::Stale) => {
            settle(engine, job, Reply::empty(0), CommitOutcome::Stale);
        }
        Err(problem) => drop(job.reply.send(Err(problem))),
    }
    None
}

enum Planning {
    Ready(Box<Intent>, Vec<Event>, Option<Box<FullCustomer>>),
    /// There is nothing to write.
    Answered(Reply),
    /// What was answered first.
    Known(Reply),
    /// The customer was written between two reads.
    Stale,
}

async fn try_plan(
    engine: &Arc<Inner>,
    configuration: &Arc<Configuration>,
    job: &mut Job,
    member: StoreLoaded,
) -> Result<Planning, Problem> {
    if let Some(first) = known(&job.ctx, member.idempotency)? {
        return read_first(&first).map(Planning::Known);
    }
    let meant = member.customer.as_ref().map(Loaded::read).transpose()?;
    let is_seen = |meant: &&Loaded| may_see(&job.ctx.actor, &configuration.units, meant);
    let customer = meant.as_ref().filter(is_seen);
    let hidden = meant.as_ref().filter(|meant| !is_seen(meant));
    let mut full = None;
    loop {
        let scene = Scene {
            ctx: &job.ctx,
            configuration,
            claims: &member.claims,
            source: member.source_claim.as_ref(),
            customer,
            hidden,
            full: full.as_ref(),
        };
        match (job.plan)(&scene)? {
            Plan::Answer(reply) => return Ok(Planning::Answered(reply)),
            Plan::Repeat { same, sent } => {
                let Some(claim) = &member.source_claim else {
                    return Err(Problem::internal("a repeat without its claim"));
                };
                return crate::events::first_answer(
                    engine,
                    configuration,
                    &job.ctx,
                    claim,
                    same,
                    &sent,
                )
                .await
                .map(Planning::Answered);
            }
            Plan::NeedsFull if full.is_none() => {
                full = match customer {
                    Some(customer) => engine.store.load_full(customer.id).await?,
                    None => None,
                };
            }
            Plan::NeedsFull => return Err(Problem::internal("a plan that is never content")),
            Plan::Write(mut intent) => {
                if full.is_none() && needs_full(configuration, &intent, &member.tail) {
                    full = engine.store.load_full(intent.customer.id).await?;
                }
                let read = meant.as_ref().map(|read| read.version);
                if full.as_ref().is_some_and(|full| Some(full.customer.version) != read) {
                    return Ok(Planning::Stale);
                }
                if !intent.is_new && job.ctx.action().map(Action::trail) == Some(Trail::Change) {
                    intent.before = customer.cloned().map(Box::new);
                }
                // Of whoever is new nothing was read, even where the identities led to somebody unseen.
                let tail = if intent.is_new { Vec::new() } else { member.tail };
                return Ok(Planning::Ready(intent, tail, full.map(Box::new)));
            }
        }
    }
}

fn needs_full(configuration: &Configuration, intent: &Intent, tail: &[Event]) -> bool {
    let events: Vec<Event> = intent.facts.iter().map(|fact| fact.event.clone()).collect();
    let rulebook = &configuration.rulebook;
    let (state, epoch) = (&intent.customer.state, intent.customer.epoch);
    let home = intent.customer.home_unit_id;
    let consents = events.iter().any(|event| *event.kind == *regulars_model::event::kind::CONSENT);
    !intent.is_new
        && (consents
            || intent.again.is_some()
            || events.iter().any(changes_home)
            || needs_history(rulebook, state, home, epoch, tail, &events)
            || late_entry(rulebook, state, epoch, &events).is_some())
}

/// What needed no change is answered the same when it is sent again.
async fn keep(engine: &Inner, ctx: &Ctx, reply: Reply) -> Result<Reply, Problem> {
    match engine.keep(ctx, row(ctx, &reply)).await? {
        Some(first) => read_first(&first),
        None => Ok(reply),
    }
}

fn row(ctx: &Ctx, reply: &Reply) -> Option<IdempotencyRow> {
    Some(IdempotencyRow { status: reply.status.into(), ..ctx.answer(reply)? })
}

/// A planned change that was played to its end.
struct Played {
    job: Job,
    intent: Intent,
    origin: Origin,
    outcome: Outcome,
}

/// Plays all of them; those that take the whole log, as what a plugin appends does, once more.
async fn decide(
    engine: &Arc<Inner>,
    configuration: &Configuration,
    planned: Vec<Planned>,
) -> Vec<Played> {
    let (mut decided, short) = play(configuration, planned);
    let mut again = Vec::with_capacity(short.len());
    for Played { job, intent, .. } in short {
        match engine.store.load_full(intent.customer.id).await {
            // If somebody wrote it since, the commit will find that this is stale.
            Ok(full) => again.push(Planned { job, intent, tail: Vec::new(), full }),
            Err(error) => drop(job.reply.send(Err(error.into()))),
        }
    }
    let (whole, short) = play(configuration, again);
    decided.extend(whole);
    for Played { job, .. } in short {
        let _ = job.reply.send(Err(Problem::internal("the whole log was not enough")));
    }
    decided
}

/// Those that came to their end, and those for which the tail of the log was too short.
fn play(configuration: &Configuration, planned: Vec<Planned>) -> (Vec<Played>, Vec<Played>) {
    let mut plays = Plays::default();
    let mut members: Vec<(Job, Intent)> = Vec::with_capacity(planned.len());
    for Planned { job, intent, tail, full } in planned {
        match plays.prepare(configuration, &intent, tail, full, job.ctx.now, Mode::Live) {
            Ok(()) => members.push((job, intent)),
            Err(problem) => drop(job.reply.send(Err(problem))),
        }
    }
    let window = members.len();
    let played = members.into_iter().zip(plays.play(window));
    let played =
        played.map(|((job, intent), (outcome, origin))| Played { job, intent, origin, outcome });
    played.partition(|played| !played.outcome.needs_history)
}

async fn decide_and_commit(
    engine: &Arc<Inner>,
    configuration: &Arc<Configuration>,
    planned: Vec<Planned>,
) {
    let decided = decide(engine, configuration, planned).await;
    let mut waiting = Vec::with_capacity(decided.len());
    let mut changesets = Vec::with_capacity(decided.len());
    for Played { job, intent, mut origin, mut outcome } in decided {
        // Whether work was given before is asked only when there is work.
        if origin.full.is_none() && !intent.is_new && super::work_rows::gives_work(&outcome.decided)
        {
            match engine.store.load_full(intent.customer.id).await {
                Ok(full) => origin.full = full,
                Err(error) => {
                    let _ = job.reply.send(Err(error.into()));
                    continue;
                }
            }
        }
        let is_preview = intent.is_preview;
        let customer_id = intent.customer.id;
        let fared = std::mem::take(&mut outcome.fared);
        let change = build(configuration, &engine.world, &job.ctx, intent, outcome, origin);
        let Change { mut changeset, customer, events, decided, respond: answer } = change;
        let reply = respond(&job.ctx, configuration, &customer, &events, &decided, answer);
        if is_preview {
            let _ = job.reply.send(Ok(reply));
            continue;
        }
        changeset.idempotency = row(&job.ctx, &reply);
        changesets.push(changeset);
        waiting.push((job, reply, customer_id, fared));
    }
    match engine.store.commit_group(&changesets).await {
        Ok(outcomes) => {
            for ((job, reply, customer, fared), outcome) in waiting.into_iter().zip(outcomes).rev()
            {
                if outcome == CommitOutcome::Committed {
                    engine.note(configuration, customer, job.ctx.now, &fared);
                }
                settle(engine, job, reply, outcome);
            }
        }
        Err(error) => {
            let problem = Problem::from(error);
            for (job, ..) in waiting {
                let _ = job.reply.send(Err(problem.clone()));
            }
        }
    }
}

/// Answered after the commit, or put back to be decided again.
fn settle(engine: &Arc<Inner>, mut job: Job, reply: Reply, outcome: CommitOutcome) {
    match outcome {
        CommitOutcome::Committed => drop(job.reply.send(Ok(reply))),
        CommitOutcome::Conflict(regulars_store::Conflict::Constraint(message)) => {
            let _ = job.reply.send(Err(Problem::internal(message)));
        }
        CommitOutcome::Stale | CommitOutcome::Conflict(_) if job.attempts < ATTEMPTS_MAX => {
            job.attempts += 1;
            engine.queue.push_front(job);
        }
        CommitOutcome::Stale | CommitOutcome::Conflict(_) => {
            let detail = sentences::others_were_faster();
            let _ = job.reply.send(Err(Problem::unavailable(detail)));
        }
    }
}

/// For plans: the one customer meant, or the problem that there is none or more than one.
pub(crate) fn one_holder(scene: &Scene<'_>, find: &Find) -> Result<Option<CustomerId>, Problem> {
    let mut holders: Vec<CustomerId> = scene.claims.iter().map(|(_, holder)| *holder).collect();
    holders.sort_unstable();
    holders.dedup();
    match (find, holders.as_slice()) {
        (Find::Id(id), _) => match scene.customer {
            Some(_) => Ok(Some(*id)),
            None => Err(Problem::not_found(sentences::CUSTOMER, id)),
        },
        (Find::Claims(_), []) => Ok(None),
        (Find::Claims(_), [holder]) => Ok(Some(*holder)),
        (Find::Claims(_), several) => {
            let detail = sentences::identities_differ();
            let problem = Problem::new(Code::IdentityConflict, detail);
            // None of them was looked at, so that nobody is named to whom may see some customers only.
            let sees_all = scene.ctx.actor.sees_all();
            Err(if sees_all { problem.with("customers", several) } else { problem })
        }
    }
}
