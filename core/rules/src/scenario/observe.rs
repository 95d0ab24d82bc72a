//! A plugin that is looked on while scenarios ask it: what it compared, what it said, what it took.

use super::coverage::{Coverage, Noted};
use regulars_model::{
    Call, Currency, Decider, Decision, Effect, Fault, Manifest, PluginFault, Value, decide::Used,
};
use std::sync::{Arc, Mutex, PoisonError};

/// The most a scenario's calls took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    pub used: Used,
    pub effects: usize,
    pub comparisons: usize,
}

pub(super) struct Observer {
    decider: Arc<dyn Decider>,
    manifest: Arc<Manifest>,
    currency: Currency,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    taken: Taken,
    coverage: Coverage,
}

impl Taken {
    pub fn most(self, other: Taken) -> Taken {
        Taken {
            used: Used {
                fuel: self.used.fuel.max(other.used.fuel),
                memory_bytes: self.used.memory_bytes.max(other.used.memory_bytes),
            },
            effects: self.effects.max(other.effects),
            comparisons: self.comparisons.max(other.comparisons),
        }
    }
}

impl Observer {
    pub(super) fn new(
        decider: &Arc<dyn Decider>,
        manifest: &Arc<Manifest>,
        currency: Currency,
    ) -> Observer {
        Observer {
            decider: decider.clone(),
            manifest: manifest.clone(),
            currency,
            seen: Mutex::default(),
        }
    }

    pub(super) fn taken(&self) -> Taken {
        self.with(|seen| seen.taken)
    }

    pub(super) fn coverage(&self) -> Coverage {
        self.with(|seen| std::mem::take(&mut seen.coverage))
    }

    fn with<T>(&self, change: impl FnOnce(&mut Seen) -> T) -> T {
        change(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, decision: &Decision, used: Used) {
        let (effects, comparisons) = (decision.effects.len(), decision.conditions.len());
        let conditions = decision.conditions.iter();
        let row = conditions.map(|own| Noted::new(own, &self.manifest, self.currency)).collect();
        self.with(|seen| {
            seen.taken = seen.taken.most(Taken { used, effects, comparisons });
            seen.coverage.rows.push(row);
            for asked in &decision.effects {
                seen.coverage.texts.insert(asked.reason.text.clone());
                if let Effect::Task(task) = &asked.effect {
                    seen.coverage.texts.insert(task.title.text.clone());
                }
            }
        });
    }
}

impl Decider for Observer {
    /// Row by row, so that what is counted is a row's.
    fn decide(&self, call: &Call) -> Vec<Result<Decision, PluginFault>> {
        let rows = call.rows.iter().map(|row| {
            let alone = Call { settings: call.settings.clone(), rows: vec![row.clone()] };
            let (answers, used) = self.decider.decide_measured(&alone);
            for answer in &answers {
                match answer {
                    Ok(decision) => self.note(decision, used),
                    Err(_) => self.note(&Decision::default(), used),
                }
            }
            answers
        });
        rows.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    fn check_settings(&self, settings: &[Value]) -> Result<Vec<Fault>, PluginFault> {
        let complaints = self.decider.check_settings(settings)?;
        self.with(|seen| {
            seen.coverage.complaints.extend(complaints.iter().map(|own| own.message.en.clone()));
        });
        Ok(complaints)
    }
}
