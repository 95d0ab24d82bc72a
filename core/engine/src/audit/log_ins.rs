//! Who logged in, and who tried to. A log-in is entered with its session. One that fails is counted by
//! account, those that named none together, and entered by whoever tends the audit: an entry made at
//! once would show, in the time the answer takes, whether there is such a login.

use super::{About, LOG_IN, row};
use crate::{Actor, Ctx, Origin, World};
use regulars_model::{
    Instant, StaffId,
    limits::{AUDIT_REFUSAL_ADDRESSES_MAX, AUDIT_REFUSAL_EVERY_US},
};
use regulars_store::{AuditOutcome, AuditRow, Link, SessionRow, StaffRow};
use serde_json::{Value as Json, json};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// By account; none for logins that nobody has, and for attempts nobody looked at.
#[derive(Default)]
pub(crate) struct FailedLogIns(Mutex<HashMap<Option<StaffId>, Failed>>);

/// What failed since something of it was entered, or at all.
struct Failed {
    /// The first is entered as soon as somebody comes by, what follows after a while.
    since: Instant,
    is_entered: bool,
    times: u64,
    turned_away: u64,
    addresses: BTreeSet<String>,
    origin: Origin,
}

impl FailedLogIns {
    fn lock(&self) -> MutexGuard<'_, HashMap<Option<StaffId>, Failed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another password, or an account that is disabled; or a login that nobody has.
    pub fn count(&self, account: Option<StaffId>, origin: &Origin, now: Instant) {
        self.note(account, origin, now, |failed| failed.times += 1);
    }

    /// Too soon after others, so that neither login nor password was looked at.
    pub fn count_turned_away(&self, origin: &Origin, now: Instant) {
        self.note(None, origin, now, |failed| failed.turned_away += 1);
    }

    fn note(
        &self,
        account: Option<StaffId>,
        origin: &Origin,
        now: Instant,
        count: impl FnOnce(&mut Failed),
    ) {
        let mut kept = self.lock();
        let failed = kept.entry(account).or_insert_with(|| Failed::since(now));
        count(failed);
        failed.origin = origin.clone();
        if let Some(address) = &origin.address
            && failed.addresses.len() < AUDIT_REFUSAL_ADDRESSES_MAX
        {
            failed.addresses.insert(address.clone());
        }
    }

    /// One entry for each account whose time has come.
    pub(super) fn take_due(&self, world: &World) -> Vec<AuditRow> {
        let now = world.now();
        let mut rows = Vec::new();
        self.lock().retain(|account, failed| {
            let is_over = now >= failed.since.plus(AUDIT_REFUSAL_EVERY_US);
            if (is_over || !failed.is_entered) && failed.times + failed.turned_away > 0 {
                rows.push(failed.entry(*account, world));
                *failed = Failed { since: failed.since, is_entered: true, ..Failed::since(now) };
            }
            !is_over
        });
        rows
    }
}

impl Failed {
    fn since(now: Instant) -> Failed {
        Failed {
            since: now,
            is_entered: false,
            times: 0,
            turned_away: 0,
            addresses: BTreeSet::new(),
            origin: Origin::rest(),
        }
    }

    fn entry(&self, account: Option<StaffId>, world: &World) -> AuditRow {
        let nobody = Actor { name: "unknown".to_owned(), ..Actor::engine() };
        let about = match account {
            Some(id) => About::new("staff", id),
            None => About::new("action", LOG_IN),
        };
        let mut counted =
            json!({"times": self.times, "since": self.since, "addresses": self.addresses});
        if self.turned_away > 0 {
            counted["turned_away"] = json!(self.turned_away);
        }
        let row = of_log_in(world, nobody, self.origin.clone(), about, counted);
        AuditRow { actor_role: String::new(), outcome: AuditOutcome::Refused, ..row }
    }
}

/// That somebody is logged in from now on.
pub(crate) fn logged_in(
    world: &World,
    staff: &StaffRow,
    session: &SessionRow,
    origin: Origin,
) -> AuditRow {
    let actor = Actor { staff_id: staff.id, name: staff.name.clone(), ..Actor::engine() };
    let origin = Origin { session: Some(session.id.to_string()), ..origin };
    let mut after =
        json!({"staff": staff.id, "login": staff.login, "expires_at": session.expires_at});
    if session.by_provider {
        after["by_provider"] = json!(true);
    }
    let row = of_log_in(world, actor, origin, About::new("session", session.id), after);
    AuditRow { actor_role: staff.role.clone(), ..row }
}

/// That somebody came by the provider whose e-mail address is an account's login.
pub(crate) fn linked(
    world: &World,
    staff: &StaffRow,
    link: &Link,
    origin: Origin,
    now: Instant,
) -> AuditRow {
    let actor = Actor { staff_id: staff.id, name: staff.name.clone(), ..Actor::engine() };
    let after = json!({"issuer": link.issuer, "subject": link.subject});
    let row = of_log_in(world, actor, origin, About::new("staff", staff.id), after);
    AuditRow { actor_role: staff.role.clone(), at: now, ..row }
}

fn of_log_in(world: &World, actor: Actor, origin: Origin, about: About, after: Json) -> AuditRow {
    let ctx = Ctx { actor, origin: Arc::new(origin), ..Ctx::of_engine(world.now()) };
    AuditRow { action: LOG_IN.to_owned(), ..row(world, &ctx, about, None, Some(after)) }
}
