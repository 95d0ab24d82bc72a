//! From what a client sends to an event of the log. A fact is never lost to strictness: what is odd
//! about a sale is flagged; what is wrong about the request is refused.

use crate::{
    Ctx, Problem, configuration::Configuration, customers::not_yours, problem::Code,
    request::EventDraft, sentences, sight::may_act_at,
};
use regulars_model::{
    BusinessDay, Currency, Event, EventId, Fault, Instant, UnitId,
    canonical::{Hash, hash_bytes, hash_tree},
    event::{Body, flag, kind},
    limits::{CLOCK_AHEAD_MAX_US, EVENT_DATA_BYTES_MAX},
    money::InvalidMoney,
};
use serde_json::{Value as Json, json};
use std::{collections::BTreeSet, sync::Arc};

/// The source of events that name none.
const OWN_SOURCE: &str = "regulars";

/// A checked event, with the claims that keep it from being taken twice.
#[derive(Clone, Debug)]
pub struct Fact {
    pub event: Event,
    /// Of source and source id.
    pub claim: Hash,
    /// Of all that was said, without whom it was said about.
    pub content: Hash,
}

/// Everything that can be said about the draft without the customer.
pub fn read_fact(
    draft: &EventDraft,
    ctx: &Ctx,
    configuration: &Configuration,
    id: EventId,
) -> Result<Fact, Problem> {
    let sent = content_of(draft);
    let mut faults = Vec::new();
    let reserved = [kind::EDIT, kind::TASK_COMPLETED].contains(&draft.kind.as_str());
    if reserved {
        let message = sentences::kind_reserved();
        faults.push(Fault::new("/kind", "reserved", message));
    } else if let Err(own) = configuration.registry.check_event(&draft.kind, &sent) {
        faults.extend(own);
    }
    let unit_id = read_store(draft, ctx, configuration, &mut faults);
    let currency = read_currency(draft, &mut faults);
    check_source(draft, &mut faults);
    // The schema may have said the same of the same place before.
    let mut named = BTreeSet::new();
    faults.retain(|fault| named.insert(fault.pointer.clone()));
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let mut flags = Vec::new();
    let claimed = draft.occurred_at.unwrap_or(ctx.now);
    let ahead = claimed > ctx.now.plus(CLOCK_AHEAD_MAX_US);
    let occurred_at = if ahead { ctx.now } else { claimed };
    if ahead {
        flags.push(flag::CLOCK_AHEAD.to_owned());
    }
    let units = &configuration.units;
    let expected = units.or_organisation(unit_id).currency;
    if currency.is_some_and(|currency| currency != expected) {
        flags.push(flag::OTHER_CURRENCY.to_owned());
    }
    let zone = units.zone(unit_id);
    let cutoff_hour = units.or_organisation(unit_id).cutoff_hour;
    let source: Arc<str> = draft.source.as_deref().unwrap_or(OWN_SOURCE).into();
    let source_id: Arc<str> = match &draft.source_id {
        Some(own) => own.as_str().into(),
        None => id.to_string().into(),
    };
    let event = Event {
        id,
        kind: draft.kind.as_str().into(),
        occurred_at,
        recorded_at: ctx.now,
        round: 1,
        business_day: BusinessDay::of(occurred_at, zone, cutoff_hour),
        offset_seconds: occurred_at.local(zone).1,
        unit_id,
        staff_id: draft.staff.or(ctx.actor.staff()),
        source: source.clone(),
        source_id: source_id.clone(),
        refers_to: draft.refers_to.clone(),
        amount: draft.amount,
        currency: draft.amount.and(currency.or(Some(expected))),
        body: Body {
            lines: draft.lines.clone(),
            tenders: draft.tenders.clone(),
            data: draft.data.clone(),
            paid: draft.paid,
            claimed_at: ahead.then_some(claimed),
            reason: None,
        },
        flags,
    };
    let content = hash_tree(&sent);
    Ok(Fact { claim: source_claim(&source, &source_id), event, content })
}

