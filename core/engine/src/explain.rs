//! Why a field has its value: the sentence for the till, and the record behind it.

use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, authorise},
    configuration::{Configuration, PluginInForce},
    events::event_view,
    problem::Code,
    record::Loaded,
    view::{ConditionView, EventView, Explanation, InputView},
    write::read_decisions,
};
use regulars_model::{
    Condition, Currency, CustomerId, Event, EventId, Instant, Manifest, Shape, Value,
    decide::{Comparison, Subject},
    text::Bilingual,
};
use regulars_rules::{
    Decided, Log, Outcome, Rule,
    decided::Request,
    inputs::{counted, read},
    sentence::sentence,
};
use regulars_store::{DecisionRow, FullCustomer};
use serde_json::Value as Json;
use std::{collections::BTreeMap, sync::Arc};

/// Events shown; how many there are in all is said beside.
const EVENTS_MAX: usize = 50;

impl Engine {
    pub async fn explain(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        field: &str,
    ) -> Result<Explanation, Problem> {
        authorise(ctx, Action::Explain)?;
        let configuration = self.configuration();
        let (plugin, name) = split(field, &configuration)?;
        let full = self.inner.store.load_full(id).await?;
        let full = full.ok_or_else(|| Problem::not_found("customer", id))?;
        let customer = Loaded::read(&full.customer)?;
        let decisions = read_decisions(&full.decisions)?;
        let last = full
            .decisions
            .iter()
            .zip(&decisions)
            .filter(|(_, decided)| decided.plugin == plugin.manifest.id)
            .filter_map(|(row, decided)| Some((row, decided, last_change(decided, name)?)))
            .max_by(|left, right| left.1.key.cmp(&right.1.key));
        let scene = Scene { configuration: &configuration, plugin, name, customer, full: &full };
        Ok(scene.explain(last, self.inner.world.now()))
    }
}

pub(crate) fn last_change<'a>(decided: &'a Decided, field: &str) -> Option<&'a Outcome> {
    use regulars_model::Effect::{ClearField, SetField};
    let changes = |outcome: &&Outcome| match &outcome.effect {
        SetField { field: own, .. } | ClearField { field: own } => **own == *field,
        _ => false,
    };
    decided.effects.iter().rfind(changes)
}

/// `plugin.field`, both known.
fn split<'a>(
    field: &'a str,
    configuration: &'a Configuration,
) -> Result<(&'a PluginInForce, &'a str), Problem> {
    let known = |plugin: &PluginInForce| {
        let id = plugin.manifest.id.clone();
        let names = plugin.manifest.fields.keys().map(move |name| format!("{id}.{name}"));
        names.collect::<Vec<_>>()
    };
    let found = field.split_once('.').and_then(|(id, name)| {
        let plugin = configuration.plugins.get(id)?;
        plugin.manifest.fields.contains_key(name).then_some((plugin, name))
    });
    found.ok_or_else(|| {
        let all: Vec<_> = configuration.plugins.values().flat_map(known).collect();
        let detail = format!("no plugin owns a field {field}; owned are {}", all.join(", "));
        Problem::new(Code::NotFound, detail)
    })
}

struct Scene<'a> {
    configuration: &'a Configuration,
    plugin: &'a PluginInForce,
    name: &'a str,
    customer: Loaded,
    full: &'a FullCustomer,
}

