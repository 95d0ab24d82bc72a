//! What plugins appended, as rows: it follows from the decisions in force. What no longer does is
//! flagged and stays, and what does is left as it is.

use crate::Ctx;
use regulars_model::{Event, EventKey, event::flag};
use regulars_rules::play::Played;
use regulars_store::FullCustomer;

pub(super) struct Appended {
    /// New, or with another content.
    pub written: Vec<Event>,
    /// New flags of those stored before.
    pub flagged: Vec<(EventKey, Vec<String>)>,
}

/// Without the whole customer only what this play appended is new.
pub(super) fn appended(played: &Played, full: Option<&FullCustomer>, ctx: &Ctx) -> Appended {
    let mut all = Appended { written: Vec::new(), flagged: Vec::new() };
    // Over the tail of a log nothing is appended and nothing taken back.
    if !played.log.is_complete() {
        return all;
    }
    let stored =
        || full.into_iter().flat_map(|full| &full.events).filter(|event| event.is_appended());
    let standing = played.log.events().iter().filter(|event| event.is_appended());
    let mut follows: Vec<Event> = standing.cloned().collect();
    // A replay from before they were taken back finds them again.
    follows.extend(played.withdrawn.iter().map(withdrawn));
    for event in stored().filter(|event| !event.is_flagged(flag::WITHDRAWN)) {
        if !follows.iter().any(|own| own.key() == event.key()) {
            all.flagged.push((event.key(), withdrawn(event).flags));
        }
    }
    for event in follows {
        let known = stored().find(|own| own.key() == event.key());
        match known {
            Some(known) if is_same(known, &event) => {
                if known.flags != event.flags {
                    all.flagged.push((event.key(), event.flags));
                }
            }
            None if full.is_none() && !played.appended.contains(&event.key()) => {}
            _ => all.written.push(Event { recorded_at: ctx.now, ..event }),
        }
    }
    all
}

/// In all that it says.
fn is_same(known: &Event, event: &Event) -> bool {
    let (recorded_at, flags) = (known.recorded_at, known.flags.clone());
    *known == Event { recorded_at, flags, ..event.clone() }
}

fn withdrawn(event: &Event) -> Event {
    Event { flags: vec![flag::WITHDRAWN.to_owned()], ..event.clone() }
}
