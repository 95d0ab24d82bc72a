//! What an answer must keep to, whichever runtime gave it: counts, lengths and shapes. What the
//! manifest grants is judged later, by the engine.

use super::{
    EventSlot, Layout, Slot, TemplateSlot, TextSlot,
    codec::invalid,
    sentences::{self, CUSTOM, EVENT, MESSAGE, TASK, TEXT, VOUCHER, named},
};
use crate::{
    Decision, Effect, Instant, PluginFault, Reason, Value,
    decide::{Filled, NewEvent, PluginFaultCode, Reasoned},
    limits,
    said::{Said, Word},
    text::Bilingual,
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
            return Err(exceeded(sentences::too_many_effects(most)));
        }
        // When to be asked again is no news to anyone; everything else needs its sentence.
        let scheduling = matches!(effect.effect, Effect::Wake { .. } | Effect::CancelWake { .. });
        if effect.reason.text.is_empty() && !scheduling && !self.texts.is_empty() {
            let name = effect_name(&effect.effect);
            return Err(invalid(sentences::without_reason(name)));
        }
        match &effect.effect {
            Effect::Wake { key, at } => {
                check_key(key)?;
                check_instant(sentences::of_wake, *at)
            }
            Effect::CancelWake { key } => check_key(key),
            Effect::Task(task) => {
                if task.title.text.is_empty() {
                    return Err(invalid(sentences::task_untitled()));
                }
                check_key(&task.key)?;
                check_instant(sentences::of_due, task.due_at)
            }
            Effect::Message(filled) => check_filled(MESSAGE, filled),
            Effect::Voucher(filled) => check_filled(VOUCHER, filled),
            Effect::Custom(filled) => check_filled(CUSTOM, filled),
            Effect::Points(points) => {
                check_key(&points.key)?;
                if points.amount == 0 {
                    return Err(invalid(sentences::no_points()));
                }
                points.expires_at.map_or(Ok(()), |at| check_instant(sentences::of_points, at))
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
            return Err(exceeded(sentences::too_many_comparisons(most)));
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
        Err(invalid(sentences::can_not_be(&self.name, brief(value))))
    }

    /// An argument or variable may also be unknown.
    pub fn check_or_null(&self, value: &Value) -> Checked {
        if value.is_null() { Ok(()) } else { self.check(value) }
    }
}

impl TextSlot {
    pub fn check(&self, reason: &Reason) -> Checked {
        check_all(TEXT, &self.name, &self.args, &reason.args)
    }
}

impl TemplateSlot {
    pub fn check(&self, variables: &[Value]) -> Checked {
        check_all(self.sort, &self.name, &self.variables, variables)
    }
}

impl EventSlot {
    pub fn check(&self, event: &NewEvent) -> Checked {
        let of = || named(EVENT, &self.name);
        match event.amount {
            None if self.has_amount => return Err(invalid(sentences::no_amount(of()))),
            Some(_) if !self.has_amount => {
                return Err(invalid(sentences::undeclared_amount(of())));
            }
            Some(amount) if !(0..=limits::MONEY_MINOR_MAX).contains(&amount) => {
                let most = limits::MONEY_MINOR_MAX;
                return Err(invalid(sentences::wrong_amount(of(), amount, most)));
            }
            _ => {}
        }
        check_all(EVENT, &self.name, &self.data, &event.data)
    }
}

fn check_all(what: Word, name: &str, slots: &[Slot], values: &[Value]) -> Checked {
    let of = || named(what, name);
    if slots.len() != values.len() {
        let names: Vec<_> = slots.iter().map(|slot| &*slot.name).collect();
        let given = values.len();
        return Err(invalid(match names.as_slice() {
            [] => sentences::takes_none(of(), given),
            _ => sentences::takes(of(), slots.len(), names.join(", "), given),
        }));
    }
    slots.iter().zip(values).try_for_each(|(slot, value)| {
        slot.check_or_null(value).map_err(|fault| invalid(sentences::within(of(), fault.message)))
    })
}

fn check_key(key: &str) -> Checked {
    if key.is_empty() {
        return Err(invalid(sentences::empty_key()));
    }
    let most = limits::EFFECT_KEY_CHARS_MAX;
    if key.len() > 4 * most || key.chars().count() > most {
        return Err(exceeded(sentences::long_key(most)));
    }
    Ok(())
}

fn check_filled(sort: Word, filled: &Filled) -> Checked {
    check_key(&filled.key)?;
    check_instant(|| sentences::of_beginning(sort), filled.not_before)?;
    check_instant(|| sentences::of_expiry(sort), filled.expires_at)?;
    if filled.expires_at < filled.not_before {
        return Err(invalid(sentences::expires_early(sort)));
    }
    Ok(())
}

fn check_instant(of: impl FnOnce() -> Said, at: Instant) -> Checked {
    if (INSTANT_MIN..=INSTANT_MAX).contains(&at.0) {
        return Ok(());
    }
    Err(invalid(sentences::outside_years(of())))
}

fn effect_name(effect: &Effect) -> Bilingual {
    let said = match effect {
        Effect::SetField { field, .. } => sentences::setting_field(field),
        Effect::ClearField { field } => sentences::clearing_field(field),
        Effect::AddTag { tag } => sentences::adding_tag(tag),
        Effect::RemoveTag { tag } => sentences::removing_tag(tag),
        Effect::SetLifecycle { to } => sentences::setting_lifecycle(to.name()),
        Effect::ClearLifecycle => sentences::clearing_lifecycle(),
        Effect::Wake { key, .. } => sentences::waking(key),
        Effect::CancelWake { key } => sentences::cancelling_wake(key),
        Effect::Points(points) => sentences::points_of(&points.account),
        Effect::WithdrawEvent { kind, .. } => sentences::withdrawing_event(kind),
        Effect::Task(task) => return named(TASK, &task.kind),
        Effect::Message(filled) => return named(MESSAGE, &filled.template),
        Effect::Voucher(filled) => return named(VOUCHER, &filled.template),
        Effect::Custom(filled) => return named(CUSTOM, &filled.template),
        Effect::AppendEvent(event) => return named(EVENT, &event.kind),
    };
    said.text
}

fn exceeded(said: Said) -> PluginFault {
    PluginFault::new(PluginFaultCode::LimitExceeded, said)
}

/// Short enough for a fault's sentence.
fn brief(value: &Value) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    match json.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", &json[..cut]),
        None => json,
    }
}
