//! Customers, a block at a time: whatever is asked of one block says nothing of another, so that a
//! million need no more memory than a thousand.

use crate::{
    chain::{Trade, stores},
    dice::Dice,
    history::History,
};
use regulars_engine::{import::ImportCustomer, request::IdentityDraft};
use regulars_model::{IdentityKind, Instant, Profile};

/// Decided and committed together.
pub const BLOCK: u64 = 400;

pub struct People {
    pub seed: u64,
    pub customers: u64,
    pub events: u64,
    pub as_of: Instant,
    stores: Vec<(Trade, Vec<String>)>,
}

impl People {
    pub fn new(seed: u64, customers: u64, events: u64, as_of: Instant) -> People {
        let stores = Trade::ALL.map(|trade| (trade, stores(trade))).to_vec();
        People { seed, customers, events, as_of, stores }
    }

    pub fn blocks(&self) -> u64 {
        self.customers.div_ceil(BLOCK)
    }

    pub fn block(&self, number: u64) -> Vec<ImportCustomer> {
        let all = number * BLOCK..self.customers.min((number + 1) * BLOCK);
        let weights: Vec<u64> = all.clone().map(|own| self.weight(own)).collect();
        let (first, end) = (self.events_before(all.start), self.events_before(all.end));
        let sum: u64 = weights.iter().sum();
        let mut before = 0;
        let mut given = 0;
        let counted = all.zip(weights).map(|(own, weight)| {
            before += weight;
            let upto = (end - first) * before / sum.max(1);
            let count = upto - given;
            given = upto;
            self.customer(own, count as usize)
        });
        counted.collect()
    }

    /// All blocks together have exactly as many as were asked for.
    fn events_before(&self, customer: u64) -> u64 {
        let share =
            u128::from(self.events) * u128::from(customer) / u128::from(self.customers.max(1));
        u64::try_from(share).unwrap_or(self.events)
    }

    /// Most come a few times, a few come often.
    fn weight(&self, number: u64) -> u64 {
        Dice::of(!self.seed, number).skewed(100).unsigned_abs()
    }

    fn customer(&self, number: u64, count: usize) -> ImportCustomer {
        let mut dice = Dice::of(self.seed, number);
        let at = match dice.between(0, 10) {
            0..4 => 0,
            4..8 => 1,
            _ => 2,
        };
        let card = IdentityDraft { kind: IdentityKind::Card, value: format!("G{number:09}") };
        let (home, mut events) = self.history(&mut dice, at, number, count);
        // Some are known to two brands.
        if dice.percent(5) && count > 1 {
            let (_, others) = self.history(&mut dice, (at + 1) % 3, number, count / 2);
            events.truncate(count - others.len());
            events.extend(others);
            events.sort_by_key(|event| event.occurred_at);
        }
        ImportCustomer {
            identities: vec![card],
            profile: Profile::default(),
            home_store: dice.percent(95).then_some(home),
            rows: vec![number; events.len().max(1)],
            events,
        }
    }

    fn history(
        &self,
        dice: &mut Dice,
        at: usize,
        number: u64,
        count: usize,
    ) -> (String, Vec<regulars_engine::request::EventDraft>) {
        let (trade, all) = &self.stores[at];
        let usual = dice.pick(all).clone();
        let other = dice.pick(all).clone();
        let own = [usual.as_str(), other.as_str()];
        let events = History::new(*trade, number, &own, self.as_of).make(dice, count);
        (usual, events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_events_as_asked_for() {
        let as_of = "2026-03-02T00:00:00Z".parse().expect("an instant");
        for (customers, events) in [(1, 20), (999, 20_011), (1_201, 300), (10, 0)] {
            let people = People::new(5, customers, events, as_of);
            let made: Vec<ImportCustomer> =
                (0..people.blocks()).flat_map(|own| people.block(own)).collect();
            let count: usize = made.iter().map(|own| own.events.len()).sum();
            assert_eq!((made.len() as u64, count as u64), (customers, events));
            assert!(
                made.iter().flat_map(|own| &own.events).all(|own| own.occurred_at < Some(as_of))
            );
        }
    }
}
