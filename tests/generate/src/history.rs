//! What happened to one customer: purchases, some returned, some taken back, visits, inquiries,
//! consents, each trade in its own rhythm.

use crate::{chain::Trade, dice::Dice};
use regulars_engine::request::{CustomerRef, EventDraft};
use regulars_model::{
    Instant, Line,
    duration::{DAY_US, HOUR_US, SECOND_US},
    event::{SourceRef, kind},
};
use serde_json::{Map, Value as Json, json};

/// How far back a history begins.
const YEARS_US: i64 = 3 * 365 * DAY_US;

/// One customer's events of one trade, as they are being made up.
pub struct History<'a> {
    pub trade: Trade,
    pub number: u64,
    /// Codes; the first is the one mostly gone to.
    pub stores: &'a [&'a str],
    pub as_of: Instant,
    events: Vec<EventDraft>,
    /// Purchases that nothing was said of yet.
    standing: Vec<usize>,
}

impl<'a> History<'a> {
    pub fn new(trade: Trade, number: u64, stores: &'a [&'a str], as_of: Instant) -> History<'a> {
        History { trade, number, stores, as_of, events: Vec::new(), standing: Vec::new() }
    }

    /// So many events, in the order of time.
    pub fn make(mut self, dice: &mut Dice, count: usize) -> Vec<EventDraft> {
        for at in self.instants(dice, count) {
            let throw = dice.between(0, 100);
            match (self.trade, throw) {
                (_, 0..5) if self.correct(dice, at, kind::REFUND) => {}
                (_, 5..6) if self.correct(dice, at, kind::VOID) => {}
                (_, 6..8) => self.consent(dice, at),
                (Trade::Furniture, 8..50) => self.inquire(dice, at, kind::INQUIRY),
                (Trade::Furniture, 50..65) => self.inquire(dice, at, kind::QUOTE),
                (Trade::Furniture, 65..80) => self.add(dice, at, kind::VISIT),
                (Trade::Jewellery, 8..18) => self.add(dice, at, kind::VISIT),
                _ => self.buy(dice, at),
            }
        }
        self.events
    }

    /// Jewels and sofas whenever; coffee in a rhythm of its own, until it ends.
    fn instants(&self, dice: &mut Dice, count: usize) -> Vec<Instant> {
        let began = self.as_of.minus(dice.between(30 * DAY_US, YEARS_US));
        let rhythm = *dice.pick(&[1, 2, 3, 5, 7, 14, 30]) * DAY_US;
        let rhythm = rhythm.min(YEARS_US / (count as i64 + 1));
        let ended = self.as_of.minus(dice.between(0, 4).pow(2) * dice.between(1, 15) * DAY_US);
        let mut all: Vec<Instant> = (0..count as i64)
            .map(|back| {
                let day = match self.trade {
                    Trade::Cafe => ended.minus(back * rhythm + dice.between(0, DAY_US)),
                    _ => began.plus(dice.between(0, self.as_of.0 - began.0)),
                };
                // Open from 8 in the morning to 10 at night, in Shanghai.
                let midnight = day.0 - day.0.rem_euclid(DAY_US);
                let second = dice.between(0, 14 * HOUR_US / SECOND_US);
                Instant(midnight).plus(second * SECOND_US).minus(DAY_US)
            })
            .collect();
        all.sort_unstable();
        all
    }

    fn buy(&mut self, dice: &mut Dice, at: Instant) {
        let (usual, categories): (i64, &[&str]) = match self.trade {
            Trade::Jewellery => (160_000, &["ring", "necklace", "earring", "watch"]),
            Trade::Cafe => (3_200, &["coffee", "tea", "cake"]),
            Trade::Furniture => (420_000, &FURNITURE),
        };
        let amount = dice.skewed(usual);
        let category = *dice.pick(categories);
        self.standing.push(self.events.len());
        let event = self.draft(dice, at, kind::PURCHASE);
        let sku = format!("{category}-{}", dice.between(1, 40));
        let category = category.to_owned();
        let line = Line { sku, category, quantity_milli: 1_000, amount };
        self.events.push(EventDraft {
            amount: Some(amount),
            currency: Some(CURRENCY.to_owned()),
            lines: vec![line],
            ..event
        });
    }

    /// Of the latest purchase that stands; false where there is none.
    fn correct(&mut self, dice: &mut Dice, at: Instant, kind: &str) -> bool {
        let Some(purchase) = self.standing.pop() else { return false };
        let event = self.draft(dice, at, kind);
        let EventDraft { source, source_id, amount, store, .. } = &self.events[purchase];
        let refers_to = source.as_deref().zip(source_id.as_deref());
        let refers_to = refers_to.map(|(source, source_id)| SourceRef {
            source: source.into(),
            source_id: source_id.into(),
        });
        let part = if dice.percent(30) { 2 } else { 1 };
        let amount = amount.filter(|_| kind == kind::REFUND).map(|amount| amount / part);
        let currency = amount.map(|_| CURRENCY.to_owned());
        let store = store.clone();
        self.events.push(EventDraft { refers_to, amount, currency, store, ..event });
        true
    }

    fn inquire(&mut self, dice: &mut Dice, at: Instant, kind: &str) {
        let category = *dice.pick(&FURNITURE);
        let event = self.draft(dice, at, kind);
        let data = Map::from_iter([("category".to_owned(), Json::from(category))]);
        self.events.push(EventDraft { data, ..event });
    }

    fn consent(&mut self, dice: &mut Dice, at: Instant) {
        let state = if dice.percent(85) { "granted" } else { "withdrawn" };
        let said = json!({"channel": "sms", "purpose": "marketing", "state": state});
        let event = self.draft(dice, at, kind::CONSENT);
        self.events
            .push(EventDraft { data: said.as_object().cloned().unwrap_or_default(), ..event });
    }

    fn add(&mut self, dice: &mut Dice, at: Instant, kind: &str) {
        let event = self.draft(dice, at, kind);
        self.events.push(event);
    }

    fn draft(&self, dice: &mut Dice, at: Instant, kind: &str) -> EventDraft {
        let store = if dice.percent(85) { self.stores[0] } else { *dice.pick(self.stores) };
        EventDraft {
            customer: CustomerRef::default(),
            kind: kind.to_owned(),
            occurred_at: Some(at),
            store: Some(store.to_owned()),
            staff: None,
            source: Some(format!("till-{store}")),
            source_id: Some(format!("{:?}-{}-{}", self.trade, self.number, self.events.len())),
            refers_to: None,
            amount: None,
            currency: None,
            paid: None,
            tenders: Vec::new(),
            lines: Vec::new(),
            data: Map::new(),
        }
    }
}

/// Of the organisation, as it is from the beginning.
const CURRENCY: &str = "CNY";

const FURNITURE: [&str; 5] = [
    "furniture/sofa",
    "furniture/sofa/corner",
    "furniture/bed",
    "furniture/table",
    "lighting/lamp",
];
