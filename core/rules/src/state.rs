//! What a customer's log has come to: everything plugins own, and what the engine needs to go on.

use crate::{decided::Decided, inputs::Total};
use regulars_model::{
    Effect, Event, EventKey, Instant, Lifecycle, Value,
    event::{Rank, SourceRef, kind},
    manifest::MessageTemplate,
};
use serde::{Deserialize, Serialize};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A message about something at hand needs no consent; every other purpose does.
const PURPOSE_WITHOUT_CONSENT: &str = "service";

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// The last entry taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub through: Option<EventKey>,
    /// Plugin → field → value.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, BTreeMap<Arc<str>, Value>>,
    /// Tag → the plugins that ask for it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<Arc<str>, BTreeSet<String>>,
    /// Plugin → its vote and the priority of it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub lifecycle: BTreeMap<String, (i32, Lifecycle)>,
    /// Plugin → key → instant.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub wakes: BTreeMap<String, BTreeMap<Arc<str>, Instant>>,
    /// Plugin → when the oldest event of one of its windows leaves it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub expiries: BTreeMap<String, Instant>,
    /// Channel → purpose → what the customer said.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub consents: BTreeMap<String, BTreeMap<String, Consent>>,
    /// `plugin/input` → running total.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub totals: BTreeMap<String, Total>,
    /// Events that refer to something which has not arrived.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unmatched: Vec<SourceRef>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub has_purchased: bool,
    /// A correction lies before what it corrects: no tail of the log shows that.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_foretold: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// `granted`, `withdrawn` or `asked`.
    pub state: String,
    pub since: Instant,
}

/// Of two votes for the lifecycle, each a priority and a plugin, the one that counts comes first.
pub(crate) fn vote_order(left: (i32, &str), right: (i32, &str)) -> Ordering {
    right.0.cmp(&left.0).then_with(|| left.1.cmp(right.1))
}

impl State {
    /// When something may change with no event.
    pub fn due_at(&self) -> Instant {
        let wakes = self.wakes.values().flat_map(BTreeMap::values);
        wakes.chain(self.expiries.values()).min().copied().unwrap_or(Instant::NEVER)
    }

    /// The stage, from the vote of highest priority (the first plugin by name among equals), or
    /// from whether there has been a purchase.
    pub fn lifecycle(&self) -> Lifecycle {
        let votes = self.lifecycle.iter();
        let winner = votes.min_by(|(left, a), (right, b)| vote_order((a.0, left), (b.0, right)));
        match winner {
            Some((_, (_, stage))) => *stage,
            None if self.has_purchased => Lifecycle::Customer,
            None => Lifecycle::Lead,
        }
    }

    pub fn consents_to(&self, channel: &str, purpose: &str) -> bool {
        let said = self.consents.get(channel).and_then(|purposes| purposes.get(purpose));
        said.is_some_and(|consent| consent.state == "granted")
    }

    /// Whether a message of this purpose may go out by the channel.
    pub fn may_use(&self, channel: &str, purpose: &str) -> bool {
        let said = self.consents.get(channel).and_then(|purposes| purposes.get(purpose));
        match said.map(|consent| consent.state.as_str()) {
            Some("granted") => true,
            Some("withdrawn") => false,
            _ => purpose == PURPOSE_WITHOUT_CONSENT,
        }
    }

    /// Whether it may go out at all.
    pub fn may_send(&self, template: &MessageTemplate) -> bool {
        template.channels.iter().any(|channel| self.may_use(channel, &template.purpose))
    }

    pub fn consents_anywhere(&self, purpose: &str) -> bool {
        self.consents.keys().any(|channel| self.consents_to(channel, purpose))
    }

    pub fn field(&self, plugin: &str, field: &str) -> &Value {
        let found = self.fields.get(plugin).and_then(|fields| fields.get(field));
        found.unwrap_or(&Value::Null)
    }

    /// What an event means to the core itself.
    pub(crate) fn take_event(&mut self, event: &Event) {
        match &*event.kind {
            kind::PURCHASE => self.has_purchased = true,
            kind::CONSENT => {
                let text = |name| event.body.data.get(name).and_then(|json| json.as_str());
                if let (Some(channel), Some(purpose), Some(state)) =
                    (text("channel"), text("purpose"), text("state"))
                {
                    let consent = Consent { state: state.to_owned(), since: event.occurred_at };
                    let purposes = self.consents.entry(channel.to_owned()).or_default();
                    purposes.insert(purpose.to_owned(), consent);
                }
            }
            _ => {}
        }
    }

