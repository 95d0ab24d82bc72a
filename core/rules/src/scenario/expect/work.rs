//! What reaches people: tasks, messages, vouchers, points, custom effects.

use super::{
    super::file::{Expect, ExpectFilled, ExpectPoints, ExpectTask},
    Scene, difference, list, outcomes,
};
use crate::sentence::sentence;
use regulars_model::{
    Currency, Effect, Manifest, Shape,
    decide::{Filled, PointsEffect, TaskEffect},
    text::Bilingual,
};
use serde_json::Value as Json;
use std::collections::BTreeMap;

pub(super) fn tasks(expect: &Expect, scene: &Scene, found: &mut Vec<Bilingual>) {
    let Some(wanted) = &expect.tasks else { return };
    let own: Vec<_> = outcomes(scene)
        .filter(|outcome| outcome.is_applied())
        .filter_map(|outcome| match &outcome.effect {
            Effect::Task(task) => Some(task),
            _ => None,
        })
        .collect();
    let fits = wanted.len() == own.len()
        && wanted.iter().zip(&own).all(|(wanted, own)| is_task(wanted, own, scene));
    if !fits {
        let wanted: Vec<_> = wanted.iter().map(|wanted| wanted_task(wanted, scene)).collect();
        let own: Vec<_> = own.iter().map(|own| own_task(own, scene)).collect();
        found.push(difference("tasks", list(&wanted), list(&own)));
    }
}

fn is_task(wanted: &ExpectTask, own: &TaskEffect, scene: &Scene) -> bool {
    *wanted.kind == *own.kind
        && wanted.key.as_deref().is_none_or(|key| *key == *own.key)
        && wanted.due_at.is_none_or(|due_at| due_at == own.due_at)
        && wanted.title.as_ref().is_none_or(|title| {
            let written = sentence(scene.manifest, &own.title, scene.currency);
            written.en == *title || written.zh_cn == *title
        })
}

fn wanted_task(wanted: &ExpectTask, scene: &Scene) -> String {
    let key = wanted.key.as_ref().map(|key| format!(" key {key}"));
    let due = wanted.due_at.map(|at| format!(" due {}", scene.times.write(at)));
    let title = wanted.title.as_ref().map(|title| format!(" “{title}”"));
    let parts: String = [key, due, title].into_iter().flatten().collect();
    format!("{}{parts}", wanted.kind)
}

fn own_task(own: &TaskEffect, scene: &Scene) -> String {
    let title = sentence(scene.manifest, &own.title, scene.currency).en;
    format!("{} key {} due {} “{title}”", own.kind, own.key, scene.times.write(own.due_at))
}

/// Everything that is a template filled in.
pub(super) fn filled(expect: &Expect, scene: &Scene, found: &mut Vec<Bilingual>) {
    type Of = fn(&Effect) -> Option<&Filled>;
    let messages: Of = |effect| match effect {
        Effect::Message(filled) => Some(filled),
        _ => None,
    };
    let vouchers: Of = |effect| match effect {
        Effect::Voucher(filled) => Some(filled),
        _ => None,
    };
    let custom: Of = |effect| match effect {
        Effect::Custom(filled) => Some(filled),
        _ => None,
    };
    for (sort, wanted, of) in [
        ("messages", &expect.messages, messages),
        ("vouchers", &expect.vouchers, vouchers),
        ("custom", &expect.custom, custom),
    ] {
        let Some(wanted) = wanted else { continue };
        let own = outcomes(scene)
            .filter_map(|outcome| Some((of(&outcome.effect)?, outcome.outcome.name())))
            .map(|(filled, outcome)| {
                let shapes = variables_of(scene.manifest, sort, &filled.template);
                (filled, written(shapes, filled, scene.currency), outcome)
            });
        let own: Vec<_> = own.collect();
        let fits = wanted.len() == own.len()
            && wanted.iter().zip(&own).all(|(wanted, own)| is_filled(wanted, own));
        if !fits {
            let wanted: Vec<_> = wanted.iter().map(wanted_filled).collect();
            let own: Vec<_> = own.iter().map(own_filled).collect();
            found.push(difference(sort, list(&wanted), list(&own)));
        }
    }
}

