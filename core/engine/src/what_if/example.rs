//! Customers shown by name: some of every move, each with both explanations.

use super::{
    candidate::Candidate,
    compared::Compared,
    report::{Example, Side},
};
use crate::{
    configuration::Configuration,
    explain::{condition_view, last_change},
    record::Loaded,
};
use regulars_model::{CustomerId, text::Bilingual};
use regulars_rules::{Decided, State, sentence::sentence};
use std::collections::BTreeMap;

const EXAMPLES_MAX: usize = 20;

/// From one value of a field to another; both absent where its values are not counted.
pub type Step = (Option<String>, Option<String>);

/// The first customers of every move.
#[derive(Default)]
pub struct Examples(BTreeMap<(String, Step), Vec<Found>>);

/// A customer who moves.
#[derive(Clone)]
pub struct Found {
    pub customer: CustomerId,
    pub version: i64,
    pub plugin: String,
    pub field: String,
}

impl Examples {
    /// As many of each move as there may be in all, so that a frequent one does not push out a rare one.
    pub fn add(&mut self, step: Step, found: Found) {
        let key = (format!("{}.{}", found.plugin, found.field), step);
        let own = self.0.entry(key).or_default();
        if own.len() < EXAMPLES_MAX {
            own.push(found);
        }
    }

    pub fn append(&mut self, other: Examples) {
        for (of, found) in other.0 {
            let own = self.0.entry(of).or_default();
            let room = EXAMPLES_MAX.saturating_sub(own.len());
            own.extend(found.into_iter().take(room));
        }
    }

    /// One of every move, then a second of each, until there are enough.
    pub fn choose(&self) -> Vec<&Found> {
        let mut moves: Vec<_> = self.0.values().map(|found| found.iter()).collect();
        let mut chosen = Vec::with_capacity(EXAMPLES_MAX);
        while chosen.len() < EXAMPLES_MAX {
            let before = chosen.len();
            for of_one in &mut moves {
                chosen.extend(of_one.next().filter(|_| chosen.len() < EXAMPLES_MAX));
            }
            if chosen.len() == before {
                break;
            }
        }
        chosen
    }
}

impl Found {
    pub fn of(compared: &Compared, plugin: &str, field: &str) -> Found {
        let Loaded { id: customer, version, .. } = compared.customer;
        Found { customer, version, plugin: plugin.to_owned(), field: field.to_owned() }
    }

    pub fn explain(&self, candidate: &Candidate, compared: &Compared) -> Example {
        let (plugin, name) = (&self.plugin, &self.field);
        let customer = &compared.customer;
        let store = customer.home_unit_id.and_then(|id| candidate.is.units.find(id));
        let before = side(
            &candidate.is,
            compared,
            plugin,
            name,
            compared.before(),
            &compared.decided_before,
        );
        // What the change did not touch still rests on what was decided before.
        let untouched = !compared.decided_after.iter().any(|own| changes(own, plugin, name));
        let decided_after =
            if untouched { &compared.decided_before } else { &compared.decided_after };
        let after =
            side(&candidate.would_be, compared, plugin, name, compared.after(), decided_after);
        Example {
            customer_id: customer.id,
            store: store.map(|unit| unit.code.clone()),
            field: format!("{plugin}.{name}"),
            before,
            after,
        }
    }
}

fn changes(decided: &Decided, plugin: &str, name: &str) -> bool {
    decided.plugin == plugin && last_change(decided, name).is_some()
}

fn side(
    configuration: &Configuration,
    compared: &Compared,
    plugin: &str,
    name: &str,
    state: &State,
    decided: &[Decided],
) -> Side {
    let home = configuration.units.or_organisation(compared.customer.home_unit_id).currency;
    let manifest = &configuration.plugins[plugin].manifest;
    // Another version may not declare it.
    let field = manifest.fields.get(name);
    let value = field.map(|field| field.shape.write(state.field(plugin, name), home));
    let value = value.unwrap_or_default();
    let last = decided.iter().filter(|decided| changes(decided, plugin, name));
    let Some(last) = last.max_by(|left, right| left.key.cmp(&right.key)) else {
        return Side { value, sentence: Bilingual::default(), conditions: Vec::new() };
    };
    let then = configuration.manifest_then(last).unwrap_or(manifest);
    let outcome = last_change(last, name);
    let conditions = last.conditions.iter();
    Side {
        value,
        sentence: outcome.map(|outcome| sentence(then, &outcome.reason, home)).unwrap_or_default(),
        conditions: conditions.map(|one| condition_view(then, home, one, &last.request)).collect(),
    }
}
