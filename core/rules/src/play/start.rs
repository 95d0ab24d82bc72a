//! Setting a player up: going on from a state, or again from an earlier entry.

use super::{Held, Home, Mode, Player, Start, append};
use crate::{decided::Decided, inputs, log::refers, rulebook::Rulebook, state::State};
use regulars_model::{
    Event, EventKey, Instant, UnitId,
    event::{Rank, flag},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The earliest new entry that lies before what the state has already taken: the play must start
/// again from there.
pub fn late_entry(
    rulebook: &Rulebook,
    state: &State,
    epoch: i64,
    new: &[Event],
) -> Option<EventKey> {
    let through = state.through.as_ref()?;
    let configurations = rulebook
        .periods
        .iter()
        .filter(|period| period.epoch > epoch)
        .map(|period| settings_key(period.from));
    let events = new.iter().map(Event::key);
    configurations.chain(events).filter(|key| key <= through).min()
}

/// Whether going on from the state takes the whole history: for corrections, also those in the tail
/// of what lies before it, for totals that do not exist yet, and after a change of configuration.
pub fn needs_history(
    rulebook: &Rulebook,
    state: &State,
    home: Option<UnitId>,
    epoch: i64,
    tail: &[Event],
    new: &[Event],
) -> bool {
    let corrects = |event: &Event| {
        event.refers_to.is_some()
            || state.unmatched.iter().any(|reference| refers(reference, event))
    };
    let has_totals = || {
        let rules = rulebook.rules_now(home).iter();
        let mut inputs = rules.flat_map(|rule| &rule.any_prepared().inputs);
        inputs.all(|input| !input.is_running() || state.totals.contains_key(&input.key))
    };
    // A customer of whom nothing was taken has no history.
    state.through.is_some()
        && (epoch != rulebook.epoch()
            || new.iter().any(corrects)
            || state.is_foretold
            || tail.iter().any(|event| reaches_out(event, tail, state))
            || !has_totals())
}

/// Corrects an event that is known, but not in the tail.
fn reaches_out(event: &Event, tail: &[Event], state: &State) -> bool {
    event.refers_to.as_ref().is_some_and(|reference| {
        !state.unmatched.contains(reference) && !tail.iter().any(|target| refers(reference, target))
    })
}

/// Where a configuration in force from an instant stands in the log.
pub fn settings_key(from: Instant) -> EventKey {
    EventKey { at: from, rank: Rank::Settings, source: "".into(), source_id: "".into() }
}

impl Player {
    /// Goes on from `start.state`. Events of the log up to `state.through` count as taken.
    pub fn new(rulebook: Arc<Rulebook>, mut start: Start) -> Player {
        start.log.retain(|event| !event.is_flagged(flag::WITHDRAWN));
        let first = start.log.events().first().map_or(start.until, |event| event.occurred_at);
        let (taken, period) = match &start.state.through {
            Some(through) => (
                start.log.events().partition_point(|event| event.key() <= *through),
                rulebook
                    .periods
                    .partition_point(|period| period.epoch <= start.epoch)
                    .saturating_sub(1),
            ),
            None => (0, rulebook.position_at(first)),
        };
        let home = match &start.state.through {
            Some(through) => start.person.home_after(through).clone(),
            None => start
                .person
                .homes_before
                .first()
                .map_or(&start.person.home, |(_, home)| home)
                .clone(),
        };
        let mut player = Player::at(rulebook, start, home, taken, period);
        if player.log.is_complete() {
            player.rebuild(None);
        }
        player
    }

    /// Plays again from `from`: restores what plugins owned just before it out of `decisions`, and
    /// takes every entry from there on.
    pub fn replay<'a>(
        rulebook: Arc<Rulebook>,
        mut start: Start,
        from: &EventKey,
        decisions: impl Iterator<Item = &'a Decided> + Clone,
    ) -> Player {
        start.state = State::restore(decisions.clone(), from);
        let held = decisions.clone().filter(|decided| decided.fault.is_some());
        let held = held.filter_map(|own| {
            let held = Held { fault: own.fault.clone()?, history: own.history };
            Some(((own.key.clone(), own.plugin.clone()), held))
        });
        let held = held.collect();
        let standing = append::standing_before(decisions.clone(), from);
        start.log.retain(|event| standing.contains_key(&event.key()));
        let state_only = standing.into_iter().filter(|(_, is_state_only)| *is_state_only);
        let state_only = state_only.map(|(key, _)| key).collect();
        let work = decisions.flat_map(|decided| {
            let of_plugin = |outcome: &crate::Outcome| {
                let identity = outcome.work_identity()?;
                Some(((decided.plugin.clone(), identity), outcome.outcome))
            };
            decided.effects.iter().filter_map(of_plugin)
        });
        if matches!(start.mode, Mode::Live) {
            start.mode = Mode::Replay(work.collect());
        }
        let taken = start.log.events().partition_point(|event| event.key() < *from);
        let earlier = rulebook.periods.partition_point(|period| settings_key(period.from) < *from);
        let home = start.person.home_before(from).clone();
        let mut player = Player::at(rulebook, start, home, taken, earlier.saturating_sub(1));
        player.held = held;
        player.state_only = state_only;
        player.rebuild(Some(from));
        player
    }

    fn at(
        rulebook: Arc<Rulebook>,
        start: Start,
        home: Home,
        taken: usize,
        period: usize,
    ) -> Player {
        Player {
            tag: start.tag,
            rulebook,
            person: start.person,
            home,
            log: start.log,
            state: start.state,
            period,
            taken,
            until: start.until,
            mode: start.mode,
            state_only_through: None,
            held: BTreeMap::new(),
            state_only: BTreeSet::new(),
            appended: BTreeSet::new(),
            withdrawn: Vec::new(),
            needs_history: false,
            is_unsure: false,
            listens: false,
            overheard: Vec::new(),
            entry: None,
            asked: Vec::new(),
            decided: Vec::new(),
            fared: Vec::new(),
            answers: 0,
        }
    }

    /// Makes what is derived from the events alone anew, as of the events taken; with `from`, also
    /// the expiries that lie from there on.
    fn rebuild(&mut self, from: Option<&EventKey>) {
        let taken = self.taken;
        self.state.consents.clear();
        self.state.has_purchased = false;
        for event in &self.log.events()[..taken] {
            self.state.take_event(event);
        }
        self.state.is_foretold = (0..taken).any(|index| self.log.is_foretold(index));
        self.state.totals.clear();
        for rule in self.rules().to_vec() {
            inputs::rebuild_all(&rule, &self.log, taken, self.home.currency, &mut self.state);
            if let Some(from) = from {
                let now = if from.rank > Rank::Expiry { from.at } else { from.at.minus(1) };
                self.read_expiry(&rule, now);
            }
        }
    }
}
