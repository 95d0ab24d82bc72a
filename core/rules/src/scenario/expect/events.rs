//! Events that the plugin appended.

use super::{
    super::file::{Expect, ExpectEvent},
    Scene, difference, list, outcomes,
};
use regulars_model::{Effect, Money, decide::NewEvent, text::Bilingual};
use serde_json::{Map, Value as Json};

pub(super) fn events(expect: &Expect, scene: &Scene, found: &mut Vec<Bilingual>) {
    let Some(wanted) = &expect.events else { return };
    let appended = outcomes(scene).filter_map(|outcome| match &outcome.effect {
        Effect::AppendEvent(event) => Some(event),
        _ => None,
    });
    let own: Vec<Written> = appended.map(|event| Written::new(event, scene)).collect();
    let fits = wanted.len() == own.len()
        && wanted.iter().zip(&own).all(|(wanted, own)| own.is_as_wanted(wanted));
    if !fits {
        let wanted: Vec<_> = wanted.iter().map(wanted_event).collect();
        let own: Vec<_> = own.iter().map(Written::line).collect();
        found.push(difference("events", list(&wanted), list(&own)));
    }
}

fn wanted_event(wanted: &ExpectEvent) -> String {
    line(&wanted.kind, wanted.key.as_deref(), wanted.amount.as_deref(), &wanted.data)
}

fn line<'a>(
    kind: &str,
    key: Option<&str>,
    amount: Option<&str>,
    data: impl IntoIterator<Item = (&'a String, &'a Json)>,
) -> String {
    let key = key.map(|key| format!(" key {key}"));
    let amount = amount.map(|amount| format!(" amount {amount}"));
    let data = data.into_iter().map(|(name, value)| format!(" {name} {value}"));
    let parts: String = key.into_iter().chain(amount).chain(data).collect();
    format!("{kind}{parts}")
}

/// An event as scenario files write it.
struct Written {
    kind: String,
    key: String,
    amount: Option<String>,
    data: Map<String, Json>,
}

impl Written {
    fn new(event: &NewEvent, scene: &Scene) -> Written {
        let currency = scene.currency;
        let declared = scene.manifest.events.get(&*event.kind).map(|own| &own.data);
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

    fn line(&self) -> String {
        line(&self.kind, Some(&self.key), self.amount.as_deref(), &self.data)
    }

    fn is_as_wanted(&self, wanted: &ExpectEvent) -> bool {
        wanted.kind == self.kind
            && wanted.key.as_ref().is_none_or(|key| *key == self.key)
            && wanted.amount.as_ref().is_none_or(|amount| Some(amount) == self.amount.as_ref())
            && wanted.data.iter().all(|(name, value)| self.data.get(name) == Some(value))
    }
}