pub fn source_claim(source: &str, source_id: &str) -> Hash {
    hash_bytes(&[b"source", source.as_bytes(), source_id.as_bytes()])
}

/// The draft as the schemas see it: all but whose event it is.
pub fn content_of(draft: &EventDraft) -> Json {
    let mut sent = serde_json::to_value(draft).unwrap_or_default();
    if let Some(object) = sent.as_object_mut() {
        object.remove("customer");
    }
    sent
}

fn read_store(
    draft: &EventDraft,
    ctx: &Ctx,
    configuration: &Configuration,
    faults: &mut Vec<Fault>,
) -> Option<UnitId> {
    let Some(code) = draft.store.as_deref() else {
        let own = ctx.actor.only_unit();
        if own.is_none() && !ctx.actor.units.is_empty() {
            let message = sentences::name_the_store();
            faults.push(Fault::new("/store", "missing", message));
        }
        return own;
    };
    match configuration.units.find_by_code(code) {
        Some(unit) if may_act_at(&ctx.actor, &configuration.units, Some(unit.id)) => Some(unit.id),
        Some(_) => {
            faults.push(not_yours("/store", code));
            None
        }
        None => {
            faults.push(Fault::new("/store", "unknown_store", sentences::no_store(code)));
            None
        }
    }
}

fn read_currency(draft: &EventDraft, faults: &mut Vec<Fault>) -> Option<Currency> {
    match draft.currency.as_deref()?.parse() {
        Ok(currency) => Some(currency),
        Err(error) => {
            let error: InvalidMoney = error;
            faults.push(Fault::new("/currency", "unknown_currency", error.said()));
            None
        }
    }
}

fn check_source(draft: &EventDraft, faults: &mut Vec<Fault>) {
    if draft.source_id.is_some() && draft.source.is_none() {
        faults.push(Fault::new("/source", "missing", sentences::source_needed()));
    }
    if draft.source.as_deref() == Some(OWN_SOURCE) {
        let message = sentences::source_reserved(OWN_SOURCE);
        faults.push(Fault::new("/source", "reserved", message));
    }
    let bytes = serde_json::to_string(&draft.data).map_or(0, |text| text.len());
    if bytes > EVENT_DATA_BYTES_MAX {
        let message = sentences::bytes_kept(bytes, EVENT_DATA_BYTES_MAX);
        faults.push(Fault::new("/data", "too_large", message));
    }
}

/// An event the server itself records: an edit, a consent, a completed task.
pub fn own_event(
    ctx: &Ctx,
    configuration: &Configuration,
    id: EventId,
    kind: &str,
    at: Instant,
    unit_id: Option<UnitId>,
    data: Json,
) -> Fact {
    let zone = configuration.units.zone(unit_id);
    let cutoff_hour = configuration.units.or_organisation(unit_id).cutoff_hour;
    let data = match data {
        Json::Object(map) => map,
        other => serde_json::Map::from_iter([("value".to_owned(), other)]),
    };
    let content = hash_tree(&json!(data));
    let source_id: Arc<str> = id.to_string().into();
    let event = Event {
        id,
        kind: kind.into(),
        occurred_at: at,
        recorded_at: ctx.now,
        round: 1,
        business_day: BusinessDay::of(at, zone, cutoff_hour),
        offset_seconds: at.local(zone).1,
        unit_id,
        staff_id: ctx.actor.staff(),
        source: OWN_SOURCE.into(),
        source_id: source_id.clone(),
        refers_to: None,
        amount: None,
        currency: None,
        body: Body { data, ..Body::default() },
        flags: Vec::new(),
    };
    Fact { claim: source_claim(OWN_SOURCE, &source_id), event, content }
}

pub fn reused(sent: &EventDraft) -> Problem {
    Problem::new(
        Code::SourceIdReused,
        sentences::source_id_reused(
            sent.source_id.as_deref().unwrap_or_default(),
            sent.source.as_deref().unwrap_or_default(),
        ),
    )
}
