//! What was acknowledged is there, as it was told, and once.

use crate::{
    failure::{Broken, Held},
    known::{Fact, Key, OWN_SOURCE, Own, Person},
};
use regulars_model::{Event, event::kind};
use regulars_store::FullCustomer;
use std::collections::BTreeMap;

/// What was not answered and is there all the same is known from here on.
pub fn compare(person: &mut Person, full: &FullCustomer) -> Held {
    let id = full.customer.id;
    let mut stored: BTreeMap<Key, &Event> = BTreeMap::new();
    let mut own = Vec::new();
    for event in &full.events {
        if *event.source == *OWN_SOURCE {
            own.push((event.occurred_at, event.kind.to_string()));
            continue;
        }
        let key = (event.source.to_string(), event.source_id.to_string());
        let twice = stored.insert(key.clone(), event).is_some();
        Broken::unless(!twice, "no source id twice", id, "one event", &key)?;
        if let Some(draft) = person.unsure.remove(&key) {
            let fact = Fact { id: event.id, at: event.occurred_at, draft };
            person.facts.entry(key).or_insert(fact);
        }
    }
    for (key, fact) in &person.facts {
        let Some(event) = stored.remove(key) else {
            let invariant = "nothing acknowledged is lost";
            return Broken::unless(false, invariant, id, &format!("{fact:?}"), "nothing");
        };
        let draft = &fact.draft;
        let told = (fact.id, fact.at, draft.kind.as_str(), draft.amount, &draft.refers_to);
        let found = (event.id, event.occurred_at, &*event.kind, event.amount, &event.refers_to);
        Broken::unless_equal("an event is as it was told", id, &told, &found)?;
    }
    let left: Vec<_> = stored.keys().collect();
    Broken::unless(left.is_empty(), "nothing is there that nobody sent", id, "nothing", &left)?;
    let told = person.own.iter().map(|Own { at, kind, .. }| (*at, (*kind).to_owned()));
    let mut told: Vec<_> = told.collect();
    told.sort();
    own.sort();
    let known = [kind::EDIT, kind::CONSENT, kind::TASK_COMPLETED];
    debug_assert!(told.iter().all(|(_, kind)| known.contains(&kind.as_str())));
    Broken::unless_equal("what staff did is there once", id, &told, &own)
}
