//! The events of a recorded scenario: those the rule knows of, with what it reads of them.

use super::{
    Original,
    names::{Names, Reads},
    plot::{Numbers, inline, name},
};
use regulars_model::{Event, Line, Money, event::kind, text::Bilingual};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

/// Before the decision or the cause of it; of kinds that the rule is asked about, counts, or that
/// change what it reads; and what those refer to.
pub(super) fn relevant(original: &Original) -> Vec<&Event> {
    let manifest = &original.manifest;
    let key = &original.decided.key;
    let reads = |name: &str| manifest.reads.customer.iter().any(|own| own.starts_with(name));
    let counted = |kind: &str| {
        let mut inputs = manifest.inputs.values();
        manifest.on.events.iter().any(|own| own == kind)
            || inputs.any(|input| input.events.iter().any(|own| own == kind))
            || (kind == kind::CONSENT && (reads("consent.") || !manifest.messages.is_empty()))
            || (kind == kind::PURCHASE && reads("lifecycle"))
    };
    let mut chosen: Vec<&Event> = original
        .events
        .iter()
        .filter(|event| event.key() < *key || Some(event.id) == original.decided.event_id)
        .filter(|event| counted(&event.kind) || *event.kind == *kind::VOID)
        .collect();
    let known: BTreeSet<_> =
        chosen.iter().map(|event| (event.source.clone(), event.source_id.clone())).collect();
    // A void of what is left out changes nothing.
    chosen.retain(|event| {
        let to = event.refers_to.as_ref().map(|to| (to.source.clone(), to.source_id.clone()));
        counted(&event.kind) || to.is_some_and(|to| known.contains(&to))
    });
    chosen.sort_by(|left, right| left.log_order(right));
    chosen
}

pub(super) fn write(
    original: &Original,
    event: &Event,
    reads: &Reads,
    numbers: &Numbers,
    names: &mut Names,
) -> Result<String, Bilingual> {
    let home = original.person.home.currency;
    let currency = event.currency.unwrap_or(home);
    let write = |amount: i64| json!(Money { amount, currency }.to_decimal());
    let mut members = Map::new();
    let source = (event.source.to_string(), event.source_id.to_string());
    if let Some(step) = numbers.steps.get(&source).filter(|step| numbers.referred.contains(step)) {
        members.insert("id".to_owned(), json!(name(*step)));
    }
    if let Some(to) = &event.refers_to {
        let step = numbers.steps.get(&(to.source.to_string(), to.source_id.to_string()));
        let to = step.map_or("elsewhere".to_owned(), |step| name(*step));
        members.insert("refers_to".to_owned(), json!(to));
    }
    if let Some(unit) = event.unit_id.filter(|_| reads.store) {
        members.insert("store".to_owned(), json!(names.store(unit.to_string())));
    }
    if let Some(amount) = event.amount {
        members.insert("amount".to_owned(), write(amount));
    }
    if currency != home {
        members.insert("currency".to_owned(), json!(currency));
    }
    if reads.lines && !event.body.lines.is_empty() {
        let lines = event.body.lines.iter().map(|line| line_of(line, reads, &write));
        members.insert("lines".to_owned(), lines.collect());
    }
    let is_consent = *event.kind == *kind::CONSENT;
    let said = |name: &str| is_consent && matches!(name, "channel" | "purpose" | "state");
    let kept = event.body.data.iter().filter(|(name, _)| reads.data.contains(*name) || said(name));
    let kept: Map<_, _> = kept.map(|(name, json)| (name.clone(), names.data(json))).collect();
    if !kept.is_empty() {
        members.insert("data".to_owned(), kept.into());
    }
    let (kind, rest) = (Json::from(&*event.kind), inline(&members)?);
    // What it is comes first.
    Ok(match members.is_empty() {
        true => format!("{{ kind = {kind} }}"),
        false => format!("{{ kind = {kind}, {}", rest.trim_start_matches('{').trim_start()),
    })
}

fn line_of(line: &Line, reads: &Reads, write: &impl Fn(i64) -> Json) -> Json {
    let mut members = Map::new();
    if reads.sku && !line.sku.is_empty() {
        members.insert("sku".to_owned(), json!(line.sku));
    }
    if reads.category && !line.category.is_empty() {
        members.insert("category".to_owned(), json!(line.category));
    }
    if line.quantity_milli != 1_000 {
        members.insert("quantity_milli".to_owned(), json!(line.quantity_milli));
    }
    if line.amount != 0 {
        members.insert("amount".to_owned(), write(line.amount));
    }
    members.into()
}
