//! What a script has answered so far for one row: the effects, the conditions, the log.

use super::{
    call::{Origin, value},
    compare::kind,
    sentences,
};
use regulars_model::{
    Condition, Decision, Effect, Fault, Instant, PluginFault, Reason, Value,
    decide::{Comparison, PluginFaultCode, Reasoned, Subject},
    limits,
    said::{Said, Word},
    wire::Layout,
};
use rhai::{Dynamic, EvalAltResult, NativeCallContext};
use std::sync::{Arc, Mutex, PoisonError};

/// Handed to the script's run as its tag, so that native functions find it.
#[derive(Clone)]
pub(super) struct Slate(Arc<Mutex<Draft>>);

pub(super) struct Draft {
    pub(super) layout: Arc<Layout>,
    pub(super) mode: Mode,
    pub(super) effects: Vec<Reasoned>,
    pub(super) complaints: Vec<(Arc<str>, Reason)>,
    conditions: Vec<Condition>,
    log: String,
    /// The first; a script that catches the error does not undo it.
    fault: Option<PluginFault>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Decide { now: Instant },
    CheckSettings,
}

pub(super) fn invalid(said: Said) -> PluginFault {
    PluginFault::new(PluginFaultCode::InvalidAnswer, said)
}

impl Slate {
    pub(super) fn new(draft: Draft) -> Slate {
        Slate(Arc::new(Mutex::new(draft)))
    }

