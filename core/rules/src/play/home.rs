//! A changed home store: another business day, perhaps another currency, and the rules of that store.

use super::{Entry, Home, Person, Player};
use regulars_model::EventKey;

impl Person {
    /// As of a place in the log, with nothing known of later.
    pub fn before(&self, key: &EventKey) -> Person {
        let mut before = Person { home: self.home_before(key).clone(), ..self.clone() };
        before.homes_before.retain(|(changed, _)| changed < key);
        before
    }

    /// Where the customer was at home just before an entry of the log.
    pub fn home_before(&self, key: &EventKey) -> &Home {
        let mut later = self.homes_before.iter().filter(|(changed, _)| changed >= key);
        later.next().map_or(&self.home, |(_, home)| home)
    }

    /// Where the customer was at home after an entry of the log.
    pub fn home_after(&self, key: &EventKey) -> &Home {
        let mut later = self.homes_before.iter().filter(|(changed, _)| changed > key);
        later.next().map_or(&self.home, |(_, home)| home)
    }
}

impl Player {
    /// The home store from this entry on, where it changed.
    pub(super) fn next_home(&self, entry: &Entry) -> Option<Home> {
        let changed = self.person.homes_before.iter().any(|(key, _)| *key == entry.key);
        changed.then(|| self.person.home_after(&entry.key).clone())
    }

    /// As when the configuration changes, but for this customer alone.
    pub(super) fn change_home(&mut self, home: Home, entry: &Entry) {
        let rulebook = self.rulebook.clone();
        let period = rulebook.periods.get(self.period);
        let before = period.map_or(&[][..], |period| period.rules_at(self.home.unit_id));
        let after = period.map_or(&[][..], |period| period.rules_at(home.unit_id));
        let all = home.currency != self.home.currency;
        self.home = home;
        self.change_rules(entry, before, after, all);
    }
}
