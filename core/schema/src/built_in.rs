//! The schemas of `schemas/`, carried in the program. A kind of event refers to what all events
//! share in `event.json`; here each is made whole, so that it can be served and compiled alone.

use regulars_model::event::kind;
use serde_json::Value as Json;

const SHARED: &str = include_str!("../../../schemas/event.json");

const KINDS: [(&str, &str); kind::BUILT_IN.len()] = [
    (kind::PURCHASE, include_str!("../../../schemas/events/purchase.json")),
    (kind::REFUND, include_str!("../../../schemas/events/refund.json")),
    (kind::VOID, include_str!("../../../schemas/events/void.json")),
    (kind::VISIT, include_str!("../../../schemas/events/visit.json")),
    (kind::INQUIRY, include_str!("../../../schemas/events/inquiry.json")),
    (kind::QUOTE, include_str!("../../../schemas/events/quote.json")),
    (kind::CALL, include_str!("../../../schemas/events/call.json")),
    (kind::MESSAGE, include_str!("../../../schemas/events/message.json")),
    (kind::NOTE, include_str!("../../../schemas/events/note.json")),
    (kind::APPOINTMENT, include_str!("../../../schemas/events/appointment.json")),
    (kind::CONSENT, include_str!("../../../schemas/events/consent.json")),
];

pub fn is_event_kind(kind: &str) -> bool {
    KINDS.iter().any(|(known, _)| *known == kind)
}

/// The whole schema of one built-in kind; the false schema for any other.
pub fn event(kind: &str) -> Json {
    match KINDS.iter().find(|(known, _)| *known == kind) {
        Some((_, text)) => whole(text),
        None => Json::Bool(false),
    }
}

/// What an event of any further kind must keep to, beside the schema of its `data`.
pub fn any_event() -> Json {
    parse(SHARED)
}

pub fn customer() -> Json {
    parse(include_str!("../../../schemas/customer.json"))
}

/// Of `plugin.toml`.
pub fn manifest() -> Json {
    parse(include_str!("../../../schemas/manifest.json"))
}

/// Of the files in a plugin's `scenarios/`.
pub fn scenario() -> Json {
    parse(include_str!("../../../schemas/scenario.json"))
}

fn whole(text: &str) -> Json {
    let mut schema = parse(&text.replace("../event.json#/", "#/"));
    let shared = parse(SHARED)["$defs"].take();
    match (schema.get_mut("$defs"), shared) {
        (Some(Json::Object(own)), Json::Object(shared)) => own.extend(shared),
        (_, shared) => schema["$defs"] = shared,
    }
    schema
}

fn parse(text: &str) -> Json {
    match serde_json::from_str(text) {
        Ok(schema) => schema,
        Err(error) => unreachable!("a test reads every schema of ours: {error}"),
    }
}
