//! What happens with no event: wakes, expiries, changed configuration. Found by `due_at` and epoch,
//! so the work grows with what changes and never with the number of customers.

use crate::{
    Actor, Ctx, Engine, Problem,
    view::Reply,
    write::{Intent, Plan, submit},
};
use regulars_model::{
    CustomerId, Instant,
    limits::{IDEMPOTENCY_KEPT_US, JOB_KEPT_US, SESSION_KEPT_US},
    text::Language,
};
use regulars_store::Find;
use std::time::Duration;

/// Customers taken on at once.
const BATCH: u32 = 256;
/// How long the scheduler sleeps at the most; a wake is as late as this at the worst.
const SLEEP_MAX: Duration = Duration::from_millis(500);

impl Engine {
    /// What the engine does by itself, until the process ends.
    pub async fn run_schedule(&self) {
        tokio::join!(self.run_due(), self.run_issues(), self.run_shadows());
    }

    /// Decides everything that is due, over and over.
    async fn run_due(&self) {
        let mut purged_at = Instant::BEGINNING;
        loop {
            match self.decide_due().await {
                Ok(0) => tokio::time::sleep(SLEEP_MAX).await,
                Ok(_) => {}
                Err(problem) => {
                    tracing::error!(%problem, "the schedule could not be kept");
                    tokio::time::sleep(SLEEP_MAX).await;
                }
            }
            self.tend_audit().await;
            let now = self.inner.world.now();
            if now > purged_at.plus(IDEMPOTENCY_KEPT_US / 168) {
                purged_at = now;
                self.purge().await;
            }
        }
    }

    /// Removes what is kept for a time only: answers, sessions, idempotency keys.
    pub async fn purge(&self) {
        let (store, now) = (&self.inner.store, self.inner.world.now());
        if let Err(error) = store.purge_jobs(now.minus(JOB_KEPT_US)).await {
            tracing::error!(%error, "old answers could not be removed");
        }
        if let Err(error) = store.purge_sessions(now.minus(SESSION_KEPT_US)).await {
            tracing::error!(%error, "sessions that are over could not be removed");
        }
        if let Err(error) = store.purge_provider_log_ins(now).await {
            tracing::error!(%error, "log-ins that were never finished could not be removed");
        }
        if let Err(error) = store.purge_idempotency(now.minus(IDEMPOTENCY_KEPT_US)).await {
            tracing::error!(%error, "expired idempotency keys could not be removed");
        }
    }

    /// What waits to be sealed is sealed, and what was refused counted. It costs a look into an index.
    pub async fn tend_audit(&self) {
        if let Err(problem) = self.enter_refusals().await {
            tracing::error!(%problem, "refusals could not be entered in the audit");
        }
        if let Err(error) = self.inner.store.seal_audit().await {
            tracing::error!(%error, "the audit could not be sealed");
        }
    }

    /// One batch of what is due now; how many customers it was.
    pub async fn decide_due(&self) -> Result<usize, Problem> {
        self.put_scheduled_drafts().await?;
        let configuration = self.inner.newest().await?;
        let now = self.inner.world.now();
        let epoch = configuration.rulebook.epoch();
        let due = self.inner.store.list_due(now, epoch, BATCH).await?;
        let mut running = Vec::with_capacity(due.len());
        for id in &due {
            let (engine, id) = (self.clone(), *id);
            running.push(tokio::spawn(async move { engine.decide_one(id).await }));
        }
        for one in running {
            one.await.unwrap_or_else(|error| Err(Problem::internal(error)))?;
        }
        Ok(due.len())
    }

    async fn decide_one(&self, id: CustomerId) -> Result<(), Problem> {
        let ctx = self.context(Actor::engine(), Language::English, None);
        self.play_on(&ctx, id).await
    }

    async fn play_on(&self, ctx: &Ctx, id: CustomerId) -> Result<(), Problem> {
        submit(&self.inner.queue, ctx, Find::Id(id), None, move |scene| {
            let done = || Reply::empty(204);
            let Some(customer) = scene.customer else { return Ok(Plan::Answer(done())) };
            // Another process may have been here first.
            let current = customer.epoch >= scene.configuration.rulebook.epoch();
            if current && customer.state.due_at() > scene.ctx.now {
                return Ok(Plan::Answer(done()));
            }
            Ok(Plan::Write(Box::new(Intent::of(customer.clone(), move |_| done()))))
        })
        .await
        .map(drop)
    }
}