impl Scene<'_> {
    fn manifest(&self) -> &Manifest {
        &self.plugin.manifest
    }

    /// The manifest its plugin had when it decided.
    fn manifest_then(&self, decided: &Decided) -> &Manifest {
        let then = self.configuration.manifest_then(&decided.plugin, decided.settings_version);
        then.unwrap_or(self.manifest())
    }

    fn home(&self) -> Currency {
        self.configuration.units.or_organisation(self.customer.home_unit_id).currency
    }

    fn explain(
        &self,
        last: Option<(&DecisionRow, &Decided, &Outcome)>,
        now: Instant,
    ) -> Explanation {
        let field = &self.manifest().fields[self.name];
        let rule = self.configuration.rule_at(&self.manifest().id, now);
        let log = Log::standing(self.full.events.clone(), true);
        let then = last.map(|(_, decided, _)| &decided.request.inputs);
        let inputs = rule.map_or(Vec::new(), |rule| self.inputs(rule, &log, now, then));
        let events = rule.map_or(Vec::new(), |rule| self.events(rule, &log, now));
        let decided_at = last.map_or(now, |(row, ..)| row.at);
        let rule_then = self.configuration.rule_at(&self.manifest().id, decided_at);
        let value = self.customer.state.field(&self.manifest().id, self.name);
        Explanation {
            customer_id: self.customer.id,
            field: format!("{}.{}", self.manifest().id, self.name),
            value: field.shape.write(value, self.home()),
            label: field.label.clone(),
            sentence: match last {
                Some((_, decided, outcome)) => {
                    sentence(self.manifest_then(decided), &outcome.reason, self.home())
                }
                None => self.never_set(),
            },
            plugin: self.manifest().id.clone(),
            plugin_version: last
                .map_or(&self.manifest().version, |(row, ..)| &row.plugin_version)
                .clone(),
            settings_version: last
                .map_or(self.plugin.settings_version, |(row, ..)| row.settings_version),
            settings: self.settings(rule_then),
            tables: self.configuration.tables_then(
                &self.plugin.manifest.id,
                last.map_or(self.plugin.settings_version, |(row, ..)| row.settings_version),
            ),
            decision_id: last.map(|(row, ..)| row.id),
            since: last.map(|(row, ..)| row.at),
            conditions: last.map_or(Vec::new(), |(_, decided, _)| self.conditions(decided)),
            inputs,
            decided_on: last.and_then(|(_, decided, _)| self.event(decided.event_id?, &log)),
            events_total: events.len(),
            events: events.into_iter().take(EVENTS_MAX).collect(),
        }
    }

    fn never_set(&self) -> Bilingual {
        let title = &self.manifest().title;
        Bilingual {
            en: format!("{} has had no reason to set this yet.", title.en),
            zh_cn: format!("{}尚无理由设置此项。", title.zh_cn),
        }
    }

    fn settings(&self, rule: Option<&Arc<Rule>>) -> Json {
        let Some(rule) = rule else { return Json::Null };
        let values = &rule.prepared(self.home()).settings;
        let settings = rule.manifest.settings.iter().zip(values.iter());
        settings
            .map(|((name, setting), value)| (name.clone(), setting.shape.write(value, self.home())))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    fn inputs(
        &self,
        rule: &Rule,
        log: &Log,
        now: Instant,
        then: Option<&BTreeMap<Arc<str>, Value>>,
    ) -> Vec<InputView> {
        let end = log.events().len();
        let declared = rule.manifest.inputs.iter().zip(&rule.prepared(self.home()).inputs);
        declared
            .map(|((name, input), prepared)| {
                let state = &self.customer.state;
                let value = read(prepared, rule, log, end, now, self.home(), state).value;
                let write = |value: &Value| input.shape().write(value, self.home());
                let at_decision =
                    then.map(|then| then.get(name.as_str()).map_or(Json::Null, write));
                InputView { name: name.clone(), value: write(&value), at_decision }
            })
            .collect()
    }

    fn event(&self, id: EventId, log: &Log) -> Option<EventView> {
        let event = log.events().iter().find(|event| event.id == id)?;
        Some(event_view(event, &self.configuration.units))
    }

    /// The events behind the inputs, newest first.
    fn events(&self, rule: &Rule, log: &Log, now: Instant) -> Vec<EventView> {
        let end = log.events().len();
        let mut behind: Vec<&Event> = Vec::new();
        for input in &rule.prepared(self.home()).inputs {
            for (event, _) in counted(input, rule, log, end, now) {
                if !behind.iter().any(|own| own.id == event.id) {
                    behind.push(event);
                }
            }
        }
        behind.sort_by(|left, right| right.log_order(left));
        behind.into_iter().map(|event| event_view(event, &self.configuration.units)).collect()
    }

    fn conditions(&self, decided: &Decided) -> Vec<ConditionView> {
        let (manifest, home) = (self.manifest_then(decided), self.home());
        let view = |condition| condition_view(manifest, home, condition, &decided.request);
        decided.conditions.iter().map(view).collect()
    }
}

/// A comparison with the values it was made with.
pub(crate) fn condition_view(
    manifest: &Manifest,
    home: Currency,
    condition: &Condition,
    request: &Request,
) -> ConditionView {
    let (subject, shape, value) = match &condition.subject {
        Subject::Input(name) => (
            name.to_string(),
            manifest.inputs.get(&**name).map(regulars_model::Input::shape),
            request.inputs.get(&**name).cloned(),
        ),
        Subject::Customer(name) => (
            name.to_string(),
            Some(manifest.customer_read_shape(name)),
            request.customer.get(&**name).cloned(),
        ),
        Subject::Event(name) => (
            name.to_string(),
            Some(manifest.event_read_shape(name)),
            request.event.get(&**name).cloned(),
        ),
        Subject::Now => ("now".to_owned(), Some(Shape::Instant), Some(Value::Int(request.now.0))),
    };
    let write = |value: &Value| match &shape {
        Some(shape) => shape.write(value, home),
        None => serde_json::to_value(value).unwrap_or_default(),
    };
    ConditionView {
        subject,
        value: write(&value.unwrap_or_default()),
        comparison: Comparison::ALL[condition.comparison as usize].0.to_owned(),
        threshold: write(&condition.threshold),
        setting: condition.setting.as_ref().map(ToString::to_string),
        held: condition.held,
    }
}
