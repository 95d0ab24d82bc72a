//! All that must hold: of whoever a step has changed after that step, of everybody every week.

mod events;
mod fold;
mod rules;
mod work;

pub use fold::stored_state;

use crate::{
    failure::{Broken, Held},
    known::Person,
    office::Office,
    simulation::Simulation,
};
use regulars_engine::configuration::Configuration;
use regulars_model::Instant;
use regulars_rules::State;
use regulars_store::{FullCustomer, Store};
use std::collections::BTreeSet;

/// What a customer is held against.
pub struct Look<'a> {
    pub configuration: &'a Configuration,
    pub office: &'a Office,
    pub person: &'a Person,
    pub full: &'a FullCustomer,
    pub state: State,
    /// Everything due by then has been decided, unless the rules are newer than the customer.
    pub until: Instant,
}

impl Look<'_> {
    /// Decided by the rules in force, with nothing left to do.
    fn is_settled(&self) -> bool {
        let rulebook = &self.configuration.rulebook;
        self.full.customer.epoch >= rulebook.epoch() && self.state.due_at() > self.until
    }
}

/// Whoever this step may have changed.
pub fn touched(simulation: &mut Simulation<'_>) -> Held {
    for (person, until) in std::mem::take(&mut simulation.touched) {
        customer(simulation, person, until)?;
    }
    Ok(())
}

/// Everybody, and what is nobody's alone. All that is due has been decided.
pub fn everything(simulation: &mut Simulation<'_>) -> Held {
    let now = simulation.now();
    for person in 0..simulation.known.people.len() {
        customer(simulation, person, now)?;
    }
    let epoch = simulation.configuration().map_or(0, |now| now.rulebook.epoch());
    let due = simulation.witness.wait(simulation.witness.store.count_due(now, epoch))?;
    Broken::unless_equal("nothing stays due", "everybody", &0, &due)?;
    let audit = Store::verify_audit(&simulation.plan.database, None);
    let chain = simulation.witness.wait(audit)?;
    Broken::unless_equal("the audit's chain fits", "the audit", &None, &chain.misfit)?;
    Broken::unless_equal("the audit is sealed", "the audit", &0, &chain.unsealed.entries)?;
    customers(simulation)
}

/// Nobody is there whom nobody made, and nobody twice.
fn customers(simulation: &Simulation<'_>) -> Held {
    let (witness, known) = (&simulation.witness, &simulation.known.by_id);
    let limit = known.len() as u32 + 1;
    let stored = witness.wait(witness.store.scan_customer_ids(None, limit))?;
    let stored: BTreeSet<_> = stored.into_iter().collect();
    let expected: BTreeSet<_> = known.keys().copied().collect();
    Broken::unless_equal("everybody is there once", "customers", &expected, &stored)
}

fn customer(simulation: &mut Simulation<'_>, number: usize, until: Instant) -> Held {
    let Some(id) = simulation.known.people[number].id else { return Ok(()) };
    let witness = &simulation.witness;
    let full = witness.wait(witness.store.load_full(id))?;
    let Some(full) = full else {
        return Broken::unless(false, "nothing acknowledged is lost", id, "a customer", "nobody");
    };
    simulation.summary.checks += 1;
    events::compare(&mut simulation.known.people[number], &full)?;
    let Some(configuration) = simulation.configuration() else { return Ok(()) };
    let state: State = read(&full.customer.state, "a state can be read")?;
    let through = state.through.as_ref().map_or(until, |key| key.at);
    let look = Look {
        configuration: &configuration,
        office: &simulation.office,
        person: &simulation.known.people[number],
        full: &full,
        state,
        until: until.max(through),
    };
    fold::compare(&look)?;
    rules::compare(&look)?;
    let given = work::compare(&look)?;
    simulation.known.people[number].given = given;
    Ok(())
}

fn read<T: serde::de::DeserializeOwned>(json: &str, invariant: &'static str) -> Result<T, Broken> {
    serde_json::from_str(json).map_err(|error| Broken {
        invariant,
        about: "a row".to_owned(),
        expected: "its JSON".to_owned(),
        found: format!("{error}: {json}"),
    })
}
