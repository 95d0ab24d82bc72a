//! Playing a customer's log: entry by entry, each decided by the rules in force at its instant.
//!
//! A [`Player`] is one customer's play. It stops at each entry and asks; [`drive`] gathers what many
//! players ask, so that a plugin is called once for hundreds of customers.

mod answer;
mod append;
mod as_of;
mod corrected;
mod drive;
mod entry;
mod fared;
mod home;
mod onward;
mod start;
mod successor;
mod tail;
#[cfg(test)]
mod tests;

use crate::{
    decided::{Decided, Work, WorkIdentity},
    grant::grant,
    log::Log,
    rulebook::{Rule, Rulebook},
    state::State,
};
use jiff::tz::TimeZone;
use regulars_model::{
    Cause, Condition, Currency, CustomerId, Decision, Event, EventKey, Instant, Lifecycle,
    PluginFault, Row, UnitId, Value,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub use as_of::{after, log_before};
pub use corrected::{Corrected, FieldMoved, amended, corrected};
pub use drive::{Heard, drive, step};
pub use fared::Fared;
pub use onward::{Revision, again, onward, revise};
pub use start::{late_entry, needs_history, settings_key};
pub use tail::{Reach, reach, reads_bodies, replays_bodies};

/// Where a play starts and how far it goes.
pub struct Start {
    /// Given back with the outcome, so that the caller knows whose it is.
    pub tag: usize,
    pub person: Person,
    pub state: State,
    pub log: Log,
    /// Epoch of the configuration the state was decided under.
    pub epoch: i64,
    /// Every entry due up to here is taken.
    pub until: Instant,
    pub mode: Mode,
}

/// What a play needs to know of a customer that is not in the log.
#[derive(Clone)]
pub struct Person {
    pub id: CustomerId,
    pub home: Home,
    /// What was home before each change of it, in the order of the log.
    pub homes_before: Vec<(EventKey, Home)>,
    pub assigned: bool,
    /// Set by hand; it stands above every vote.
    pub lifecycle: Option<Lifecycle>,
}

/// The home store, with its currency and business day.
#[derive(Clone, Debug, PartialEq)]
pub struct Home {
    pub unit_id: Option<UnitId>,
    pub currency: Currency,
    pub zone: TimeZone,
    pub cutoff_hour: u8,
}

pub enum Mode {
    /// As it happens.
    Live,
    /// Over imported history: state changes, no work for anybody.
    History,
    /// Again from an earlier entry, with the work that was decided before.
    Replay(BTreeMap<(String, WorkIdentity), Work>),
}

/// One customer's play.
pub struct Player {
    tag: usize,
    rulebook: Arc<Rulebook>,
    person: Person,
    /// Where the customer is at home at this point of the log.
    home: Home,
    log: Log,
    state: State,
    /// Position of the period in force in the rulebook.
    period: usize,
    /// How many events of the log have been taken.
    taken: usize,
    until: Instant,
    mode: Mode,
    /// A replay that only a new configuration called for gives no work up to here.
    state_only_through: Option<EventKey>,
    /// What stood as held when a replay began, by entry and plugin:
    /// it was never decided, so its work is not yet given.
    held: BTreeMap<(EventKey, String), Held>,
    /// Appended because of a new configuration: what follows from them gives no work either.
    state_only: BTreeSet<EventKey>,
    /// What was appended in this play.
    appended: BTreeSet<EventKey>,
    /// What was taken back in this play.
    withdrawn: Vec<Event>,
    /// Something was appended, and whether it was before only the whole log can tell.
    needs_history: bool,
    /// Whether a rule that was asked has seen the customer at all, only the whole log can tell.
    is_unsure: bool,
    /// Keeps what rules compare when settings change.
    listens: bool,
    overheard: Vec<Overheard>,
    entry: Option<Entry>,
    asked: Vec<Ask>,
    decided: Vec<Decided>,
    fared: Vec<Fared>,
    /// How often a rule has answered.
    answers: u64,
}

/// The entry being decided.
struct Entry {
    key: EventKey,
    cause: Cause,
    /// Position of the event in the log.
    event: Option<usize>,
    /// How many decisions were made before it.
    decided_before: usize,
}

/// A decision that was held.
struct Held {
    fault: PluginFault,
    history: bool,
}

/// One row for one rule.
#[derive(Clone)]
pub struct Ask {
    pub rule: Arc<Rule>,
    pub settings: Arc<[Value]>,
    pub row: Row,
}

/// What a rule compared when it came into force.
pub struct Overheard {
    pub rule: Arc<Rule>,
    pub row: Row,
    pub conditions: Vec<Condition>,
}

/// What came of a play.
pub struct Played {
    pub tag: usize,
    pub state: State,
    pub log: Log,
    pub epoch: i64,
    pub decided: Vec<Decided>,
    /// How each rule that was asked did.
    pub fared: Vec<Fared>,
    /// How often a rule has answered.
    pub answers: u64,
    /// Where in the log stands what plugins appended in this play.
    pub appended: BTreeSet<EventKey>,
    /// No longer in the log, though it was for a while.
    pub withdrawn: Vec<Event>,
    /// None of this counts: play again, with the whole log.
    pub needs_history: bool,
    /// Nor does what was overheard.
    pub is_unsure: bool,
    /// Of a player that [listens](Player::listen).
    pub overheard: Vec<Overheard>,
}

impl Player {
    /// Takes entries up to the next that some rule is subscribed to, and leaves the rows in
    /// [`Player::asked`]; false when every entry due has been taken.
    pub fn advance(&mut self) -> bool {
        if !self.asked.is_empty() {
            // A later version is asked what the one in force could not decide.
            return true;
        }
        while let Some(entry) = self.next_entry() {
            self.take(entry);
            if !self.asked.is_empty() {
                return true;
            }
        }
        false
    }

    pub fn asked(&self) -> &[Ask] {
        &self.asked
    }

    /// What all entries taken have come to.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// One answer per row of [`Player::asked`], in its order.
    pub fn answer(&mut self, answers: Vec<Result<Decision, PluginFault>>) {
        let asked = std::mem::take(&mut self.asked);
        self.answers += asked.len() as u64;
        let Some(entry) = self.entry.take() else { return };
        let mut answered = Vec::with_capacity(asked.len());
        for (ask, answer) in asked.into_iter().zip(answers) {
            let granted = answer
                .and_then(|answer| grant(&ask.rule.manifest, answer, entry.key.at))
                .and_then(|granted| self.within_rounds(&ask.rule, &entry, granted))
                .map_err(|fault| self.first_fault(&entry, &ask.rule, fault));
            self.note(&entry, &ask.rule, granted.as_ref().err());
            // Asked before anything is applied: all see the customer as it was before the entry.
            if granted.is_ok() || !self.ask_successor(&ask.rule, &entry) {
                answered.push((ask, granted));
            }
        }
        for (ask, granted) in answered {
            self.overhear(&entry, &ask, granted.as_ref());
            self.settle(&entry, ask, granted);
        }
        self.needs_history |= self.is_unsure && self.decided.len() > entry.decided_before;
        match self.asked.is_empty() {
            true => self.count_votes(&entry),
            false => self.entry = Some(entry),
        }
    }

    pub fn finish(self) -> Played {
        let epoch = self.rulebook.periods.get(self.period).map_or(0, |period| period.epoch);
        Played {
            tag: self.tag,
            state: self.state,
            log: self.log,
            epoch,
            decided: self.decided,
            fared: self.fared,
            answers: self.answers,
            appended: self.appended,
            withdrawn: self.withdrawn,
            needs_history: self.needs_history,
            is_unsure: self.is_unsure,
            overheard: self.overheard,
        }
    }

    /// From now on what rules compare when they come into force is kept.
    pub fn listen(mut self) -> Player {
        self.listens = true;
        self
    }
}
