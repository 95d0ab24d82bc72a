//! A decision counts only as far as the manifest grants it: one effect out of bounds, and none of
//! the decision is applied.

use regulars_model::{
    Decision, Effect, Instant, Manifest, PluginFault, Reason, Shape,
    decide::{Filled, PluginFaultCode},
    limits::{
        CONDITIONS_PER_ROW_MAX, EFFECT_KEY_CHARS_MAX, EFFECTS_PER_ROW_MAX, EVENT_DATA_BYTES_MAX,
        WAKES_PER_PLUGIN_MAX,
    },
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
        return Err(limit(format!(
            "{} effects, at most {EFFECTS_PER_ROW_MAX}",
            decision.effects.len()
        )));
    }
    if decision.conditions.len() > CONDITIONS_PER_ROW_MAX {
        return Err(limit(format!(
            "{} conditions, at most {CONDITIONS_PER_ROW_MAX}",
            decision.conditions.len()
        )));
    }
    let wakes = decision.effects.iter().filter(|asked| matches!(asked.effect, Effect::Wake { .. }));
    if wakes.count() > WAKES_PER_PLUGIN_MAX {
        return Err(limit(format!("more than {WAKES_PER_PLUGIN_MAX} wakes")));
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
            None => refused(format!("field `{field}` is not declared")),
            Some(declared) if !declared.shape.admits(value) => {
                invalid(format!("field `{field}` was given a value that is not of its shape"))
            }
            Some(_) => Ok(()),
        },
        Effect::ClearField { field } if !manifest.fields.contains_key(&**field) => {
            refused(format!("field `{field}` is not declared"))
        }
        Effect::AddTag { tag } | Effect::RemoveTag { tag }
            if !manifest.grants.tags.iter().any(|own| **own == **tag) =>
        {
            refused(format!("tag `{tag}` is not granted"))
        }
        Effect::SetLifecycle { to } if !manifest.grants.lifecycle.contains(to) => {
            refused(format!("lifecycle `{}` is not granted", to.name()))
        }
        // A wake at its own instant could go on for ever.
        Effect::Wake { key, at } if *at <= now => {
            invalid(format!("wake `{key}` at {at} does not lie after {now}"))
        }
        Effect::Wake { key, .. } => check_key(key),
        Effect::Task(task) => {
            if !manifest.grants.tasks.iter().any(|own| **own == *task.kind) {
                return refused(format!("task `{}` is not granted", task.kind));
            }
            check_key(&task.key)?;
            check_reason(manifest, &task.title)
        }
        Effect::Message(filled) => {
            let declared = manifest.messages.get(&*filled.template);
            check_filled("message", declared.map(|own| &own.variables), filled)
        }
        Effect::Voucher(filled) => {
            let declared = manifest.vouchers.get(&*filled.template);
            check_filled("voucher", declared.map(|own| &own.variables), filled)
        }
        Effect::Custom(filled) => {
            let declared = manifest.custom.get(&*filled.template);
            check_filled("custom effect", declared.map(|own| &own.variables), filled)
        }
        Effect::Points(points) => {
            if !manifest.grants.points.iter().any(|own| **own == *points.account) {
                return refused(format!("points of `{}` are not granted", points.account));
            }
            check_key(&points.key)
        }
        Effect::AppendEvent(event) => {
            if !manifest.events.contains_key(&*event.kind) {
                return refused(format!("event `{}` is not declared", event.kind));
            }
            let bytes = serde_json::to_string(&event.data).map_or(0, |text| text.len());
            if bytes > EVENT_DATA_BYTES_MAX {
                return Err(limit(format!(
                    "event `{}` carries {bytes} bytes, at most {EVENT_DATA_BYTES_MAX}",
                    event.kind
                )));
            }
            check_key(&event.key)
        }
        Effect::WithdrawEvent { kind, .. } => {
            refused(format!("withdrawing event `{kind}` is the engine's own"))
        }
        _ => Ok(()),
    }
}

fn check_filled(
    sort: &str,
    declared: Option<&BTreeMap<String, Shape>>,
    filled: &Filled,
) -> Result<(), PluginFault> {
    let template = &filled.template;
    match declared.map(BTreeMap::len) {
        None => refused(format!("{sort} `{template}` is not declared")),
        Some(takes) if takes != filled.variables.len() => invalid(format!(
            "{sort} `{template}` takes {takes} variables, {} were given",
            filled.variables.len()
        )),
        Some(_) => check_key(&filled.key),
    }
}

fn check_key(key: &str) -> Result<(), PluginFault> {
    match key.chars().count() {
        1..=EFFECT_KEY_CHARS_MAX => Ok(()),
        _ => invalid(format!("a key has 1 to {EFFECT_KEY_CHARS_MAX} characters")),
    }
}

fn check_reason(manifest: &Manifest, reason: &Reason) -> Result<(), PluginFault> {
    // A plugin that declares no texts gives no reasons.
    if reason.text.is_empty() {
        return Ok(());
    }
    match manifest.texts.get(&*reason.text) {
        None => refused(format!("text `{}` is not declared", reason.text)),
        Some(text) if text.args.len() != reason.args.len() => invalid(format!(
            "text `{}` takes {} values, {} were given",
            reason.text,
            text.args.len(),
            reason.args.len()
        )),
        Some(_) => Ok(()),
    }
}

fn refused(message: String) -> Result<(), PluginFault> {
    Err(PluginFault { code: PluginFaultCode::NotGranted, message })
}

fn invalid(message: String) -> Result<(), PluginFault> {
    Err(PluginFault { code: PluginFaultCode::InvalidAnswer, message })
}

fn limit(message: String) -> PluginFault {
    PluginFault { code: PluginFaultCode::LimitExceeded, message }
}
