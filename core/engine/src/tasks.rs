//! Tasks: mine and my store's; claimed, completed, postponed.

use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, authorise},
    configuration::Configuration,
    cursor,
    fact::own_event,
    masking::Veil,
    problem::Code,
    request::{CompleteTask, PostponeTask},
    sentences,
    view::{Page, Reply, TaskView},
    write::{Intent, Plan, Scene, TaskText, submit},
};
use regulars_model::{
    CustomerId, EventId, Instant, TaskId, UnitId, event::kind, limits::TEXT_CHARS_MAX, said::Word,
};
use regulars_store::{Find, TaskRow, TaskScope, TaskState};
use serde_json::json;

#[derive(Clone, Debug, Default)]
pub struct TaskQuery {
    /// Claimed by the actor or assigned to it; otherwise those of `store`.
    pub mine: bool,
    /// Code of a unit; its stores count too.
    pub store: Option<String>,
    pub state: Option<String>,
    pub cursor: Option<String>,
    pub limit: u32,
}

impl Engine {
    pub async fn list_tasks(&self, ctx: &Ctx, query: TaskQuery) -> Result<Page<TaskView>, Problem> {
        authorise(ctx, Action::ListTasks)?;
        let configuration = self.configuration();
        let after: Option<(Instant, TaskId)> = cursor::read("tasks", query.cursor.as_deref())?;
        let limit = cursor::limit(query.limit);
        let states = match query.state.as_deref() {
            None => vec![TaskState::Open, TaskState::Claimed],
            Some(name) => vec![TaskState::find(name).ok_or_else(|| unknown_state(name))?],
        };
        let scope = match (query.mine, query.store.as_deref()) {
            (true, _) => TaskScope::Staff(ctx.actor.staff_id),
            (false, Some(code)) => TaskScope::Units(units_within(&configuration, code)?),
            (false, None) => TaskScope::All,
        };
        let seen = self.seen_by(ctx);
        let query = regulars_store::TaskQuery { scope, seen, states, after, limit: limit + 1 };
        let rows = self.inner.store.list_tasks(&query).await?;
        let (rows, next) =
            cursor::page(rows, limit, |row| cursor::write("tasks", &(row.due_at, row.id)));
        let customers: Vec<_> = rows.iter().map(|row| row.customer_id).collect();
        let veil = self.veil(ctx, &configuration, &customers).await?;
        let items = rows.iter().map(|row| veil.task(task_view(row, ctx, &configuration))).collect();
        Ok(Page { items, next })
    }

    pub async fn load_task(&self, ctx: &Ctx, id: TaskId) -> Result<TaskView, Problem> {
        authorise(ctx, Action::LoadTask)?;
        let row = self.find_task(id).await?;
        let seen = self.load_seen(ctx, row.customer_id).await;
        seen.map_err(|_| Problem::not_found(sentences::TASK, id))?;
        let configuration = self.configuration();
        let veil = self.veil(ctx, &configuration, &[row.customer_id]).await?;
        Ok(veil.task(task_view(&row, ctx, &configuration)))
    }

    pub async fn claim_task(&self, ctx: &Ctx, id: TaskId) -> Result<Reply, Problem> {
        authorise(ctx, Action::ClaimTask)?;
        let staff = ctx.actor.staff_id;
        self.change_task(ctx, id, move |row, _| match row.state {
            TaskState::Claimed if row.claimed_by == Some(staff) => Ok(None),
            TaskState::Open => Ok(Some(TaskRow {
                state: TaskState::Claimed,
                claimed_by: Some(staff),
                ..row.clone()
            })),
            _ => Err(not_in_state(row, Word("claimed", "认领"))),
        })
        .await
    }

    pub async fn complete_task(
        &self,
        ctx: &Ctx,
        id: TaskId,
        draft: CompleteTask,
    ) -> Result<Reply, Problem> {
        authorise(ctx, Action::CompleteTask)?;
        let length = draft.outcome.chars().count();
        if length == 0 || length > 64 {
            let message = sentences::outcome_length();
            return Err(Problem::invalid_at("/outcome", "wrong_length", message));
        }
        if draft.note.as_ref().is_some_and(|note| note.chars().count() > TEXT_CHARS_MAX) {
            let message = sentences::chars_up_to(TEXT_CHARS_MAX);
            return Err(Problem::invalid_at("/note", "wrong_length", message));
        }
        let staff = ctx.actor.staff_id;
        let outcome = draft.outcome.clone();
        let event = json!({"outcome": draft.outcome, "note": draft.note});
        self.change_task_with(ctx, id, Some(event), move |row, now| match row.state {
            TaskState::Done if row.outcome.as_deref() == Some(&outcome) => Ok(None),
            TaskState::Open | TaskState::Claimed => Ok(Some(TaskRow {
                state: TaskState::Done,
                claimed_by: row.claimed_by.or(Some(staff)),
                done_at: Some(now),
                outcome: Some(outcome.clone()),
                ..row.clone()
            })),
            _ => Err(not_in_state(row, Word("completed", "完成"))),
        })
        .await
    }

    pub async fn postpone_task(
        &self,
        ctx: &Ctx,
        id: TaskId,
        draft: PostponeTask,
    ) -> Result<Reply, Problem> {
        authorise(ctx, Action::PostponeTask)?;
        self.or_first(ctx, self.postpone(ctx, id, draft)).await
    }

