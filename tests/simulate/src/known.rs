//! What the clients of the chain know, by what they were answered and by nothing else.

use regulars_engine::request::{ConsentAction, EventDraft};
use regulars_model::{CustomerId, EventId, Instant, MessageId, TaskId, event::kind};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
pub struct Known {
    pub people: Vec<Person>,
    pub by_id: BTreeMap<CustomerId, usize>,
    /// What gateways have sent.
    pub sent: BTreeSet<MessageId>,
    /// What staff have done.
    pub done: BTreeSet<TaskId>,
}

/// Source and source id.
pub type Key = (String, String);

#[derive(Clone, Debug)]
pub struct Person {
    pub card: String,
    pub id: Option<CustomerId>,
    pub first_home: Option<String>,
    /// Of the record people edit.
    pub profile_version: i64,
    /// In the order in which they were made.
    pub moves: Vec<(Instant, String)>,
    pub facts: BTreeMap<Key, Fact>,
    /// Sent, and not answered: it may be there, wholly, or not.
    pub unsure: BTreeMap<Key, EventDraft>,
    /// Taken down by the server itself.
    pub own: Vec<Own>,
    /// What was last seen to be given.
    pub given: BTreeSet<Identity>,
}

/// Of work for people: plugin, sort, kind or template, key.
pub type Identity = (String, String, String, String);

/// An event that was acknowledged.
#[derive(Clone, Debug)]
pub struct Fact {
    pub id: EventId,
    pub at: Instant,
    pub draft: EventDraft,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Own {
    pub at: Instant,
    pub kind: &'static str,
    /// Of a consent: for marketing, by this channel.
    pub consent: Option<(String, &'static str)>,
}

impl Person {
    pub fn new(number: usize) -> Person {
        Person {
            card: format!("S{number:05}"),
            id: None,
            first_home: None,
            profile_version: 1,
            moves: Vec::new(),
            facts: BTreeMap::new(),
            unsure: BTreeMap::new(),
            own: Vec::new(),
            given: BTreeSet::new(),
        }
    }

    pub fn home(&self) -> Option<&str> {
        let last = self.moves.last().map(|(_, home)| home.as_str());
        last.or(self.first_home.as_deref())
    }

    /// In the order of the log.
    pub fn facts_in_order(&self) -> Vec<(&Key, &Fact)> {
        let mut facts: Vec<_> = self.facts.iter().collect();
        facts.sort_by_key(|(key, fact)| (fact.at, *key));
        facts
    }

    /// Whether marketing may reach the customer by a channel: what was said last, by the log.
    pub fn consents_to(&self, channel: &str) -> bool {
        let said = self.facts.iter().filter(|(_, fact)| fact.draft.kind == kind::CONSENT);
        let said =
            said.filter_map(|(key, fact)| {
                let text = |name| fact.draft.data.get(name).and_then(|json| json.as_str());
                (text("channel") == Some(channel) && text("purpose") == Some(MARKETING))
                    .then_some((fact.at, key.clone(), text("state")?))
            });
        let own = self.own.iter().filter_map(|own| {
            let (of, state) = own.consent.as_ref()?;
            let key = (OWN_SOURCE.to_owned(), String::new());
            (of == channel).then_some((own.at, key, *state))
        });
        said.chain(own).max().is_some_and(|(_, _, state)| state == GRANTED)
    }
}

pub const MARKETING: &str = "marketing";
const GRANTED: &str = "granted";
/// Of what the server takes down itself.
pub const OWN_SOURCE: &str = "regulars";

pub fn said(action: ConsentAction) -> &'static str {
    match action {
        ConsentAction::Grant => GRANTED,
        ConsentAction::Withdraw => "withdrawn",
        ConsentAction::Ask => "asked",
    }
}

pub fn key(draft: &EventDraft) -> Key {
    (draft.source.clone().unwrap_or_default(), draft.source_id.clone().unwrap_or_default())
}
