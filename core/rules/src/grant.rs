//! A decision counts only as far as the manifest grants it: one effect out of bounds, and none of
//! the decision is applied.

use crate::faults::{self, CUSTOM, MESSAGE, VOUCHER};
use regulars_model::{
    Decision, Effect, Instant, Manifest, PluginFault, Reason, Shape,
    decide::{Filled, PluginFaultCode},
    limits::{
        CONDITIONS_PER_ROW_MAX, EFFECT_KEY_CHARS_MAX, EFFECTS_PER_ROW_MAX, EVENT_DATA_BYTES_MAX,
        WAKES_PER_PLUGIN_MAX,
    },
    said::{Said, Word},
};

use std::collections::BTreeMap;

/// A decision whose every effect the manifest grants.
pub struct Granted(pub Decision);

pub fn grant(
    manifest: &Manifest,
    decision: Decision,
    now: Instant,
) -> Result<Granted, PluginFault> {
    if decision.effects.len() > EFFECTS_PER_ROW_MAX {
        let found = decision.effects.len();
        return Err(limit(faults::too_many_effects(found, EFFECTS_PER_ROW_MAX)));
    }
    if decision.conditions.len() > CONDITIONS_PER_ROW_MAX {
        let found = decision.conditions.len();
        return Err(limit(faults::too_many_conditions(found, CONDITIONS_PER_ROW_MAX)));
    }
    let wakes = decision.effects.iter().filter(|asked| matches!(asked.effect, Effect::Wake { .. }));
    if wakes.count() > WAKES_PER_PLUGIN_MAX {
        return Err(limit(faults::too_many_wakes(WAKES_PER_PLUGIN_MAX)));
    }
    for asked in &decision.effects {
        check_effect(manifest, &asked.effect, now)?;
        check_reason(manifest, &asked.reason)?;
    }
    Ok(Granted(decision))
}

fn check_effect(manifest: &Manifest, effect: &Effect, now: Instant) -> Result<(), PluginFault> {
    match effect {
        Effect::SetField { field, value } => match manifest.fields.get(&**field) {
            None => refused(faults::undeclared_field(field)),
            Some(declared) if !declared.shape.admits(value) => invalid(faults::unfit_field(field)),
            Some(_) => Ok(()),
        },
        Effect::ClearField { field } if !manifest.fields.contains_key(&**field) => {
            refused(faults::undeclared_field(field))
        }
        Effect::AddTag { tag } | Effect::RemoveTag { tag }
            if !manifest.grants.tags.iter().any(|own| **own == **tag) =>
        {
            refused(faults::tag_not_granted(tag))
        }
        Effect::SetLifecycle { to } if !manifest.grants.lifecycle.contains(to) => {
            refused(faults::lifecycle_not_granted(to.name()))
        }
        // A wake at its own instant could go on for ever.
        Effect::Wake { key, at } if *at <= now => {
            invalid(faults::wakes_too_early(key, at.to_string(), now.to_string()))
        }
        Effect::Wake { key, .. } => check_key(key),
        Effect::Task(task) => {
            if !manifest.grants.tasks.iter().any(|own| **own == *task.kind) {
                return refused(faults::task_not_granted(&task.kind));
            }
            check_key(&task.key)?;
            check_reason(manifest, &task.title)
        }
        Effect::Message(filled) => {
            let declared = manifest.messages.get(&*filled.template);
            check_filled(MESSAGE, declared.map(|own| &own.variables), filled)
        }
        Effect::Voucher(filled) => {
            let declared = manifest.vouchers.get(&*filled.template);
            check_filled(VOUCHER, declared.map(|own| &own.variables), filled)
        }
        Effect::Custom(filled) => {
            let declared = manifest.custom.get(&*filled.template);
            check_filled(CUSTOM, declared.map(|own| &own.variables), filled)
        }
        Effect::Points(points) => {
            if !manifest.grants.points.iter().any(|own| **own == *points.account) {
                return refused(faults::points_not_granted(&points.account));
            }
            check_key(&points.key)
        }
        Effect::AppendEvent(event) => {
            if !manifest.events.contains_key(&*event.kind) {
                return refused(faults::undeclared_event(&event.kind));
            }
            let bytes = serde_json::to_string(&event.data).map_or(0, |text| text.len());
            if bytes > EVENT_DATA_BYTES_MAX {
                let most = EVENT_DATA_BYTES_MAX;
                return Err(limit(faults::too_many_bytes(&event.kind, bytes, most)));
            }
            check_key(&event.key)
        }
        Effect::WithdrawEvent { kind, .. } => refused(faults::withdraws_event(kind)),
        _ => Ok(()),
    }
}

fn check_filled(
    sort: Word,
    declared: Option<&BTreeMap<String, Shape>>,
    filled: &Filled,
) -> Result<(), PluginFault> {
    let template = &filled.template;
    match declared.map(BTreeMap::len) {
        None => refused(faults::undeclared(sort, template)),
        Some(takes) if takes != filled.variables.len() => {
            invalid(faults::other_variables(sort, template, takes, filled.variables.len()))
        }
        Some(_) => check_key(&filled.key),
    }
}

fn check_key(key: &str) -> Result<(), PluginFault> {
    match key.chars().count() {
        1..=EFFECT_KEY_CHARS_MAX => Ok(()),
        _ => invalid(faults::wrong_key(EFFECT_KEY_CHARS_MAX)),
    }
}

fn check_reason(manifest: &Manifest, reason: &Reason) -> Result<(), PluginFault> {
    // A plugin that declares no texts gives no reasons.
    if reason.text.is_empty() {
        return Ok(());
    }
    match manifest.texts.get(&*reason.text) {
        None => refused(faults::undeclared_text(&reason.text)),
        Some(text) if text.args.len() != reason.args.len() => {
            invalid(faults::other_values(&reason.text, text.args.len(), reason.args.len()))
        }
        Some(_) => Ok(()),
    }
}

fn refused(said: Said) -> Result<(), PluginFault> {
    Err(PluginFault::new(PluginFaultCode::NotGranted, said))
}

fn invalid(said: Said) -> Result<(), PluginFault> {
    Err(PluginFault::new(PluginFaultCode::InvalidAnswer, said))
}

fn limit(said: Said) -> PluginFault {
    PluginFault::new(PluginFaultCode::LimitExceeded, said)
}