    async fn postpone(&self, ctx: &Ctx, id: TaskId, draft: PostponeTask) -> Result<Reply, Problem> {
        if draft.due_at <= ctx.now {
            let message = sentences::postponed_ahead();
            return Err(Problem::invalid_at("/due_at", "out_of_range", message));
        }
        self.change_task(ctx, id, move |row, _| match row.state {
            TaskState::Open | TaskState::Claimed if row.due_at == draft.due_at => Ok(None),
            TaskState::Open | TaskState::Claimed => {
                Ok(Some(TaskRow { due_at: draft.due_at, ..row.clone() }))
            }
            _ => Err(not_in_state(row, Word("postponed", "推迟"))),
        })
        .await
    }

    async fn find_task(&self, id: TaskId) -> Result<TaskRow, Problem> {
        let row = self.inner.store.find_task(id).await?;
        row.ok_or_else(|| Problem::not_found(sentences::TASK, id))
    }

    async fn change_task(
        &self,
        ctx: &Ctx,
        id: TaskId,
        change: impl Fn(&TaskRow, Instant) -> Result<Option<TaskRow>, Problem> + Send + 'static,
    ) -> Result<Reply, Problem> {
        self.change_task_with(ctx, id, None, change).await
    }

    /// `change` gives the row as it shall be, none when it is so already. With `event`, the change
    /// also becomes an event of the customer.
    async fn change_task_with(
        &self,
        ctx: &Ctx,
        id: TaskId,
        event: Option<serde_json::Value>,
        change: impl Fn(&TaskRow, Instant) -> Result<Option<TaskRow>, Problem> + Send + 'static,
    ) -> Result<Reply, Problem> {
        let customer_id: CustomerId = self.find_task(id).await?.customer_id;
        let world = self.inner.world.clone();
        submit(&self.inner.queue, ctx, Find::Id(customer_id), None, move |scene| {
            let customer = scene.customer.ok_or_else(|| Problem::not_found(sentences::TASK, id))?;
            let Some(full) = scene.full else { return Ok(Plan::NeedsFull) };
            let row = full.tasks.iter().find(|row| row.id == id);
            let row = row.ok_or_else(|| Problem::not_found(sentences::TASK, id))?;
            let Some(changed) = change(row, scene.ctx.now)? else {
                return Ok(Plan::Answer(answer(row, scene.ctx, scene.configuration)));
            };
            let changed = TaskRow { version: row.version + 1, ..changed };
            let row = changed.clone();
            let mut intent = Intent::of(customer.clone(), move |done| {
                answer(&row, done.ctx, done.configuration)
            });
            if let Some(event) = &event {
                let fact = completion(scene, &changed, event.clone(), EventId(world.new_id()));
                intent.facts.push(fact);
            }
            intent.tasks.push(changed);
            Ok(Plan::Write(Box::new(intent)))
        })
        .await
    }
}

fn completion(
    scene: &Scene<'_>,
    row: &TaskRow,
    mut data: serde_json::Value,
    id: EventId,
) -> crate::fact::Fact {
    data["task"] = json!(row.id);
    data["kind"] = json!(row.kind);
    data["plugin"] = json!(row.plugin_id);
    let (ctx, configuration) = (scene.ctx, scene.configuration);
    own_event(ctx, configuration, id, kind::TASK_COMPLETED, ctx.now, row.unit_id, data)
}

fn answer(row: &TaskRow, ctx: &Ctx, configuration: &Configuration) -> Reply {
    let view = Veil::new(ctx, configuration).task(task_view(row, ctx, configuration));
    Reply::json(200, &view).tagged(row.version)
}

fn unknown_state(name: &str) -> Problem {
    let known: Vec<_> = TaskState::ALL.iter().map(|state| state.name()).collect();
    let detail = sentences::no_state(name, &known[..]);
    Problem::new(Code::InvalidRequest, detail)
}

fn not_in_state(row: &TaskRow, verb: Word) -> Problem {
    let detail = sentences::task_not_in_state(row.state.name(), verb);
    Problem::new(Code::Conflict, detail).with("state", row.state.name())
}

fn units_within(configuration: &Configuration, code: &str) -> Result<Vec<UnitId>, Problem> {
    let unit = configuration.units.find_by_code(code);
    let unit = unit.ok_or_else(|| Problem::not_found(sentences::UNIT, code))?;
    Ok(configuration.units.within(&[unit.id]).into_iter().collect())
}

fn task_view(row: &TaskRow, ctx: &Ctx, configuration: &Configuration) -> TaskView {
    let text: TaskText = serde_json::from_str(&row.title).unwrap_or_default();
    TaskView {
        id: row.id,
        customer_id: row.customer_id,
        plugin: row.plugin_id.clone().unwrap_or_default(),
        kind: row.kind.clone(),
        title: text.title.get(ctx.language).to_owned(),
        reason: text.reason.get(ctx.language).to_owned(),
        store: row.unit_id.and_then(|id| Some(configuration.units.find(id)?.code.clone())),
        assigned_to: row.assigned_to,
        claimed_by: row.claimed_by,
        state: row.state.name().to_owned(),
        due_at: row.due_at,
        created_at: row.created_at,
        outcome: row.outcome.clone(),
        version: row.version,
    }
}
