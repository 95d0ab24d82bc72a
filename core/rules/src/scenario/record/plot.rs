//! The steps of a recorded scenario: what the rule reads of the customer's log, up to the decision.

use super::{
    Original, events,
    head::{head, settings, settings_key},
    names::{Names, Reads},
};
use crate::scenario::{sentences, stage::Times};
use regulars_model::{Cause, Event, EventKey, text::Bilingual};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// All but what is expected; it ends within the last step.
pub(super) fn plot(original: &Original, by: i64) -> Result<String, Bilingual> {
    let key = &original.decided.key;
    let mut names = Names::new(original);
    let reads = Reads::new(&original.manifest);
    let mut steps = Vec::new();
    let events = events::relevant(original);
    for event in &events {
        steps.push((event.key(), Entry::Event(event)));
    }
    let first = events.first().map_or(key.at, |event| event.occurred_at);
    let (initial, changes) = settings(original, first);
    for (at, changed) in changes {
        steps.push((settings_key(at), Entry::Settings(changed)));
    }
    steps.sort_by(|left, right| left.0.cmp(&right.0));
    match &original.decided.cause {
        Cause::Event(_) => {}
        Cause::Settings => {
            if !matches!(steps.last(), Some((last, Entry::Settings(_))) if last.at == key.at) {
                return Err(sentences::of_installation().text);
            }
        }
        Cause::Wake(_) | Cause::Expiry => steps.push((key.clone(), Entry::Nothing)),
    }
    let mut text = head(original, &initial, &mut names);
    let numbers = numbers(&steps);
    let times = Times::new(original.person.home.zone.clone());
    for (key, entry) in &steps {
        text += &format!("\n[[step]]\nat = \"{}\"\n", times.write(key.at.plus(by)));
        text += &match entry {
            Entry::Event(event) => {
                let event = events::write(original, event, &reads, &numbers, &mut names)?;
                format!("event = {event}\n")
            }
            Entry::Settings(changed) => format!("set = {}\n", inline(changed)?),
            Entry::Nothing => String::new(),
        };
    }
    Ok(text)
}

enum Entry<'a> {
    Event(&'a Event),
    Settings(Map<String, Json>),
    /// The clock alone.
    Nothing,
}

/// Step of each event, and which of them later ones refer to.
pub(super) struct Numbers {
    pub steps: BTreeMap<(String, String), usize>,
    pub referred: BTreeSet<usize>,
}

fn numbers(steps: &[(EventKey, Entry)]) -> Numbers {
    let own = |event: &Event| (event.source.to_string(), event.source_id.to_string());
    let events = steps.iter().enumerate().filter_map(|(index, (_, entry))| match entry {
        Entry::Event(event) => Some((index, *event)),
        _ => None,
    });
    let steps: BTreeMap<_, _> = events.clone().map(|(index, event)| (own(event), index)).collect();
    let references = events.filter_map(|(_, event)| event.refers_to.as_ref());
    let to = |own: &regulars_model::event::SourceRef| {
        steps.get(&(own.source.to_string(), own.source_id.to_string())).copied()
    };
    let referred = references.filter_map(to).collect();
    Numbers { steps, referred }
}

/// As the runner names an event that says nothing, so that the order of the log stays.
pub(super) fn name(step: usize) -> String {
    format!("step-{step:04}")
}

pub(super) fn inline(members: &Map<String, Json>) -> Result<String, Bilingual> {
    inline_value(&Json::Object(members.clone()))
}

/// In one line, as TOML has it; nulls are left out, for it has none.
pub(super) fn inline_value(json: &Json) -> Result<String, Bilingual> {
    let value = toml::Value::try_from(without_nulls(json))
        .map_err(|error| sentences::not_written(error.to_string()).text)?;
    Ok(value.to_string())
}

fn without_nulls(json: &Json) -> Json {
    match json {
        Json::Object(object) => {
            let members = object.iter().filter(|(_, member)| !member.is_null());
            members.map(|(name, member)| (name.clone(), without_nulls(member))).collect()
        }
        Json::Array(list) => list.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}
