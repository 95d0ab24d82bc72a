//! What a scenario says of the customer and of events, as the log has it.

use super::{
    super::{
        file::{EventStep, Scenario},
        sentences,
    },
    Stage, read_currency,
};
use crate::State;
use regulars_model::{
    BusinessDay, Event, EventId, Instant, Line, Manifest, Money, UnitId, Value,
    canonical::hash_bytes, event::Body, table::Tables, text::Bilingual,
};
use std::{collections::BTreeMap, sync::Arc};

impl Stage {
    pub(super) fn event(
        &self,
        index: usize,
        at: Instant,
        step: &EventStep,
    ) -> Result<Event, Bilingual> {
        let currency = match &step.currency {
            Some(code) => read_currency(code)?,
            None => self.currency,
        };
        let minor = |text: &Option<String>| match text {
            Some(text) => Money::parse(text, currency).map(|money| Some(money.amount)),
            None => Ok(None),
        };
        let occurred_at = step.occurred_at.unwrap_or(at);
        let lines = step.lines.iter().map(|line| {
            Ok(Line {
                sku: line.sku.clone(),
                category: line.category.clone(),
                quantity_milli: line.quantity_milli.unwrap_or(1_000),
                amount: minor(&line.amount)?.unwrap_or(0),
            })
        });
        let lines: Result<_, regulars_model::money::InvalidMoney> = lines.collect();
        let amount =
            minor(&step.amount).map_err(|error| sentences::wrong_amount(error.said()).text)?;
        Ok(Event {
            id: EventId(uuid_of(index as u128)),
            kind: step.kind.as_str().into(),
            occurred_at,
            recorded_at: at,
            round: 1,
            business_day: BusinessDay::of(occurred_at, &self.zone.0, self.cutoff_hour),
            offset_seconds: occurred_at.local(&self.zone.0).1,
            unit_id: step.store.as_deref().map(store_id),
            staff_id: None,
            source: "scenario".into(),
            source_id: step.id.clone().unwrap_or_else(|| format!("step-{index:04}")).into(),
            refers_to: step.reference(),
            amount,
            currency: amount.map(|_| currency),
            body: Body {
                lines: lines.map_err(|error| sentences::wrong_lines(error.said()).text)?,
                data: step.data.clone(),
                ..Body::default()
            },
            flags: Vec::new(),
        })
    }
}

pub(super) fn tables(scenario: &Scenario, manifest: &Manifest) -> Result<Tables, Bilingual> {
    let unknown = scenario.tables.keys().find(|name| !manifest.tables.contains_key(*name));
    if let Some(unknown) = unknown {
        let known: Vec<_> = manifest.tables.keys().map(String::as_str).collect();
        return Err(sentences::no_table(unknown, &known[..]).text);
    }
    let tables = scenario.tables.iter();
    Ok(tables.map(|(name, rows)| (name.clone(), Arc::new(rows.clone()))).collect())
}

/// Of a store that a scenario names.
fn store_id(name: &str) -> UnitId {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash_bytes(&[name.as_bytes()])[..16]);
    UnitId(uuid::Uuid::from_bytes(bytes))
}

pub(super) fn uuid_of(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

/// Consents given from the start are events before the first step, so that a replay keeps them.
pub(super) fn consents(scenario: &Scenario) -> Vec<Event> {
    const CHANNELS: [&str; 5] = ["sms", "email", "wechat", "wecom", "by-hand"];
    let Some(first) = scenario.steps.first() else { return Vec::new() };
    let at = first.at.minus(1);
    let pairs = scenario.customer.consents.iter().flat_map(|purpose| {
        CHANNELS.iter().map(move |channel| (purpose.clone(), (*channel).to_owned()))
    });
    pairs
        .enumerate()
        .map(|(index, (purpose, channel))| {
            let data =
                serde_json::json!({"channel": channel, "purpose": purpose, "state": "granted"});
            Event {
                id: EventId(uuid_of(1_000_000 + index as u128)),
                kind: regulars_model::event::kind::CONSENT.into(),
                occurred_at: at,
                recorded_at: at,
                round: 1,
                business_day: BusinessDay(0),
                offset_seconds: 0,
                unit_id: None,
                staff_id: None,
                source: "scenario".into(),
                source_id: format!("consent-{index:04}").into(),
                refers_to: None,
                amount: None,
                currency: None,
                body: Body {
                    data: data.as_object().cloned().unwrap_or_default(),
                    ..Body::default()
                },
                flags: Vec::new(),
            }
        })
        .collect()
}

pub(super) fn initial_state(scenario: &Scenario) -> Result<State, Bilingual> {
    let mut state = State::default();
    for (name, json) in &scenario.customer.fields {
        let Some((plugin, field)) = name.split_once('.') else {
            return Err(sentences::not_namespaced(name).text);
        };
        let value: Value = serde_json::from_value(json.clone())
            .map_err(|error| sentences::wrong_field(name, error.to_string()).text)?;
        let fields: &mut BTreeMap<_, _> = state.fields.entry(plugin.to_owned()).or_default();
        fields.insert(field.into(), value);
    }
    Ok(state)
}
