//! What a customer's log had come to by an instant.

use super::append;
use crate::{Log, decided::Decided};
use regulars_model::{Event, EventKey, Instant, event::Rank};

/// The first place after everything of an instant: with what lies before it, all of that instant
/// is decided.
pub fn after(at: Instant) -> EventKey {
    EventKey { at: at.plus(1), rank: Rank::Expiry, source: "".into(), source_id: "".into() }
}

/// The log before a place, with what plugins had appended by then and not taken back.
pub fn log_before<'a>(
    events: &[Event],
    decisions: impl Iterator<Item = &'a Decided>,
    from: &EventKey,
) -> Log {
    let standing = append::standing_before(decisions, from);
    let before = events.iter().filter(|event| event.key() < *from).cloned().collect();
    let mut log = Log::new(before, true);
    log.retain(|event| standing.contains_key(&event.key()));
    log
}
