//! What a play changed of what had been decided before.

use super::{Revision, settings_key};
use crate::{decided::Decided, state::State};
use regulars_model::{Effect, Event, EventKey, Instant, Lifecycle, Value, event::kind};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// As of the last entry that had been taken before: what came due since corrects nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Corrected {
    pub fields: Vec<FieldMoved>,
    pub tags_added: Vec<Arc<str>>,
    pub tags_removed: Vec<Arc<str>>,
    /// From and to.
    pub lifecycle: Option<(Lifecycle, Lifecycle)>,
}

/// A field of a plugin that has another value than before, or had one for a while.
#[derive(Debug, PartialEq, Eq)]
pub struct FieldMoved {
    pub plugin: String,
    pub field: Arc<str>,
    pub from: Value,
    /// Equal where the value is what it was, and another only in between.
    pub to: Value,
    /// The first instant of which another value is told now.
    pub since: Instant,
}

impl Corrected {
    pub fn is_empty(&self) -> bool {
        *self == Corrected::default()
    }

    fn between(was: &State, is: &State) -> Corrected {
        let tags = |state: &State| -> BTreeSet<Arc<str>> { state.tags.keys().cloned().collect() };
        let (had, has) = (tags(was), tags(is));
        let (from, to) = (was.lifecycle(), is.lifecycle());
        Corrected {
            fields: Vec::new(),
            tags_added: has.difference(&had).cloned().collect(),
            tags_removed: had.difference(&has).cloned().collect(),
            lifecycle: (from != to).then_some((from, to)),
        }
    }
}

/// By a play that started again before `through`. `was` is the state that stood, `old` the decisions.
pub fn corrected(was: &State, old: &[Decided], revision: &Revision, events: &[Event]) -> Corrected {
    let Some(through) = &was.through else { return Corrected::default() };
    let in_time = |decided: &&Decided| decided.key <= *through;
    let gone: BTreeSet<usize> = revision.voided.iter().copied().collect();
    let kept = old.iter().enumerate().filter(|(position, _)| !gone.contains(position));
    let kept = kept.map(|(_, decided)| decided);
    let stood: Vec<&Decided> = old.iter().filter(in_time).collect();
    let stands: Vec<&Decided> = kept.chain(&revision.added).filter(in_time).collect();
    if gone.is_empty() && stood.len() == stands.len() {
        return Corrected::default();
    }
    let (before, after) = (Told::of(&stood), Told::of(&stands));
    let has_purchased = |state: State, has_purchased| State { has_purchased, ..state };
    let end = settings_key(Instant::NEVER);
    let is_purchase = |event: &Event| *event.kind == *kind::PURCHASE && event.key() <= *through;
    let now = State::restore(stands.into_iter(), &end);
    let now = has_purchased(now, events.iter().any(is_purchase));
    let then = has_purchased(State::restore(stood.into_iter(), &end), was.has_purchased);
    Corrected { fields: before.moved(&after), ..Corrected::between(&then, &now) }
}

/// By an entry in its turn, which takes back what an earlier one had brought: from what stood before it to
/// what follows from it.
pub fn amended(was: &State, added: &[Decided], entry: &EventKey) -> Corrected {
    let mut before = was.clone();
    let earlier = added.iter().filter(|decided| decided.key < *entry);
    earlier.for_each(|decided| before.fold(decided));
    let mut after = before.clone();
    // What it leads plugins to append stands at its instant too, in later rounds.
    let follows = |key: &EventKey| key == entry || (key.at == entry.at && key.rank.round() > 1);
    let own = added.iter().filter(|decided| follows(&decided.key));
    own.for_each(|decided| after.fold(decided));
    let mut corrected = Corrected::between(&before, &after);
    let names = |state: &State| -> BTreeSet<Name> {
        let fields = state.fields.iter();
        let names =
            fields.flat_map(|(plugin, own)| own.keys().map(|key| (plugin.clone(), key.clone())));
        names.collect()
    };
    for (plugin, field) in names(&before).union(&names(&after)) {
        let (from, to) = (before.field(plugin, field), after.field(plugin, field));
        if from != to {
            corrected.fields.push(FieldMoved {
                plugin: plugin.clone(),
                field: field.clone(),
                from: from.clone(),
                to: to.clone(),
                since: entry.at,
            });
        }
    }
    corrected
}

/// By plugin and field, which value is told from which instant on.
struct Told<'a>(BTreeMap<Name, Vec<(Instant, &'a Value)>>);

/// Plugin and field.
type Name = (String, Arc<str>);

impl<'a> Told<'a> {
    fn of(decisions: &[&'a Decided]) -> Told<'a> {
        let mut told = Told(BTreeMap::new());
        let mut in_order = decisions.to_vec();
        in_order.sort_by(|left, right| left.key.cmp(&right.key));
        for decided in in_order {
            for outcome in decided.applied() {
                let (field, value) = match &outcome.effect {
                    Effect::SetField { field, value } => (field, value),
                    Effect::ClearField { field } => (field, &Value::Null),
                    _ => continue,
                };
                let values = told.0.entry((decided.plugin.clone(), field.clone())).or_default();
                // Of one instant nobody is told but the last.
                values.pop_if(|(at, _)| *at == decided.key.at);
                values.push((decided.key.at, value));
            }
        }
        for values in told.0.values_mut() {
            let mut before = &Value::Null;
            values.retain(|(_, value)| std::mem::replace(&mut before, *value) != *value);
        }
        told
    }

    fn values(&self, name: &Name) -> &[(Instant, &'a Value)] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    fn moved(&self, after: &Told<'_>) -> Vec<FieldMoved> {
        let names: BTreeSet<_> = self.0.keys().chain(after.0.keys()).collect();
        let mut moved = Vec::new();
        for name in names {
            let (was, is) = (self.values(name), after.values(name));
            let Some(since) = first_difference(was, is) else { continue };
            let last = |values: &[(Instant, &Value)]| {
                values.last().map_or(Value::Null, |(_, value)| (*value).clone())
            };
            let (from, to) = (last(was), last(is));
            let (plugin, field) = name.clone();
            moved.push(FieldMoved { plugin, field, from, to, since });
        }
        moved
    }
}

/// The earliest instant of which one list tells another value than the other.
fn first_difference(was: &[(Instant, &Value)], is: &[(Instant, &Value)]) -> Option<Instant> {
    let equal = was.iter().zip(is).take_while(|(left, right)| left == right).count();
    let at = |values: &[(Instant, &Value)]| values.get(equal).map(|(at, _)| *at);
    at(was).into_iter().chain(at(is)).min()
}

#[cfg(test)]
mod tests;
