//! What an answer must keep to, whichever runtime gave it: counts, lengths and shapes. What the
//! manifest grants is judged later, by the engine.

use super::{EventSlot, Layout, Slot, TemplateSlot, TextSlot, codec::invalid};
use crate::{
    Decision, Effect, Instant, PluginFault, Reason, Value,
    decide::{Filled, NewEvent, PluginFaultCode, Reasoned},
    limits,
};

/// 0001-01-01T00:00:00Z and 9999-12-30T00:00:00Z: what can be written as a date.
pub const INSTANT_MIN: i64 = -62_135_596_800_000_000;
pub const INSTANT_MAX: i64 = 253_402_128_000_000_000;

type Checked = Result<(), PluginFault>;

impl Layout {
    /// One more effect of a row; `slot` is the field's or message's where it has one.
    pub fn check_effect(&self, decision: &Decision, effect: &Reasoned) -> Checked {
        if decision.effects.len() >= limits::EFFECTS_PER_ROW_MAX {
            let most = limits::EFFECTS_PER_ROW_MAX;
            return Err(exceeded(format!("more than {most} effects for one customer")));
        }
        // When to be asked again is no news to anyone; everything else needs its sentence.
        let scheduling = matches!(effect.effect, Effect::Wake { .. } | Effect::CancelWake { .. });
        if effect.reason.text.is_empty() && !scheduling && !self.texts.is_empty() {
            let name = effect_name(&effect.effect);
            return Err(invalid(format!("{name} has no reason; name one of the manifest's texts")));
        }
        match &effect.effect {
            Effect::Wake { key, at } => {
                check_key(key)?;
                check_instant("the instant of a wake", *at)
            }
            Effect::CancelWake { key } => check_key(key),
            Effect::Task(task) => {
                if task.title.text.is_empty() {
                    return Err(invalid("a task has no title; name one of the manifest's texts"));
                }
                check_key(&task.key)?;
                check_instant("the due time of a task", task.due_at)
            }
            Effect::Message(filled) => check_filled("message", filled),
            Effect::Voucher(filled) => check_filled("voucher", filled),
            Effect::Custom(filled) => check_filled("custom effect", filled),
            Effect::Points(points) => {
                check_key(&points.key)?;
                if points.amount == 0 {
                    return Err(invalid("points of 0 change nothing; give none"));
                }
                points.expires_at.map_or(Ok(()), |at| check_instant("the expiry of points", at))
            }
            Effect::AppendEvent(event) => {
                check_key(&event.key)?;
                let declared = self.events.iter().find(|own| own.name == event.kind);
                declared.map_or(Ok(()), |own| own.check(event))
            }
            _ => Ok(()),
        }
    }

    pub fn check_conditions(&self, decision: &Decision) -> Checked {
        if decision.conditions.len() >= limits::CONDITIONS_PER_ROW_MAX {
            let most = limits::CONDITIONS_PER_ROW_MAX;
            return Err(exceeded(format!("more than {most} comparisons for one customer")));
        }
        Ok(())
    }
}

impl Slot {
    /// Whether a field may hold this value.
    pub fn check(&self, value: &Value) -> Checked {
        if self.shape.admits(value) {
            return Ok(());
        }
        Err(invalid(format!("`{}` can not be {}", self.name, brief(value))))
    }

    /// An argument or variable may also be unknown.
    pub fn check_or_null(&self, value: &Value) -> Checked {
        if value.is_null() { Ok(()) } else { self.check(value) }
    }
}

impl TextSlot {
    pub fn check(&self, reason: &Reason) -> Checked {
        check_all(&format_args!("text `{}`", self.name), &self.args, &reason.args)
    }
}

impl TemplateSlot {
    pub fn check(&self, variables: &[Value]) -> Checked {
        check_all(&format_args!("{} `{}`", self.sort, self.name), &self.variables, variables)
    }
}

