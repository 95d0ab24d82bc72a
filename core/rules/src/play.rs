//! Playing a customer's log: entry by entry, each decided by the rules in force at its instant.
//!
//! A [`Player`] is one customer's play. It stops at each entry and asks; [`drive`] gathers what many
//! players ask, so that a plugin is called once for hundreds of customers.

mod answer;
mod drive;
mod entry;
mod onward;
mod start;
#[cfg(test)]
mod tests;

use crate::{
    decided::{Decided, Work, WorkIdentity},
    log::Log,
    rulebook::{Rule, Rulebook},
    state::State,
};
use jiff::tz::TimeZone;
use regulars_model::{
    Cause, Currency, Decision, EventKey, Instant, Lifecycle, PluginFault, Row, Value,
};
use std::{collections::BTreeMap, sync::Arc};

pub use drive::drive;
pub use onward::{Revision, onward, revise};
pub use start::{late_entry, needs_history, settings_key};

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

/// What rules may read of a customer that is not in the log.
#[derive(Clone)]
pub struct Person {
    /// Currency of the home store.
    pub home: Currency,
    pub zone: TimeZone,
    pub assigned: bool,
    /// Set by hand; it stands above every vote.
    pub lifecycle: Option<Lifecycle>,
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
    entry: Option<Entry>,
    asked: Vec<Ask>,
    decided: Vec<Decided>,
}

/// The entry being decided.
struct Entry {
    key: EventKey,
    cause: Cause,
    /// Position of the event in the log.
    event: Option<usize>,
}

/// One row for one rule.
pub struct Ask {
    pub rule: Arc<Rule>,
    pub settings: Arc<[Value]>,
    pub row: Row,
}

/// What came of a play.
pub struct Played {
    pub tag: usize,
    pub state: State,
    pub log: Log,
    pub epoch: i64,
    pub decided: Vec<Decided>,
}

impl Player {
    /// Takes entries up to the next that some rule is subscribed to, and leaves the rows in
    /// [`Player::asked`]; false when every entry due has been taken.
    pub fn advance(&mut self) -> bool {
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

    /// One answer per row of [`Player::asked`], in its order.
    pub fn answer(&mut self, answers: Vec<Result<Decision, PluginFault>>) {
        let asked = std::mem::take(&mut self.asked);
        let Some(entry) = self.entry.take() else { return };
        let decided_before = self.decided.len();
        for (ask, answer) in asked.into_iter().zip(answers) {
            self.settle(&entry, ask, answer);
        }
        self.count_votes(decided_before);
    }

    pub fn finish(self) -> Played {
        let epoch = self.rulebook.periods.get(self.period).map_or(0, |period| period.epoch);
        Played { tag: self.tag, state: self.state, log: self.log, epoch, decided: self.decided }
    }
}
