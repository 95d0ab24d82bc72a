//! Giving what is due by the pace. Whoever moves `next_at` on has the turn, so of several processes one
//! gives, and where one was killed another takes the next turn.

use super::{
    Request,
    count::is_wanted,
    give::{Asked, Share},
    pace::Pace,
};
use crate::{Actor, Ctx, Engine, Problem, audit::About, record::to_json, write::read_decision};
use regulars_model::{CustomerId, Instant, limits::GROUP_MAX, text::Language};
use regulars_store::{DecisionRow, IssueRow, IssueState, LeftOutPlace, LeftOutQuery};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{collections::VecDeque, sync::Arc, time::Duration};

/// How long the loop sleeps at the most: what is started or resumed begins as late as this at the worst.
const SLEEP_MAX: Duration = Duration::from_millis(500);
/// Decisions read at once.
const PAGE: u32 = 256;
/// Decisions looked at in one turn: most of them may be of sorts that nobody asked for.
const LOOKED_MAX: usize = 8_192;

/// How far a walk over what is left out has come. It ends with a round in which there was nothing to do.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Walk {
    after: Option<LeftOutPlace>,
    /// Something was found in this round.
    found: bool,
}

/// A customer, how much there is to give, and where its decisions end in the page.
struct Waiting {
    customer: CustomerId,
    wanted: u32,
    last: LeftOutPlace,
}

impl Engine {
    /// Gives what was started, over and over, until the process ends.
    pub(crate) async fn run_issues(&self) {
        loop {
            let next = match self.issue_due().await {
                Ok(next) => next,
                Err(problem) => {
                    tracing::error!(%problem, "what was asked for could not be issued");
                    None
                }
            };
            let wait = next.map_or(i64::MAX, |next| next.0 - self.inner.world.now().0);
            let wait = Duration::from_micros(u64::try_from(wait).unwrap_or(0));
            tokio::time::sleep(wait.min(SLEEP_MAX)).await;
        }
    }

    /// One turn of each issue that has one now; when the next will be.
    pub async fn issue_due(&self) -> Result<Option<Instant>, Problem> {
        let mut next: Option<Instant> = None;
        for row in self.inner.store.list_running_issues().await? {
            let ctx = self.context(Actor::engine(), Language::English, None);
            let due = match row.next_at <= ctx.now {
                true => self.take_issue_turn(&ctx, row).await?,
                false => Some(row.next_at),
            };
            next = next.into_iter().chain(due).min();
        }
        Ok(next)
    }

    /// When the next turn is; none after the last.
    async fn take_issue_turn(&self, ctx: &Ctx, row: IssueRow) -> Result<Option<Instant>, Problem> {
        let configuration = self.inner.newest().await?;
        let request = Request::read(&row)?;
        let Some(publication) = request.publication(&configuration, &row) else {
            let why = super::outdated(&configuration, &row).en;
            return self.end_issue(ctx, row, IssueState::Stopped, Some(why)).await.map(|()| None);
        };
        let pace = Pace::of(request.per_minute);
        let until = ctx.now.plus(pace.every_us);
        if !self.inner.store.take_issue_turn(row.id, row.next_at, until).await? {
            return Ok(Some(until));
        }
        let asked = Asked { id: row.id, publication, sorts: request.sorts, until };
        let mut walk: Walk = serde_json::from_str(&row.walk).map_err(Problem::internal)?;
        let is_over = self.give_turn(ctx, &Arc::new(asked), pace.each, &mut walk).await?;
        if is_over {
            return self.end_issue(ctx, row, IssueState::Done, None).await.map(|()| None);
        }
        self.inner.store.end_issue_turn(row.id, until, &to_json(&walk)).await?;
        Ok(Some(until))
    }

