//! Events that the plugin appended.

use super::{
    super::file::{Expect, ExpectEvent},
    Seen, outcomes,
};
use regulars_model::{Currency, Effect, Manifest, Money, decide::NewEvent};
use serde_json::{Map, Value as Json};

pub(super) fn events(
    expect: &Expect,
    seen: &Seen,
    manifest: &Manifest,
    currency: Currency,
    found: &mut Vec<String>,
) {
    let Some(wanted) = &expect.events else { return };
    let appended = outcomes(seen).filter_map(|outcome| match &outcome.effect {
        Effect::AppendEvent(event) => Some(event),
        _ => None,
    });
    let own: Vec<Written> = appended.map(|event| Written::new(event, manifest, currency)).collect();
    let fits = wanted.len() == own.len()
        && wanted.iter().zip(&own).all(|(wanted, own)| own.is_as_wanted(wanted));
    if !fits {
        found.push(format!("events: expected {wanted:?}, found {own:?}"));
    }
}

/// An event as scenario files write it.
#[derive(Debug)]
struct Written {
    kind: String,
    key: String,
    amount: Option<String>,
    data: Map<String, Json>,
}

impl Written {
    fn new(event: &NewEvent, manifest: &Manifest, currency: Currency) -> Written {
        let declared = manifest.events.get(&*event.kind).map(|own| &own.data);
        let data = declared.into_iter().flatten().zip(&event.data);
        Written {
            kind: event.kind.to_string(),
            key: event.key.to_string(),
            amount: event.amount.map(|amount| Money { amount, currency }.to_decimal()),
            data: data
                .map(|((name, shape), value)| (name.clone(), shape.write(value, currency)))
                .collect(),
        }
    }

    fn is_as_wanted(&self, wanted: &ExpectEvent) -> bool {
        wanted.kind == self.kind
            && wanted.key.as_ref().is_none_or(|key| *key == self.key)
            && wanted.amount.as_ref().is_none_or(|amount| Some(amount) == self.amount.as_ref())
            && wanted.data.iter().all(|(name, value)| self.data.get(name) == Some(value))
    }
}
