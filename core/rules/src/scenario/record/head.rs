//! What stands above the steps of a recorded scenario, and the settings it goes through.

use super::{Original, names::Names, plot::inline_value, title};
use regulars_model::{EventKey, Instant, event::Rank};
use serde_json::{Map, Value as Json, json};

pub(super) fn head(original: &Original, settings: &Map<String, Json>, names: &mut Names) -> String {
    let (en, zh_cn) = title(&original.decided.cause);
    let quoted = |text: &str| Json::from(text).to_string();
    let mut text = format!("title = {{ en = {}, zh-CN = {} }}\n", quoted(&en), quoted(&zh_cn));
    text += &format!("currency = \"{}\"\n", original.person.home.currency);
    text += &format!("time_zone = {}\n", quoted(&original.time_zone));
    if original.cutoff_hour > 0 {
        text += &format!("cutoff_hour = {}\n", original.cutoff_hour);
    }
    let mut table = |name: &str, members: Map<String, Json>| {
        let lines = members.into_iter().filter_map(|(key, value)| {
            Some(format!("{} = {}\n", quoted(&key), inline_value(&value).ok()?))
        });
        let lines: String = lines.collect();
        if !lines.is_empty() {
            text += &format!("\n[{name}]\n{lines}");
        }
    };
    table("settings", settings.clone());
    table("customer", customer(original, names));
    text
}

/// What the rule reads of the customer that is not in the log.
fn customer(original: &Original, names: &mut Names) -> Map<String, Json> {
    let mut customer = Map::new();
    let reads = &original.manifest.reads.customer;
    if reads.iter().any(|own| own == "assigned") && original.person.assigned {
        customer.insert("assigned".to_owned(), json!(true));
    }
    if let Some(stage) = original.person.lifecycle {
        customer.insert("lifecycle".to_owned(), json!(stage));
    }
    let own = format!("{}.", original.manifest.id);
    let others = original.decided.request.customer.iter().filter(|(name, _)| {
        name.contains('.') && !name.starts_with("consent.") && !name.starts_with(&own)
    });
    let fields: Map<_, _> =
        others.map(|(name, value)| (name.to_string(), names.data(&json!(value)))).collect();
    if !fields.is_empty() {
        customer.insert("fields".to_owned(), fields.into());
    }
    customer
}

/// From when on, and what.
pub(super) type Change = (Instant, Map<String, Json>);

/// Those at the first event, and what changed on the way.
pub(super) fn settings(original: &Original, first: Instant) -> (Map<String, Json>, Vec<Change>) {
    let manifest = &original.manifest;
    let known = |settings: &Map<String, Json>| -> Map<String, Json> {
        let own = settings.iter().filter(|(name, _)| manifest.settings.contains_key(*name));
        own.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    let full = |settings: &Map<String, Json>| {
        let mut full = manifest.default_settings();
        full.extend(known(settings));
        full
    };
    let (before, after): (Vec<_>, Vec<_>) = original
        .settings
        .iter()
        .filter(|(from, _)| settings_key(*from) <= original.decided.key)
        .partition(|(from, _)| *from <= first);
    let initial = before.last().map(|(_, settings)| known(settings)).unwrap_or_default();
    let mut current = full(&initial);
    let mut changes = Vec::new();
    for (at, settings) in after {
        let next = full(settings);
        let differs = next.iter().filter(|(name, value)| current.get(*name) != Some(value));
        let changed: Map<_, _> = differs.map(|(name, own)| (name.clone(), own.clone())).collect();
        if !changed.is_empty() {
            changes.push((*at, changed));
        }
        current = next;
    }
    (initial, changes)
}

/// Where in the log a change of settings stands.
pub(super) fn settings_key(from: Instant) -> EventKey {
    EventKey { at: from, rank: Rank::Settings, source: "".into(), source_id: "".into() }
}
