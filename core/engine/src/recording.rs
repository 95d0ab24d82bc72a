//! A decision on record as a scenario that repeats it, with nobody to be known by it.

use crate::{
    Ctx, Engine, Problem,
    audit::About,
    authorise::{Action, authorise},
    problem::Code,
    record::Loaded,
    sentences,
    view::RecordedScenario,
    write::read_decision,
};
use regulars_model::{
    DecisionId,
    canonical::{hash_bytes, hex},
};
use regulars_rules::scenario::record::{Original, record};
use regulars_store::{DecisionRow, FullCustomer};
use serde_json::json;
use std::sync::Arc;
use tokio::task::spawn_blocking;

impl Engine {
    /// Of a decision that stands. The scenario has been run: it holds.
    pub async fn record_scenario(
        &self,
        ctx: &Ctx,
        decision: DecisionId,
    ) -> Result<RecordedScenario, Problem> {
        authorise(ctx, Action::RecordScenario)?;
        let unknown = || Problem::not_found(sentences::STANDING_DECISION, decision);
        let customer = self.inner.store.find_customer_of_decision(decision).await?;
        let customer = customer.ok_or_else(unknown)?;
        // Whose customer is hidden must not learn that the decision is there.
        let hidden = |problem: Problem| match problem.code {
            Code::NotFound => unknown(),
            _ => problem,
        };
        let (_, full) = self.load_seen_full(ctx, customer).await.map_err(hidden)?;
        let row = full.decisions.iter().find(|row| row.id == decision).ok_or_else(unknown)?;
        let original = self.original(&full, row)?;
        let plugin = row.plugin_id.clone();
        let recorded = spawn_blocking(move || record(&original)).await;
        let scenario = recorded.map_err(Problem::internal)?.map_err(|why| {
            Problem::new(Code::Conflict, sentences::not_recorded(decision.to_string(), why))
        })?;
        let about = About { customer: Some(customer), ..About::new("decision", decision) };
        self.enter(ctx, about, None, Some(json!({"plugin": plugin}))).await?;
        Ok(RecordedScenario { plugin, scenario })
    }

    fn original(&self, full: &FullCustomer, row: &DecisionRow) -> Result<Original, Problem> {
        let configuration = self.configuration();
        let customer = Loaded::read(&full.customer)?;
        let decided = read_decision(row)?;
        let home = customer.home_unit_id;
        let rule = configuration.rule_of(&decided, home);
        let rule = rule.ok_or_else(|| {
            let detail = sentences::settings_unknown(row.settings_version, name(row));
            Problem::new(Code::Conflict, detail)
        })?;
        let found = self.inner.library.find(&row.plugin_id, &hex(&rule.hash));
        let runnable = found.ok_or_else(|| {
            let detail = sentences::files_gone(name(row));
            Problem::new(Code::Conflict, detail)
        })?;
        let home = configuration.units.or_organisation(customer.home_unit_id);
        let seed = hash_bytes(&[row.id.0.as_bytes()]);
        Ok(Original {
            manifest: rule.manifest.clone(),
            // Nothing of it is a decision of this server.
            decider: Arc::new(runnable.watched.apart()),
            decided,
            events: full.events.iter().filter(|event| rule.sees(event)).cloned().collect(),
            others: configuration.plugins.values().map(|own| own.manifest.clone()).collect(),
            settings: configuration.settings_of(&row.plugin_id, customer.home_unit_id),
            person: customer.person(&configuration.units, &full.events),
            time_zone: home.time_zone.clone(),
            cutoff_hour: home.cutoff_hour,
            seed: seed.iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte)),
        })
    }
}

/// As people call what decided.
fn name(row: &DecisionRow) -> String {
    format!("{} {}", row.plugin_id, row.plugin_version)
}
