//! The values of declared inputs, as of a place in the log.
//!
//! Windowed inputs are read off the events; unwindowed ones are kept as running totals. Both go
//! through [`Total`], in the order of the log, so they can not disagree.

mod weights;

use crate::{
    filter::{Measured, measure_event},
    log::Log,
    rulebook::{PreparedInput, Rule},
    state::State,
};
use regulars_model::{
    Currency, Event, Instant, Value,
    event::kind,
    input::{Aggregate, Measure},
    limits::SET_INPUT_VALUES_MAX,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use weights::Weights;

/// An aggregate on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Total {
    Number(i64),
    One(Value),
    Days(BTreeSet<i64>),
    Texts(BTreeSet<String>),
    Weights(Weights),
}

impl Total {
    fn new(aggregate: Aggregate) -> Total {
        match aggregate {
            Aggregate::Count | Aggregate::Sum => Total::Number(0),
            Aggregate::Min | Aggregate::Max | Aggregate::First | Aggregate::Last => {
                Total::One(Value::Null)
            }
            Aggregate::Days => Total::Days(BTreeSet::new()),
            Aggregate::Distinct | Aggregate::Set => Total::Texts(BTreeSet::new()),
            Aggregate::Top => Total::Weights(Weights::default()),
        }
    }

    fn take(&mut self, input: &PreparedInput, event: &Event, measured: Measured) {
        let Measured { value, weight } = measured;
        match (self, input.aggregate) {
            // `data.NAME` is a whole number here. A text in its place is no value of the input, in
            // either runtime.
            (Total::One(_), _)
                if matches!(input.measure, Measure::Data(_)) && value.as_int().is_none() => {}
            (Total::Number(count), Aggregate::Count) => *count += 1,
            (Total::Number(sum), _) => {
                if let Value::Int(number) = value {
                    *sum = sum.saturating_add(number);
                }
            }
            (Total::One(first), Aggregate::First) => {
                if first.is_null() {
                    *first = value;
                }
            }
            (Total::One(last), Aggregate::Last) => *last = value,
            (Total::One(least), Aggregate::Min) => {
                if least.is_null() || value < *least {
                    *least = value;
                }
            }
            (Total::One(most), _) => {
                if most.is_null() || value > *most {
                    *most = value;
                }
            }
            (Total::Days(days), _) => drop(days.insert(event.business_day.0.into())),
            // A refund of it does not make a thing unbought.
            (Total::Texts(_), _) if *event.kind == *kind::REFUND => {}
            (Total::Texts(texts), _) => {
                if texts.len() < SET_INPUT_VALUES_MAX
                    && let Some(text) = value.as_text().filter(|text| !text.is_empty())
                {
                    texts.insert(text.to_owned());
                }
            }
            (Total::Weights(weights), _) => weights.add(value, weight),
        }
    }

    fn value(&self, aggregate: Aggregate) -> Value {
        match (self, aggregate) {
            (Total::Number(number), _) => Value::Int(*number),
            (Total::One(value), _) => value.clone(),
            (Total::Days(days), _) => Value::Int(days.len() as i64),
            (Total::Texts(texts), Aggregate::Set) => {
                Value::List(texts.iter().map(Value::text).collect())
            }
            (Total::Texts(texts), _) => Value::Int(texts.len() as i64),
            (Total::Weights(weights), _) => weights.heaviest(),
        }
    }
}

/// A value, and when the oldest event behind it leaves the window.
pub struct Reading {
    pub value: Value,
    pub expires_at: Option<Instant>,
}

/// Reads an input as of the first `end` events of the log and the instant `now`.
pub fn read(
    input: &PreparedInput,
    rule: &Rule,
    log: &Log,
    end: usize,
    now: Instant,
    home: Currency,
    state: &State,
) -> Reading {
    if input.is_running()
        && let Some(total) = state.totals.get(&input.key)
    {
        return Reading { value: total.value(input.aggregate), expires_at: None };
    }
    let mut total = Total::new(input.aggregate);
    let mut oldest = Instant::NEVER;
    for (event, counted_at) in counted(input, rule, log, end, now) {
        measure_event(event, &input.measure, &input.filters, home, |measured| {
            oldest = oldest.min(counted_at);
            total.take(input, event, measured);
        });
    }
    Reading {
        value: total.value(input.aggregate),
        expires_at: input
            .window
            .filter(|_| oldest < Instant::NEVER)
            .map(|window| oldest.plus(window)),
    }
}

