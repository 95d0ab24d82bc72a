//! Counting: who has which value before and after, what would follow, and a few of them by name.

use super::{
    candidate::Candidate,
    compared::Compared,
    example::{Examples, Found, Step},
    near::WITHIN_PERCENT,
    report::{Example, FieldChange, Near, StoreChange, TagChange, Transition, WhatIf},
    work::Work,
};
use regulars_model::{
    Lifecycle, Shape, UnitId, Value,
    canonical::{Hash, hex},
};
use regulars_rules::State;
use std::collections::{BTreeMap, BTreeSet};

/// What became of some customers; those of two chunks add up.
pub struct Tally {
    customers: u64,
    changed: u64,
    decisions: u64,
    held: u64,
    fields: Vec<Field>,
    tags: BTreeMap<String, TagChange>,
    work: Work,
    near: Near,
    pub examples: Examples,
    stages: [(Lifecycle, Value); Lifecycle::ALL.len()],
}

/// A field of some plugin, or the lifecycle.
struct Field {
    /// None for the lifecycle.
    of: Option<(String, String)>,
    /// A choice, a boolean, the lifecycle: its values are counted one by one.
    is_counted: bool,
    changed: u64,
    /// Home store → (before, after) → customers.
    moves: BTreeMap<Option<UnitId>, BTreeMap<(Value, Value), u64>>,
}

impl Tally {
    pub fn new(candidate: &Candidate) -> Tally {
        // Another version may declare others.
        let mut counted: BTreeMap<(String, String), bool> = BTreeMap::new();
        for configuration in [&candidate.is, &candidate.would_be] {
            for plugin in configuration.plugins.values().filter(|plugin| plugin.version.enabled) {
                for (name, field) in &plugin.manifest.fields {
                    let is_counted = matches!(field.shape, Shape::Choice { .. } | Shape::Boolean);
                    counted.insert((plugin.manifest.id.clone(), name.clone()), is_counted);
                }
            }
        }
        let fields = counted.into_iter().map(|(of, is_counted)| Field::new(Some(of), is_counted));
        let lifecycle = Field::new(None, true);
        Tally {
            customers: 0,
            changed: 0,
            decisions: 0,
            held: 0,
            fields: fields.chain([lifecycle]).collect(),
            tags: BTreeMap::new(),
            work: Work::default(),
            near: Near { within_percent: WITHIN_PERCENT, ..Near::default() },
            examples: Examples::default(),
            stages: Lifecycle::ALL.map(|(name, stage)| (stage, Value::text(name))),
        }
    }

    pub fn count(&mut self, candidate: &Candidate, compared: &Compared) {
        self.customers += 1;
        self.decisions += compared.answers;
        let mut is_changed = self.count_tags(compared);
        let customer = &compared.customer;
        // Shown where nothing else of the customer moves: its values are too many to stand for moves.
        let (mut is_shown, mut uncounted) = (false, None);
        for field in &mut self.fields {
            let [before, after] = [compared.before(), compared.after()]
                .map(|state| field.value(state, customer.record.lifecycle, &self.stages));
            let differs = before != after;
            field.changed += u64::from(differs);
            is_changed |= differs;
            if differs && let Some((plugin, name)) = &field.of {
                let found = || Found::of(compared, plugin, name);
                match field.is_counted {
                    true => self.examples.add((word(before), word(after)), found()),
                    false => drop(uncounted.get_or_insert_with(found)),
                }
                is_shown |= field.is_counted;
            }
            if field.is_counted {
                field.count(customer.home_unit_id, before, after);
            }
        }
        if let Some(found) = uncounted.filter(|_| !is_shown) {
            self.examples.add((None, None), found);
        }
        self.changed += u64::from(is_changed);
        self.held += self.work.count(candidate, compared);
        self.near.customers += u64::from(!compared.near.is_empty());
        for setting in &compared.near {
            *self.near.by_setting.entry(setting.clone()).or_default() += 1;
        }
    }

    /// Whether any tag comes or goes.
    fn count_tags(&mut self, compared: &Compared) -> bool {
        if compared.before().tags == compared.after().tags {
            return false;
        }
        let [before, after] = [compared.before(), compared.after()].map(|state| {
            let by_hand = compared.customer.record.tags.iter().map(String::as_str);
            state.tags.keys().map(|tag| &**tag).chain(by_hand).collect::<BTreeSet<&str>>()
        });
        for tag in after.difference(&before) {
            self.tags.entry((*tag).to_owned()).or_default().gained += 1;
        }
        for tag in before.difference(&after) {
            self.tags.entry((*tag).to_owned()).or_default().lost += 1;
        }
        before != after
    }

