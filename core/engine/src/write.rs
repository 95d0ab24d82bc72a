//! The story of a write. Every change is a job: it says which customer it means, and plans the
//! change once that customer is loaded. Jobs of different customers go together.
//!
//! load (one query) → plan → play (no lock held) → commit (one short transaction) → answer.

mod appended;
mod change;
mod correction;
mod group;
mod issuing;
mod kept;
mod plays;
mod queue;
mod work_rows;

use crate::{
    Ctx, Problem,
    configuration::Configuration,
    fact::Fact,
    record::{Loaded, to_json},
    request::EventDraft,
    sentences,
    view::Reply,
};
use regulars_model::{CustomerId, Event, EventKey, canonical::Hash};
use regulars_rules::Decided;
use regulars_store::{Find, FullCustomer, IdentityWrite, MessageRow, SourceClaimRow, TaskRow};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::oneshot;

pub(crate) use change::{Change, Origin, build, read_decision, read_decisions};
pub(crate) use group::one_holder;
pub(crate) use issuing::{Issuing, Reissued};
pub(crate) use kept::answer_json;
pub(crate) use plays::Plays;
pub(crate) use queue::{Queue, work};
pub(crate) use work_rows::{MessageText, TaskText};

/// One command on one customer, waiting for its turn.
pub(crate) struct Job {
    pub ctx: Ctx,
    pub find: Find,
    pub source_claim: Option<Hash>,
    /// Called again when the customer changed in between.
    pub plan: PlanFn,
    pub reply: oneshot::Sender<Result<Reply, Problem>>,
    pub attempts: u32,
}

pub(crate) type PlanFn = Box<dyn FnMut(&Scene<'_>) -> Result<Plan, Problem> + Send>;
pub(crate) type RespondFn = Box<dyn FnOnce(&Done<'_>) -> Reply + Send>;

/// What a plan may look at.
pub(crate) struct Scene<'a> {
    pub ctx: &'a Ctx,
    pub configuration: &'a Configuration,
    /// Which of the identities asked for are held, and by whom.
    pub claims: &'a [(Hash, CustomerId)],
    pub source: Option<&'a SourceClaimRow>,
    /// None where the actor may not see it: it is as if there were none.
    pub customer: Option<&'a Loaded>,
    /// A customer that is meant, and that the actor may not see.
    pub hidden: Option<&'a Loaded>,
    /// Only after [`Plan::NeedsFull`].
    pub full: Option<&'a FullCustomer>,
}

pub(crate) enum Plan {
    /// Nothing to write.
    Answer(Reply),
    /// The source id is known: the first answer is given again, or both contents are shown.
    Repeat {
        same: bool,
        sent: Box<EventDraft>,
    },
    /// Plan again with everything stored about the customer at hand.
    NeedsFull,
    Write(Box<Intent>),
}

/// A change as far as the command itself goes; what the rules make of it comes on top.
pub(crate) struct Intent {
    pub customer: Loaded,
    /// As it was, where the audit is to say so.
    pub before: Option<Box<Loaded>>,
    /// What lists and counts knew of the customer before.
    pub index_before: BTreeMap<String, String>,
    pub is_new: bool,
    /// Decided and answered like any other, and then forgotten.
    pub is_preview: bool,
    pub identities: Vec<IdentityWrite>,
    pub facts: Vec<Fact>,
    /// An earlier entry that it is all decided again from; there are no facts then.
    pub again: Option<EventKey>,
    pub tasks: Vec<TaskRow>,
    pub messages: Vec<MessageRow>,
    /// Work that a publication had left out, and that is given now.
    pub issuing: Option<Issuing>,
    pub respond: RespondFn,
}

impl Intent {
    /// A change to a stored customer; `customer` may be edited afterwards.
    pub fn of(
        customer: Loaded,
        respond: impl FnOnce(&Done<'_>) -> Reply + Send + 'static,
    ) -> Intent {
        Intent {
            index_before: customer.index(),
            customer,
            before: None,
            is_new: false,
            is_preview: false,
            identities: Vec::new(),
            facts: Vec::new(),
            again: None,
            tasks: Vec::new(),
            messages: Vec::new(),
            issuing: None,
            respond: Box::new(respond),
        }
    }

    pub fn new(
        customer: Loaded,
        respond: impl FnOnce(&Done<'_>) -> Reply + Send + 'static,
    ) -> Intent {
        Intent { is_new: true, index_before: BTreeMap::new(), ..Intent::of(customer, respond) }
    }
}

/// What an answer is made of.
pub(crate) struct Done<'a> {
    pub ctx: &'a Ctx,
    pub configuration: &'a Configuration,
    pub customer: &'a Loaded,
    /// The command's own events, as stored.
    pub events: &'a [Event],
    /// What plugins decided in this write.
    pub decided: &'a [Decided],
}

impl Reply {
    pub fn empty(status: u16) -> Reply {
        Reply { status, etag: None, body: String::new() }
    }

    pub fn json(status: u16, body: &impl serde::Serialize) -> Reply {
        Reply { status, etag: None, body: to_json(body) }
    }

    pub fn tagged(mut self, version: i64) -> Reply {
        self.etag = Some(format!("\"{version}\""));
        self
    }
}

/// Sends a job through the queue and waits for its commit.
pub(crate) async fn submit(
    queue: &Arc<Queue>,
    ctx: &Ctx,
    find: Find,
    source_claim: Option<Hash>,
    plan: impl FnMut(&Scene<'_>) -> Result<Plan, Problem> + Send + 'static,
) -> Result<Reply, Problem> {
    let (reply, answer) = oneshot::channel();
    let plan = Box::new(plan);
    queue.push(Job { ctx: ctx.clone(), find, source_claim, plan, reply, attempts: 0 });
    answer.await.unwrap_or_else(|_| Err(Problem::unavailable(sentences::shutting_down())))
}
