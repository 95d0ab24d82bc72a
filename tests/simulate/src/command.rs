//! What clients ask of a server, each with the key that makes it safe to be sent again.

use regulars_engine::{
    Actor, Ctx, Engine, Idempotency, Problem,
    request::{
        CompleteTask, ConsentDraft, EventDraft, MessageFailed, MessageSent, NewCustomer,
        PostponeTask,
    },
    view::Reply,
};
use regulars_model::{CustomerId, MessageId, TaskId, canonical::hash_bytes, text::Language};
use serde_json::Value as Json;
use std::fmt;

#[derive(Clone, Debug)]
pub enum Command {
    Create(NewCustomer),
    Append(EventDraft),
    Consent(CustomerId, ConsentDraft),
    Patch(CustomerId, i64, Json),
    Claim(TaskId),
    Complete(TaskId, CompleteTask),
    Postpone(TaskId, PostponeTask),
    Sent(MessageId, MessageSent),
    Failed(MessageId, MessageFailed),
    /// Not a client's: the server's own schedule, once.
    DecideDue,
}

/// By the command's number: it is sent again under the same.
pub fn context(engine: &Engine, number: u64) -> Ctx {
    let hash = hash_bytes(&[&number.to_le_bytes()]);
    let idempotency = Some(Idempotency { key: hash, body: hash });
    engine.context(Actor::operator(), Language::English, idempotency)
}

/// Of what is asked once, whatever becomes of it.
pub fn unkeyed(engine: &Engine) -> Ctx {
    engine.context(Actor::operator(), Language::English, None)
}

impl Command {
    pub async fn run(self, engine: Engine, number: u64) -> Result<Reply, Problem> {
        let ctx = &context(&engine, number);
        match self {
            Command::Create(draft) => engine.create_customer(ctx, draft).await,
            Command::Append(draft) => engine.append_event(ctx, draft).await,
            Command::Consent(id, draft) => engine.record_consent(ctx, id, draft).await,
            Command::Patch(id, version, change) => {
                engine.patch_customer(ctx, id, version, change).await
            }
            Command::Claim(id) => engine.claim_task(ctx, id).await,
            Command::Complete(id, draft) => engine.complete_task(ctx, id, draft).await,
            Command::Postpone(id, draft) => engine.postpone_task(ctx, id, draft).await,
            Command::Sent(id, draft) => engine.message_sent(ctx, id, draft).await,
            Command::Failed(id, draft) => engine.message_failed(ctx, id, draft).await,
            Command::DecideDue => {
                engine.decide_due().await?;
                Ok(Reply { status: 204, etag: None, body: String::new() })
            }
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Command::Append(draft) => {
                let (kind, at) = (&draft.kind, draft.occurred_at.unwrap_or_default());
                let id = draft.source_id.as_deref().unwrap_or_default();
                write!(f, "{kind} {id} of {at}")
            }
            other => write!(f, "{other:?}"),
        }
    }
}
