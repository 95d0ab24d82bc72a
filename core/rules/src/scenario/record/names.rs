//! Names in place of names: the same for the same, and none that leads back.

use super::Original;
use regulars_model::{Manifest, input::Measure};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct Names {
    /// Words that the manifest, the settings or the contract know: no person's.
    known: BTreeSet<String>,
    texts: BTreeMap<String, String>,
    stores: BTreeMap<String, String>,
}

/// What of an event the rule reads, or its inputs count by.
pub(super) struct Reads {
    pub sku: bool,
    pub category: bool,
    pub lines: bool,
    pub store: bool,
    /// Members of `data`.
    pub data: BTreeSet<String>,
}

const CONTRACT: [&str; 8] =
    ["sms", "email", "wechat", "wecom", "by-hand", "granted", "withdrawn", "asked"];

impl Names {
    pub(super) fn new(original: &Original) -> Names {
        let mut known: BTreeSet<String> = CONTRACT.iter().map(|word| (*word).to_owned()).collect();
        for manifest in original.others.iter().chain([&original.manifest]) {
            collect(&serde_json::to_value(&**manifest).unwrap_or_default(), &mut known);
        }
        for (_, settings) in &original.settings {
            settings.values().for_each(|value| collect(value, &mut known));
        }
        // What consent is for is a word of the shop.
        let purposes = original.events.iter().filter_map(|event| event.body.data.get("purpose"));
        purposes.for_each(|purpose| collect(purpose, &mut known));
        let lines = original.events.iter().flat_map(|event| &event.body.lines);
        known.extend(lines.flat_map(|line| [line.sku.clone(), line.category.clone()]));
        Names { known, texts: BTreeMap::new(), stores: BTreeMap::new() }
    }

    pub(super) fn store(&mut self, id: String) -> String {
        let number = self.stores.len() + 1;
        self.stores.entry(id).or_insert_with(|| format!("store-{number}")).clone()
    }

    pub(super) fn data(&mut self, json: &Json) -> Json {
        match json {
            Json::String(text) => Json::String(self.text(text)),
            Json::Array(list) => list.iter().map(|item| self.data(item)).collect(),
            // Neither a rule nor an input reads into one.
            Json::Object(_) => Json::Null,
            other => other.clone(),
        }
    }

    fn text(&mut self, text: &str) -> String {
        if self.known.contains(text) || is_written_number(text) || is_category(text) {
            return text.to_owned();
        }
        let number = self.texts.len() + 1;
        self.texts.entry(text.to_owned()).or_insert_with(|| format!("text-{number}")).clone()
    }
}

/// An amount or a count, but no telephone number.
fn is_written_number(text: &str) -> bool {
    text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Such as `furniture/sofa`.
fn is_category(text: &str) -> bool {
    let of_code = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let mut parts = text.split('/');
    parts.clone().count() > 1 && parts.all(|part| !part.is_empty() && part.bytes().all(of_code))
}

/// Every text of it.
fn collect(json: &Json, known: &mut BTreeSet<String>) {
    match json {
        Json::String(text) => drop(known.insert(text.clone())),
        Json::Array(list) => list.iter().for_each(|item| collect(item, known)),
        Json::Object(object) => object.values().for_each(|member| collect(member, known)),
        _ => {}
    }
}

impl Reads {
    pub(super) fn new(manifest: &Manifest) -> Reads {
        let inputs = manifest.inputs.values();
        let measures: Vec<&Measure> =
            inputs.flat_map(|input| input.filters.keys().chain([&input.measure])).collect();
        let measured = |measure: &Measure| measures.contains(&measure);
        let read = |name: &str| manifest.reads.event.iter().any(|own| own == name);
        let of_data = measures.iter().filter_map(|measure| match measure {
            Measure::Data(name) => Some(name.clone()),
            _ => None,
        });
        let read_data = manifest.reads.event.iter().filter_map(|own| own.strip_prefix("data."));
        Reads {
            sku: measured(&Measure::LineSku) || read("line.sku"),
            category: measured(&Measure::LineCategory) || read("line.category"),
            lines: measures.iter().any(|measure| measure.is_of_lines())
                || manifest.reads.event.iter().any(|own| own.starts_with("line.")),
            store: measured(&Measure::Store) || read("store"),
            data: of_data.chain(read_data.map(str::to_owned)).collect(),
        }
    }
}
