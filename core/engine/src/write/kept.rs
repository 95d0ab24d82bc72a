//! A decision's JSON as it is kept: only what the columns of its row do not say, for decisions are most
//! of what a database holds.

use regulars_model::{
    Cause, Condition, EventKey, PluginFault, Value,
    decide::{Comparison, Subject},
};
use regulars_rules::{Decided, Outcome, decided::Request};
use regulars_store::DecisionRow;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub(super) fn read(row: &DecisionRow) -> serde_json::Result<Decided> {
    let result: StoredResult = serde_json::from_str(&row.result)?;
    let request: Request = serde_json::from_str(&row.request)?;
    let cause: Cause = serde_json::from_str(&row.cause)?;
    let (source, source_id) = match (result.source, result.key) {
        (Some(source), _) => (source, result.source_id.unwrap_or_default()),
        (None, Some(key)) => (key.source, key.source_id),
        (None, None) => {
            let (source, source_id) = implied_source(&cause, &row.plugin_id);
            (source.into(), source_id.into())
        }
    };
    Ok(Decided {
        key: EventKey { at: row.at, rank: row.rank, source, source_id },
        plugin: row.plugin_id.clone(),
        plugin_version: row.plugin_version.clone(),
        settings_version: row.settings_version,
        epoch: row.epoch,
        priority: result.priority,
        cause,
        event_id: row.event_id,
        request: Request { now: row.at, ..request },
        effects: result.effects,
        conditions: result.conditions,
        fault: result.fault,
        history: row.history,
    })
}

/// A decision's answer in the bytes that are kept of it.
pub(crate) fn answer_json(decided: &Decided) -> String {
    crate::record::to_json(&KeptResult::of(decided))
}

/// Source and source id of an entry that is no event.
fn implied_source<'a>(cause: &'a Cause, plugin: &'a str) -> (&'a str, &'a str) {
    match cause {
        Cause::Wake(key) => (plugin, key),
        Cause::Expiry => (plugin, ""),
        Cause::Event(_) | Cause::Settings => ("", ""),
    }
}

/// The `result` of a row.
#[derive(Serialize)]
pub(super) struct KeptResult<'a> {
    #[serde(skip_serializing_if = "is_zero")]
    priority: i32,
    /// Of the entry, where the cause does not imply them.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_id: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    effects: &'a [Outcome],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conditions: Vec<KeptCondition<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'a PluginFault>,
}

/// A condition without the names of its members, which is how serde reads it as well.
type KeptCondition<'a> =
    ((&'static str, Option<&'a str>), Comparison, &'a Value, Option<&'a str>, bool);

#[derive(Deserialize)]
struct StoredResult {
    #[serde(default)]
    priority: i32,
    source: Option<Arc<str>>,
    source_id: Option<Arc<str>>,
    /// In its place, in rows of the first versions.
    key: Option<EventKey>,
    #[serde(default)]
    effects: Vec<Outcome>,
    #[serde(default)]
    conditions: Vec<Condition>,
    fault: Option<PluginFault>,
}

impl KeptResult<'_> {
    pub(super) fn of(decided: &Decided) -> KeptResult<'_> {
        let own = (&*decided.key.source, &*decided.key.source_id);
        let said = (own != implied_source(&decided.cause, &decided.plugin)).then_some(own);
        KeptResult {
            priority: decided.priority,
            source: said.map(|(source, _)| source),
            source_id: said.map(|(_, source_id)| source_id),
            effects: &decided.effects,
            conditions: decided.conditions.iter().map(kept_condition).collect(),
            fault: decided.fault.as_ref(),
        }
    }
}

fn kept_condition(condition: &Condition) -> KeptCondition<'_> {
    let subject = match &condition.subject {
        Subject::Input(name) => ("input", Some(&**name)),
        Subject::Customer(name) => ("customer", Some(&**name)),
        Subject::Event(name) => ("event", Some(&**name)),
        Subject::Now => ("now", None),
    };
    let setting = condition.setting.as_deref();
    (subject, condition.comparison, &condition.threshold, setting, condition.held)
}

fn is_zero(priority: &i32) -> bool {
    *priority == 0
}

#[cfg(test)]
mod tests;
