//! A customer as of an instant. Two questions that are never mixed: what the log as it stands today
//! says of then, and what was on record on a day, late events and corrections still unknown.

use super::ExplainQuery;
use crate::{
    Ctx, Engine, Problem,
    configuration::Configuration,
    record::Loaded,
    write::{read_decision, read_decisions},
};
use regulars_model::{CustomerId, DecisionId, Event, EventKey, Instant};
use regulars_rules::{
    Decided, Log, Player, Rulebook, State, drive,
    play::{Mode, Person, Revision, Start, after, log_before, onward, revise},
};
use regulars_store::FullCustomer;
use std::sync::Arc;

pub(super) struct AsOf {
    pub at: Instant,
    pub known_at: Option<Instant>,
    pub customer: Loaded,
    /// As of `at`.
    pub person: Person,
    /// What is in force today: it also knows what every version was called.
    pub configuration: Arc<Configuration>,
    /// What was configured, as far as that is known to the question.
    pub then: Arc<Configuration>,
    /// Of `then`, with health counted apart; of the past, without what came into force later.
    rulebook: Arc<Rulebook>,
    /// Those before the end of `at`, in the order of the log.
    pub decisions: Vec<Standing>,
    pub log: Log,
    pub state: State,
}

pub(super) struct Standing {
    /// None of one that is due and not yet on record.
    pub id: Option<DecisionId>,
    pub decided: Decided,
}

impl Engine {
    pub(super) async fn as_of(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        query: &ExplainQuery,
    ) -> Result<AsOf, Problem> {
        let (customer, full) = self.load_seen_full(ctx, id).await?;
        let configuration = self.configuration();
        let person = customer.person(&configuration.units, &full.events);
        let through = customer.state.through.as_ref().map(|key| key.at);
        let latest = through.map_or(ctx.now, |through| through.max(ctx.now));
        let at = query.at.or(query.known_at).unwrap_or(latest);
        let (then, mut rulebook, decisions, events) = match query.known_at {
            None => {
                let rulebook = configuration.rulebook_apart(&self.inner.library);
                let (decisions, events) =
                    up_to_date(&configuration, rulebook.clone(), &customer, full, latest)?;
                (configuration.clone(), rulebook, decisions, events)
            }
            Some(known_at) => {
                let then = self.configuration_known_at(known_at).await?;
                let decisions = self.decisions_known_at(id, known_at).await?;
                let rulebook = then.rulebook.clone();
                (then, rulebook, decisions, known(full.events, known_at))
            }
        };
        if at < ctx.now {
            let in_force = rulebook.position_at(at) + 1;
            Arc::make_mut(&mut rulebook).periods.truncate(in_force);
        }
        let (decisions, log, state) = fold(at, decisions, events);
        Ok(AsOf {
            at,
            known_at: query.known_at,
            customer,
            person: person.before(&after(at)),
            configuration,
            then,
            rulebook,
            decisions,
            log,
            state,
        })
    }

    /// Every version of a rule that was on record by then, also where it was later dated back.
    async fn configuration_known_at(
        &self,
        known_at: Instant,
    ) -> Result<Arc<Configuration>, Problem> {
        let mut rows = self.inner.store.load_configuration().await?;
        self.inner.library.fetch(&self.inner.store, &rows.packages).await?;
        self.inner.library.fetch_tables(&self.inner.store, &rows.settings).await?;
        rows.settings.retain(|row| row.created_at <= known_at);
        Ok(Arc::new(Configuration::build(rows, &self.inner.library.apart())?))
    }

    async fn decisions_known_at(
        &self,
        id: CustomerId,
        known_at: Instant,
    ) -> Result<Vec<Standing>, Problem> {
        let rows = self.inner.store.list_decisions_known_at(id, known_at).await?;
        let read =
            rows.iter().map(|row| Ok(Standing { id: Some(row.id), decided: read_decision(row)? }));
        read.collect()
    }
}

/// What plugins appended is told by the decisions of then, whatever became of it since.
fn known(mut events: Vec<Event>, known_at: Instant) -> Vec<Event> {
    events.retain(|event| event.is_appended() || event.recorded_at <= known_at);
    events
}

/// What is due by now and not yet decided is decided first, as a write would; nothing is written.
fn up_to_date(
    configuration: &Configuration,
    rulebook: Arc<Rulebook>,
    customer: &Loaded,
    full: FullCustomer,
    now: Instant,
) -> Result<(Vec<Standing>, Vec<Event>), Problem> {
    let decided = read_decisions(&full.decisions)?;
    let stands = |(row, decided): (&regulars_store::DecisionRow, Decided)| Standing {
        id: Some(row.id),
        decided,
    };
    let is_due = customer.epoch < rulebook.epoch() || customer.state.due_at() <= now;
    if customer.state.through.is_none() || !is_due {
        return Ok((full.decisions.iter().zip(decided).map(stands).collect(), full.events));
    }
    let start = Start {
        tag: 0,
        person: customer.person(&configuration.units, &full.events),
        state: customer.state.clone(),
        log: Log::new(full.events, true),
        epoch: customer.epoch,
        until: now,
        mode: Mode::Live,
    };
    let (player, from) = onward(rulebook, start, &[], &decided);
    let mut played = None;
    drive(std::iter::once(player), 1, |player| played = Some(player.finish()));
    let played = played.ok_or_else(|| Problem::internal("a play without an end"))?;
    let Revision { voided, added } = revise(&decided, from.as_ref(), played.decided);
    let standing = full.decisions.iter().zip(decided).map(stands).enumerate();
    let standing = standing.filter(|(position, _)| !voided.contains(position));
    let mut all: Vec<Standing> = standing.map(|(_, stands)| stands).collect();
    all.extend(added.into_iter().map(|decided| Standing { id: None, decided }));
    Ok((all, played.log.into_events()))
}

/// What of it lies before the end of `at`, and what that comes to.
fn fold(
    at: Instant,
    mut decisions: Vec<Standing>,
    events: Vec<Event>,
) -> (Vec<Standing>, Log, State) {
    let from = after(at);
    decisions.retain(|standing| standing.decided.key < from);
    // Two configurations may have come at one instant: the later one is the later decision.
    decisions.sort_by(|left, right| {
        let [left, right] = [left, right].map(|own| (&own.decided.key, own.decided.epoch));
        left.cmp(&right)
    });
    let decided = || decisions.iter().map(|standing| &standing.decided);
    let log = log_before(&events, decided(), &from);
    let state = State::restore(decided(), &from);
    (decisions, log, state)
}

impl AsOf {
    /// The customer again from a place on, with no event after `at`, and nothing given to anybody.
    pub fn player(&self, from: &EventKey, until: Instant) -> Player {
        let start = Start {
            tag: 0,
            person: self.person.clone(),
            state: State::default(),
            log: Log::new(self.log.events().to_vec(), true),
            epoch: self.rulebook.epoch(),
            until,
            mode: Mode::History,
        };
        let decided = self.decisions.iter().map(|standing| &standing.decided);
        Player::replay(self.rulebook.clone(), start, from, decided)
    }

    /// Whether time brings anything after an instant that was played up to.
    pub fn is_more_after(&self, state: &State, end: Instant) -> bool {
        let is_planned = self.rulebook.periods.last().is_some_and(|period| period.from > end);
        is_planned || state.due_at() < Instant::NEVER
    }
}
