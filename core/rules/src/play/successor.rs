//! What a version could not decide is decided by the first later one that can: by the fix, in most
//! cases, whatever it is that was put in force after the fault.

use super::{Entry, Player};
use crate::{inputs, rulebook::Rule};
use regulars_model::Cause;
use std::sync::Arc;

impl Player {
    /// Asks the version after `rule` about the entry; false where there is none. Only a play of a past
    /// entry meets one, and has the whole log at hand.
    pub(super) fn ask_successor(&mut self, rule: &Arc<Rule>, entry: &Entry) -> bool {
        let rulebook = self.rulebook.clone();
        let mut rule = rule;
        while let Some(next) = rulebook.successor(rule, self.home.unit_id, self.home.currency) {
            if self.log.is_complete() && self.concerns(next, entry) {
                self.ask_in_place(next, entry);
                return true;
            }
            rule = next;
        }
        false
    }

    fn concerns(&self, rule: &Rule, entry: &Entry) -> bool {
        match (&entry.cause, entry.event) {
            (Cause::Event(kind), Some(event)) => {
                let subscribed = rule.manifest.on.events.iter().any(|own| **own == **kind);
                subscribed && rule.sees(&self.log.events()[event])
            }
            _ => true,
        }
    }

    /// Its totals and expiry stand under the plugin's name, where those of the version in force must
    /// stay.
    fn ask_in_place(&mut self, rule: &Arc<Rule>, entry: &Entry) {
        let totals = self.state.totals.clone();
        let expiry = self.state.expiries.get(rule.id()).copied();
        inputs::rebuild_all(rule, &self.log, self.taken, self.home.currency, &mut self.state);
        self.ask(rule, entry);
        self.state.totals = totals;
        match expiry {
            Some(at) => drop(self.state.expiries.insert(rule.id().to_owned(), at)),
            None => drop(self.state.expiries.remove(rule.id())),
        }
    }
}
