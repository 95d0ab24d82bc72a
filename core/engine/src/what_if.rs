//! What a change of a rule would do, before anybody makes it: every customer is played under the
//! configuration as it is and as it would be, by the same plays as live. Nothing is written.

mod candidate;
mod compared;
mod example;
mod job;
mod near;
mod needs;
mod offered;
mod page;
mod replay;
pub mod report;
mod sought;
mod tally;
mod walk;
pub(crate) mod work;

use crate::{
    Ctx, Engine, Problem,
    audit::{About, image},
    authorise::{Action, authorise},
    request::WhatIfDraft,
    sight::check_parts,
};
use candidate::Candidate;
use regulars_model::DraftId;
use report::WhatIf;
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};
use walk::Walk;

/// How far it is; and the way to stop it.
#[derive(Default)]
pub struct Progress {
    customers: AtomicU64,
    total: AtomicU64,
    cancelled: AtomicBool,
}

impl Progress {
    /// Customers looked at, and how many there were when it began.
    pub fn customers(&self) -> (i64, i64) {
        let read = |count: &AtomicU64| i64::try_from(count.load(Ordering::Relaxed)).unwrap_or(0);
        (read(&self.customers), read(&self.total))
    }

    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

impl Engine {
    /// Compares; writes nothing but that it was asked. None where it was cancelled.
    pub async fn what_if(
        &self,
        ctx: &Ctx,
        draft: &WhatIfDraft,
        progress: Arc<Progress>,
    ) -> Result<Option<WhatIf>, Problem> {
        authorise(ctx, Action::StartWhatIf)?;
        check_parts(ctx, &self.configuration(), &draft.stores)?;
        let candidate = Candidate::read(&self.inner, ctx, draft).await?;
        self.enter(
            ctx,
            About::new("plugin", &draft.plugin),
            None,
            image(Some(&draft.without_files())),
        )
        .await?;
        let total = self.inner.store.count_customers(None).await?;
        progress.total.store(u64::try_from(total).unwrap_or(0), Ordering::Relaxed);
        Walk::new(self.inner.clone(), candidate, progress).run().await
    }

    /// What would be without a draft that is in force, compared in the background: a page after the other.
    pub(crate) async fn compare_without(
        &self,
        ctx: &Ctx,
        draft: DraftId,
    ) -> Result<WhatIf, Problem> {
        let asked = WhatIfDraft { without: Some(draft), ..WhatIfDraft::default() };
        let candidate = Candidate::read(&self.inner, ctx, &asked).await?;
        let walk = Walk::new(self.inner.clone(), candidate, Arc::default()).in_turn();
        walk.run().await?.ok_or_else(|| Problem::internal("nobody has cancelled it"))
    }
}
