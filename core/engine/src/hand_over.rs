//! When somebody leaves: whom they looked after, and what they had to do, goes to others.

use crate::{
    Ctx, Engine, Problem,
    audit::About,
    authorise::{Action, authorise},
    fact::own_event,
    request::HandOver,
    sentences,
    view::{HandedOver, Reply},
    write::{Intent, Plan, Scene, submit},
};
use regulars_model::{
    CustomerId, EventId, StaffId,
    event::kind,
    limits::{HAND_OVER_CUSTOMERS_MAX, HAND_OVER_STAFF_MAX},
};
use regulars_store::{CustomerFilter, Find, Seen, TaskQuery, TaskRow, TaskScope, TaskState};
use serde_json::json;

const UNDONE: [TaskState; 2] = [TaskState::Open, TaskState::Claimed];

impl Engine {
    /// A request moves a page of them; another follows until nobody is left. Each customer is a write
    /// of its own, so what was moved stays moved.
    pub async fn hand_over(
        &self,
        ctx: &Ctx,
        from: StaffId,
        draft: HandOver,
    ) -> Result<HandedOver, Problem> {
        authorise(ctx, Action::HandOver)?;
        self.once(ctx, self.give_all(ctx, from, draft)).await
    }

    async fn give_all(
        &self,
        ctx: &Ctx,
        from: StaffId,
        draft: HandOver,
    ) -> Result<HandedOver, Problem> {
        self.check_hand_over(ctx, from, &draft).await?;
        let seen = Seen { assigned_to: Some(from), ..self.seen_by(ctx) };
        let filter = CustomerFilter { field: None, seen };
        let limit = HAND_OVER_CUSTOMERS_MAX;
        let rows = self.inner.store.list_customers(&filter, None, limit + 1).await?;
        let mut customers: Vec<CustomerId> = rows.iter().map(|row| row.id).collect();
        let mut more = customers.len() > limit as usize;
        customers.truncate(limit as usize);
        let moved = customers.len();
        if !more {
            // What they took on of customers whom others look after.
            let query = TaskQuery {
                scope: TaskScope::Staff(from),
                seen: self.seen_by(ctx),
                states: UNDONE.to_vec(),
                after: None,
                limit: limit + 1,
            };
            let tasks = self.inner.store.list_tasks(&query).await?;
            more = tasks.len() > limit as usize;
            let others = tasks.into_iter().map(|task| task.customer_id);
            customers
                .extend(others.filter(|id| !customers[..moved].contains(id)).collect::<Vec<_>>());
            customers[moved..].sort_unstable();
            customers.dedup();
        }
        let mut running = Vec::with_capacity(customers.len());
        for (place, id) in customers.into_iter().enumerate() {
            let (engine, to) = (self.clone(), draft.to[place % draft.to.len()]);
            let ctx = Ctx { idempotency: None, ..ctx.clone() };
            running.push(tokio::spawn(async move { engine.give(&ctx, id, from, to).await }));
        }
        let mut tasks = 0;
        for one in running {
            tasks += one.await.unwrap_or_else(|error| Err(Problem::internal(error)))?;
        }
        let after = json!({"to": draft.to, "customers": moved, "tasks": tasks});
        let audit = self.inner.audit(ctx, About::new("staff", from), None, Some(after));
        let done = HandedOver { customers: moved, tasks, more };
        self.inner.store.answering(ctx.answer(&done)).add_audit(&audit).await?;
        Ok(done)
    }

    async fn check_hand_over(
        &self,
        ctx: &Ctx,
        from: StaffId,
        draft: &HandOver,
    ) -> Result<(), Problem> {
        let known = self.inner.store.find_staff(from).await?;
        if known.as_ref().is_some_and(|row| !self.works_for(ctx, row)) {
            return Err(Problem::not_found(sentences::STAFF, from));
        }
        if !(1..=HAND_OVER_STAFF_MAX).contains(&draft.to.len()) {
            let message = sentences::one_up_to(HAND_OVER_STAFF_MAX);
            return Err(Problem::invalid_at("/to", "wrong_length", message));
        }
        for (index, to) in draft.to.iter().enumerate() {
            let pointer = format!("/to/{index}");
            if *to == from {
                let message = sentences::somebody_else();
                return Err(Problem::invalid_at(&pointer, "wrong_value", message));
            }
            self.check_assignee(*to, &pointer).await?;
        }
        Ok(())
    }

    /// How many tasks went with the customer.
    async fn give(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        from: StaffId,
        to: StaffId,
    ) -> Result<usize, Problem> {
        let world = self.inner.world.clone();
        let reply = submit(&self.inner.queue, ctx, Find::Id(id), None, move |scene| {
            plan(scene, id, from, to, EventId(world.new_id()))
        });
        serde_json::from_str(&reply.await?.body).map_err(Problem::internal)
    }
}

fn plan(
    scene: &Scene<'_>,
    id: CustomerId,
    from: StaffId,
    to: StaffId,
    event: EventId,
) -> Result<Plan, Problem> {
    let customer = scene.customer.ok_or_else(|| Problem::not_found(sentences::CUSTOMER, id))?;
    let Some(full) = scene.full else { return Ok(Plan::NeedsFull) };
    let tasks: Vec<TaskRow> = full.tasks.iter().filter_map(|row| given(row, from, to)).collect();
    let count = tasks.len();
    let is_own = customer.assigned_to == Some(from);
    if !is_own && tasks.is_empty() {
        return Ok(Plan::Answer(Reply::json(200, &0)));
    }
    let mut intent = Intent::of(customer.clone(), move |_| Reply::json(200, &count));
    intent.tasks = tasks;
    if is_own {
        intent.before = Some(Box::new(customer.clone()));
        intent.customer.assigned_to = Some(to);
        intent.customer.profile_version += 1;
        let change = json!({"change": {"assigned_to": to}});
        let (ctx, configuration) = (scene.ctx, scene.configuration);
        let home = customer.home_unit_id;
        intent.facts.push(own_event(ctx, configuration, event, kind::EDIT, ctx.now, home, change));
    }
    Ok(Plan::Write(Box::new(intent)))
}

/// The task as it will be, where the one who leaves had it.
fn given(row: &TaskRow, from: StaffId, to: StaffId) -> Option<TaskRow> {
    let is_claimed = row.claimed_by == Some(from);
    let is_own = row.assigned_to == Some(from);
    if !UNDONE.contains(&row.state) || !(is_claimed || is_own) {
        return None;
    }
    Some(TaskRow {
        assigned_to: if is_own { Some(to) } else { row.assigned_to },
        claimed_by: row.claimed_by.filter(|_| !is_claimed),
        state: if is_claimed { TaskState::Open } else { row.state },
        version: row.version + 1,
        ..row.clone()
    })
}