    fn with<T>(&self, write: impl FnOnce(&mut Draft) -> T) -> T {
        write(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// For a native function called by the script. Its fault becomes the row's, and after one there
    /// is nothing more to write.
    pub(super) fn write<T>(
        context: &NativeCallContext,
        write: impl FnOnce(&mut Draft) -> Result<T, PluginFault>,
    ) -> Result<T, Box<EvalAltResult>> {
        let slate = context.tag().and_then(|tag| tag.read_lock::<Slate>());
        let Some(slate) = slate else { return Err("called outside a decision".into()) };
        slate.with(|draft| {
            if let Some(fault) = &draft.fault {
                return Err(fault.message.en.as_str().into());
            }
            write(draft).map_err(|fault| {
                let message = fault.message.en.clone();
                draft.fault = Some(fault);
                message.into()
            })
        })
    }

    pub(super) fn begin(&self, mode: Mode) {
        self.with(|draft| {
            draft.mode = mode;
            draft.effects.clear();
            draft.complaints.clear();
            draft.conditions.clear();
            draft.log.clear();
            draft.fault = None;
        });
    }

    pub(super) fn fault(&self) -> Option<PluginFault> {
        self.with(|draft| draft.fault.clone())
    }

    pub(super) fn log(&self, plugin: &str) {
        self.with(|draft| {
            if !draft.log.is_empty() {
                tracing::debug!(plugin, log = draft.log, "plugin logged");
            }
        });
    }

    pub(super) fn finish(&self) -> Result<Decision, PluginFault> {
        self.with(Draft::finish)
    }

    pub(super) fn complaints(&self) -> Result<Vec<Fault>, PluginFault> {
        self.with(|draft| {
            let complaints = draft.complaints.iter();
            Ok(complaints
                .map(|(setting, reason)| draft.layout.complaint(setting, reason))
                .collect())
        })
    }
}

impl Draft {
    pub(super) fn new(layout: Arc<Layout>) -> Draft {
        Draft {
            layout,
            mode: Mode::CheckSettings,
            effects: Vec::new(),
            complaints: Vec::new(),
            conditions: Vec::new(),
            log: String::new(),
            fault: None,
        }
    }

    /// The instant of the entry.
    pub(super) fn now(&self) -> Instant {
        match self.mode {
            Mode::Decide { now } => now,
            Mode::CheckSettings => Instant(0),
        }
    }

    pub(super) fn push(&mut self, effect: Effect) -> Result<usize, PluginFault> {
        if self.mode == Mode::CheckSettings {
            return Err(invalid(sentences::no_effects_here()));
        }
        if self.effects.len() >= limits::EFFECTS_PER_ROW_MAX {
            return Err(exceeded(sentences::EFFECTS, limits::EFFECTS_PER_ROW_MAX));
        }
        self.effects.push(Reasoned { effect, reason: Reason::default() });
        Ok(self.effects.len() - 1)
    }

    pub(super) fn complain(&mut self, setting: Arc<str>) -> Result<usize, PluginFault> {
        if self.mode != Mode::CheckSettings {
            return Err(invalid(sentences::no_complaints_here()));
        }
        if self.complaints.len() >= limits::EFFECTS_PER_ROW_MAX {
            return Err(exceeded(sentences::COMPLAINTS, limits::EFFECTS_PER_ROW_MAX));
        }
        self.complaints.push((setting, Reason::default()));
        Ok(self.complaints.len() - 1)
    }

    /// Of a comparison whose left side came from somewhere on record.
    pub(super) fn record(
        &mut self,
        of: &Dynamic,
        comparison: Comparison,
        threshold: &Dynamic,
        held: bool,
    ) -> Result<(), PluginFault> {
        let layout = &self.layout;
        let name = |slots: &[regulars_model::wire::Slot], position: usize| {
            slots.get(position).map(|slot| Arc::clone(&slot.name))
        };
        let subject = match Origin::of(of) {
            Some(Origin::Input(position)) => name(&layout.inputs, position).map(Subject::Input),
            Some(Origin::Customer(position)) => {
                name(&layout.customer, position).map(Subject::Customer)
            }
            Some(Origin::Event(position)) => name(&layout.event, position).map(Subject::Event),
            Some(Origin::Now) => Some(Subject::Now),
            Some(Origin::Setting(_)) | None => None,
        };
        let Some(subject) = subject else { return Ok(()) };
        if self.conditions.len() >= limits::CONDITIONS_PER_ROW_MAX {
            return Err(exceeded(sentences::COMPARISONS, limits::CONDITIONS_PER_ROW_MAX));
        }
        let setting = match Origin::of(threshold) {
            Some(Origin::Setting(position)) => name(&layout.settings, position),
            _ => None,
        };
        let threshold = read_threshold(threshold)?;
        self.conditions.push(Condition { subject, comparison, threshold, setting, held });
        Ok(())
    }

    pub(super) fn log(&mut self, message: &str) {
        let room = limits::LOG_BYTES_PER_CALL.saturating_sub(self.log.len() + 1);
        let end = message.floor_char_boundary(room);
        if end > 0 {
            self.log.push_str(&message[..end]);
            self.log.push('\n');
        }
    }

    fn finish(&mut self) -> Result<Decision, PluginFault> {
        let mut decision = Decision::default();
        for mut effect in self.effects.drain(..) {
            if let Effect::Task(task) = &mut effect.effect
                && task.title.text.is_empty()
            {
                task.title = effect.reason.clone();
            }
            self.layout.check_effect(&decision, &effect)?;
            decision.effects.push(effect);
        }
        decision.conditions = std::mem::take(&mut self.conditions);
        Ok(decision)
    }
}

/// One value, as a threshold is in Rust.
fn read_threshold(threshold: &Dynamic) -> Result<Value, PluginFault> {
    if threshold.is_array() || threshold.is_map() {
        return Err(invalid(sentences::no_order(kind(threshold))));
    }
    match value(threshold) {
        Some(Value::Text(text)) if text.len() > 4 * limits::PLUGIN_TEXT_CHARS_MAX => {
            Err(invalid(sentences::long_text(text.len())))
        }
        other => Ok(other.unwrap_or(Value::Null)),
    }
}

fn exceeded(what: Word, most: usize) -> PluginFault {
    PluginFault::new(PluginFaultCode::LimitExceeded, sentences::too_many(most, what))
}
