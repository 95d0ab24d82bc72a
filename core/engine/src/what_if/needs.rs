//! How much of a customer must be read to answer: mostly the state alone, which holds the running totals.

use super::candidate::Candidate;
use crate::{configuration::Configuration, record::Loaded};
use regulars_model::{Instant, UnitId};
use regulars_rules::{
    Rule,
    play::{Reach, late_entry, reach, reads_bodies, replays_bodies},
};
use std::collections::HashMap;

/// What the candidate asks of every customer; of those of a home store, where its rules are others.
pub struct Needs {
    changes: HashMap<Option<UnitId>, Change>,
    /// Of whatever is due before it.
    due: Reach,
    /// Whether rules read what stands in the bodies of events.
    pub with_bodies: bool,
}

#[derive(Clone, Copy)]
struct Change {
    reach: Reach,
    /// The windows are as long as they were.
    same_windows: bool,
}

/// What must be read of one customer, besides its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    Nothing,
    /// Events after this instant.
    Tail(Instant),
    Whole,
}

impl Needs {
    pub fn of(candidate: &Candidate) -> Needs {
        let rulebook = &candidate.would_be.rulebook;
        let homes = candidate.is.units.all().iter().map(|unit| Some(unit.id)).chain([None]);
        let last = rulebook.periods.last();
        Needs {
            changes: homes.map(|home| (home, Change::at(candidate, home))).collect(),
            due: rulebook.tail_us().map_or(Reach::Whole, Reach::Tail),
            with_bodies: match candidate.from {
                Some(_) => replays_bodies(candidate.all_rules()),
                None => last.is_some_and(|period| reads_bodies(period.all_rules())),
            },
        }
    }

    pub fn read(&self, candidate: &Candidate, customer: &Loaded, is_held: bool) -> Read {
        let (state, at) = (&customer.state, candidate.at);
        let change = self.changes.get(&customer.home_unit_id);
        let Some(Change { reach: Reach::Tail(window_us), same_windows }) = change.copied() else {
            return Read::Whole;
        };
        let Some(through) = &state.through else { return Read::Nothing };
        let rulebook = &candidate.would_be.rulebook;
        if is_held
            || customer.epoch != candidate.is.rulebook.epoch()
            || late_entry(rulebook, state, customer.epoch, &[]).is_some()
        {
            return Read::Whole;
        }
        let is_due = candidate.is_due(customer);
        let since = match self.due {
            _ if !is_due => at.minus(window_us),
            Reach::Tail(us) => through.at.minus(us.max(window_us)),
            Reach::Whole => return Read::Whole,
        };
        let in_windows = || !same_windows || state.expiries.contains_key(&candidate.plugin);
        match () {
            () if through.at <= since || !(is_due || in_windows()) => Read::Nothing,
            () if state.is_foretold => Read::Whole,
            () => Read::Tail(since),
        }
    }
}

impl Change {
    fn at(candidate: &Candidate, home: Option<UnitId>) -> Change {
        let rule = |configuration: &Configuration| {
            let rules = configuration.rulebook.rules_now(home).iter();
            { rules }.find(|rule| rule.id() == candidate.plugin).cloned()
        };
        let whole = Change { reach: Reach::Whole, same_windows: false };
        let (Some(before), Some(after)) = (rule(&candidate.is), rule(&candidate.would_be)) else {
            return whole;
        };
        let windows = |rule: &Rule| {
            let inputs = rule.any_prepared().inputs.iter();
            inputs.map(|input| (input.key.clone(), input.window)).collect::<Vec<_>>()
        };
        Change { reach: reach(&before, &after), same_windows: windows(&before) == windows(&after) }
    }
}
