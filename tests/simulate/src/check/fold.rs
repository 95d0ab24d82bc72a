//! A customer's state is the fold of the log: made anew from the first event, it is what is stored.

use super::{Look, read};
use crate::failure::{Broken, Held};
use regulars_engine::configuration::Configuration;
use regulars_model::{
    Cause, Event, Instant, UnitId,
    event::{Rank, kind},
};
use regulars_rules::{
    Log, Outcome, Player, Start, State, drive,
    play::{Home, Mode, Person, Played},
};
use regulars_store::{DecisionRow, FullCustomer};
use serde::Deserialize;
use std::collections::BTreeSet;

pub fn compare(look: &Look<'_>) -> Held {
    let Look { configuration, full, until, .. } = look;
    let id = full.customer.id;
    Broken::unless_equal(
        "due_at is that of the state",
        id,
        &look.state.due_at(),
        &full.customer.due_at,
    )?;
    // By older rules it is not yet what it has to become.
    if full.customer.epoch < configuration.rulebook.epoch() {
        return Ok(());
    }
    let Some(anew) = play(configuration, full, *until) else { return Ok(()) };
    let mut expected = anew.state;
    // Of events that never came, the engine keeps a list beside the play.
    expected.unmatched.clone_from(&look.state.unmatched);
    Broken::unless_equal("the state is the fold of the log", id, &expected, &look.state)?;
    let expected: Vec<Comparable> = anew
        .decided
        .iter()
        .filter_map(|decided| {
            comparable(
                decided.key.at,
                decided.key.rank,
                &decided.plugin,
                &decided.cause,
                &decided.effects,
            )
        })
        .collect();
    let stored = stored(full)?;
    let set = |all: &[Comparable]| all.iter().cloned().collect::<BTreeSet<_>>();
    Broken::unless_equal("nothing is decided twice", id, &set(&stored).len(), &stored.len())?;
    let (expected, stored) = (set(&expected), set(&stored));
    let (missing, beyond): (Vec<_>, Vec<_>) =
        (expected.difference(&stored).collect(), stored.difference(&expected).collect());
    Broken::unless_equal("the decisions that stand are those of the log", id, &missing, &beyond)
}

/// What one decision did to the state, without numbers that another database has otherwise.
type Comparable = String;

/// None of one that only gave work.
fn comparable(
    at: Instant,
    rank: Rank,
    plugin: &str,
    cause: &Cause,
    effects: &[Outcome],
) -> Option<Comparable> {
    let state = effects.iter().filter(|outcome| outcome.work_identity().is_none());
    let state: Vec<String> =
        state.map(|outcome| serde_json::to_string(outcome).unwrap_or_default()).collect();
    let what = state.join(" ");
    (!what.is_empty()).then(|| format!("{at} {rank:?} {plugin} {cause:?}: {what}"))
}

fn stored(full: &FullCustomer) -> Result<Vec<Comparable>, Broken> {
    let mut all = Vec::with_capacity(full.decisions.len());
    for row in &full.decisions {
        let cause: Cause = read(&row.cause, "a cause can be read")?;
        all.extend(comparable(row.at, row.rank, &row.plugin_id, &cause, &effects(row)?));
    }
    Ok(all)
}

/// As two databases have it that took the same log.
pub fn stored_state(full: &FullCustomer) -> Result<(State, BTreeSet<Comparable>), Broken> {
    let mut state: State = read(&full.customer.state, "a state can be read")?;
    // Where it got to in the log is another place where tasks were done.
    state.through = None;
    Ok((state, stored(full)?.into_iter().collect()))
}

#[derive(Deserialize)]
struct Kept {
    #[serde(default)]
    effects: Vec<Outcome>,
}

pub fn effects(row: &DecisionRow) -> Result<Vec<Outcome>, Broken> {
    Ok(read::<Kept>(&row.result, "a decision can be read")?.effects)
}

/// From nothing; None where nothing has happened.
fn play(configuration: &Configuration, full: &FullCustomer, until: Instant) -> Option<Played> {
    let rulebook = &configuration.rulebook;
    let start = Start {
        tag: 0,
        person: person(configuration, full),
        state: State::default(),
        log: Log::new(full.events.clone(), true),
        epoch: rulebook.epoch(),
        until,
        mode: Mode::Live,
    };
    let mut played = None;
    let player = Player::new(rulebook.clone(), start);
    drive(std::iter::once(player), 1, |player| played = Some(player.finish()));
    played
}

fn person(configuration: &Configuration, full: &FullCustomer) -> Person {
    let customer = &full.customer;
    let moved = |event: &Event| {
        let before = event.body.data.get("home")?.get("from")?;
        let unit = before.as_str().and_then(|code| configuration.units.find_by_code(code));
        Some((event.key(), home(configuration, unit.map(|unit| unit.id))))
    };
    let edits = full.events.iter().filter(|event| *event.kind == *kind::EDIT);
    let mut homes_before: Vec<_> = edits.filter_map(moved).collect();
    homes_before.sort_by(|left, right| left.0.cmp(&right.0));
    Person {
        id: customer.id,
        home: home(configuration, customer.home_unit_id),
        homes_before,
        assigned: customer.assigned_to.is_some(),
        lifecycle: None,
    }
}

fn home(configuration: &Configuration, unit_id: Option<UnitId>) -> Home {
    let unit = configuration.units.or_organisation(unit_id);
    Home {
        unit_id,
        currency: unit.currency,
        zone: configuration.units.zone(unit_id).clone(),
        cutoff_hour: unit.cutoff_hour,
    }
}
