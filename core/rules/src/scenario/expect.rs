//! Comparing what came of a step with what was expected of it.

mod events;
mod work;

use super::file::{Expect, ExpectReason};
use crate::{Decided, Outcome, State, sentence::sentence};
use regulars_model::{Currency, Effect, Instant, Manifest, Reason, Value};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What a step came to.
pub(super) struct Seen {
    pub plugin: String,
    pub state: State,
    pub decided: Vec<Decided>,
}

/// One line for each thing that is not as expected.
pub(super) fn differences(
    expect: &Expect,
    seen: &Seen,
    manifest: &Manifest,
    currency: Currency,
) -> Vec<String> {
    let mut found = Vec::new();
    fields(expect, seen, manifest, currency, &mut found);
    if let Some(tags) = &expect.tags {
        let own: Vec<_> = seen.state.tags.keys().map(|tag| tag.to_string()).collect();
        compare("tags", tags, &own, &mut found);
    }
    if let Some(stage) = &expect.lifecycle {
        compare("lifecycle", stage, &seen.state.lifecycle(), &mut found);
    }
    if let Some(wakes) = &expect.wakes {
        let own: BTreeMap<String, Instant> =
            seen.state.wakes.get(&seen.plugin).map_or_else(BTreeMap::new, |wakes| {
                wakes.iter().map(|(key, at)| (key.to_string(), *at)).collect()
            });
        compare("wakes", wakes, &own, &mut found);
    }
    work::tasks(expect, seen, manifest, currency, &mut found);
    work::filled(expect, seen, manifest, currency, &mut found);
    work::points(expect, seen, &mut found);
    events::events(expect, seen, manifest, currency, &mut found);
    for (field, reason) in &expect.reasons {
        reasons(field, reason, seen, manifest, currency, &mut found);
    }
    found
}

fn compare<T: PartialEq + std::fmt::Debug>(
    what: &str,
    wanted: &T,
    own: &T,
    found: &mut Vec<String>,
) {
    if wanted != own {
        found.push(format!("{what}: expected {wanted:?}, found {own:?}"));
    }
}

fn fields(
    expect: &Expect,
    seen: &Seen,
    manifest: &Manifest,
    currency: Currency,
    found: &mut Vec<String>,
) {
    for (name, wanted) in &expect.fields {
        let value = seen.state.field(&seen.plugin, name);
        let own = match manifest.fields.get(name) {
            Some(field) => field.shape.write(value, currency),
            None => {
                found.push(format!("fields.{name}: the manifest declares no such field"));
                continue;
            }
        };
        // Instants may be written with any offset.
        if own != *wanted && !same_instant(&own, wanted) {
            found.push(format!("fields.{name}: expected {wanted}, found {own}"));
        }
    }
    for name in &expect.no_fields {
        let value = seen.state.field(&seen.plugin, name);
        if *value != Value::Null {
            found.push(format!("fields.{name}: expected none, found {value:?}"));
        }
    }
}

fn same_instant(left: &Json, right: &Json) -> bool {
    let read = |json: &Json| json.as_str().and_then(|text| text.parse::<Instant>().ok());
    read(left).is_some() && read(left) == read(right)
}

fn outcomes(seen: &Seen) -> impl Iterator<Item = &Outcome> {
    seen.decided.iter().flat_map(|decided| &decided.effects)
}

fn reasons(
    field: &str,
    wanted: &ExpectReason,
    seen: &Seen,
    manifest: &Manifest,
    currency: Currency,
    found: &mut Vec<String>,
) {
    let changes = |effect: &Effect| match effect {
        Effect::SetField { field: own, .. } | Effect::ClearField { field: own } => **own == *field,
        _ => false,
    };
    let last: Option<&Reason> = outcomes(seen)
        .filter(|outcome| changes(&outcome.effect))
        .map(|outcome| &outcome.reason)
        .last();
    let Some(reason) = last else {
        found.push(format!("reasons.{field}: the field did not change in this step"));
        return;
    };
    let written = sentence(manifest, reason, currency);
    for (what, wanted, own) in [
        ("text", &wanted.text, &*reason.text),
        ("en", &wanted.en, written.en.as_str()),
        ("zh-CN", &wanted.zh_cn, written.zh_cn.as_str()),
    ] {
        if let Some(wanted) = wanted
            && wanted != own
        {
            found.push(format!("reasons.{field}.{what}: expected “{wanted}”, found “{own}”"));
        }
    }
}
