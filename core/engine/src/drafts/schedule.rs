//! Drafts that go further by themselves, at an instant somebody named.

use super::{force::Reach, outrun};
use crate::{
    Actor, Ctx, Engine, Problem, packages::ATTEMPTS_MAX, problem::Code, record::to_json, sentences,
    view::DraftView,
};
use regulars_model::{DraftId, Instant, UnitId, limits::SCHEDULE_AHEAD_US, text::Language};
use regulars_store::DraftRow;

impl Engine {
    /// Refused now if it could not go there now.
    pub(super) async fn schedule_draft(
        &self,
        ctx: &Ctx,
        id: DraftId,
        reach: Reach,
        at: Instant,
    ) -> Result<DraftView, Problem> {
        if at > ctx.now.plus(SCHEDULE_AHEAD_US) {
            let message = sentences::within_a_year();
            return Err(Problem::invalid_at("/at", "out_of_range", message));
        }
        for _ in 0..ATTEMPTS_MAX {
            let row = self.find_draft(id).await?;
            let configuration = self.inner.reload().await?;
            let plugin = configuration.find_plugin(&row.plugin_id)?;
            self.next_step(&configuration, plugin, &row, &reach, Some(at))?;
            let units = match &reach {
                Reach::Units(units) => Some(to_json(units)),
                Reach::Everywhere => None,
            };
            let (before, problem) = (row.clone(), None);
            let after = DraftRow { scheduled_at: Some(at), scheduled_units: units, problem, ..row };
            if let Some(changed) = self.change_draft(ctx, &configuration, before, after).await? {
                return Ok(changed);
            }
        }
        Err(outrun(id))
    }

    /// Those that are due, in force from the instant that was named. One that can not go there any more
    /// stays where it is, and says why.
    pub(crate) async fn put_scheduled_drafts(&self) -> Result<(), Problem> {
        let now = self.inner.world.now();
        for row in self.inner.store.list_scheduled_drafts(now).await? {
            let Some(at) = row.scheduled_at else { continue };
            // Who said so is who does it.
            let mut actor = Actor::engine();
            actor.staff_id = row.changed_by.unwrap_or(actor.staff_id);
            let ctx = self.context(actor, Language::English, None);
            let put = match read_reach(&row) {
                Ok(reach) => self.put_draft(&ctx, row.id, &reach, Some(at)).await,
                Err(problem) => Err(problem),
            };
            match put {
                Ok(_) => {}
                Err(problem) if problem.code == Code::Unavailable => return Err(problem),
                Err(problem) => self.give_up(&ctx, row.id, &problem).await?,
            }
        }
        Ok(())
    }

    async fn give_up(&self, ctx: &Ctx, id: DraftId, why: &Problem) -> Result<(), Problem> {
        tracing::error!(draft = %id, problem = %why, "a draft could not go where it was to go");
        for _ in 0..ATTEMPTS_MAX {
            let row = self.find_draft(id).await?;
            if row.scheduled_at.is_none_or(|at| at > ctx.now) {
                // Another process was first.
                return Ok(());
            }
            let problem = Some(why.detail.en.clone());
            let after = DraftRow { problem, ..row.clone().unscheduled() };
            let configuration = self.configuration();
            if self.change_draft(ctx, &configuration, row, after).await?.is_some() {
                return Ok(());
            }
        }
        Err(outrun(id))
    }
}

fn read_reach(row: &DraftRow) -> Result<Reach, Problem> {
    let Some(json) = &row.scheduled_units else { return Ok(Reach::Everywhere) };
    let units: Vec<UnitId> = serde_json::from_str(json).map_err(Problem::internal)?;
    Ok(Reach::Units(units))
}
