//! New events for a customer: go on from the state, or play again from the earliest late entry.

use super::{Mode, Player, Start, late_entry};
use crate::{decided::Decided, rulebook::Rulebook};
use regulars_model::{Event, EventKey};
use std::sync::Arc;

/// A play with new events in its log, and where it starts again, when it does. A replay needs the
/// whole log and every decision in force. What a plugin could not decide is asked again after every
/// change of configuration: it may be the fix.
pub fn onward(
    rulebook: Arc<Rulebook>,
    start: Start,
    new: &[Event],
    decisions: &[Decided],
) -> (Player, Option<EventKey>) {
    let late = late_entry(&rulebook, &start.state, start.epoch, new);
    let held = decisions.iter().filter(|decided| decided.fault.is_some());
    let held = held.map(|decided| decided.key.clone()).min();
    // Not in an import, which would take their work for history.
    let asks = start.epoch != rulebook.epoch() && !matches!(start.mode, Mode::History);
    let held = held.filter(|_| asks);
    match late.into_iter().chain(held).min() {
        Some(from) => {
            // A refund that came before its purchase counts from the purchase on; that is earlier
            // than neither, so the earliest new entry is early enough.
            let through = start.state.through.clone();
            let mut player = Player::replay(rulebook, start, &from, decisions.iter());
            player.state_only_through = through.filter(|_| new.is_empty());
            (player, Some(from))
        }
        None => (Player::new(rulebook, start), None),
    }
}

/// A play that starts again at `from` at the latest, with no new events: as if what came at `from` had
/// come late.
pub fn again(
    rulebook: Arc<Rulebook>,
    start: Start,
    from: EventKey,
    decisions: &[Decided],
) -> (Player, Option<EventKey>) {
    let late = late_entry(&rulebook, &start.state, start.epoch, &[]);
    let from = late.map_or(from.clone(), |late| late.min(from));
    (Player::replay(rulebook, start, &from, decisions.iter()), Some(from))
}

/// What a play changes about the decisions on record.
pub struct Revision {
    /// Positions, among the old, of those no longer in force.
    pub voided: Vec<usize>,
    pub added: Vec<Decided>,
}

/// Compares a play that started again at `from` with the decisions on record: equal ones stay.
pub fn revise(old: &[Decided], from: Option<&EventKey>, played: Vec<Decided>) -> Revision {
    let Some(from) = from else { return Revision { voided: Vec::new(), added: played } };
    let mut voided: Vec<usize> =
        (0..old.len()).filter(|position| old[*position].key >= *from).collect();
    let mut added = Vec::new();
    for decided in played {
        match voided.iter().position(|position| old[*position].is_same(&decided)) {
            Some(kept) => drop(voided.swap_remove(kept)),
            None => added.push(decided),
        }
    }
    Revision { voided, added }
}
