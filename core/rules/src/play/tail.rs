//! A change of rules over the tail of a log: what lies before it stands in the state, as long as the rule
//! that comes into force adds it up as the one before did. Where that can not be told, the play says so.

use super::{Ask, Entry, Overheard, Player, entry::has_same};
use crate::{
    grant::Granted,
    inputs::Total,
    rulebook::{PreparedInput, Rule},
};
use regulars_model::{Cause, PluginFault, Value, event::Rank, input::Measure};
use std::sync::Arc;

/// How much of a customer's log it takes to ask a rule that comes into force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    Whole,
    /// Back from the instant of the change, in microseconds; 0 where the state says it all.
    Tail(i64),
}

/// When `rule` takes the place of `before`.
pub fn reach(before: &Rule, rule: &Rule) -> Reach {
    let inputs = &rule.any_prepared().inputs;
    let is_read = |input: &PreparedInput| input.is_running() || input.window.is_some();
    if !adds_up_alike(before.any_prepared(), rule.any_prepared())
        || !inputs.iter().all(is_read)
        || !takes_nothing_back(before, rule)
    {
        return Reach::Whole;
    }
    Reach::Tail(inputs.iter().filter_map(|input| input.window).max().unwrap_or(0))
}

/// The running totals of one are those of the other.
fn adds_up_alike(before: &crate::rulebook::Prepared, after: &crate::rulebook::Prepared) -> bool {
    let mut running = after.inputs.iter().filter(|input| input.is_running());
    running.all(|input| {
        let mut known = before.inputs.iter().filter(|own| own.is_running());
        known.any(|own| {
            own.key == input.key
                && own.aggregate == input.aggregate
                && own.measure == input.measure
                && own.events == input.events
                && own.filters == input.filters
        })
    })
}

/// Which events the one before appended, and whose they are, stands in the log alone.
fn takes_nothing_back(before: &Rule, rule: &Rule) -> bool {
    before.stores == rule.stores
        && !before.is_silent
        && !rule.is_silent
        && (before.hash == rule.hash || before.manifest.events.is_empty())
}

impl Player {
    pub(super) fn take_settings_over_tail(&mut self, entry: &Entry) {
        let rulebook = self.rulebook.clone();
        let unit_id = self.home.unit_id;
        let at = |period: usize| {
            let period = rulebook.periods.get(period);
            period.map_or(&[][..], |period| period.rules_at(unit_id))
        };
        self.period += 1;
        let (before, after) = (at(self.period - 1), at(self.period));
        let stays = |rule: &Arc<Rule>| after.iter().any(|other| other.id() == rule.id());
        let changed = || after.iter().filter(|rule| !has_same(before, rule));
        let is_known = |rule: &Arc<Rule>| {
            let was = before.iter().find(|was| was.id() == rule.id());
            was.is_some_and(|was| self.knows(was, rule))
        };
        if !before.iter().all(stays) || !changed().all(is_known) {
            self.needs_history = true;
            return;
        }
        for rule in changed() {
            self.drop_totals(before, rule);
            self.withdraw_undeclared(rule, entry);
        }
        for rule in changed() {
            self.is_unsure |= !self.has_surely_seen(rule);
            self.ask(rule, entry);
        }
    }

    fn knows(&self, was: &Rule, rule: &Rule) -> bool {
        let home = self.home.currency;
        let has_totals = |rule: &Rule| {
            let mut running = rule.prepared(home).inputs.iter().filter(|input| input.is_running());
            running.all(|input| self.state.totals.contains_key(&input.key))
        };
        takes_nothing_back(was, rule)
            && adds_up_alike(was.prepared(home), rule.prepared(home))
            && has_totals(rule)
    }

    /// Those that the rule adds up no more.
    fn drop_totals(&mut self, before: &[Arc<Rule>], rule: &Rule) {
        let home = self.home.currency;
        let of = |rule: &Rule| rule.prepared(home).clone();
        let after = of(rule);
        for was in before.iter().filter(|was| was.id() == rule.id()) {
            for input in of(was).inputs.iter().filter(|input| input.is_running()) {
                let mut running = after.inputs.iter().filter(|own| own.is_running());
                if !running.any(|own| own.key == input.key) {
                    self.state.totals.remove(&input.key);
                }
            }
        }
    }

    /// Asked is only who has seen an event of the customer, and nothing else sets or counts anything.
    fn has_surely_seen(&self, rule: &Rule) -> bool {
        let (state, id) = (&self.state, rule.id());
        let owns = state.fields.contains_key(id)
            || state.lifecycle.contains_key(id)
            || state.wakes.contains_key(id)
            || state.expiries.contains_key(id)
            || state.tags.values().any(|owners| owners.contains(id));
        let mut inputs = rule.prepared(self.home.currency).inputs.iter();
        let happened = || {
            let through = self.state.through.as_ref();
            state.has_purchased
                || !state.consents.is_empty()
                || through.is_some_and(|key| key.rank >= Rank::Event)
        };
        owns || inputs.any(|input| state.totals.get(&input.key).is_some_and(has_counted))
            || (rule.stores.is_none() && happened())
    }

    pub(super) fn overhear(
        &mut self,
        entry: &Entry,
        ask: &Ask,
        answer: Result<&Granted, &PluginFault>,
    ) {
        if !self.listens || entry.cause != Cause::Settings {
            return;
        }
        if let Ok(granted) = answer {
            let conditions = granted.0.conditions.clone();
            let (rule, row) = (ask.rule.clone(), ask.row.clone());
            self.overheard.push(Overheard { rule, row, conditions });
        }
    }
}

/// At least one event. A sum of 0 may be of none, or of several that cancel out.
fn has_counted(total: &Total) -> bool {
    match total {
        Total::Number(number) => *number != 0,
        Total::One(value) => *value != Value::Null,
        Total::Days(days) => !days.is_empty(),
        Total::Texts(texts) => !texts.is_empty(),
        Total::Weights(weights) => !weights.is_empty(),
    }
}

/// Whether what windows count stands in the bodies of events: lines, or data.
pub fn reads_bodies<'a>(rules: impl Iterator<Item = &'a Arc<Rule>>) -> bool {
    let inputs = rules.flat_map(|rule| &rule.any_prepared().inputs);
    inputs.filter(|input| input.window.is_some()).any(is_of_bodies)
}

/// Whether anything a rule reads of the log stands there.
pub fn replays_bodies<'a>(mut rules: impl Iterator<Item = &'a Arc<Rule>>) -> bool {
    rules.any(|rule| {
        let mut reads = rule.event_reads.iter();
        reads.any(|name| name.starts_with("line.") || name.starts_with("data."))
            || rule.any_prepared().inputs.iter().any(is_of_bodies)
    })
}

fn is_of_bodies(input: &PreparedInput) -> bool {
    let is_of_body =
        |measure: &Measure| measure.is_of_lines() || matches!(measure, Measure::Data(_));
    is_of_body(&input.measure) || input.filters.iter().any(|own| is_of_body(&own.measure))
}
