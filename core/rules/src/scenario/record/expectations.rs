//! What the last step of a recorded scenario expects: all that came of it.

use super::{Original, plot::inline_value};
use crate::{
    Outcome,
    scenario::{
        expect::work::{variables_of, written},
        stage::{Seen, Stage},
    },
    sentence::sentence,
};
use regulars_model::{Effect, Reason, decide::Filled};
use serde_json::{Map, Value as Json, json};

pub(super) fn write(original: &Original, stage: &Stage, seen: &Seen) -> String {
    let writer = Writer { original, stage, seen };
    let mut expected = Map::new();
    writer.fields(&mut expected);
    writer.state(&mut expected);
    writer.work(&mut expected);
    let lines = expected.into_iter().filter_map(|(name, value)| {
        Some(format!("expect.{name} = {}\n", inline_value(&value).ok()?))
    });
    lines.collect()
}

struct Writer<'a> {
    original: &'a Original,
    stage: &'a Stage,
    seen: &'a Seen,
}

impl<'a> Writer<'a> {
    fn outcomes(&self) -> impl Iterator<Item = &'a Outcome> + use<'a> {
        self.seen.decided.iter().flat_map(|decided| &decided.effects)
    }

    /// Of each field that changed: its value or that it has none, and the reason of the last change.
    fn fields(&self, expected: &mut Map<String, Json>) {
        let (mut fields, mut none, mut reasons) = (Map::new(), Vec::new(), Map::new());
        for outcome in self.outcomes() {
            let (Effect::SetField { field, .. } | Effect::ClearField { field }) = &outcome.effect
            else {
                continue;
            };
            reasons.insert(field.to_string(), self.reason(&outcome.reason));
        }
        for name in reasons.keys() {
            let Some(declared) = self.original.manifest.fields.get(name) else { continue };
            let value = self.seen.state.field(&self.seen.plugin, name);
            match value.is_null() {
                true => none.push(json!(name)),
                false => {
                    let written = declared.shape.write(value, self.stage.currency);
                    fields.insert(name.clone(), written);
                }
            }
        }
        let mut put = |name: &str, json: Json, is_empty: bool| {
            if !is_empty {
                expected.insert(name.to_owned(), json);
            }
        };
        put("fields", json!(fields), fields.is_empty());
        put("no-fields", json!(none), none.is_empty());
        for (name, reason) in reasons {
            put(&format!("reasons.{name}"), reason, false);
        }
    }

    fn reason(&self, reason: &Reason) -> Json {
        let written = sentence(&self.original.manifest, reason, self.stage.currency);
        json!({"text": &*reason.text, "en": written.en, "zh-CN": written.zh_cn})
    }

    fn state(&self, expected: &mut Map<String, Json>) {
        let has = |is: fn(&Effect) -> bool| self.outcomes().any(|outcome| is(&outcome.effect));
        let state = &self.seen.state;
        if has(|effect| matches!(effect, Effect::AddTag { .. } | Effect::RemoveTag { .. })) {
            let tags: Vec<_> = state.tags.keys().map(ToString::to_string).collect();
            expected.insert("tags".to_owned(), json!(tags));
        }
        if has(|effect| matches!(effect, Effect::SetLifecycle { .. } | Effect::ClearLifecycle)) {
            expected.insert("lifecycle".to_owned(), json!(state.lifecycle()));
        }
        if has(|effect| matches!(effect, Effect::Wake { .. } | Effect::CancelWake { .. })) {
            let wakes = state.wakes.get(&self.seen.plugin).into_iter().flatten();
            let wakes: Map<_, _> = wakes
                .map(|(key, at)| (key.to_string(), json!(self.stage.times().write(*at))))
                .collect();
            expected.insert("wakes".to_owned(), json!(wakes));
        }
    }

    /// All of it, and of what the plugin could have given also that there was none.
    fn work(&self, expected: &mut Map<String, Json>) {
        let manifest = &self.original.manifest;
        let mut put = |name: &str, could: bool, list: Vec<Json>| {
            if could {
                expected.insert(name.to_owned(), json!(list));
            }
        };
        let tasks = self.outcomes().filter(|outcome| outcome.is_applied());
        let tasks = tasks.filter_map(|outcome| match &outcome.effect {
            Effect::Task(task) => Some(json!({
                "kind": &*task.kind,
                "key": &*task.key,
                "due_at": self.stage.times().write(task.due_at),
                "title": sentence(manifest, &task.title, self.stage.currency).en,
            })),
            _ => None,
        });
        put("tasks", !manifest.grants.tasks.is_empty(), tasks.collect());
        let messages = self.filled("messages", |effect| match effect {
            Effect::Message(filled) => Some(filled),
            _ => None,
        });
        put("messages", !manifest.messages.is_empty(), messages);
        let vouchers = self.filled("vouchers", |effect| match effect {
            Effect::Voucher(filled) => Some(filled),
            _ => None,
        });
        put("vouchers", !manifest.vouchers.is_empty(), vouchers);
        let custom = self.filled("custom", |effect| match effect {
            Effect::Custom(filled) => Some(filled),
            _ => None,
        });
        put("custom", !manifest.custom.is_empty(), custom);
        let points = self.outcomes().filter_map(|outcome| match &outcome.effect {
            Effect::Points(points) => Some(json!({
                "account": &*points.account,
                "key": &*points.key,
                "amount": points.amount,
                "outcome": outcome.outcome.name(),
            })),
            _ => None,
        });
        put("points", !manifest.grants.points.is_empty(), points.collect());
    }

    fn filled(&self, sort: &str, of: fn(&Effect) -> Option<&Filled>) -> Vec<Json> {
        let all =
            self.outcomes().filter_map(|outcome| Some((of(&outcome.effect)?, outcome.outcome)));
        let all = all.map(|(filled, outcome)| {
            let shapes = variables_of(&self.original.manifest, sort, &filled.template);
            json!({
                "template": &*filled.template,
                "key": &*filled.key,
                "variables": written(shapes, filled, self.stage.currency),
                "outcome": outcome.name(),
            })
        });
        all.collect()
    }
}
