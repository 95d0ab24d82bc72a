//! What people would be given: tasks, messages, vouchers, points, and the money in them.

use super::{
    candidate::Candidate,
    compared::Compared,
    report::{MoneyCount, WorkCount},
};
use crate::configuration::Configuration;
use regulars_model::{
    Cause, Currency, Effect, Money, Shape, Value, decide::Filled, manifest::Template,
};
use regulars_rules::{Decided, Outcome, decided::WorkIdentity};
use std::{collections::BTreeMap, sync::Arc};

/// By plugin, sort and kind.
#[derive(Default)]
pub struct Work(BTreeMap<(String, &'static str, String), Counted>);

#[derive(Clone, Default)]
struct Counted {
    before: u64,
    after: u64,
    points_before: i64,
    points_after: i64,
    /// Before and after.
    money: BTreeMap<Currency, (i64, i64)>,
}

impl Work {
    /// How many decisions fail under the candidate.
    pub fn count(&mut self, candidate: &Candidate, compared: &Compared) -> u64 {
        let mut held = 0;
        let home = candidate.is.units.or_organisation(compared.customer.home_unit_id).currency;
        for decided in following(candidate, &compared.decided_after) {
            held += u64::from(decided.fault.is_some());
            for given in work_of(decided) {
                // What people have is not given again.
                if candidate.from.is_none() && compared.has_given(&given) {
                    continue;
                }
                let money = given.money(&candidate.would_be);
                let counted = self.0.entry(given.counted_as()).or_default();
                counted.after += 1;
                counted.points_after += given.points();
                if let Some(money) = money {
                    counted.money.entry(home).or_default().1 += money;
                }
            }
        }
        if candidate.from.is_some() {
            for given in compared.decided_before.iter().flat_map(work_of) {
                let money = given.money(&candidate.is);
                let counted = self.0.entry(given.counted_as()).or_default();
                counted.before += 1;
                counted.points_before += given.points();
                if let Some(money) = money {
                    counted.money.entry(home).or_default().0 += money;
                }
            }
        }
        held
    }

    pub fn add(&mut self, other: Work) {
        for (key, counted) in other.0 {
            let own = self.0.entry(key).or_default();
            own.before += counted.before;
            own.after += counted.after;
            own.points_before += counted.points_before;
            own.points_after += counted.points_after;
            for (currency, (before, after)) in counted.money {
                let own = own.money.entry(currency).or_default();
                *own = (own.0 + before, own.1 + after);
            }
        }
    }

    pub fn report(self) -> Vec<WorkCount> {
        self.0.into_iter().map(work_count).collect()
    }
}

/// Decisions that are made because of the candidate, where it is put in force now.
fn following<'a>(
    candidate: &Candidate,
    decided: &'a [Decided],
) -> impl Iterator<Item = &'a Decided> {
    let (is_replay, epoch) = (candidate.from.is_some(), candidate.epoch);
    decided
        .iter()
        .filter(move |own| is_replay || (own.epoch == epoch && own.cause == Cause::Settings))
}

/// Whether anything would follow that people have been given, or not.
pub fn gives_work(candidate: &Candidate, decided: &[Decided]) -> bool {
    following(candidate, decided).any(|own| work_of(own).next().is_some())
}

/// One thing a decision gives people.
pub struct Given<'a> {
    pub plugin: &'a str,
    pub sort: &'static str,
    pub kind: Arc<str>,
    pub key: Arc<str>,
    effect: &'a Effect,
}

impl<'a> Given<'a> {
    /// None of what is no work.
    pub fn of(decided: &'a Decided, outcome: &'a Outcome) -> Option<Given<'a>> {
        let (sort, kind, key) = outcome.work_identity()?;
        Some(Given { plugin: &decided.plugin, sort, kind, key, effect: &outcome.effect })
    }

    pub fn identity(&self) -> WorkIdentity {
        (self.sort, self.kind.clone(), self.key.clone())
    }

    pub fn counted_as(&self) -> (String, &'static str, String) {
        (self.plugin.to_owned(), self.sort, self.kind.to_string())
    }

    /// 0 where it is not points.
    pub fn points(&self) -> i64 {
        match self.effect {
            Effect::Points(points) => points.amount,
            _ => 0,
        }
    }

    /// What its variables name, in the currency of the home store; none where no money is named.
    pub fn money(&self, configuration: &Configuration) -> Option<i64> {
        let manifest = &configuration.plugins.get(self.plugin)?.manifest;
        match self.effect {
            Effect::Voucher(filled) => money_of(manifest.vouchers.get(&*filled.template)?, filled),
            Effect::Custom(filled) => money_of(manifest.custom.get(&*filled.template)?, filled),
            _ => None,
        }
    }
}

fn money_of(template: &Template, filled: &Filled) -> Option<i64> {
    let named = template.variables.values().zip(&filled.variables);
    let money = named.filter(|(shape, _)| matches!(shape, Shape::Money));
    money.filter_map(|(_, value)| Value::as_int(value)).reduce(i64::saturating_add)
}

fn work_of(decided: &Decided) -> impl Iterator<Item = Given<'_>> {
    decided.effects.iter().filter_map(|outcome| Given::of(decided, outcome))
}

fn work_count(
    ((plugin, sort, kind), counted): ((String, &'static str, String), Counted),
) -> WorkCount {
    let points = |amount| (sort == "points").then_some(amount);
    let money = counted.money.into_iter().map(|(currency, (before, after))| {
        let written = |amount| Money { amount, currency }.to_decimal();
        let count = MoneyCount { before: written(before), after: written(after) };
        (currency.code().to_owned(), count)
    });
    WorkCount {
        plugin,
        sort: sort.to_owned(),
        kind,
        before: counted.before,
        after: counted.after,
        points_before: points(counted.points_before),
        points_after: points(counted.points_after),
        money: money.collect(),
    }
}
