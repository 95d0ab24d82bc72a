//! Comparing what came of a step with what was expected of it.

mod events;
pub(super) mod work;

use super::{
    file::{Expect, ExpectReason},
    sentences,
    stage::{Seen, Times},
};
use crate::{Outcome, sentence::sentence};
use regulars_model::{
    Currency, Effect, Instant, Manifest, Reason, Value,
    said::Say,
    text::{Bilingual, Language},
};
use serde_json::Value as Json;

/// A step that was taken, and how to write what is in it.
pub(super) struct Scene<'a> {
    pub manifest: &'a Manifest,
    pub currency: Currency,
    pub times: &'a Times,
    pub seen: &'a Seen,
}

/// Longer ones have what was expected and what was got below each other.
const LINE_CHARS_MAX: usize = 90;

/// A line or a few for each thing that is not as expected.
pub(super) fn differences(expect: &Expect, scene: &Scene) -> Vec<Bilingual> {
    let mut found = Vec::new();
    complaints(expect, scene, &mut found);
    fields(expect, scene, &mut found);
    let state = &scene.seen.state;
    if let Some(tags) = &expect.tags {
        let own: Vec<_> = state.tags.keys().map(|tag| tag.to_string()).collect();
        compare("tags", &list(tags), &list(&own), &mut found);
    }
    if let Some(stage) = &expect.lifecycle {
        compare("lifecycle", &stage.name(), &state.lifecycle().name(), &mut found);
    }
    if let Some(wakes) = &expect.wakes {
        let write = |(key, at): (&str, &Instant)| format!("{key} at {}", scene.times.write(*at));
        let wanted: Vec<_> = wakes.iter().map(|(key, at)| write((key, at))).collect();
        let own = state.wakes.get(&scene.seen.plugin).into_iter().flatten();
        let own: Vec<_> = own.map(|(key, at)| write((key, at))).collect();
        compare("wakes", &list(&wanted), &list(&own), &mut found);
    }
    work::tasks(expect, scene, &mut found);
    work::filled(expect, scene, &mut found);
    work::points(expect, scene, &mut found);
    events::events(expect, scene, &mut found);
    for (field, reason) in &expect.reasons {
        reasons(field, reason, scene, &mut found);
    }
    found
}

/// A line each, or `none`.
fn list(lines: &[String]) -> Bilingual {
    if lines.is_empty() { none() } else { Bilingual::same(&lines.join("\n")) }
}

fn none() -> Bilingual {
    sentences::NONE.into()
}

fn compare<T: Say + PartialEq>(what: &str, wanted: &T, own: &T, found: &mut Vec<Bilingual>) {
    if wanted != own {
        found.push(difference(what, wanted, own));
    }
}

fn difference(what: &str, wanted: impl Say, own: impl Say) -> Bilingual {
    let line = sentences::differs(what, &wanted, &own).text;
    if line.en.chars().count() <= LINE_CHARS_MAX && !line.en.contains('\n') {
        return line;
    }
    let below = |said: &dyn Say| {
        let [en, zh_cn] = [Language::English, Language::Chinese]
            .map(|language| said.say(language).replace('\n', "\n            "));
        Bilingual { en, zh_cn }
    };
    sentences::differs_below(what, below(&wanted), below(&own)).text
}

fn complaints(expect: &Expect, scene: &Scene, found: &mut Vec<Bilingual>) {
    let write = |(setting, message): (&str, &str)| match setting {
        "" => message.to_owned(),
        setting => format!("{setting}: {message}"),
    };
    let own = scene.seen.complaints.iter();
    let own = own.map(|fault| write((fault.pointer.trim_start_matches('/'), &fault.message.en)));
    let mut own: Vec<_> = own.collect();
    own.sort();
    let wanted = expect.complaints.iter().flatten();
    let wanted: Vec<_> = wanted.map(|(setting, message)| write((setting, message))).collect();
    compare("complaints", &list(&wanted), &list(&own), found);
}

fn fields(expect: &Expect, scene: &Scene, found: &mut Vec<Bilingual>) {
    let Scene { manifest, currency, times, seen } = scene;
    let names = expect.fields.keys().chain(&expect.no_fields);
    for name in names.filter(|name| !manifest.fields.contains_key(*name)) {
        found.push(sentences::no_such_field(name).text);
    }
    let declared = |name: &String| manifest.fields.get(name);
    let written = |name: &str, shape: &regulars_model::Shape| {
        times.local(shape.write(seen.state.field(&seen.plugin, name), *currency))
    };
    for (name, wanted) in &expect.fields {
        let Some(field) = declared(name) else { continue };
        let (own, wanted) = (written(name, &field.shape), times.local(wanted.clone()));
        if own != wanted {
            let what = format!("fields.{name}");
            found.push(difference(&what, plain(&wanted), plain(&own)));
        }
    }
    for name in &expect.no_fields {
        let Some(field) = declared(name) else { continue };
        if *seen.state.field(&seen.plugin, name) != Value::Null {
            let what = format!("fields.{name}");
            found.push(difference(&what, none(), plain(&written(name, &field.shape))));
        }
    }
}

fn plain(json: &Json) -> Bilingual {
    match json {
        Json::Null => none(),
        other => Bilingual::same(&other.to_string()),
    }
}

impl Times {
    /// Instants may be written with any offset; here they all have the store's.
    fn local(&self, json: Json) -> Json {
        match json {
            Json::String(text) => match text.parse::<Instant>() {
                Ok(at) => Json::String(self.write(at)),
                Err(_) => Json::String(text),
            },
            Json::Array(list) => list.into_iter().map(|item| self.local(item)).collect(),
            Json::Object(object) => {
                let members = object.into_iter();
                members.map(|(name, member)| (name, self.local(member))).collect()
            }
            other => other,
        }
    }
}

fn outcomes<'a>(scene: &Scene<'a>) -> impl Iterator<Item = &'a Outcome> {
    scene.seen.decided.iter().flat_map(|decided| &decided.effects)
}

fn reasons(field: &str, wanted: &ExpectReason, scene: &Scene, found: &mut Vec<Bilingual>) {
    let changes = |effect: &Effect| match effect {
        Effect::SetField { field: own, .. } | Effect::ClearField { field: own } => **own == *field,
        _ => false,
    };
    let last: Option<&Reason> = outcomes(scene)
        .filter(|outcome| changes(&outcome.effect))
        .map(|outcome| &outcome.reason)
        .last();
    let Some(reason) = last else {
        found.push(sentences::unchanged(field).text);
        return;
    };
    let written = sentence(scene.manifest, reason, scene.currency);
    for (what, wanted, own) in [
        ("text", &wanted.text, &*reason.text),
        ("en", &wanted.en, written.en.as_str()),
        ("zh-CN", &wanted.zh_cn, written.zh_cn.as_str()),
    ] {
        if let Some(wanted) = wanted {
            let (wanted, own) = (format!("“{wanted}”"), format!("“{own}”"));
            compare(&format!("reasons.{field}.{what}"), &wanted, &own, found);
        }
    }
}
