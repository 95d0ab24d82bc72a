//! Starting, pausing and cancelling.

use super::{Request, conflict, outdated, shown::view};
use crate::{
    Ctx, Engine, Problem,
    audit::{About, image},
    authorise::{Action, authorise},
    packages::ATTEMPTS_MAX,
    view::IssueView,
};
use regulars_model::IssueId;
use regulars_store::{IssueRow, IssueState};

impl Engine {
    /// From now on at the pace that was said; the same after a pause.
    pub async fn start_issue(&self, ctx: &Ctx, id: IssueId) -> Result<IssueView, Problem> {
        authorise(ctx, Action::StartIssue)?;
        self.once(ctx, self.move_issue(ctx, id, IssueState::Running)).await
    }

    /// What is under way ends, within a second's worth; the rest waits.
    pub async fn pause_issue(&self, ctx: &Ctx, id: IssueId) -> Result<IssueView, Problem> {
        authorise(ctx, Action::PauseIssue)?;
        self.once(ctx, self.move_issue(ctx, id, IssueState::Paused)).await
    }

    /// For good. What was given stays; the rest may be asked for again.
    pub async fn cancel_issue(&self, ctx: &Ctx, id: IssueId) -> Result<IssueView, Problem> {
        authorise(ctx, Action::CancelIssue)?;
        self.once(ctx, self.move_issue(ctx, id, IssueState::Cancelled)).await
    }

    async fn move_issue(
        &self,
        ctx: &Ctx,
        id: IssueId,
        to: IssueState,
    ) -> Result<IssueView, Problem> {
        for _ in 0..ATTEMPTS_MAX {
            let before = self.find_issue(id).await?;
            if before.state == to {
                return self.view_issue(before).await;
            }
            expect_way(&before, to)?;
            if to == IssueState::Running {
                self.check_startable(&before).await?;
            }
            // A pause is no way to be faster.
            let next_at = before.next_at.max(ctx.now);
            let (changed_at, changed_by) = (ctx.now, ctx.actor.staff());
            let after = IssueRow { state: to, next_at, changed_at, changed_by, ..before.clone() };
            let [was, is] = [&before, &after].map(|row| view(row.clone(), &[]));
            let (was, is) = (image(Some(&was?)), image(Some(&is?)));
            let audit = self.inner.audit(ctx, About::new("issue", id), was, is);
            let done = self.view_issue(after.clone()).await?;
            let store = self.inner.store.answering(ctx.answer(&done));
            if store.change_issue(&after, Some(&audit)).await? {
                return Ok(done);
            }
        }
        Err(conflict(format!("others are changing {id}; read it and try again")))
    }

    async fn check_startable(&self, row: &IssueRow) -> Result<(), Problem> {
        let configuration = self.inner.reload().await?;
        if Request::read(row)?.publication(&configuration, row).is_none() {
            return Err(conflict(outdated(&configuration, row)));
        }
        let under_way = self.inner.store.find_issue_under_way(&row.plugin_id).await?;
        match under_way.filter(|other| *other != row.id) {
            Some(other) => {
                let plugin = &row.plugin_id;
                let detail = format!("{other} of {plugin} is under way; let it end, or cancel it");
                Err(conflict(detail).with("issue", other))
            }
            None => Ok(()),
        }
    }
}

fn expect_way(row: &IssueRow, to: IssueState) -> Result<(), Problem> {
    let (state, id) = (row.state, row.id);
    let is_way = match to {
        IssueState::Running => [IssueState::Counted, IssueState::Paused].contains(&state),
        IssueState::Paused => state == IssueState::Running,
        _ => [IssueState::Counted, IssueState::Running, IssueState::Paused].contains(&state),
    };
    match is_way {
        true => Ok(()),
        false => {
            let detail = format!("{id} is {}, and can not be {}", state.name(), to.name());
            Err(conflict(detail).with("state", state.name()))
        }
    }
}