impl EventSlot {
    pub fn check(&self, event: &NewEvent) -> Checked {
        let of = format_args!("event `{}`", self.name);
        match event.amount {
            None if self.has_amount => return Err(invalid(format!("{of} has no amount"))),
            Some(_) if !self.has_amount => {
                return Err(invalid(format!("{of} is declared without an amount")));
            }
            Some(amount) if !(0..=limits::MONEY_MINOR_MAX).contains(&amount) => {
                return Err(invalid(format!(
                    "{of} can not have the amount {amount}: the kind gives the sign, and the most is {}",
                    limits::MONEY_MINOR_MAX
                )));
            }
            _ => {}
        }
        check_all(&of, &self.data, &event.data)
    }
}

fn check_all(of: &std::fmt::Arguments<'_>, slots: &[Slot], values: &[Value]) -> Checked {
    if slots.len() != values.len() {
        let names: Vec<_> = slots.iter().map(|slot| &*slot.name).collect();
        let message = match names.as_slice() {
            [] => format!("{of} takes no values, {} were given", values.len()),
            _ => {
                format!("{of} takes {} ({}), {} given", slots.len(), names.join(", "), values.len())
            }
        };
        return Err(invalid(message));
    }
    slots.iter().zip(values).try_for_each(|(slot, value)| {
        slot.check_or_null(value).map_err(|fault| invalid(format!("{of}: {}", fault.message)))
    })
}

fn check_key(key: &str) -> Checked {
    if key.is_empty() {
        return Err(invalid("a key is empty"));
    }
    let most = limits::EFFECT_KEY_CHARS_MAX;
    if key.len() > 4 * most || key.chars().count() > most {
        return Err(exceeded(format!("a key is longer than {most} characters")));
    }
    Ok(())
}

fn check_filled(sort: &str, filled: &Filled) -> Checked {
    check_key(&filled.key)?;
    check_instant(&format!("the beginning of a {sort}"), filled.not_before)?;
    check_instant(&format!("the expiry of a {sort}"), filled.expires_at)?;
    if filled.expires_at < filled.not_before {
        return Err(invalid(format!("a {sort} expires before it begins")));
    }
    Ok(())
}

fn check_instant(of: &str, at: Instant) -> Checked {
    if (INSTANT_MIN..=INSTANT_MAX).contains(&at.0) {
        return Ok(());
    }
    Err(invalid(format!("{of} is outside the years 1 to 9999")))
}

fn effect_name(effect: &Effect) -> String {
    match effect {
        Effect::SetField { field, .. } => format!("setting `{field}`"),
        Effect::ClearField { field } => format!("clearing `{field}`"),
        Effect::AddTag { tag } => format!("adding tag `{tag}`"),
        Effect::RemoveTag { tag } => format!("removing tag `{tag}`"),
        Effect::SetLifecycle { to } => format!("setting the lifecycle to {}", to.name()),
        Effect::ClearLifecycle => "taking back its vote for the lifecycle".to_owned(),
        Effect::Wake { key, .. } => format!("wake `{key}`"),
        Effect::CancelWake { key } => format!("cancelling wake `{key}`"),
        Effect::Task(task) => format!("task `{}`", task.kind),
        Effect::Message(filled) => format!("message `{}`", filled.template),
        Effect::Voucher(filled) => format!("voucher `{}`", filled.template),
        Effect::Points(points) => format!("points of `{}`", points.account),
        Effect::AppendEvent(event) => format!("event `{}`", event.kind),
        Effect::WithdrawEvent { kind, .. } => format!("withdrawing event `{kind}`"),
        Effect::Custom(filled) => format!("custom effect `{}`", filled.template),
    }
}

fn exceeded(message: String) -> PluginFault {
    PluginFault { code: PluginFaultCode::LimitExceeded, message }
}

/// Short enough for a fault's sentence.
fn brief(value: &Value) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    match json.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", &json[..cut]),
        None => json,
    }
}
