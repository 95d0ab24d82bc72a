//! An answer's words into decisions. A fault of a known row is that row's; any other is everyone's.

use super::{
    Answer, Call, Complaints, Condition, Effect, Layout, NONE, Reason, RowEffect, Slot, Subject,
    Task, TemplateSlot, TextSlot,
    codec::{Reader, invalid},
    sentences::{
        self, ACCOUNT, CUSTOM, CUSTOMER_READ, EVENT_READ, FIELD, INPUT, KIND, LIFECYCLE, MESSAGE,
        SETTING, TAG, TASK, TEXT, VOUCHER,
    },
};
use crate::{
    Decision, Fault, Instant, Lifecycle, PluginFault, Shape, Value,
    decide::{self, Assignee, NewEvent, PointsEffect, Reasoned, TaskEffect},
    fault::pointer_token,
    said::Word,
    text::{Bilingual, fill},
};
use std::sync::Arc;

type Decisions = Vec<Result<Decision, PluginFault>>;

impl Layout {
    /// One result per row of the call.
    pub fn decode(&self, call: &decide::Call, encoded: &Call, answer: Answer) -> Decisions {
        let rows = call.rows.len();
        self.decode_rows(rows, encoded, answer).unwrap_or_else(|fault| vec![Err(fault); rows])
    }

    /// One result per row; an error where the fault can not be laid at one row's door.
    pub fn decode_rows(
        &self,
        rows: usize,
        encoded: &Call,
        answer: Answer,
    ) -> Result<Decisions, PluginFault> {
        let symbols = [&encoded.symbols[..], &answer.symbols];
        let reader = Reader::new(symbols, [&encoded.lists, &answer.lists]);
        let mut decisions: Decisions = Vec::new();
        decisions.resize_with(rows, || Ok(Decision::default()));
        for effect in &answer.effects {
            let Some(slot) = decisions.get_mut(effect.row as usize) else {
                return Err(no_such_row(rows, effect.row));
            };
            push(slot, |decision| self.read_effect(&reader, decision, effect));
        }
        for condition in &answer.conditions {
            let Some(slot) = decisions.get_mut(condition.row as usize) else {
                return Err(no_such_row(rows, condition.row));
            };
            push(slot, |decision| self.read_condition(&reader, decision, condition));
        }
        reader.overrun().map_or(Ok(decisions), Err)
    }

    /// Each complaint as a fault that points at its setting.
    pub fn decode_complaints(
        &self,
        encoded: &Call,
        answer: Complaints,
    ) -> Result<Vec<Fault>, PluginFault> {
        let symbols = [&encoded.symbols[..], &answer.symbols];
        let reader = Reader::new(symbols, [&encoded.lists, &answer.lists]);
        let faults = answer.complaints.iter().map(|complaint| {
            let setting = slot(&self.settings, complaint.setting, SETTING)?;
            let reason = self.read_reason(&reader, complaint.reason)?;
            Ok(self.complaint(&setting.name, &reason))
        });
        faults.take(self.settings.len().max(1) * 4).collect()
    }

    /// What a rule says against a setting.
    pub fn complaint(&self, setting: &str, reason: &decide::Reason) -> Fault {
        let text = self.texts.iter().find(|text| text.name == reason.text);
        let message =
            text.map_or_else(|| sentences::refused_by_plugin().text, |text| text.fill(reason));
        Fault::new(pointer_token(setting), "refused_by_plugin", message)
    }

