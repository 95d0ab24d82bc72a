//! What reaches people: tasks, messages, vouchers, points, custom effects.

use super::{
    super::file::{Expect, ExpectFilled},
    Seen, outcomes,
};
use crate::sentence::sentence;
use regulars_model::{Currency, Effect, Manifest, Shape, decide::Filled};
use serde_json::Value as Json;
use std::collections::BTreeMap;

pub(super) fn tasks(
    expect: &Expect,
    seen: &Seen,
    manifest: &Manifest,
    currency: Currency,
    found: &mut Vec<String>,
) {
    let Some(wanted) = &expect.tasks else { return };
    let own: Vec<_> = outcomes(seen)
        .filter(|outcome| outcome.is_applied())
        .filter_map(|outcome| match &outcome.effect {
            Effect::Task(task) => Some(task),
            _ => None,
        })
        .collect();
    let fits = wanted.len() == own.len()
        && wanted.iter().zip(&own).all(|(wanted, own)| {
            *wanted.kind == *own.kind
                && wanted.key.as_deref().is_none_or(|key| *key == *own.key)
                && wanted.due_at.is_none_or(|due_at| due_at == own.due_at)
                && wanted.title.as_ref().is_none_or(|title| {
                    let written = sentence(manifest, &own.title, currency);
                    written.en == *title || written.zh_cn == *title
                })
        });
    if !fits {
        let own: Vec<_> = own
            .iter()
            .map(|task| {
                let title = sentence(manifest, &task.title, currency).en;
                format!("{} key {} due {} “{title}”", task.kind, task.key, task.due_at)
            })
            .collect();
        found.push(format!("tasks: expected {wanted:?}, found {own:?}"));
    }
}

/// Everything that is a template filled in.
pub(super) fn filled(
    expect: &Expect,
    seen: &Seen,
    manifest: &Manifest,
    currency: Currency,
    found: &mut Vec<String>,
) {
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
        let own = outcomes(seen)
            .filter_map(|outcome| Some((of(&outcome.effect)?, outcome.outcome.name())))
            .map(|(filled, outcome)| {
                let shapes = variables_of(manifest, sort, &filled.template);
                (filled, written(shapes, filled, currency), outcome)
            });
        let own: Vec<_> = own.collect();
        let fits = wanted.len() == own.len()
            && wanted.iter().zip(&own).all(|(wanted, own)| is_as_wanted(wanted, own));
        if !fits {
            let own: Vec<_> = own
                .iter()
                .map(|(filled, variables, outcome)| {
                    let variables = serde_json::to_string(variables).unwrap_or_default();
                    format!("{} key {} {variables} {outcome}", filled.template, filled.key)
                })
                .collect();
            found.push(format!("{sort}: expected {wanted:?}, found {own:?}"));
        }
    }
}

fn is_as_wanted(wanted: &ExpectFilled, own: &(&Filled, BTreeMap<&str, Json>, &str)) -> bool {
    let (filled, variables, outcome) = own;
    *wanted.template == *filled.template
        && wanted.key.as_deref().is_none_or(|key| *key == *filled.key)
        && wanted.variables.iter().all(|(name, value)| variables.get(&**name) == Some(value))
        && wanted.outcome.as_deref().unwrap_or("applied") == *outcome
}

fn variables_of<'m>(
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

fn written<'m>(
    shapes: Option<&'m BTreeMap<String, Shape>>,
    filled: &Filled,
    currency: Currency,
) -> BTreeMap<&'m str, Json> {
    let pairs = shapes.into_iter().flatten().zip(&filled.variables);
    pairs.map(|((name, shape), value)| (&**name, shape.write(value, currency))).collect()
}

pub(super) fn points(expect: &Expect, seen: &Seen, found: &mut Vec<String>) {
    let Some(wanted) = &expect.points else { return };
    let own: Vec<_> = outcomes(seen)
        .filter_map(|outcome| match &outcome.effect {
            Effect::Points(points) => Some((points, outcome.outcome.name())),
            _ => None,
        })
        .collect();
    let fits = wanted.len() == own.len()
        && wanted.iter().zip(&own).all(|(wanted, (own, outcome))| {
            *wanted.account == *own.account
                && wanted.key.as_deref().is_none_or(|key| *key == *own.key)
                && wanted.amount == own.amount
                && wanted.outcome.as_deref().unwrap_or("applied") == *outcome
        });
    if !fits {
        let own = own.iter().map(|(own, outcome)| {
            format!("{} of {} key {} {outcome}", own.amount, own.account, own.key)
        });
        found.push(format!("points: expected {wanted:?}, found {:?}", own.collect::<Vec<_>>()));
    }
}
