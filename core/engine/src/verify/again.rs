//! One stored decision, run again.

use crate::{
    Problem,
    configuration::Configuration,
    library::Library,
    write::{answer_json, read_decision},
};
use regulars_model::{Decision, Effect, UnitId, Value, decide::Reasoned};
use regulars_rules::{
    Decided, Outcome, Rule,
    play::{Ask, Person},
};
use regulars_store::DecisionRow;
use serde_json::{Value as Json, json};
use std::sync::Arc;

pub(super) enum Again {
    Same,
    Other { stored: Json, again: Json },
    NotRun(&'static str),
}

pub(super) fn run_again(
    configuration: &Configuration,
    library: &Library,
    row: &DecisionRow,
    person: Option<&Person>,
) -> Result<Again, Problem> {
    let decided = read_decision(row)?;
    let home = person.and_then(|person| person.home_after(&decided.key).unit_id);
    if decided.fault.is_some() {
        return Ok(Again::NotRun("held"));
    }
    if decided.is_of_engine() {
        return Ok(Again::NotRun("of_engine"));
    }
    let rule = match rule_of(configuration, library, &decided, home) {
        Ok(rule) => rule,
        Err(why) => return Ok(Again::NotRun(why)),
    };
    let Some(asked) = decided.request.row(&rule, &decided.cause) else {
        return Ok(Again::NotRun("unknown_inputs"));
    };
    let currency = configuration.units.or_organisation(home).currency;
    let settings = rule.prepared(currency).settings.clone();
    let ask = Ask { rule, settings, row: asked };
    let again = match ask.decide() {
        Ok(decision) => decision,
        Err(fault) => return Ok(other(&decided, json!({"fault": fault}))),
    };
    let kept = Decided {
        effects: kept_effects(&decided, &again, &ask),
        conditions: again.conditions.clone(),
        ..decided.clone()
    };
    if answer_json(&kept) == answer_json(&decided) {
        return Ok(Again::Same);
    }
    Ok(other(&decided, json!({"effects": again.effects, "conditions": again.conditions})))
}

fn other(decided: &Decided, again: Json) -> Again {
    let stored = json!({"effects": decided.effects, "conditions": decided.conditions});
    Again::Other { stored, again }
}

/// The very code and settings that decided; what stands in for a version that is gone does not count.
fn rule_of(
    configuration: &Configuration,
    library: &Library,
    decided: &Decided,
    home: Option<UnitId>,
) -> Result<Arc<Rule>, &'static str> {
    let hash = configuration.hash_then(decided).ok_or("unknown_settings")?;
    let found = library.find(&decided.plugin, hash).ok_or("missing")?;
    if found.watched.is_missing() {
        return Err("missing");
    }
    let rule = configuration.rule_of(decided, home).ok_or("unknown_settings")?;
    Ok(Arc::new(rule.with_decider(found.watched)))
}

/// What of an answer is on record: an effect equal to what stood was dropped. Where the rule reads its own
/// field, the request says what stood.
fn kept_effects(decided: &Decided, again: &Decision, ask: &Ask) -> Vec<Outcome> {
    let mut stored = decided.effects.iter().peekable();
    let mut kept = Vec::new();
    for asked in &again.effects {
        let same = stored.next_if(|own| own.effect == asked.effect && own.reason == asked.reason);
        if let Some(same) = same {
            kept.push(same.clone());
        } else if changes(asked, decided, ask) {
            let Reasoned { effect, reason } = asked.clone();
            kept.push(Outcome { effect, reason, outcome: Default::default() });
        }
    }
    kept
}

/// Whether it was more than what stood, as far as the request tells.
fn changes(asked: &Reasoned, decided: &Decided, ask: &Ask) -> bool {
    let (field, value) = match &asked.effect {
        Effect::SetField { field, value } => (field, value),
        Effect::ClearField { field } => (field, &Value::Null),
        _ => return false,
    };
    let name = format!("{}.{field}", decided.plugin);
    let is_read = ask.rule.customer_reads.iter().any(|own| **own == *name);
    is_read && decided.request.customer.get(&*name).unwrap_or(&Value::Null) != value
}
