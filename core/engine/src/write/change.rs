//! From a play to the rows of one changeset.

use super::{
    Done, Intent, RespondFn,
    appended::{Appended, appended},
    correction::{Before, Writer},
    kept::{self, KeptResult},
    work_rows as work,
};
use crate::{
    Ctx, Problem,
    audit::{ByHand, of_write},
    configuration::Configuration,
    ctx::World,
    record::{Loaded, to_json},
    view::Reply,
};
use regulars_model::{DecisionId, Event, EventKey, event::flag};
use regulars_rules::{
    Decided, Log,
    play::{Played, revise},
};
use regulars_store::{
    Changeset, CustomerWrite, DecisionOutcome, DecisionRow, FullCustomer, SourceClaimRow,
};

/// What a play started from.
pub(crate) struct Origin {
    /// Where it started again, if it did.
    pub from: Option<EventKey>,
    /// The decisions in force then; with `full` in the order of its rows.
    pub decisions: Vec<Decided>,
    pub full: Option<FullCustomer>,
}

/// A changeset, and what the answer is made of.
pub(crate) struct Change {
    pub changeset: Changeset,
    pub customer: Loaded,
    pub events: Vec<Event>,
    pub decided: Vec<Decided>,
    pub respond: RespondFn,
}

pub(crate) fn build(
    configuration: &Configuration,
    world: &World,
    ctx: &Ctx,
    intent: Intent,
    played: Played,
    origin: Origin,
) -> Change {
    let mut customer = intent.customer;
    let index_before = intent.index_before;
    let Appended { written, flagged } = appended(&played, origin.full.as_ref(), ctx);
    let (state, epoch) = (std::mem::replace(&mut customer.state, played.state), customer.epoch);
    let within_epoch = epoch == played.epoch;
    customer.epoch = played.epoch;
    let (mut events, event_flags) = flag_events(&intent.facts, &played.log, &mut customer);
    events.sort_by(Event::log_order);
    let revision = revise(&origin.decisions, origin.from.as_ref(), played.decided);
    let mut changeset = Changeset::of(if intent.is_new {
        CustomerWrite::Insert(customer.row())
    } else if within_epoch {
        CustomerWrite::UpdateWithinEpoch(customer.row())
    } else {
        CustomerWrite::Update(customer.row())
    });
    let by_hand = ByHand {
        before: intent.before.as_deref(),
        identities: &intent.identities,
        tasks: &intent.tasks,
        messages: &intent.messages,
    };
    changeset.audit =
        of_write(configuration, world, ctx, &by_hand, &customer, origin.full.as_ref());
    changeset.identities = intent.identities;
    changeset.events = events.clone();
    changeset.event_flags = event_flags;
    changeset.event_flags.extend(flagged);
    changeset.appended = written;
    changeset.source_claims = intent
        .facts
        .iter()
        .map(|fact| SourceClaimRow {
            hash: fact.claim,
            customer_id: customer.id,
            event_id: fact.event.id,
            occurred_at: fact.event.occurred_at,
            content_hash: fact.content,
        })
        .collect();
    changeset.voided_at = ctx.now;
    if let Some(full) = &origin.full {
        let rows = revision.voided.iter().map(|position| &full.decisions[*position]);
        changeset.voided = rows.map(|row| (row.at, row.id)).collect();
    }
    changeset.tasks = intent.tasks;
    changeset.messages = intent.messages;
    let full = origin.full.as_ref();
    work::give(configuration, world, ctx, &customer, &revision.added, &mut changeset, full);
    if let Some(full) = full {
        let gone = revision.voided.iter().map(|position| &origin.decisions[*position]);
        work::withdraw(gone, &revision.added, full, ctx.now, &mut changeset);
    }
    let facts: Vec<&Event> = intent.facts.iter().map(|fact| &fact.event).collect();
    let (from, decisions) = (origin.from.as_ref(), &*origin.decisions);
    let before = Before { state: &state, epoch, decisions, from, full, facts: &facts };
    let writer = Writer { configuration, world, ctx, customer: &customer };
    changeset.corrections = writer.corrections(&before, &revision, &played.log, &changeset);
    let added = revision.added;
    changeset.decisions =
        added.iter().map(|decided| decision_row(decided, &customer, world, ctx)).collect();
    if let Some(issuing) = intent.issuing {
        issuing.write(configuration, world, ctx, &customer, full, &mut changeset);
    }
    work::withhold(&customer, full, &mut changeset);
    changeset.field_values = index_changes(&index_before, &customer.index());
    Change { changeset, customer, events, decided: added, respond: intent.respond }
}