/// A template filled in, its variables as people write them, and what became of it.
type Own<'a> = (&'a Filled, BTreeMap<&'a str, Json>, &'a str);

fn is_filled(wanted: &ExpectFilled, (filled, variables, outcome): &Own) -> bool {
    *wanted.template == *filled.template
        && wanted.key.as_deref().is_none_or(|key| *key == *filled.key)
        && wanted.variables.iter().all(|(name, value)| variables.get(&**name) == Some(value))
        && wanted.outcome.as_deref().unwrap_or("applied") == *outcome
}

fn wanted_filled(wanted: &ExpectFilled) -> String {
    let key = wanted.key.as_ref().map(|key| format!(" key {key}")).unwrap_or_default();
    let variables = match wanted.variables.is_empty() {
        true => String::new(),
        false => format!(" {}", serde_json::to_string(&wanted.variables).unwrap_or_default()),
    };
    let outcome = wanted.outcome.as_deref().unwrap_or("applied");
    format!("{}{key}{variables} {outcome}", wanted.template)
}

fn own_filled((filled, variables, outcome): &Own) -> String {
    let variables = serde_json::to_string(variables).unwrap_or_default();
    format!("{} key {} {variables} {outcome}", filled.template, filled.key)
}

pub(in super::super) fn variables_of<'m>(
    manifest: &'m Manifest,
    sort: &str,
    template: &str,
) -> Option<&'m BTreeMap<String, Shape>> {
    match sort {
        "messages" => manifest.messages.get(template).map(|own| &own.variables),
        "vouchers" => manifest.vouchers.get(template).map(|own| &own.variables),
        _ => manifest.custom.get(template).map(|own| &own.variables),
    }
}

pub(in super::super) fn written<'m>(
    shapes: Option<&'m BTreeMap<String, Shape>>,
    filled: &Filled,
    currency: Currency,
) -> BTreeMap<&'m str, Json> {
    let pairs = shapes.into_iter().flatten().zip(&filled.variables);
    pairs.map(|((name, shape), value)| (&**name, shape.write(value, currency))).collect()
}

pub(super) fn points(expect: &Expect, scene: &Scene, found: &mut Vec<Bilingual>) {
    let Some(wanted) = &expect.points else { return };
    let own: Vec<_> = outcomes(scene)
        .filter_map(|outcome| match &outcome.effect {
            Effect::Points(points) => Some((points, outcome.outcome.name())),
            _ => None,
        })
        .collect();
    let fits = wanted.len() == own.len()
        && wanted.iter().zip(&own).all(|(wanted, own)| is_points(wanted, own));
    if !fits {
        let wanted: Vec<_> = wanted.iter().map(wanted_points).collect();
        let own = own.iter().map(|(own, outcome)| {
            format!("{} of {} key {} {outcome}", own.amount, own.account, own.key)
        });
        found.push(difference("points", list(&wanted), list(&own.collect::<Vec<_>>())));
    }
}

fn is_points(wanted: &ExpectPoints, (own, outcome): &(&PointsEffect, &str)) -> bool {
    *wanted.account == *own.account
        && wanted.key.as_deref().is_none_or(|key| *key == *own.key)
        && wanted.amount == own.amount
        && wanted.outcome.as_deref().unwrap_or("applied") == *outcome
}

fn wanted_points(wanted: &ExpectPoints) -> String {
    let key = wanted.key.as_ref().map(|key| format!(" key {key}")).unwrap_or_default();
    let outcome = wanted.outcome.as_deref().unwrap_or("applied");
    format!("{} of {}{key} {outcome}", wanted.amount, wanted.account)
}
