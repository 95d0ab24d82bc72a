//! What two of the rules come to, worked out from what the clients know: from the plugins' words, with
//! nothing of the product's code.

use crate::{
    chain::shop,
    known::{Fact, Key, Person},
    office::{Bands, Thresholds},
};
use regulars_generate::chain::Trade;
use regulars_model::{Instant, duration::DAY_US, event::kind};
use std::collections::BTreeSet;

/// Counted purchases, and what they come to less refunds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    pub purchases: i64,
    pub lifetime: i64,
}

/// Those that no void took back; a refund counts while what it refunds does.
struct Counted<'a> {
    facts: Vec<(&'a Key, &'a Fact)>,
    voided: BTreeSet<Key>,
}

fn counted(person: &Person) -> Counted<'_> {
    let facts = person.facts_in_order();
    let voids = facts.iter().filter(|(_, fact)| fact.draft.kind == kind::VOID);
    let voided = voids.filter_map(|(_, fact)| target(fact)).collect();
    Counted { facts, voided }
}

fn target(fact: &Fact) -> Option<Key> {
    let to = fact.draft.refers_to.as_ref()?;
    Some((to.source.to_string(), to.source_id.to_string()))
}

impl<'a> Counted<'a> {
    fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &'a Fact> {
        let stands = |key: &Key| !self.voided.contains(key);
        let facts = self.facts.iter().filter(move |(key, _)| stands(key));
        facts.map(|(_, fact)| *fact).filter(move |fact| fact.draft.kind == kind)
    }
}

pub fn spent(person: &Person) -> Spent {
    let counted = counted(person);
    let is_own = |fact: &&Fact| fact.draft.currency.as_deref() == Some(CURRENCY);
    let amount = |fact: &Fact| fact.draft.amount.unwrap_or(0);
    let bought: i64 = counted.of_kind(kind::PURCHASE).filter(is_own).map(amount).sum();
    let refunds = counted.of_kind(kind::REFUND).filter(is_own).filter(|fact| {
        target(fact)
            .is_some_and(|to| person.facts.contains_key(&to) && !counted.voided.contains(&to))
    });
    let refunded: i64 = refunds.map(amount).sum();
    let purchases = counted.of_kind(kind::PURCHASE).count() as i64;
    Spent { purchases, lifetime: bought - refunded }
}

pub const CURRENCY: &str = "CNY";

pub fn tier(spent: Spent, thresholds: Thresholds) -> Option<&'static str> {
    match spent {
        Spent { purchases: 0, .. } => None,
        Spent { lifetime, .. } if lifetime > thresholds.high_above => Some("high"),
        Spent { lifetime, .. } if lifetime >= thresholds.mid_from => Some("mid"),
        Spent { .. } => Some("low"),
    }
}

/// Instant and business day of each visit that counts; two may be at one instant.
#[derive(Debug)]
pub struct Visits(BTreeSet<(Instant, i64)>);

pub fn visits(person: &Person) -> Visits {
    let bought = counted(person);
    let bought = bought.of_kind(kind::PURCHASE);
    Visits(
        bought
            .filter_map(|fact| {
                let shop =
                    shop(fact.draft.store.as_deref()?).filter(|shop| shop.trade == Trade::Cafe)?;
                Some((fact.at, shop.business_day(fact.at)))
            })
            .collect(),
    )
}

impl Visits {
    fn days(&self, now: Instant, days: i64) -> i64 {
        let since = now.minus(days * DAY_US);
        let within = self.0.iter().filter(|(at, _)| since < *at && *at <= now);
        within.map(|(_, day)| *day).collect::<BTreeSet<i64>>().len() as i64
    }

    pub fn band(&self, now: Instant, bands: Bands) -> Option<&'static str> {
        let (first, _) = self.0.first()?;
        let (recent, span) = (self.days(now, bands.recent), self.days(now, Bands::SPAN));
        Some(if recent >= bands.high_from {
            "high"
        } else if span == 0 {
            "lapsed"
        } else if span > Bands::LOW_UP_TO {
            "regular"
        } else if now < first.plus(bands.new_for * DAY_US) {
            "new"
        } else {
            "low"
        })
    }

    /// When the oldest that a window holds leaves it: then the rule must be asked.
    pub fn next_change(&self, now: Instant, bands: Bands) -> Instant {
        let leaves = [bands.recent, Bands::SPAN].into_iter().filter_map(|days| {
            let window = days * DAY_US;
            let all = self.0.iter().map(|(at, _)| *at);
            let mut within = all.filter(|at| now.minus(window) < *at && *at <= now);
            within.next().map(|at| at.plus(window))
        });
        leaves.min().unwrap_or(Instant::NEVER)
    }
}