    /// True where there was nothing left in a whole round.
    async fn give_turn(
        &self,
        ctx: &Ctx,
        asked: &Arc<Asked>,
        each: u32,
        walk: &mut Walk,
    ) -> Result<bool, Problem> {
        let (mut left, mut looked) = (each, 0);
        let (from, through) = (asked.publication.from(), asked.publication.through());
        while left > 0 && looked < LOOKED_MAX && self.inner.world.now() < asked.until {
            let query = LeftOutQuery { from, through, after: walk.after, limit: PAGE };
            let page = self.inner.store.list_left_out(&query).await?;
            looked += page.len();
            let Some((_, last)) = page.last() else {
                let is_over = !walk.found;
                *walk = Walk::default();
                return Ok(is_over);
            };
            let end = last.place();
            let waiting = waiting(page.into_iter().map(|(_, row)| row), asked)?;
            let is_whole = self.give_waiting(ctx, asked, waiting, &mut left, walk).await?;
            if is_whole {
                walk.after = Some(end);
            }
        }
        Ok(false)
    }

    /// False where the turn was over before they were through.
    async fn give_waiting(
        &self,
        ctx: &Ctx,
        asked: &Arc<Asked>,
        mut waiting: VecDeque<Waiting>,
        left: &mut u32,
        walk: &mut Walk,
    ) -> Result<bool, Problem> {
        while !waiting.is_empty() {
            if *left == 0 {
                return Ok(false);
            }
            let mut running = Vec::with_capacity(GROUP_MAX);
            let mut allotted = 0;
            while running.len() < GROUP_MAX
                && allotted < *left
                && let Some(next) = waiting.pop_front()
            {
                let most = next.wanted.min(*left - allotted);
                allotted += most;
                let (engine, ctx, asked) = (self.clone(), ctx.clone(), asked.clone());
                let giving = async move { engine.issue_to(&ctx, asked, next.customer, most).await };
                running.push((next, tokio::spawn(giving)));
            }
            for (own, giving) in running {
                let share = giving.await.unwrap_or_else(|error| Err(Problem::internal(error)));
                let share = share.unwrap_or_else(|problem| {
                    tracing::error!(customer = %own.customer, %problem, "nothing could be issued");
                    Share { waits: true, ..Share::default() }
                });
                *left -= share.given.min(*left);
                walk.found |= share.waits || share.given + share.withheld > 0;
                walk.after = Some(own.last);
            }
        }
        Ok(true)
    }

    async fn end_issue(
        &self,
        ctx: &Ctx,
        row: IssueRow,
        state: IssueState,
        problem: Option<String>,
    ) -> Result<(), Problem> {
        let id = row.id;
        let (was, is) = (json!({"state": row.state.name()}), json!({"state": state.name()}));
        let audit = self.inner.audit(ctx, About::new("issue", id), Some(was), Some(is));
        let ended = IssueRow { state, problem, changed_at: ctx.now, changed_by: None, ..row };
        if self.inner.store.change_issue(&ended, Some(&audit)).await? {
            tracing::info!(issue = %id, state = state.name(), "an issue has ended");
        }
        Ok(())
    }
}

/// By customer, those for whom there is something.
fn waiting(
    page: impl Iterator<Item = DecisionRow>,
    asked: &Asked,
) -> Result<VecDeque<Waiting>, Problem> {
    let mut waiting: VecDeque<Waiting> = VecDeque::new();
    for row in page {
        let last = row.place();
        let decided = read_decision(&row)?;
        let own = decided.effects.iter().filter(|outcome| outcome.is_left_out());
        let own = own.filter_map(|outcome| outcome.work_identity());
        let wanted = own.filter(|(sort, ..)| is_wanted(&asked.sorts, sort)).count() as u32;
        if wanted == 0 || !asked.publication.covers(&decided) {
            continue;
        }
        match waiting.back_mut().filter(|before| before.customer == row.customer_id) {
            Some(before) => (before.wanted, before.last) = (before.wanted + wanted, last),
            None => waiting.push_back(Waiting { customer: row.customer_id, wanted, last }),
        }
    }
    Ok(waiting)
}
