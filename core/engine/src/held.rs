//! Decisions that are held since a plugin failed: listed, and run again on demand.

use crate::{
    Ctx, Engine, Problem,
    audit::About,
    authorise::{Action, authorise},
    cursor,
    decisions::cause_name,
    quarantine::check_runs,
    request::Rerun,
    sentences,
    view::{FaultView, HeldDecision, HeldPage, Reply, Reran},
    write::{Intent, Plan, Scene, read_decision, read_decisions, submit},
};
use regulars_model::{
    CustomerId, DecisionId, Instant, PluginFault, decide::PluginFaultCode,
    limits::RERUN_CUSTOMERS_MAX, text::Language,
};
use regulars_store::{DecisionRow, Find, HeldQuery};
use serde_json::json;
use std::collections::BTreeSet;

/// How often the configuration may change before a customer's turn is given up.
const ATTEMPTS_MAX: usize = 5;

/// Of a list: the plugin and the decision a page ended with.
type Place = (String, DecisionId);

impl Engine {
    pub async fn list_held(
        &self,
        ctx: &Ctx,
        plugin: Option<&str>,
        fault: Option<PluginFaultCode>,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<HeldPage, Problem> {
        authorise(ctx, Action::ListHeld)?;
        let configuration = self.configuration();
        // What was uninstalled is still on record.
        if let Some(id) = plugin.filter(|id| !configuration.plugins.contains_key(*id)) {
            configuration.find_plugin(id)?;
        }
        let after: Option<Place> = cursor::read("held", cursor)?;
        let is_first = after.is_none();
        let (plugin, fault) = (plugin.map(str::to_owned), fault.map(|code| code.to_string()));
        let query = HeldQuery { plugin, fault, after, recorded_by: None, seen: self.seen_by(ctx) };
        let limit = cursor::limit(limit);
        let rows = self.inner.store.list_held(&query, limit + 1).await?;
        let (rows, next) =
            cursor::page(rows, limit, |row| cursor::write("held", &(&row.plugin_id, row.id)));
        let counts = match is_first {
            true => Some(self.inner.store.count_held(&query).await?.into_iter().collect()),
            false => None,
        };
        let customers: Vec<_> = rows.iter().map(|row| row.customer_id).collect();
        let items =
            rows.iter().map(|row| held_view(row, ctx.language)).collect::<Result<_, Problem>>()?;
        let veil = self.veil(ctx, &configuration, &customers).await?;
        veil.any(HeldPage { items, counts, next })
    }

    /// Plays the customers concerned again from the first of their held decisions, each entry by the
    /// version in force at its instant: state exactly, work as if the entry had come late.
    pub async fn rerun_plugin(&self, ctx: &Ctx, id: &str, draft: &Rerun) -> Result<Reran, Problem> {
        authorise(ctx, Action::RerunPlugin)?;
        self.once(ctx, self.rerun(ctx, id, draft)).await
    }

    /// What was decided is not held any more, so nothing is run twice where this breaks off.
    async fn rerun(&self, ctx: &Ctx, id: &str, draft: &Rerun) -> Result<Reran, Problem> {
        check_runs(self.inner.reload().await?.find_plugin(id)?)?;
        let (customers, next) = match &draft.customers {
            Some(chosen) => (self.check_chosen(chosen).await?, None),
            None => self.list_held_customers(ctx, id, draft.cursor.as_deref()).await?,
        };
        let before = self.inner.store.count_held_of(id, &customers).await?;
        // First, since each customer is committed by itself and it may end half-way.
        let asked = json!({"customers": customers.len(), "held": before});
        self.enter(ctx, About::new("plugin", id), None, Some(asked)).await?;
        let mut running = Vec::with_capacity(customers.len());
        for customer in &customers {
            let (engine, customer, id) = (self.clone(), *customer, id.to_owned());
            let ctx = Ctx { idempotency: None, ..ctx.clone() };
            running.push(tokio::spawn(async move { engine.rerun_one(&ctx, &id, customer).await }));
        }
        for one in running {
            one.await.unwrap_or_else(|error| Err(Problem::internal(error)))?;
        }
        let held = self.inner.store.count_held_of(id, &customers).await?;
        let decided = (before - held).max(0);
        Ok(Reran { plugin: id.to_owned(), customers: customers.len(), decided, held, next })
    }

    async fn check_chosen(&self, chosen: &[CustomerId]) -> Result<Vec<CustomerId>, Problem> {
        if chosen.len() > RERUN_CUSTOMERS_MAX as usize {
            let message = sentences::rerun_most(RERUN_CUSTOMERS_MAX);
            return Err(Problem::invalid_at("/customers", "too_many", message));
        }
        for (index, customer) in chosen.iter().enumerate() {
            if self.inner.store.find_customer(*customer).await?.is_none() {
                let message = sentences::no_customer(customer.to_string());
                let pointer = format!("/customers/{index}");
                return Err(Problem::invalid_at(&pointer, "unknown_customer", message));
            }
        }
        let chosen: BTreeSet<_> = chosen.iter().copied().collect();
        Ok(chosen.into_iter().collect())
    }

    /// The customers of the next page of held decisions, among those recorded when the first page was
    /// asked for: one that is held again must not come round for ever.
    async fn list_held_customers(
        &self,
        ctx: &Ctx,
        id: &str,
        cursor: Option<&str>,
    ) -> Result<(Vec<CustomerId>, Option<String>), Problem> {
        let place: Option<(Place, Instant)> = cursor::read("rerun", cursor)?;
        let begun = place.as_ref().map_or(ctx.now, |(_, begun)| *begun);
        let query = HeldQuery {
            plugin: Some(id.to_owned()),
            fault: None,
            after: place.map(|(place, _)| place),
            recorded_by: Some(begun),
            ..HeldQuery::default()
        };
        let rows = self.inner.store.list_held(&query, RERUN_CUSTOMERS_MAX + 1).await?;
        let (rows, next) = cursor::page(rows, RERUN_CUSTOMERS_MAX, |row| {
            cursor::write("rerun", &((&row.plugin_id, row.id), begun))
        });
        let customers: BTreeSet<_> = rows.iter().map(|row| row.customer_id).collect();
        Ok((customers.into_iter().collect(), next))
    }

    async fn rerun_one(&self, ctx: &Ctx, id: &str, customer: CustomerId) -> Result<(), Problem> {
        for _ in 0..ATTEMPTS_MAX {
            let plugin = id.to_owned();
            let plan = move |scene: &Scene<'_>| plan_rerun(scene, &plugin, customer);
            let reply = submit(&self.inner.queue, ctx, Find::Id(customer), None, plan).await?;
            if reply.status == DONE {
                return Ok(());
            }
        }
        Err(Problem::unavailable(sentences::config_restless()))
    }
}

const DONE: u16 = 204;
const ONCE_MORE: u16 = 202;

fn plan_rerun(scene: &Scene<'_>, plugin: &str, id: CustomerId) -> Result<Plan, Problem> {
    let customer = scene.customer.ok_or_else(|| Problem::not_found(sentences::CUSTOMER, id))?;
    let untouched = customer.state.through.is_none();
    if !untouched && customer.epoch < scene.configuration.rulebook.epoch() {
        // What the configuration calls for comes first, and by itself: that changes state only.
        let intent = Intent::of(customer.clone(), move |_| Reply::empty(ONCE_MORE));
        return Ok(Plan::Write(Box::new(intent)));
    }
    let Some(full) = scene.full else { return Ok(Plan::NeedsFull) };
    let decisions = read_decisions(&full.decisions)?;
    let held = decisions.iter().filter(|own| own.plugin == plugin && own.fault.is_some());
    let Some(first) = held.map(|own| own.key.clone()).min() else {
        return Ok(Plan::Answer(Reply::empty(DONE)));
    };
    let intent = Intent::of(customer.clone(), move |_| Reply::empty(DONE));
    Ok(Plan::Write(Box::new(Intent { again: Some(first), ..intent })))
}

fn held_view(row: &DecisionRow, language: Language) -> Result<HeldDecision, Problem> {
    let decided = read_decision(row)?;
    let shown =
        |fault: PluginFault| (fault.code.to_string(), fault.message.get(language).to_owned());
    let fault = decided.fault.map(shown);
    let (code, message) = fault.unwrap_or_default();
    Ok(HeldDecision {
        id: row.id,
        customer_id: row.customer_id,
        plugin: row.plugin_id.clone(),
        plugin_version: row.plugin_version.clone(),
        settings_version: row.settings_version,
        at: row.at,
        recorded_at: row.recorded_at,
        cause: cause_name(&decided.cause).to_owned(),
        event_id: row.event_id,
        fault: FaultView { code, message },
    })
}
