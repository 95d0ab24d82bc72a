//! `Idempotency-Key`: what is sent with it is done once, and whoever sends it again gets the first answer.
//!
//! The answer is made before the change and written in its transaction, so there is never the one without
//! the other. Refusals are not kept: nothing was done, and the same may be tried again.

mod turns;

pub(crate) use turns::Turns;

use crate::{Ctx, Engine, Problem, problem::Code, record::to_json, sentences};
use regulars_model::canonical::hex;
use regulars_store::IdempotencyRow;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

/// Stands for whatever success the route answers with.
const WHOLE: i64 = 200;
/// The answer held a secret, and is kept without it.
const SHOWN_ONCE: i64 = 409;

impl Engine {
    /// The answer kept under the key of the request; else what `act` comes to, which takes its answer
    /// along where it writes (see [`Ctx::answer`]). Where it had nothing to write, that is kept too.
    pub(crate) async fn once<T: Serialize + DeserializeOwned>(
        &self,
        ctx: &Ctx,
        act: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        let Some(idempotency) = ctx.idempotency else { return act.await };
        let _turn = self.inner.turns.take(idempotency.key).await;
        if let Some(first) = self.first_answer(ctx).await? {
            return Ok(first);
        }
        let done = self.or_first(ctx, act).await?;
        let kept = match self.find_answer(ctx).await? {
            None => self.inner.keep(ctx, ctx.answer(&done)).await?,
            kept => kept,
        };
        match kept {
            // Another process may have done it, and this one found nothing more to do.
            Some(first) if first.status == WHOLE => read_first(&first),
            Some(_) | None => Ok(done),
        }
    }

    /// What is refused since another process was faster with the same, or since time has passed, was not
    /// refused the first time.
    pub(crate) async fn or_first<T: DeserializeOwned>(
        &self,
        ctx: &Ctx,
        act: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        match act.await {
            Err(problem) => self.first_answer(ctx).await?.ok_or(problem),
            done => done,
        }
    }

    /// For what is sent with a password: the hash that is kept of it takes as long to try out as that of
    /// the password itself.
    pub(crate) async fn hide_password(&self, ctx: &Ctx) -> Result<Ctx, Problem> {
        let mut hidden = ctx.clone();
        if let Some(idempotency) = &mut hidden.idempotency {
            let (body, salt) = (hex(&idempotency.body), idempotency.key.to_vec());
            idempotency.body = self.derive(body, salt, Default::default()).await?;
        }
        Ok(hidden)
    }

    async fn first_answer<T: DeserializeOwned>(&self, ctx: &Ctx) -> Result<Option<T>, Problem> {
        self.find_answer(ctx).await?.map(|first| read_first(&first)).transpose()
    }

    /// Refused where the key was sent with something else.
    async fn find_answer(&self, ctx: &Ctx) -> Result<Option<IdempotencyRow>, Problem> {
        let Some(idempotency) = ctx.idempotency else { return Ok(None) };
        known(ctx, self.inner.store.find_answer(&idempotency.key).await?)
    }
}

impl crate::Inner {
    /// Of what needed no change; the first answer, where there was one meanwhile.
    pub(crate) async fn keep(
        &self,
        ctx: &Ctx,
        answer: Option<IdempotencyRow>,
    ) -> Result<Option<IdempotencyRow>, Problem> {
        let Some(answer) = answer else { return Ok(None) };
        if self.store.add_answer(&answer).await? {
            return Ok(None);
        }
        known(ctx, self.store.find_answer(&answer.key_hash).await?)
    }
}

impl Ctx {
    /// What is answered, to be kept under the key of the request; none where it has none.
    pub(crate) fn answer(&self, made: &impl Serialize) -> Option<IdempotencyRow> {
        self.answer_of(WHOLE, || to_json(made))
    }

    /// The same, without the member that holds a secret, if it does.
    pub(crate) fn answer_without(
        &self,
        secret: &str,
        made: &impl Serialize,
    ) -> Option<IdempotencyRow> {
        let mut made = serde_json::to_value(made).unwrap_or_default();
        let removed = made.as_object_mut().and_then(|members| members.remove(secret));
        let status = if removed.is_some() { SHOWN_ONCE } else { WHOLE };
        self.answer_of(status, || to_json(&made))
    }

    fn answer_of(&self, status: i64, response: impl FnOnce() -> String) -> Option<IdempotencyRow> {
        let idempotency = self.idempotency?;
        Some(IdempotencyRow {
            key_hash: idempotency.key,
            body_hash: idempotency.body,
            status,
            response: response(),
            created_at: self.now,
        })
    }
}

/// Of what is kept under the key of the request, what still counts.
pub(crate) fn known(
    ctx: &Ctx,
    kept: Option<IdempotencyRow>,
) -> Result<Option<IdempotencyRow>, Problem> {
    let Some(kept) = kept.filter(|kept| !kept.is_expired(ctx.now)) else { return Ok(None) };
    if ctx.idempotency.is_some_and(|sent| sent.body == kept.body_hash) {
        return Ok(Some(kept));
    }
    Err(Problem::new(Code::IdempotencyKeyReused, sentences::key_reused()))
}

/// Refused where it held a secret, with what was made.
pub(crate) fn read_first<T: DeserializeOwned>(first: &IdempotencyRow) -> Result<T, Problem> {
    if first.status == SHOWN_ONCE {
        let made: Json = serde_json::from_str(&first.response).map_err(Problem::internal)?;
        let detail = sentences::secret_was_shown();
        return Err(Problem::new(Code::SecretShownOnce, detail).with("made", made));
    }
    serde_json::from_str(&first.response).map_err(Problem::internal)
}
