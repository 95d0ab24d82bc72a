//! What a manifest says must hang together; each complaint names the key and what would be right.

mod events;
mod inputs;
mod tables;
mod texts;

use super::{ABI, Manifest, Runtime, sentences, toml_faults::FILE};
use crate::{
    document::Document,
    finding::Finding,
    limits,
    said::{Said, nearest, unknown},
};

pub(super) use inputs::check_amounts;

/// Something wrong, and the keys that lead to it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) keys: Vec<String>,
    pub(super) said: Said,
}

impl Wrong {
    pub(super) fn new(keys: &[&str], said: Said) -> Wrong {
        Wrong { keys: keys.iter().map(|key| (*key).to_owned()).collect(), said }
    }
}

/// Each with its place.
pub(super) fn place(toml: &str, wrong: Vec<Wrong>) -> Vec<Finding> {
    let document = Document::read(FILE, toml);
    let placed = wrong.into_iter().take(limits::MANIFEST_FAULTS_MAX + 1);
    placed.map(|Wrong { keys, said }| Finding::error(document.place(&keys), said)).collect()
}

/// All that is wrong; nothing when it is in order.
pub(super) fn check(manifest: &Manifest) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    check_head(manifest, &mut wrong);
    check_counts(manifest, &mut wrong);
    check_names(manifest, &mut wrong);
    check_reads(manifest, &mut wrong);
    inputs::check(manifest, &mut wrong);
    check_settings(manifest, &mut wrong);
    tables::check(manifest, &mut wrong);
    check_messages(manifest, &mut wrong);
    events::check(manifest, &mut wrong);
    texts::check(manifest, &mut wrong);
    wrong
}

fn check_head(manifest: &Manifest, wrong: &mut Vec<Wrong>) {
    if !is_kebab(&manifest.id) {
        wrong.push(Wrong::new(&["id"], sentences::not_kebab(&manifest.id)));
    }
    if manifest.abi != ABI {
        wrong.push(Wrong::new(&["abi"], sentences::other_abi(&manifest.abi, ABI)));
    }
    let version = &manifest.version;
    if version.split('.').count() != 3
        || !version.split('.').all(|part| part.parse::<u32>().is_ok())
    {
        wrong.push(Wrong::new(&["version"], sentences::not_a_version(version)));
    }
    let extension = match manifest.runtime {
        Runtime::Wasm => ".wasm",
        Runtime::Rhai => ".rhai",
    };
    if !manifest.entry.ends_with(extension) || manifest.entry.contains(['/', '\\']) {
        wrong.push(Wrong::new(&["entry"], sentences::not_an_entry(extension)));
    }
}

fn check_counts(manifest: &Manifest, wrong: &mut Vec<Wrong>) {
    for (key, count, most) in [
        ("inputs", manifest.inputs.len(), limits::INPUTS_PER_PLUGIN_MAX),
        ("fields", manifest.fields.len(), limits::FIELDS_PER_PLUGIN_MAX),
        ("settings", manifest.settings.len(), limits::SETTINGS_PER_PLUGIN_MAX),
        ("tables", manifest.tables.len(), limits::TABLES_PER_PLUGIN_MAX),
    ] {
        if count > most {
            wrong.push(Wrong::new(&[key], sentences::too_many(count, most)));
        }
    }
}

fn check_names(manifest: &Manifest, wrong: &mut Vec<Wrong>) {
    let snake = manifest
        .inputs
        .keys()
        .map(|name| ("inputs", name))
        .chain(manifest.settings.keys().map(|name| ("settings", name)))
        .chain(manifest.fields.keys().map(|name| ("fields", name)))
        .chain(manifest.tables.keys().map(|name| ("tables", name)))
        .chain(manifest.texts.keys().map(|name| ("texts", name)));
    for (table, name) in snake.filter(|(_, name)| !is_word(name, '_')) {
        wrong.push(Wrong::new(&[table, name], sentences::not_snake(name)));
    }
    let grants = &manifest.grants;
    let granted = [("tasks", &grants.tasks), ("points", &grants.points)];
    for (list, kind) in
        granted.iter().flat_map(|(list, names)| names.iter().map(|one| (*list, one)))
    {
        if !is_kebab(kind) {
            wrong.push(Wrong::new(&["grants", list, kind], sentences::not_kebab(kind)));
        }
    }
    let templates = manifest
        .messages
        .keys()
        .map(|name| ("messages", name))
        .chain(manifest.vouchers.keys().map(|name| ("vouchers", name)))
        .chain(manifest.custom.keys().map(|name| ("custom", name)))
        .chain(manifest.events.keys().map(|name| ("events", name)));
    for (table, name) in templates.filter(|(_, name)| !is_kebab(name)) {
        wrong.push(Wrong::new(&[table, name], sentences::not_kebab(name)));
    }
}

fn check_reads(manifest: &Manifest, wrong: &mut Vec<Wrong>) {
    for name in &manifest.reads.customer {
        let keys = ["reads", "customer", name];
        let known = name == "lifecycle" || name == "assigned" || name.starts_with("consent.");
        let own = name.strip_prefix(&manifest.id).and_then(|rest| rest.strip_prefix('.'));
        match own {
            Some(field) if !manifest.fields.contains_key(field) => {
                wrong.push(Wrong::new(&keys, sentences::not_own_field(name)));
            }
            None if !known && !name.contains('.') => {
                wrong.push(Wrong::new(&keys, sentences::no_customer_read(name)));
            }
            _ => {}
        }
    }
    const EVENT_READS: [&str; 7] = [
        "amount",
        "occurred-at",
        "business-day",
        "store",
        "source-id",
        "line.category",
        "line.sku",
    ];
    for name in &manifest.reads.event {
        if !EVENT_READS.contains(&name.as_str()) && !name.starts_with("data.") {
            let said = match nearest(name, EVENT_READS.into_iter()) {
                Some(_) => unknown(sentences::EVENT_READ, name, EVENT_READS.into_iter()),
                None => sentences::no_event_read(name, &EVENT_READS[..]),
            };
            wrong.push(Wrong::new(&["reads", "event", name], said));
        }
    }
}

fn check_settings(manifest: &Manifest, wrong: &mut Vec<Wrong>) {
    // Money defaults are read in a currency of two decimals; a chain with another writes its own.
    let Ok(currency) = "CNY".parse() else { return };
    for (name, setting) in &manifest.settings {
        if let Err(faults) = setting.shape.read(&setting.default, currency) {
            let keys = ["settings", name, "default"];
            let faults = faults.iter().map(|fault| fault.to_string());
            wrong.extend(faults.map(|said| Wrong::new(&keys, sentences::default_unfit(said))));
        }
    }
}

fn check_messages(manifest: &Manifest, wrong: &mut Vec<Wrong>) {
    const CHANNELS: [&str; 5] = ["sms", "email", "wechat", "wecom", "by-hand"];
    for (name, template) in &manifest.messages {
        let keys = ["messages", name, "channels"];
        if template.channels.is_empty() {
            wrong.push(Wrong::new(&keys, sentences::no_channel()));
        }
        let unknown = template.channels.iter().filter(|own| !CHANNELS.contains(&own.as_str()));
        for channel in unknown {
            let keys = [&keys[..], &[channel]].concat();
            wrong.push(Wrong::new(&keys, sentences::unknown_channel(channel, &CHANNELS[..])));
        }
    }
}

fn is_kebab(name: &str) -> bool {
    is_word(name, '-')
}

fn is_word(name: &str, joint: char) -> bool {
    name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == joint)
}
