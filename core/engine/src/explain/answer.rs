//! The answer to *why*, as of an instant.

use super::{
    as_of::{AsOf, Standing},
    condition_view,
};
use crate::{
    configuration::PluginInForce,
    events::event_view,
    view::{ConditionView, EventView, Explanation, InputView},
};
use regulars_model::{Currency, Event, EventId, Input, Manifest, Value, text::Bilingual};
use regulars_rules::{
    Decided, Outcome, Rule,
    inputs::{counted, read},
    rulebook::PreparedInput,
    sentence::sentence,
};
use serde_json::Value as Json;
use std::{collections::BTreeMap, sync::Arc};

/// Events shown; how many there are in all is said beside.
const EVENTS_MAX: usize = 50;

pub(super) struct Scene<'a> {
    pub plugin: &'a PluginInForce,
    pub name: &'a str,
    pub as_of: &'a AsOf,
}

/// The decision that gave the field its value, and how.
type Last<'a> = (&'a Standing, &'a Outcome);

pub(crate) fn last_change<'a>(decided: &'a Decided, field: &str) -> Option<&'a Outcome> {
    use regulars_model::Effect::{ClearField, SetField};
    let changes = |outcome: &&Outcome| match &outcome.effect {
        SetField { field: own, .. } | ClearField { field: own } => **own == *field,
        _ => false,
    };
    decided.effects.iter().rfind(changes)
}

impl Scene<'_> {
    pub fn explain(&self) -> Explanation {
        let AsOf { at, known_at, customer, configuration, .. } = self.as_of;
        let manifest = self.manifest();
        let field = &manifest.fields[self.name];
        let last = self.last();
        let decided = last.map(|(standing, _)| &standing.decided);
        let rule = self.as_of.then.rule_at(&manifest.id, *at);
        let version = decided.map_or(
            rule.map_or(self.plugin.settings_version, |rule| rule.settings_version),
            |decided| decided.settings_version,
        );
        let events = rule.map_or(Vec::new(), |rule| self.events(rule));
        Explanation {
            customer_id: customer.id,
            field: format!("{}.{}", manifest.id, self.name),
            at: *at,
            known_at: *known_at,
            value: field.shape.write(self.as_of.state.field(&manifest.id, self.name), self.home()),
            label: field.label.clone(),
            sentence: last.map_or_else(
                || self.never_set(),
                |(standing, outcome)| {
                    let manifest = self.manifest_then(&standing.decided);
                    sentence(manifest, &outcome.reason, self.home())
                },
            ),
            plugin: manifest.id.clone(),
            plugin_version: decided
                .map_or(&rule.map_or(manifest, |rule| &rule.manifest).version, |own| {
                    &own.plugin_version
                })
                .clone(),
            settings_version: version,
            settings: self.settings(decided, rule),
            tables: configuration.tables_then(&manifest.id, version),
            decision_id: last.and_then(|(standing, _)| standing.id),
            since: decided.map(|decided| decided.key.at),
            conditions: decided.map_or(Vec::new(), |decided| self.conditions(decided)),
            inputs: rule.map_or(Vec::new(), |rule| self.inputs(rule, decided)),
            decided_on: decided.and_then(|decided| self.event(decided.event_id?)),
            events_total: events.len(),
            events: events
                .into_iter()
                .take(EVENTS_MAX)
                .map(|event| self.event_view(event))
                .collect(),
        }
    }

    fn manifest(&self) -> &Manifest {
        &self.plugin.manifest
    }

    /// The manifest its plugin had when it decided.
    fn manifest_then(&self, decided: &Decided) -> &Manifest {
        let configuration = &self.as_of.configuration;
        let then = configuration.manifest_then(&decided.plugin, decided.settings_version);
        then.unwrap_or(self.manifest())
    }

    fn home(&self) -> Currency {
        let AsOf { configuration, customer, .. } = self.as_of;
        configuration.units.or_organisation(customer.home_unit_id).currency
    }

    fn last(&self) -> Option<Last<'_>> {
        let own = self.as_of.decisions.iter().rev();
        let mut own = own.filter(|standing| standing.decided.plugin == self.manifest().id);
        own.find_map(|standing| Some((standing, last_change(&standing.decided, self.name)?)))
    }

    fn never_set(&self) -> Bilingual {
        let title = &self.manifest().title;
        Bilingual {
            en: format!("{} has had no reason to set this yet.", title.en),
            zh_cn: format!("{}尚无理由设置此项。", title.zh_cn),
        }
    }

    /// Those the decision was made with; of a field never set, those in force.
    fn settings(&self, decided: Option<&Decided>, rule: Option<&Arc<Rule>>) -> Json {
        let configuration = &self.as_of.configuration;
        let then = decided.and_then(|own| configuration.rule_of(&own.plugin, own.settings_version));
        let Some(rule) = then.or(rule) else { return Json::Null };
        let values = &rule.prepared(self.home()).settings;
        let settings = rule.manifest.settings.iter().zip(values.iter());
        settings
            .map(|((name, setting), value)| (name.clone(), setting.shape.write(value, self.home())))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    fn inputs(&self, rule: &Rule, decided: Option<&Decided>) -> Vec<InputView> {
        let prepared = rule.prepared(self.home());
        let declared = rule.manifest.inputs.iter().zip(&prepared.inputs);
        let view = |((name, input), prepared): ((&String, &Input), &PreparedInput)| {
            let AsOf { log, at, state, .. } = self.as_of;
            let end = log.events().len();
            let value = read(prepared, rule, log, end, *at, self.home(), state).value;
            let write = |value: &Value| input.shape().write(value, self.home());
            let then = decided.map(|decided| &decided.request.inputs);
            let events = self.behind(prepared, rule);
            InputView {
                name: name.clone(),
                value: write(&value),
                at_decision: then.map(|then| then.get(name.as_str()).map_or(Json::Null, write)),
                events_total: events.len(),
                events: events.iter().take(EVENTS_MAX).map(|event| event.id).collect(),
            }
        };
        declared.map(view).collect()
    }

    /// The events an input counts, newest first.
    fn behind<'b>(&'b self, input: &'b PreparedInput, rule: &'b Rule) -> Vec<&'b Event> {
        let AsOf { log, at, .. } = self.as_of;
        let end = log.events().len();
        let mut events: Vec<&Event> =
            counted(input, rule, log, end, *at).map(|(event, _)| event).collect();
        events.reverse();
        events
    }

    /// The events behind all inputs, newest first.
    fn events<'b>(&'b self, rule: &'b Rule) -> Vec<&'b Event> {
        let inputs = &rule.prepared(self.home()).inputs;
        let behind = inputs.iter().flat_map(|input| self.behind(input, rule));
        let by_id: BTreeMap<EventId, &Event> = behind.map(|event| (event.id, event)).collect();
        let mut events: Vec<&Event> = by_id.into_values().collect();
        events.sort_by(|left, right| right.log_order(left));
        events
    }

    fn event(&self, id: EventId) -> Option<EventView> {
        let event = self.as_of.log.events().iter().find(|event| event.id == id)?;
        Some(self.event_view(event))
    }

    fn event_view(&self, event: &Event) -> EventView {
        event_view(event, &self.as_of.configuration.units)
    }

    fn conditions(&self, decided: &Decided) -> Vec<ConditionView> {
        let (manifest, home) = (self.manifest_then(decided), self.home());
        let view = |condition| condition_view(manifest, home, condition, &decided.request);
        decided.conditions.iter().map(view).collect()
    }
}
