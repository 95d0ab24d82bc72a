//! The same steps under other settings.

use super::{
    super::file::{Scenario, WhatIf},
    Check, sentences,
};
use regulars_model::Currency;

impl Check<'_> {
    pub(super) fn what_ifs(&mut self, scenario: &Scenario, currency: Currency) {
        for (index, what_if) in scenario.what_ifs.iter().enumerate() {
            let at = index.to_string();
            self.what_if(&["what_if", &at], what_if, scenario, currency);
        }
    }

    fn what_if(&mut self, keys: &[&str], what_if: &WhatIf, scenario: &Scenario, home: Currency) {
        self.settings(&[keys, &["settings"]].concat(), &what_if.settings, home);
        let expect = [keys, &["expect"]].concat();
        self.expect(&expect, &what_if.expect, home);
        let steps = scenario.steps.len();
        let through = what_if.through.unwrap_or(steps);
        match through.checked_sub(1).and_then(|last| scenario.steps.get(last)) {
            Some(last) => self.complaints(&expect, &what_if.expect, last),
            // That there is no step at all is no fault of this one.
            None if what_if.through.is_none() => {}
            None => {
                let keys = [keys, &["through"]].concat();
                self.error(&keys, sentences::no_step(through, steps));
            }
        }
    }
}