    /// Applies a state effect; false when nothing changes.
    pub(crate) fn apply(&mut self, plugin: &str, priority: i32, effect: &Effect) -> bool {
        if self.has(plugin, priority, effect) {
            return false;
        }
        match effect {
            Effect::SetField { field, value } => {
                let fields = self.fields.entry(plugin.to_owned()).or_default();
                fields.insert(field.clone(), value.clone());
                true
            }
            Effect::ClearField { field } => take(&mut self.fields, plugin, |fields| {
                (fields.remove(field).is_some(), fields.is_empty())
            }),
            Effect::AddTag { tag } => {
                self.tags.entry(tag.clone()).or_default().insert(plugin.to_owned())
            }
            Effect::RemoveTag { tag } => {
                let Some(owners) = self.tags.get_mut(tag) else { return false };
                let changed = owners.remove(plugin);
                if owners.is_empty() {
                    self.tags.remove(tag);
                }
                changed
            }
            Effect::SetLifecycle { to } => {
                self.lifecycle.insert(plugin.to_owned(), (priority, *to));
                true
            }
            Effect::ClearLifecycle => self.lifecycle.remove(plugin).is_some(),
            Effect::Wake { key, at } => {
                self.wakes.entry(plugin.to_owned()).or_default().insert(key.clone(), *at);
                true
            }
            Effect::CancelWake { key } => self.remove_wake(plugin, key),
            _ => false,
        }
    }

    /// What the effect asks for is so already: nearly always, and then nothing is copied to find out.
    fn has(&self, plugin: &str, priority: i32, effect: &Effect) -> bool {
        match effect {
            Effect::SetField { field, value } => {
                self.fields.get(plugin).and_then(|own| own.get(field)) == Some(value)
            }
            Effect::AddTag { tag } => {
                self.tags.get(tag).is_some_and(|owners| owners.contains(plugin))
            }
            Effect::SetLifecycle { to } => self.lifecycle.get(plugin) == Some(&(priority, *to)),
            Effect::Wake { key, at } => {
                self.wakes.get(plugin).and_then(|own| own.get(key)) == Some(at)
            }
            _ => false,
        }
    }

    /// The effects that take back all a plugin holds.
    pub(crate) fn withdrawal(&self, plugin: &str) -> Vec<Effect> {
        let fields = self.fields.get(plugin).into_iter().flat_map(BTreeMap::keys);
        let fields = fields.map(|field| Effect::ClearField { field: field.clone() });
        let tags = self.tags.iter().filter(|(_, owners)| owners.contains(plugin));
        let tags = tags.map(|(tag, _)| Effect::RemoveTag { tag: tag.clone() });
        let votes = self.lifecycle.get(plugin).map(|_| Effect::ClearLifecycle);
        let wakes = self.wakes.get(plugin).into_iter().flat_map(BTreeMap::keys);
        let wakes = wakes.map(|key| Effect::CancelWake { key: key.clone() });
        fields.chain(tags).chain(votes).chain(wakes).collect()
    }

    pub(crate) fn remove_wake(&mut self, plugin: &str, key: &Arc<str>) -> bool {
        take(&mut self.wakes, plugin, |wakes| (wakes.remove(key).is_some(), wakes.is_empty()))
    }

    /// What a decision made of it, as it is on record.
    pub(crate) fn fold(&mut self, decided: &Decided) {
        for outcome in decided.applied() {
            self.apply(&decided.plugin, decided.priority, &outcome.effect);
        }
    }

    /// What plugins owned just before `from`: the fold of every decision before it. Totals, expiries
    /// and consents are taken from the events, by the player.
    pub fn restore<'a>(decisions: impl Iterator<Item = &'a Decided>, from: &EventKey) -> State {
        let mut state = State::default();
        let mut earlier: Vec<&Decided> = decisions.filter(|decided| decided.key < *from).collect();
        earlier.sort_by(|left, right| left.key.cmp(&right.key));
        for decided in earlier {
            if let regulars_model::Cause::Wake(key) = &decided.cause {
                state.remove_wake(&decided.plugin, key);
            }
            state.fold(decided);
        }
        // A wake before `from` was taken, with or without a decision worth keeping.
        state.wakes.retain(|_, wakes| {
            wakes.retain(|_, at| (*at, Rank::Wake) >= (from.at, from.rank));
            !wakes.is_empty()
        });
        state
    }
}

/// Changes the entry of `plugin`, and removes it when `change` says it is empty.
fn take<V>(
    map: &mut BTreeMap<String, V>,
    plugin: &str,
    change: impl FnOnce(&mut V) -> (bool, bool),
) -> bool {
    let Some(value) = map.get_mut(plugin) else { return false };
    let (changed, empty) = change(value);
    if empty {
        map.remove(plugin);
    }
    changed
}
