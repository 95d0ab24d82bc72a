//! Who did what to which record, from where, before and after. A change is entered in its own
//! transaction; what is read in bulk, and what is committed piece by piece, is entered by itself.

mod changes;
mod list;
mod log_ins;
mod refusals;
mod trail;
mod write;

pub use list::AuditFilter;
pub use trail::Trail;

pub(crate) use log_ins::{FailedLogIns, linked, logged_in};
pub(crate) use refusals::Refusals;
pub(crate) use write::{ByHand, image_of_identity, of_write};

use crate::{
    Actor, Ctx, Engine, Inner, Origin, Problem, World, authorise::Action, ctx::fill_random,
    record::to_json,
};
use changes::{bounded, only_changes};
use regulars_model::{AuditId, CustomerId};
use regulars_store::{AuditContent, AuditOutcome, AuditRow};
use serde::Serialize;
use serde_json::Value as Json;
use std::sync::Arc;

/// What an entry is about.
pub(crate) struct About {
    pub kind: &'static str,
    pub record: String,
    /// Whose data it holds.
    pub customer: Option<CustomerId>,
}

impl About {
    pub fn new(kind: &'static str, record: impl ToString) -> About {
        About { kind, record: record.to_string(), customer: None }
    }

    /// What is read of many is about none of them.
    pub fn many(kind: &'static str) -> About {
        About::new(kind, "many")
    }
}

/// How something was, or will be; none where it was not there, or will not be.
pub(crate) fn image(value: Option<&impl Serialize>) -> Option<Json> {
    value.map(|value| serde_json::to_value(value).unwrap_or_default())
}

impl Inner {
    pub fn audit(
        &self,
        ctx: &Ctx,
        about: About,
        before: Option<Json>,
        after: Option<Json>,
    ) -> AuditRow {
        row(&self.world, ctx, about, before, after)
    }
}

impl Engine {
    /// What has no change of its own to go with.
    pub(crate) async fn enter(
        &self,
        ctx: &Ctx,
        about: About,
        before: Option<Json>,
        after: Option<Json>,
    ) -> Result<(), Problem> {
        let row = self.inner.audit(ctx, about, before, after);
        Ok(self.inner.store.add_audit(&row).await?)
    }
}

/// Of what was and is only what differs.
pub(crate) fn row(
    world: &World,
    ctx: &Ctx,
    about: About,
    before: Option<Json>,
    after: Option<Json>,
) -> AuditRow {
    let (before, after) = match (before, after) {
        (Some(before), Some(after)) => {
            let (before, after) = only_changes(before, after);
            (Some(before), Some(after))
        }
        other => other,
    };
    let mut salt = [0; 16];
    fill_random(&mut salt);
    AuditRow {
        id: AuditId(world.new_id()),
        at: ctx.now,
        actor_id: ctx.actor.staff(),
        actor_name: ctx.actor.name.clone(),
        actor_role: ctx.actor.role.name().to_owned(),
        origin: to_json(&*ctx.origin),
        request_id: ctx.origin.request,
        action: ctx.action().map_or(AUTOMATIC, |action| action.name()).to_owned(),
        outcome: AuditOutcome::Done,
        kind: about.kind.to_owned(),
        record: about.record,
        customer_id: about.customer,
        content: AuditContent::of(salt, before.map(bounded), after.map(bounded)),
    }
}

/// An entry of what the command line does past any engine.
pub fn of_command_line(world: &World, origin: Origin, action: &str, after: Json) -> AuditRow {
    let ctx = Ctx { origin: Arc::new(origin), ..Ctx::of_engine(world.now()) };
    let row = row(world, &ctx, About::new("database", "all"), None, Some(after));
    let operator = Actor::operator().name;
    AuditRow { action: action.to_owned(), actor_name: operator, ..row }
}

fn is_action(name: &str) -> bool {
    Action::ALL.iter().any(|action| action.name() == name)
        || [AUTOMATIC, AUTHENTICATE, LOG_IN, BACK_UP, RESTORE, IMPORT].contains(&name)
}

/// What the engine does by itself: it sets a version aside, or takes what a folder holds.
const AUTOMATIC: &str = "automatic";
/// What somebody tried who came with a key that nobody has.
const AUTHENTICATE: &str = "authenticate";
/// Which nobody is authorised for, since nobody is known before it.
const LOG_IN: &str = "log_in";
/// Actions that only the command line has.
pub const BACK_UP: &str = "back_up";
pub const RESTORE: &str = "restore";
pub const IMPORT: &str = "import";
