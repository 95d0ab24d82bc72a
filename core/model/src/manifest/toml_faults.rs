//! All that serde has against a manifest: it stops at the first fault, so that entry is taken out and
//! the rest is read again.

use super::{Manifest, sentences};
use crate::{
    document::{Document, missing},
    finding::{Finding, Findings, Place},
    input, limits,
    text::Language,
};
use serde::Deserialize;
use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue, Deserializer, Error},
};

pub(super) const FILE: &str = "plugin.toml";
/// What no manifest can do without, so that a fault in one of these hides nothing else.
const REQUIRED: &str = r#"
id = "x"
version = "1.0.0"
abi = ""
runtime = "rhai"
entry = ""
title = { en = "", zh-CN = "" }
on = {}
"#;

/// Why it is no manifest: the faults of TOML itself, or else of what stands in it.
pub(super) fn faults(source: &str, first: &Error) -> Vec<Finding> {
    let mut document = Document::read(FILE, source);
    let mut found = document.broken();
    if !found.is_empty() {
        return found;
    }
    while found.len() <= limits::MANIFEST_FAULTS_MAX {
        let reading = Manifest::deserialize(Deserializer::from(document.table.clone()));
        let Err(error) = reading else { break };
        if let Some((name, (key, value))) = missing_at_top(&document, &error) {
            let place = Place::in_file(FILE).with_key(&name);
            found.push(Finding::error(place, sentences::missing_key(&name)));
            document.table.get_mut().insert(key, value);
            continue;
        }
        let keys = document.keys_of(&error);
        found.extend(entry_faults(&document, &keys, &error));
        if !take_out(document.table.get_mut(), &keys) {
            break;
        }
    }
    if found.is_empty() {
        found.push(document.fault(first));
    }
    found
}

/// As many as anyone reads at once; a manifest may be made to have any number.
pub(super) fn shown(all: Findings) -> Findings {
    let mut shown = Vec::new();
    let mut bytes = 0;
    for finding in all.iter() {
        if shown.len() == limits::MANIFEST_FAULTS_MAX || bytes > limits::MANIFEST_FAULTS_BYTES_MAX {
            let more = Finding::error(Place::in_file(FILE), sentences::more_faults());
            let mut shown = Findings::new(shown);
            shown.extend(vec![more]);
            return shown;
        }
        let written =
            [Language::English, Language::Chinese].map(|as_in| finding.write(as_in).len());
        bytes += written[0].max(written[1]);
        shown.push(finding.clone());
    }
    all
}

/// An input's own words are better than serde's, which does not see into it.
fn entry_faults(document: &Document<'_>, keys: &[String], error: &Error) -> Vec<Finding> {
    let entry = keys.get(..2).filter(|keys| keys[0] == "inputs");
    let faults = entry.and_then(|keys| document.table_at(keys)).map(input::faults);
    let placed = faults.into_iter().flatten().map(|(inner, said)| {
        let keys: Vec<_> = keys.iter().take(2).cloned().chain(inner).collect();
        Finding::error(document.place(&keys), said)
    });
    let placed: Vec<_> = placed.collect();
    if placed.is_empty() { vec![document.fault(error)] } else { placed }
}

type Entry = (Spanned<DeString<'static>>, Spanned<DeValue<'static>>);

fn sample() -> DeTable<'static> {
    DeTable::parse(REQUIRED).map(Spanned::into_inner).unwrap_or_default()
}

/// What every manifest has and this one has not, with something to put there.
fn missing_at_top(document: &Document<'_>, error: &Error) -> Option<(String, Entry)> {
    let name = missing(error.message())?;
    let entry = sample().remove_entry(name)?;
    let missing = !document.table.get_ref().contains_key(name);
    missing.then(|| (name.to_owned(), entry))
}

/// So that the next reading finds the next fault; false when nothing is left to do.
fn take_out(document: &mut DeTable<'_>, keys: &[String]) -> bool {
    let Some(first) = keys.first() else { return false };
    if let Some((key, value)) = sample().remove_entry(first.as_str()) {
        document.insert(key, value);
        return true;
    }
    if let [table, entry, ..] = keys
        && let Some(DeValue::Table(inner)) = document.get_mut(table.as_str()).map(Spanned::get_mut)
        && inner.remove(entry.as_str()).is_some()
    {
        return true;
    }
    document.remove(first.as_str()).is_some()
}