    fn read_effect(
        &self,
        reader: &Reader,
        decision: &mut Decision,
        row: &RowEffect,
    ) -> Result<(), PluginFault> {
        let effect = match row.effect {
            Effect::SetField { field, value } => {
                let field = slot(&self.fields, field, FIELD)?;
                let value = reader.value(&field.codec, value)?;
                field.check(&value)?;
                decide::Effect::SetField { field: Arc::clone(&field.name), value }
            }
            Effect::ClearField(field) => {
                let field = slot(&self.fields, field, FIELD)?;
                decide::Effect::ClearField { field: Arc::clone(&field.name) }
            }
            Effect::AddTag(tag) => decide::Effect::AddTag { tag: name(&self.tags, tag, TAG)? },
            Effect::RemoveTag(tag) => {
                decide::Effect::RemoveTag { tag: name(&self.tags, tag, TAG)? }
            }
            Effect::SetLifecycle(to) => {
                let stage = name(&self.lifecycle, to, LIFECYCLE)?;
                let to = Lifecycle::find(&stage);
                decide::Effect::SetLifecycle {
                    to: to.ok_or_else(|| invalid(sentences::no_lifecycle()))?,
                }
            }
            Effect::ClearLifecycle => decide::Effect::ClearLifecycle,
            Effect::Wake { key, at } => {
                decide::Effect::Wake { key: key_text(reader, key)?, at: Instant(at) }
            }
            Effect::CancelWake(key) => decide::Effect::CancelWake { key: key_text(reader, key)? },
            Effect::Task(task) => decide::Effect::Task(self.read_task(reader, task)?),
            Effect::Message(filled) => {
                decide::Effect::Message(read_filled(reader, &self.messages, MESSAGE, filled)?)
            }
            Effect::Voucher(filled) => {
                decide::Effect::Voucher(read_filled(reader, &self.vouchers, VOUCHER, filled)?)
            }
            Effect::Custom(filled) => {
                decide::Effect::Custom(read_filled(reader, &self.custom, CUSTOM, filled)?)
            }
            Effect::Points(points) => decide::Effect::Points(self.read_points(reader, points)?),
            Effect::AppendEvent(event) => {
                decide::Effect::AppendEvent(self.read_event(reader, event)?)
            }
        };
        let effect = Reasoned { effect, reason: self.read_reason(reader, row.reason)? };
        self.check_effect(decision, &effect)?;
        decision.effects.push(effect);
        Ok(())
    }

    fn read_task(&self, reader: &Reader, task: Task) -> Result<TaskEffect, PluginFault> {
        Ok(TaskEffect {
            kind: name(&self.tasks, task.kind, TASK)?,
            key: key_text(reader, task.key)?,
            title: self.read_reason(reader, task.title)?,
            due_at: Instant(task.due_at),
            assignee: read_assignee(reader.symbol(task.assignee)?)?,
        })
    }

    fn read_points(
        &self,
        reader: &Reader,
        points: super::Points,
    ) -> Result<PointsEffect, PluginFault> {
        Ok(PointsEffect {
            account: name(&self.points, points.account, ACCOUNT)?,
            key: key_text(reader, points.key)?,
            amount: points.amount,
            expires_at: (points.expires_at != super::NULL).then_some(Instant(points.expires_at)),
        })
    }

    fn read_event(&self, reader: &Reader, event: super::NewEvent) -> Result<NewEvent, PluginFault> {
        let kind = slot(&self.events, event.kind, KIND)?;
        Ok(NewEvent {
            kind: Arc::clone(&kind.name),
            key: key_text(reader, event.key)?,
            amount: (event.amount != super::NULL).then_some(event.amount),
            data: read_all(reader, &kind.data, event.data)?,
        })
    }

    fn read_reason(&self, reader: &Reader, reason: Reason) -> Result<decide::Reason, PluginFault> {
        if reason.text == NONE {
            return Ok(decide::Reason::default());
        }
        let text = slot(&self.texts, reason.text, TEXT)?;
        let args = read_all(reader, &text.args, reason.args)?;
        let reason = decide::Reason { text: Arc::clone(&text.name), args };
        text.check(&reason)?;
        Ok(reason)
    }

    fn read_condition(
        &self,
        reader: &Reader,
        decision: &mut Decision,
        condition: &Condition,
    ) -> Result<(), PluginFault> {
        self.check_conditions(decision)?;
        let of = |slots, what| slot::<Slot>(slots, condition.position, what);
        let (subject, threshold) = match condition.subject {
            Subject::Now => (decide::Subject::Now, number(condition.threshold)),
            Subject::Input => {
                let slot = of(&self.inputs, INPUT)?;
                let threshold = reader.value(&slot.codec, condition.threshold)?;
                (decide::Subject::Input(Arc::clone(&slot.name)), threshold)
            }
            Subject::Customer => {
                let slot = of(&self.customer, CUSTOMER_READ)?;
                let threshold = reader.value(&slot.codec, condition.threshold)?;
                (decide::Subject::Customer(Arc::clone(&slot.name)), threshold)
            }
            Subject::Event => {
                let slot = of(&self.event, EVENT_READ)?;
                let threshold = reader.value(&slot.codec, condition.threshold)?;
                (decide::Subject::Event(Arc::clone(&slot.name)), threshold)
            }
        };
        let setting = match condition.setting {
            NONE => None,
            setting => Some(Arc::clone(&slot(&self.settings, setting, SETTING)?.name)),
        };
        let (comparison, held) = (condition.comparison, condition.held);
        decision.conditions.push(decide::Condition {
            subject,
            comparison,
            threshold,
            setting,
            held,
        });
        Ok(())
    }
}

