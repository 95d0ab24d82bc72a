//! What was refused. The first refusal of an action to somebody is entered at once; further ones are
//! counted, and their number is entered once in a while: nobody fills a disk by asking in vain.

use super::{AUTHENTICATE, About, row};
use crate::{Actor, Engine, Origin, Problem};
use regulars_model::{
    Instant, KeyId, StaffId,
    limits::{AUDIT_REFUSAL_ADDRESSES_MAX, AUDIT_REFUSAL_EVERY_US, AUDIT_REFUSALS_KEPT_MAX},
    text::Language,
};
use regulars_store::{AuditOutcome, AuditRow};
use serde_json::{Value as Json, json};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

#[derive(Default)]
pub(crate) struct Refusals(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    /// By who was refused what.
    of_actors: HashMap<(Option<StaffId>, String), Turn>,
    unknown: Option<Unknown>,
}

/// One entry was made at `since`; so many refusals have followed.
struct Turn {
    since: Instant,
    more: u64,
    actor: Actor,
    origin: Arc<Origin>,
}

/// Keys that nobody has.
struct Unknown {
    since: Instant,
    attempts: u64,
    addresses: BTreeSet<String>,
}

impl Refusals {
    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this one is to be entered now.
    fn is_first(&self, actor: &Actor, origin: &Arc<Origin>, action: &str, now: Instant) -> bool {
        let mut counted = self.lock();
        let key = (actor.staff(), action.to_owned());
        if let Some(turn) = counted.of_actors.get_mut(&key) {
            turn.more += 1;
            turn.origin = origin.clone();
            return false;
        }
        // As many keys as that are asked for in vain only by somebody who may make keys.
        if counted.of_actors.len() >= AUDIT_REFUSALS_KEPT_MAX {
            return false;
        }
        let (actor, origin) = (actor.clone(), origin.clone());
        counted.of_actors.insert(key, Turn { since: now, more: 0, actor, origin });
        true
    }

    fn count_unknown(&self, origin: &Origin, now: Instant) {
        let mut counted = self.lock();
        let fresh = || Unknown { since: now, attempts: 0, addresses: BTreeSet::new() };
        let unknown = counted.unknown.get_or_insert_with(fresh);
        unknown.attempts += 1;
        if let Some(address) = &origin.address
            && unknown.addresses.len() < AUDIT_REFUSAL_ADDRESSES_MAX
        {
            unknown.addresses.insert(address.clone());
        }
    }

    /// Those whose time has come.
    fn take_due(&self, now: Instant) -> (Vec<(String, Turn)>, Option<Unknown>) {
        let mut counted = self.lock();
        let is_due = |since: Instant| now >= since.plus(AUDIT_REFUSAL_EVERY_US);
        let due = counted.of_actors.extract_if(|_, turn| is_due(turn.since));
        let due = due.map(|((_, action), turn)| (action, turn)).collect();
        let unknown = counted.unknown.take_if(|unknown| is_due(unknown.since));
        (due, unknown)
    }
}

impl Engine {
    /// Somebody known asked for what they may not do.
    pub async fn note_refused(
        &self,
        actor: &Actor,
        origin: &Arc<Origin>,
        action: &str,
    ) -> Result<(), Problem> {
        let now = self.inner.world.now();
        if !self.inner.refusals.is_first(actor, origin, action, now) {
            return Ok(());
        }
        let row = self.refused(actor, origin, action, None);
        Ok(self.inner.store.add_audit(&row).await?)
    }

    /// Somebody came with a key that nobody has, or with one that is good no more: then it is known
    /// whose it was.
    pub async fn note_unauthenticated(&self, key: &str, origin: Origin) -> Result<(), Problem> {
        let Some(actor) = self.known_holder(key) else {
            self.inner.refusals.count_unknown(&origin, self.inner.world.now());
            return Ok(());
        };
        let key = actor.staff().map(|id| KeyId(id.0).to_string());
        self.note_refused(&actor, &Arc::new(Origin { key, ..origin }), AUTHENTICATE).await
    }

    /// Enters how many refusals followed those that were entered, and who failed to log in; how many
    /// entries it made.
    pub async fn enter_refusals(&self) -> Result<usize, Problem> {
        let (due, unknown) = self.inner.refusals.take_due(self.inner.world.now());
        let again = due.into_iter().filter(|(_, turn)| turn.more > 0);
        let mut rows: Vec<AuditRow> = again
            .map(|(action, turn)| {
                let counted = json!({"times": turn.more, "since": turn.since});
                self.refused(&turn.actor, &turn.origin, &action, Some(counted))
            })
            .collect();
        rows.extend(unknown.map(|unknown| {
            let Unknown { since, attempts, addresses } = unknown;
            let counted = json!({"times": attempts, "since": since, "addresses": addresses});
            let nobody = Actor { name: "unknown".to_owned(), ..Actor::engine() };
            let origin = Arc::new(Origin::rest());
            let row = self.refused(&nobody, &origin, AUTHENTICATE, Some(counted));
            AuditRow { actor_role: String::new(), ..row }
        }));
        rows.extend(self.inner.logins.failed.take_due(&self.inner.world));
        for row in &rows {
            self.inner.store.add_audit(row).await?;
        }
        Ok(rows.len())
    }

    fn refused(
        &self,
        actor: &Actor,
        origin: &Arc<Origin>,
        action: &str,
        counted: Option<Json>,
    ) -> AuditRow {
        let ctx = self.context(actor.clone(), Language::English, None);
        let ctx = crate::Ctx { origin: origin.clone(), ..ctx };
        let about = About::new("action", action);
        let row = row(&self.inner.world, &ctx, about, None, counted);
        AuditRow { action: action.to_owned(), outcome: AuditOutcome::Refused, ..row }
    }
}
