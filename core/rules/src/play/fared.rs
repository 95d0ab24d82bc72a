//! How rules do in a play, for whoever must know of one that fails again and again.

use super::{Entry, Mode, Player};
use crate::rulebook::Rule;
use regulars_model::PluginFault;
use std::sync::Arc;

/// One rule's answers in a play, in the order of its calls.
pub struct Fared {
    pub rule: Arc<Rule>,
    pub has_succeeded: bool,
    /// Since it last succeeded, or else in all.
    pub faults: u32,
    /// The last of those.
    pub fault: Option<PluginFault>,
}

impl Player {
    /// Imported history does not count: it is brought in under somebody's eyes, and long after. Nor does
    /// what was held before and fails again, which is no news.
    pub(super) fn note(&mut self, entry: &Entry, rule: &Arc<Rule>, fault: Option<&PluginFault>) {
        if rule.is_silent || matches!(self.mode, Mode::History) {
            return;
        }
        if fault.is_some() && self.was_held(entry, rule).is_some() {
            return;
        }
        let known = self.fared.iter().position(|own| Arc::ptr_eq(&own.rule, rule));
        let position = known.unwrap_or_else(|| {
            let rule = rule.clone();
            self.fared.push(Fared { rule, has_succeeded: false, faults: 0, fault: None });
            self.fared.len() - 1
        });
        let fared = &mut self.fared[position];
        match fault {
            Some(fault) => {
                fared.faults += 1;
                fared.fault = Some(fault.clone());
            }
            None => {
                fared.has_succeeded = true;
                (fared.faults, fared.fault) = (0, None);
            }
        }
    }
}