/// The events an input counts, with the instant they count at: a refund's is its purchase's.
pub fn counted<'a>(
    input: &'a PreparedInput,
    rule: &'a Rule,
    log: &'a Log,
    end: usize,
    now: Instant,
) -> impl Iterator<Item = (&'a Event, Instant)> {
    let since = input.window.map_or(Instant::BEGINNING, |window| now.minus(window));
    let start = match input.window {
        Some(_) => log.events().partition_point(|event| event.occurred_at <= since),
        None => 0,
    };
    (start.min(end)..end).filter_map(move |index| {
        let event = &log.events()[index];
        if !input.counts_kind(&event.kind) || !rule.sees(event) || !log.counts(index, end) {
            return None;
        }
        let counted_at = match log.referred_by(index, end) {
            Some(purchase) => purchase.occurred_at,
            None => event.occurred_at,
        };
        (counted_at > since || input.window.is_none()).then_some((event, counted_at))
    })
}

/// Brings the running totals of a rule up to the first `end` events, of which the last is new.
pub fn advance(rule: &Rule, log: &Log, end: usize, home: Currency, state: &mut State) {
    let index = end - 1;
    let event = &log.events()[index];
    let plain = log.is_plain(index);
    for input in rule.prepared(home).inputs.iter().filter(|input| input.is_running()) {
        if plain && !(input.counts_kind(&event.kind) && rule.sees(event)) {
            // Nothing of it counts, but a total that starts here must start.
            change(input, state, |_| {});
        } else if plain {
            change(input, state, |total| {
                measure_event(event, &input.measure, &input.filters, home, |measured| {
                    total.take(input, event, measured);
                });
            });
        } else {
            rebuild(input, rule, log, end, home, state);
        }
    }
}

/// Makes every running total of a rule anew from the first `end` events.
pub fn rebuild_all(rule: &Rule, log: &Log, end: usize, home: Currency, state: &mut State) {
    for input in rule.prepared(home).inputs.iter().filter(|input| input.is_running()) {
        rebuild(input, rule, log, end, home, state);
    }
}

/// The running total, which starts where there is none.
fn change(input: &PreparedInput, state: &mut State, change: impl FnOnce(&mut Total)) {
    if let Some(total) = state.totals.get_mut(&input.key) {
        return change(total);
    }
    let mut total = Total::new(input.aggregate);
    change(&mut total);
    state.totals.insert(input.key.clone(), total);
}

fn rebuild(
    input: &PreparedInput,
    rule: &Rule,
    log: &Log,
    end: usize,
    home: Currency,
    state: &mut State,
) {
    state.totals.remove(&input.key);
    let mut total = Total::new(input.aggregate);
    for (event, _) in counted(input, rule, log, end, Instant::NEVER) {
        measure_event(event, &input.measure, &input.filters, home, |measured| {
            total.take(input, event, measured);
        });
    }
    state.totals.insert(input.key.clone(), total);
}

/// The positional event reads of a rule.
pub fn event_reads(rule: &Rule, event: Option<&Event>) -> Vec<Value> {
    let reads = rule.event_reads.iter();
    reads.map(|name| event.map_or(Value::Null, |event| event_read(event, name))).collect()
}

fn event_read(event: &Event, name: &str) -> Value {
    let lines = |text: fn(&regulars_model::Line) -> &str| {
        let texts = event.body.lines.iter().map(text).filter(|text| !text.is_empty());
        let distinct: BTreeSet<_> = texts.take(SET_INPUT_VALUES_MAX).collect();
        Value::List(distinct.into_iter().map(Value::text).collect())
    };
    match name {
        "amount" => event.amount.map_or(Value::Null, Value::Int),
        "occurred-at" => Value::Int(event.occurred_at.0),
        "business-day" => Value::Int(event.business_day.0.into()),
        "store" => event.unit_id.map_or(Value::Null, |unit| Value::text(unit.to_string())),
        "source-id" => Value::text(&event.source_id),
        "line.category" => lines(|line| &line.category),
        "line.sku" => lines(|line| &line.sku),
        _ => match name.strip_prefix("data.").and_then(|name| event.body.data.get(name)) {
            Some(serde_json::Value::String(text)) => Value::text(text),
            // What a shop writes as a number or a boolean is text to a rule, in either runtime.
            Some(serde_json::Value::Bool(bool)) => Value::text(bool.to_string()),
            Some(serde_json::Value::Number(number)) => {
                number.as_i64().map_or(Value::Null, |number| Value::text(number.to_string()))
            }
            _ => Value::Null,
        },
    }
}
