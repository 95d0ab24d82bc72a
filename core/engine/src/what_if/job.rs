//! A what-if asked by REST: started, looked at, cancelled, maybe through different processes.

use super::{Progress, candidate::Candidate, report::WhatIfJob, walk::Walk};
use crate::{
    Ctx, Engine, Problem,
    audit::{About, image},
    authorise::{Action, authorise},
    masking::Veil,
    problem::Code,
    record::to_json,
    request::WhatIfDraft,
    sentences,
    sight::check_parts,
};
use regulars_model::{
    JobId,
    limits::{JOB_LOST_US, WHAT_IFS_RUNNING_MAX},
};
use regulars_store::{JobRow, JobState};
use serde_json::json;
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

const KIND: &str = "what_if";
/// How often a running job says so, and hears that it was cancelled.
const HEARTBEAT: Duration = Duration::from_millis(500);

impl Engine {
    /// Refused at once where it could not be published either.
    pub async fn start_what_if(&self, ctx: &Ctx, draft: WhatIfDraft) -> Result<WhatIfJob, Problem> {
        authorise(ctx, Action::StartWhatIf)?;
        self.once(ctx, self.start(ctx, draft)).await
    }

    async fn start(&self, ctx: &Ctx, draft: WhatIfDraft) -> Result<WhatIfJob, Problem> {
        check_parts(ctx, &self.configuration(), &draft.stores)?;
        let Ok(turn) = self.inner.what_ifs.clone().try_acquire_owned() else {
            let detail = sentences::what_ifs_most(WHAT_IFS_RUNNING_MAX);
            return Err(Problem::new(Code::Conflict, detail));
        };
        let candidate = Candidate::read(&self.inner, ctx, &draft).await?;
        let draft = draft.without_files();
        let total = self.inner.store.count_customers(None).await?;
        let row = JobRow {
            id: JobId(self.inner.world.new_id()),
            kind: KIND.to_owned(),
            request: to_json(&draft),
            state: JobState::Running,
            done: 0,
            total,
            created_at: ctx.now,
            created_by: ctx.actor.staff(),
            updated_at: ctx.now,
            result: None,
        };
        let (about, after) = (About::new("what_if", row.id), image(Some(&draft)));
        let audit = self.inner.audit(ctx, about, None, after);
        let made = self.view(row.clone(), ctx)?;
        self.inner.store.answering(ctx.answer(&made)).add_job(&row, &audit).await?;
        let progress = Progress::of(total);
        let walk = Walk::new(self.inner.clone(), candidate, progress.clone());
        let (engine, id) = (self.clone(), row.id);
        tokio::spawn(async move {
            let _turn = turn;
            let heart = engine.clone();
            let beating = tokio::spawn(async move { heart.beat(id, &progress).await });
            let ended = walk.run().await;
            beating.abort();
            if let Err(problem) = engine.end_what_if(id, ended).await {
                tracing::error!(%id, %problem, "the answer to a what-if could not be kept");
            }
        });
        Ok(made)
    }

    pub async fn load_what_if(&self, ctx: &Ctx, id: JobId) -> Result<WhatIfJob, Problem> {
        authorise(ctx, Action::LoadWhatIf)?;
        self.view(self.find_what_if(ctx, id).await?, ctx)
    }

    /// The process it runs in hears of it within a second.
    pub async fn cancel_what_if(&self, ctx: &Ctx, id: JobId) -> Result<WhatIfJob, Problem> {
        authorise(ctx, Action::CancelWhatIf)?;
        self.once(ctx, self.cancel(ctx, id)).await
    }

    async fn cancel(&self, ctx: &Ctx, id: JobId) -> Result<WhatIfJob, Problem> {
        let state = |state: &str| Some(json!({"state": state}));
        let row = self.find_what_if(ctx, id).await?;
        let before = state(row.state.name());
        let (about, after) = (About::new("what_if", id), state(JobState::Cancelled.name()));
        let audit = self.inner.audit(ctx, about, before, after);
        let cancelled = JobState::Cancelled;
        let row = JobRow { state: cancelled, result: None, updated_at: ctx.now, ..row };
        let done = self.view(row, ctx)?;
        let store = self.inner.store.answering(ctx.answer(&done));
        match store.end_job(id, cancelled, None, ctx.now, Some(&audit)).await? {
            true => Ok(done),
            false => self.view(self.find_what_if(ctx, id).await?, ctx),
        }
    }

    /// Of others' for those alone who see all they may be about.
    async fn find_what_if(&self, ctx: &Ctx, id: JobId) -> Result<JobRow, Problem> {
        let row = self.inner.store.find_job(id).await?;
        let may = |row: &JobRow| ctx.actor.sees_all() || row.created_by == ctx.actor.staff();
        row.filter(|row| row.kind == KIND && may(row))
            .ok_or_else(|| Problem::not_found(sentences::WHAT_IF, id))
    }

    async fn beat(&self, id: JobId, progress: &Progress) {
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            let (done, total) = progress.customers();
            let now = self.inner.world.now();
            match self.inner.store.move_job(id, done, total, now).await {
                Ok(true) => {}
                Ok(false) => return progress.cancel(),
                Err(error) => tracing::warn!(%id, %error, "progress could not be told"),
            }
        }
    }

    async fn end_what_if(
        &self,
        id: JobId,
        ended: Result<Option<super::report::WhatIf>, Problem>,
    ) -> Result<(), Problem> {
        let (store, now) = (&self.inner.store, self.inner.world.now());
        match ended {
            Ok(Some(answer)) => {
                let customers = i64::try_from(answer.customers).unwrap_or(i64::MAX);
                store.move_job(id, customers, customers, now).await?;
                store.end_job(id, JobState::Done, Some(&to_json(&answer)), now, None).await?;
            }
            Ok(None) => drop(store.end_job(id, JobState::Cancelled, None, now, None).await?),
            Err(problem) => {
                let why = to_json(&problem.to_string());
                store.end_job(id, JobState::Failed, Some(&why), now, None).await?;
            }
        }
        Ok(())
    }
}

impl Progress {
    fn of(total: i64) -> Arc<Progress> {
        let progress = Progress::default();
        progress.total.store(u64::try_from(total).unwrap_or(0), Ordering::Relaxed);
        Arc::new(progress)
    }
}

impl Engine {
    fn view(&self, row: JobRow, ctx: &Ctx) -> Result<WhatIfJob, Problem> {
        Veil::new(ctx, &self.configuration()).any(view(row, ctx)?)
    }
}

fn view(row: JobRow, ctx: &Ctx) -> Result<WhatIfJob, Problem> {
    let corrupt = |error| Problem::internal(format!("job {} cannot be read: {error}", row.id));
    let is_lost = row.state == JobState::Running && row.updated_at.plus(JOB_LOST_US) < ctx.now;
    let result = row.result.as_deref();
    Ok(WhatIfJob {
        id: row.id,
        state: if is_lost { "lost" } else { row.state.name() }.to_owned(),
        customers: row.done,
        total: row.total,
        created_at: row.created_at,
        asked: serde_json::from_str(&row.request).map_err(corrupt)?,
        answer: match (row.state, result) {
            (JobState::Done, Some(json)) => Some(serde_json::from_str(json).map_err(corrupt)?),
            _ => None,
        },
        problem: match (row.state, result) {
            (JobState::Failed, Some(json)) => Some(serde_json::from_str(json).map_err(corrupt)?),
            _ => None,
        },
    })
}
