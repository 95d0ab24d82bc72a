//! What people were given: once for each identity, as long as a decision stands for it, and marked
//! where none does any more; messages only where they are wanted.

use super::{Look, fold::effects, read};
use crate::{
    failure::{Broken, Held},
    known::{Identity, MARKETING},
};
use regulars_rules::Work;
use regulars_store::{MessageRow, MessageState, TaskRow, TaskState};
use std::collections::{BTreeMap, BTreeSet};

/// Answers what is given by now.
pub fn compare(look: &Look<'_>) -> Result<BTreeSet<Identity>, Broken> {
    let mut standing: BTreeMap<Identity, Work> = BTreeMap::new();
    for row in &look.full.decisions {
        for outcome in effects(row)? {
            let Some((sort, kind, key)) = outcome.work_identity() else { continue };
            let plugin = row.plugin_id.clone();
            let identity = (plugin, sort.to_owned(), kind.to_string(), key.to_string());
            standing.insert(identity, outcome.outcome);
        }
    }
    for identity in &look.person.given {
        let (about, found) = (look.full.customer.id, standing.get(identity));
        let holds = found.is_none_or(|work| *work == Work::Applied);
        let invariant = "work that was given is not judged again";
        Broken::unless(holds, invariant, about, "applied, or nothing", (identity, found))?;
    }
    let mut given = BTreeSet::new();
    for task in &look.full.tasks {
        once(look, &mut given, of_task(task))?;
        stands(look, &standing, &of_task(task), is_given(task.state), task.state.name())?;
    }
    for message in &look.full.messages {
        once(look, &mut given, of_message(message))?;
        wanted(look, message)?;
        let is_given = match message.state {
            MessageState::Pending | MessageState::Sent | MessageState::Failed => Some(true),
            MessageState::Withdrawn | MessageState::Corrected => Some(false),
            MessageState::NotSent | MessageState::TooLate => None,
        };
        stands(look, &standing, &of_message(message), is_given, message.state.name())?;
    }
    standing.retain(|_, work| *work == Work::Applied);
    for identity in standing.keys() {
        let (about, holds) = (look.full.customer.id, given.contains(identity));
        Broken::unless(holds, "what was decided is given", about, "its row", identity)?;
    }
    Ok(standing.into_keys().collect())
}

fn of_task(row: &TaskRow) -> Identity {
    let plugin = row.plugin_id.clone().unwrap_or_default();
    (plugin, "task".to_owned(), row.kind.clone(), row.key.clone())
}

fn of_message(row: &MessageRow) -> Identity {
    (row.plugin_id.clone(), row.sort.clone(), row.template.clone(), row.key.clone())
}

fn is_given(state: TaskState) -> Option<bool> {
    match state {
        TaskState::Open | TaskState::Claimed | TaskState::Done => Some(true),
        TaskState::Withdrawn | TaskState::Corrected => Some(false),
        TaskState::TooLate => None,
    }
}

fn once(look: &Look<'_>, given: &mut BTreeSet<Identity>, identity: Identity) -> Held {
    let (about, is_new) = (look.full.customer.id, given.insert(identity.clone()));
    Broken::unless(is_new, "no work twice for one identity", about, "one row", identity)
}

/// Given where a decision that stands gave it, and marked where none does.
fn stands(
    look: &Look<'_>,
    standing: &BTreeMap<Identity, Work>,
    identity: &Identity,
    is_given: Option<bool>,
    state: &str,
) -> Held {
    let Some(is_given) = is_given else { return Ok(()) };
    let applied = standing.get(identity) == Some(&Work::Applied);
    let expected = match applied {
        true => "given, since a decision that stands gave it",
        false => "withdrawn or marked, since no decision that stands gave it",
    };
    let about = format!("{}: {identity:?}", look.full.customer.id);
    let found = (state, standing.get(identity));
    Broken::unless(applied == is_given, "work belongs to what stands", about, expected, found)
}

fn wanted(look: &Look<'_>, row: &MessageRow) -> Held {
    if row.state != MessageState::Pending || row.purpose != MARKETING {
        return Ok(());
    }
    let channels: Vec<String> = read(&row.channels, "channels can be read")?;
    let allowed = channels.iter().all(|channel| look.person.consents_to(channel));
    let about = format!("{} of {}", row.id, look.full.customer.id);
    let expected = "channels the customer consents to";
    let holds = allowed && !channels.is_empty();
    Broken::unless(holds, "nothing waits to be sent without consent", about, expected, channels)
}
