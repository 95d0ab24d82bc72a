//! The answer to *why*, as of an instant.

use super::{
    as_of::{AsOf, Standing},
    change::Changes,
    condition_view,
    scene::Scene,
    sentences,
};
use crate::{
    events::event_view,
    view::{ConditionView, EventView, Explanation, InputView},
};
use regulars_model::{Event, EventId, Input, Value};
use regulars_rules::{
    Decided, Outcome, Rule,
    inputs::{counted, read},
    rulebook::PreparedInput,
};
use serde_json::Value as Json;
use std::{collections::BTreeMap, sync::Arc};

/// Events shown; how many there are in all is said beside.
const EVENTS_MAX: usize = 50;

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
        let last = self.last();
        let decided = last.map(|(standing, _)| &standing.decided);
        let rule = self.rule();
        let asked = self.last_asked();
        let ahead = rule.map(|_| self.look_ahead());
        let changes = asked.as_ref().zip(ahead.as_ref());
        let changes = changes.map(|(asked, ahead)| self.would_change(asked, ahead));
        let Changes { changes, not_moved, .. } = changes.unwrap_or_default();
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
            value: self.write(&self.field_of(&self.as_of.state)),
            label: self.field().label.clone(),
            sentence: last.map_or_else(
                || sentences::never_set(&manifest.title).text,
                |(standing, outcome)| self.reason(&standing.decided, outcome),
            ),
            plugin: manifest.id.clone(),
            plugin_version: decided
                .map_or(&rule.map_or(manifest, |rule| &rule.manifest).version, |own| {
                    &own.plugin_version
                })
                .clone(),
            settings_version: version,
            settings: self.settings(decided, rule),
            tables: configuration.tables_then(
                &manifest.id,
                version,
                self.as_of.person.home.unit_id,
            ),
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
            asked: asked.map(|asked| self.asked_view(&asked)),
            until: ahead.map(|ahead| self.until_view(&ahead)),
            would_change: changes,
            not_moved,
        }
    }

    fn last(&self) -> Option<Last<'_>> {
        let own = self.as_of.decisions.iter().rev();
        let mut own = own.filter(|standing| standing.decided.plugin == self.manifest().id);
        own.find_map(|standing| Some((standing, last_change(&standing.decided, self.name)?)))
    }

    /// Those the decision was made with; of a field never set, those in force.
    fn settings(&self, decided: Option<&Decided>, rule: Option<&Arc<Rule>>) -> Json {
        let configuration = &self.as_of.configuration;
        let person = &self.as_of.person;
        let home = |own: &Decided| person.home_after(&own.key).unit_id;
        let then = decided.and_then(|own| configuration.rule_of(own, home(own)));
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