pub(crate) fn respond(
    ctx: &Ctx,
    configuration: &Configuration,
    customer: &Loaded,
    events: &[Event],
    decided: &[Decided],
    answer: RespondFn,
) -> Reply {
    answer(&Done { ctx, configuration, customer, events, decided })
}

type Index = std::collections::BTreeMap<String, String>;

fn index_changes(before: &Index, after: &Index) -> Vec<(String, Option<String>)> {
    let gone = before.keys().filter(|field| !after.contains_key(*field));
    let set = after.iter().filter(|(field, value)| before.get(*field) != Some(value));
    gone.map(|field| (field.clone(), None))
        .chain(set.map(|(field, value)| (field.clone(), Some(value.clone()))))
        .collect()
}

/// Flags that depend on the rest of the log: set on the new events, changed on stored ones.
fn flag_events(
    facts: &[crate::fact::Fact],
    log: &Log,
    customer: &mut Loaded,
) -> (Vec<Event>, Vec<(EventKey, Vec<String>)>) {
    let mut events: Vec<Event> = facts.iter().map(|fact| fact.event.clone()).collect();
    let mut changed = Vec::new();
    if !log.is_complete() {
        return (events, changed);
    }
    customer.state.unmatched.clear();
    for (index, event) in log.events().iter().enumerate() {
        let Some(reference) = &event.refers_to else { continue };
        let unmatched = log.is_unmatched(index);
        if unmatched {
            customer.state.unmatched.push(reference.clone());
        }
        let exceeds = log.target(index).is_some_and(|target| log.is_exceeded(target));
        let mut flags = event.flags.clone();
        set_flag(&mut flags, flag::UNMATCHED, unmatched);
        set_flag(&mut flags, flag::EXCEEDS_PURCHASE, exceeds);
        if flags != event.flags {
            match events.iter_mut().find(|new| new.id == event.id) {
                Some(new) => new.flags = flags,
                None => changed.push((event.key(), flags)),
            }
        }
    }
    (events, changed)
}

fn set_flag(flags: &mut Vec<String>, flag: &str, present: bool) {
    let known = flags.iter().position(|own| own == flag);
    match (known, present) {
        (None, true) => flags.push(flag.to_owned()),
        (Some(position), false) => drop(flags.remove(position)),
        _ => {}
    }
}

pub(super) fn decision_row(
    decided: &Decided,
    customer: &Loaded,
    world: &World,
    ctx: &Ctx,
) -> DecisionRow {
    let outcome = match &decided.fault {
        Some(fault) if fault.code == regulars_model::decide::PluginFaultCode::NotGranted => {
            DecisionOutcome::Refused
        }
        Some(_) => DecisionOutcome::Held,
        None if decided.effects.iter().any(|effect| effect.outcome.is_applied()) => {
            DecisionOutcome::Applied
        }
        None => DecisionOutcome::Lost,
    };
    let left_out = decided.effects.iter().filter(|outcome| outcome.is_left_out()).count();
    DecisionRow {
        customer_id: customer.id,
        at: decided.key.at,
        rank: decided.key.rank,
        plugin_id: decided.plugin.clone(),
        id: DecisionId(world.new_id()),
        event_id: decided.event_id,
        cause: to_json(&decided.cause),
        plugin_version: decided.plugin_version.clone(),
        settings_version: decided.settings_version,
        epoch: decided.epoch,
        recorded_at: ctx.now,
        voided_at: None,
        outcome,
        request: to_json(&decided.request),
        result: to_json(&KeptResult::of(decided)),
        history: decided.history,
        fault: decided.fault.as_ref().map(|fault| fault.code.to_string()),
        left_out: i64::try_from(left_out).ok().filter(|count| *count > 0),
    }
}

pub(crate) fn read_decision(row: &DecisionRow) -> Result<Decided, Problem> {
    let corrupt = |error| Problem::internal(format!("decision {} cannot be read: {error}", row.id));
    kept::read(row).map_err(corrupt)
}

pub(crate) fn read_decisions(rows: &[DecisionRow]) -> Result<Vec<Decided>, Problem> {
    rows.iter().map(read_decision).collect()
}
