//! Running a scenario: the same play as in the server, over a log that grows step by step.

use super::{
    expect::{self, Seen},
    file::{EventStep, Scenario, Step},
};
use crate::{
    Decided, Given, Log, Rule, Rulebook, State,
    play::{Mode, Person, Start, drive, onward, revise},
};
use jiff::tz::TimeZone;
use regulars_model::{
    BusinessDay, Currency, CustomerId, Decider, Event, EventId, Instant, Line, Manifest, Money,
    Value, event::Body, table::Tables, time::find_zone,
};
use std::{collections::BTreeMap, sync::Arc};

pub(super) fn run(
    scenario: &Scenario,
    manifest: &Arc<Manifest>,
    decider: &Arc<dyn Decider>,
) -> Result<(), String> {
    let mut stage = Stage::new(scenario, manifest, decider)?;
    for (index, step) in scenario.steps.iter().enumerate() {
        let seen =
            stage.step(index, step).map_err(|error| format!("step {}: {error}", index + 1))?;
        let differences = expect::differences(&step.expect, &seen, manifest, stage.currency);
        if !differences.is_empty() {
            return Err(format!(
                "step {} at {}:\n          {}",
                index + 1,
                step.at,
                differences.join("\n          ")
            ));
        }
    }
    Ok(())
}

struct Stage {
    rulebook: Arc<Rulebook>,
    plugin: String,
    person: Person,
    currency: Currency,
    zone: TimeZone,
    cutoff_hour: u8,
    state: State,
    events: Vec<Event>,
    decisions: Vec<Decided>,
    initial: State,
}

impl Stage {
    fn new(
        scenario: &Scenario,
        manifest: &Arc<Manifest>,
        decider: &Arc<dyn Decider>,
    ) -> Result<Stage, String> {
        let currency: Currency =
            scenario.currency.parse().map_err(|error| format!("currency: {error}"))?;
        let zone = find_zone(&scenario.time_zone)
            .ok_or_else(|| format!("time_zone: `{}` is not known", scenario.time_zone))?;
        let tables = tables(scenario, manifest)?;
        let given = Given { settings: &scenario.settings, tables: &tables };
        let (manifest, decider) = (manifest.clone(), decider.clone());
        let rule = Rule::with(manifest.clone(), [0; 32], decider, 1, given, &[currency], None);
        let rule = rule.map_err(|faults| {
            let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
            format!("settings: {}", faults.join("; "))
        })?;
        let initial = initial_state(scenario);
        Ok(Stage {
            rulebook: Arc::new(Rulebook::always(vec![Arc::new(rule)])),
            plugin: manifest.id.clone(),
            person: Person {
                id: CustomerId(uuid_of(0)),
                unit_id: None,
                cutoff_hour: scenario.cutoff_hour,
                home: currency,
                zone: zone.clone(),
                assigned: scenario.customer.assigned,
                lifecycle: scenario.customer.lifecycle,
            },
            currency,
            zone,
            cutoff_hour: scenario.cutoff_hour,
            state: initial.clone(),
            events: consents(scenario),
            decisions: Vec::new(),
            initial,
        })
    }

    fn step(&mut self, index: usize, step: &Step) -> Result<Seen, String> {
        let new: Vec<Event> = step
            .event
            .iter()
            .map(|event| self.event(index, step.at, event))
            .collect::<Result<_, _>>()?;
        self.events.extend(new.iter().cloned());
        let start = Start {
            tag: 0,
            person: self.person.clone(),
            state: self.state.clone(),
            log: Log::new(std::mem::take(&mut self.events), true),
            epoch: 1,
            until: step.at,
            mode: Mode::Live,
        };
        let (player, from) = onward(self.rulebook.clone(), start, &new, &self.decisions);
        let mut played = None;
        drive(std::iter::once(player), 1, |player| played = Some(player.finish()));
        let played = played.ok_or("the play did not end")?;
        self.state = played.state;
        // Nothing is taken back for good here: whatever no longer follows is played again.
        self.events = played.log.into_events();
        // Fields of other plugins have no decisions here, so a replay would lose them.
        for (plugin, fields) in &self.initial.fields {
            self.state.fields.entry(plugin.clone()).or_insert_with(|| fields.clone());
        }
        let mut revision = revise(&self.decisions, from.as_ref(), played.decided);
        revision.voided.sort_unstable();
        for position in revision.voided.into_iter().rev() {
            self.decisions.remove(position);
        }
        let added = revision.added.clone();
        self.decisions.extend(revision.added);
        if let Some(fault) = added.iter().find_map(|decided| decided.fault.as_ref()) {
            return Err(format!("the plugin failed: {fault}"));
        }
        Ok(Seen { plugin: self.plugin.clone(), state: self.state.clone(), decided: added })
    }

    fn event(&self, index: usize, at: Instant, step: &EventStep) -> Result<Event, String> {
        let currency = match &step.currency {
            Some(code) => code.parse().map_err(|error| format!("currency: {error}"))?,
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
        let amount = minor(&step.amount).map_err(|error| format!("amount: {error}"))?;
        Ok(Event {
            id: EventId(uuid_of(index as u128)),
            kind: step.kind.as_str().into(),
            occurred_at,
            recorded_at: at,
            round: 1,
            business_day: BusinessDay::of(occurred_at, &self.zone, self.cutoff_hour),
            offset_seconds: occurred_at.local(&self.zone).1,
            unit_id: None,
            staff_id: None,
            source: "scenario".into(),
            source_id: step.id.clone().unwrap_or_else(|| format!("step-{index:04}")).into(),
            refers_to: step.reference(),
            amount,
            currency: amount.map(|_| currency),
            body: Body {
                lines: lines.map_err(|error| format!("lines: {error}"))?,
                data: step.data.clone(),
                ..Body::default()
            },
            flags: Vec::new(),
        })
    }
}

fn tables(scenario: &Scenario, manifest: &Manifest) -> Result<Tables, String> {
    let unknown = scenario.tables.keys().find(|name| !manifest.tables.contains_key(*name));
    if let Some(unknown) = unknown {
        let known: Vec<_> = manifest.tables.keys().map(String::as_str).collect();
        return Err(format!(
            "tables: there is no table `{unknown}`; declared: {}",
            known.join(", ")
        ));
    }
    let tables = scenario.tables.iter();
    Ok(tables.map(|(name, rows)| (name.clone(), Arc::new(rows.clone()))).collect())
}

fn uuid_of(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

/// Consents given from the start are events before the first step, so that a replay keeps them.
fn consents(scenario: &Scenario) -> Vec<Event> {
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

fn initial_state(scenario: &Scenario) -> State {
    let mut state = State::default();
    for (name, json) in &scenario.customer.fields {
        if let Some((plugin, field)) = name.split_once('.') {
            let value: Value = serde_json::from_value(json.clone()).unwrap_or_default();
            let fields: &mut BTreeMap<_, _> = state.fields.entry(plugin.to_owned()).or_default();
            fields.insert(field.into(), value);
        }
    }
    state
}