impl TextSlot {
    /// The sentence. Amounts are shown with two decimals: what is checked here are settings
    /// before they belong to a unit with a currency.
    fn fill(&self, reason: &decide::Reason) -> Bilingual {
        let shown: Vec<String> = self
            .args
            .iter()
            .zip(&reason.args)
            .map(|(slot, value)| show(&slot.shape, value))
            .collect();
        let filled = |template: &str| {
            fill(template, |name| {
                let at = self.args.iter().position(|slot| *slot.name == *name)?;
                shown.get(at).map(String::as_str)
            })
        };
        Bilingual { en: filled(&self.text.en), zh_cn: filled(&self.text.zh_cn) }
    }
}

fn show(shape: &Shape, value: &Value) -> String {
    match "CNY".parse().map(|currency| shape.write(value, currency)) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(json) => json.to_string(),
        Err(_) => String::new(),
    }
}

fn read_filled(
    reader: &Reader,
    declared: &[TemplateSlot],
    sort: Word,
    filled: super::Filled,
) -> Result<decide::Filled, PluginFault> {
    let template = slot(declared, filled.template, sort)?;
    let variables = read_all(reader, &template.variables, filled.variables)?;
    template.check(&variables)?;
    Ok(decide::Filled {
        template: Arc::clone(&template.name),
        key: key_text(reader, filled.key)?,
        variables,
        not_before: Instant(filled.not_before),
        expires_at: Instant(filled.expires_at),
    })
}

fn read_assignee(name: &str) -> Result<Assignee, PluginFault> {
    let unknown = || {
        let known = Assignee::ALL.map(|(name, _)| name).join(", ");
        invalid(sentences::no_assignee(known))
    };
    Assignee::find(name).ok_or_else(unknown)
}

fn push(
    slot: &mut Result<Decision, PluginFault>,
    read: impl FnOnce(&mut Decision) -> Result<(), PluginFault>,
) {
    if let Some(fault) = slot.as_mut().ok().and_then(|decision| read(decision).err()) {
        *slot = Err(fault);
    }
}

fn no_such_row(rows: usize, row: u32) -> PluginFault {
    invalid(sentences::no_such_row(row, rows))
}

fn slot<T>(slots: &[T], position: u32, what: Word) -> Result<&T, PluginFault> {
    let found = slots.get(position as usize);
    found.ok_or_else(|| invalid(sentences::no_such_slot(what, position, slots.len())))
}

fn name(names: &[Arc<str>], position: u32, what: Word) -> Result<Arc<str>, PluginFault> {
    slot(names, position, what).cloned()
}

/// Bounded before it is copied; [`Layout::check_effect`] has the exact limit.
fn key_text(reader: &Reader, symbol: u32) -> Result<Arc<str>, PluginFault> {
    let text = reader.symbol(symbol)?;
    let cut = text.char_indices().nth(crate::limits::EFFECT_KEY_CHARS_MAX + 1);
    Ok(cut.map_or(text, |(at, _)| &text[..at]).into())
}

fn read_all(reader: &Reader, slots: &[Slot], list: u32) -> Result<Vec<Value>, PluginFault> {
    if list == NONE && slots.is_empty() {
        return Ok(Vec::new());
    }
    let words = if list == NONE { &[][..] } else { reader.list(list)? };
    if words.len() != slots.len() {
        let (given, declared) = (words.len(), slots.len());
        return Err(invalid(sentences::other_count(given, declared)));
    }
    slots.iter().zip(words).map(|(slot, word)| reader.value(&slot.codec, *word)).collect()
}

fn number(word: i64) -> Value {
    if word == super::NULL { Value::Null } else { Value::Int(word) }
}
