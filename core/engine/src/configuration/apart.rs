//! The same rules with their health counted apart: for questions, in which nothing happens.

use super::Configuration;
use crate::library::Library;
use regulars_model::canonical::hex;
use regulars_rules::{Rule, Rulebook};
use std::{collections::HashMap, sync::Arc};

impl Configuration {
    pub fn rulebook_apart(&self, library: &Library) -> Arc<Rulebook> {
        let mut rulebook = (*self.rulebook).clone();
        // A rule of several periods stays one.
        let mut known: HashMap<*const Rule, Arc<Rule>> = HashMap::new();
        for period in &mut rulebook.periods {
            period.replace(|rule| {
                let apart = known.entry(Arc::as_ptr(rule));
                apart.or_insert_with(|| self.apart(rule, library)).clone()
            });
        }
        Arc::new(rulebook)
    }

    /// One that is set aside is asked nothing, and counts nothing.
    fn apart(&self, rule: &Arc<Rule>, library: &Library) -> Arc<Rule> {
        let found = library.find(rule.id(), &hex(&rule.hash)).map(|runnable| runnable.watched);
        let in_force = || self.plugins.get(rule.id()).map(|plugin| plugin.watched.clone());
        match found.or_else(in_force) {
            Some(watched) if !rule.is_silent => {
                Arc::new(rule.with_decider(Arc::new(watched.apart())))
            }
            _ => rule.clone(),
        }
    }
}