    /// Of the customers that come after those counted here.
    pub fn add(&mut self, other: Tally) {
        self.customers += other.customers;
        self.changed += other.changed;
        self.decisions += other.decisions;
        self.held += other.held;
        for (own, other) in self.fields.iter_mut().zip(other.fields) {
            own.changed += other.changed;
            for (store, moves) in other.moves {
                let own = own.moves.entry(store).or_default();
                for (step, count) in moves {
                    *own.entry(step).or_default() += count;
                }
            }
        }
        for (tag, change) in other.tags {
            let own = self.tags.entry(tag).or_default();
            own.gained += change.gained;
            own.lost += change.lost;
        }
        self.work.add(other.work);
        self.near.customers += other.near.customers;
        for (setting, count) in other.near.by_setting {
            *self.near.by_setting.entry(setting).or_default() += count;
        }
        self.examples.append(other.examples);
    }

    pub fn report(self, candidate: &Candidate, examples: Vec<Example>, snapshot: &Hash) -> WhatIf {
        let plugin = &candidate.is.plugins[&candidate.plugin];
        let would_be = &candidate.would_be.plugins[&candidate.plugin];
        let shown = |field: &Field| {
            let own = field.of.as_ref().is_some_and(|(plugin, _)| *plugin == candidate.plugin);
            own || field.changed > 0
        };
        let fields = self.fields.into_iter().filter(shown);
        WhatIf {
            plugin: candidate.plugin.clone(),
            question: if candidate.from.is_some() { "from" } else { "now" }.to_owned(),
            at: candidate.at,
            from: candidate.from,
            to: candidate.to,
            version: would_be.manifest.version.clone(),
            hash: hex(&would_be.hash),
            settings_version: plugin.settings_version,
            settings: would_be.version.settings(&would_be.manifest).into(),
            customers: self.customers,
            changed: self.changed,
            decisions: self.decisions,
            fields: fields.map(|field| (field.key(), field.report(candidate))).collect(),
            tags: self.tags,
            work: self.work.report(),
            near: candidate.from.is_none().then_some(self.near),
            held: self.held,
            examples,
            snapshot: hex(snapshot),
        }
    }
}

impl Field {
    fn new(of: Option<(String, String)>, is_counted: bool) -> Field {
        Field { of, is_counted, changed: 0, moves: BTreeMap::new() }
    }

    fn key(&self) -> String {
        match &self.of {
            Some((plugin, name)) => format!("{plugin}.{name}"),
            None => "lifecycle".to_owned(),
        }
    }

    fn value<'a>(
        &self,
        state: &'a State,
        by_hand: Option<Lifecycle>,
        stages: &'a [(Lifecycle, Value)],
    ) -> &'a Value {
        if let Some((plugin, name)) = &self.of {
            return state.field(plugin, name);
        }
        let stage = by_hand.unwrap_or_else(|| state.lifecycle());
        let mut known = stages.iter().filter(|(own, _)| *own == stage);
        known.next().map_or(&Value::Null, |(_, name)| name)
    }

    fn count(&mut self, store: Option<UnitId>, before: &Value, after: &Value) {
        let step = (before.clone(), after.clone());
        *self.moves.entry(store).or_default().entry(step).or_default() += 1;
    }

    fn report(self, candidate: &Candidate) -> FieldChange {
        let mut all: BTreeMap<Step, u64> = BTreeMap::new();
        let mut by_store = Vec::with_capacity(self.moves.len());
        for (store, moves) in self.moves {
            let moves = moves.into_iter();
            let moves: BTreeMap<Step, u64> = moves
                .map(|((before, after), count)| ((word(&before), word(&after)), count))
                .collect();
            for (step, count) in &moves {
                *all.entry(step.clone()).or_default() += count;
            }
            let unit = store.and_then(|id| candidate.is.units.find(id));
            let store = unit.map(|unit| unit.code.clone());
            by_store.push(StoreChange { store, transitions: transitions(moves) });
        }
        by_store.sort_by(|left, right| left.store.cmp(&right.store));
        let mut change = FieldChange { changed: self.changed, by_store, ..FieldChange::default() };
        for ((before, after), count) in &all {
            match before {
                Some(value) => *change.before.entry(value.clone()).or_default() += count,
                None => change.none_before += count,
            }
            match after {
                Some(value) => *change.after.entry(value.clone()).or_default() += count,
                None => change.none_after += count,
            }
        }
        change.transitions = transitions(all);
        change
    }
}

fn transitions(moves: BTreeMap<Step, u64>) -> Vec<Transition> {
    let moves = moves.into_iter();
    moves.map(|((from, to), customers)| Transition { from, to, customers }).collect()
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_string()),
        Value::Bool(bool) => Some(bool.to_string()),
        Value::Int(int) => Some(int.to_string()),
        _ => None,
    }
}
