//! Finding the next entry of the log, and the rows it gives rise to.

use super::{Ask, Entry, Heard, Player};
use crate::{inputs, rulebook::Rule};
use regulars_model::{
    Cause, Event, EventKey, Instant, Row, Value,
    event::{Place, Rank},
};
use std::sync::Arc;

/// What is next in the log.
enum Due<'a> {
    Event,
    Expiry,
    Wake(&'a Arc<str>),
    Settings,
}

impl Player {
    pub(super) fn rules(&self) -> &[Arc<Rule>] {
        let period = self.rulebook.periods.get(self.period);
        period.map_or(&[], |period| period.rules_at(self.home.unit_id))
    }

    fn rule(&self, plugin: &str) -> Option<Arc<Rule>> {
        self.rules().iter().find(|rule| rule.id() == plugin).cloned()
    }

    /// The least of what is due: expiry, wake, configuration change, event, in this order within
    /// one instant.
    pub(super) fn next_entry(&self) -> Option<Entry> {
        let event = self.log.events().get(self.taken).map(|event| (event.place(), Due::Event));
        let expiries = self.state.expiries.iter();
        let expiries =
            expiries.map(|(plugin, at)| ((*at, Rank::Expiry, &**plugin, ""), Due::Expiry));
        let wakes = self.state.wakes.iter().flat_map(|(plugin, wakes)| {
            let place = |at, key| (at, Rank::Wake, &**plugin, key);
            wakes.iter().map(move |(key, at)| (place(*at, &**key), Due::Wake(key)))
        });
        let settings = self.rulebook.periods.get(self.period + 1);
        let settings =
            settings.map(|period| ((period.from, Rank::Settings, "", ""), Due::Settings));
        // Compared where they stand: most are not next, and a key is a copy of its texts.
        let all = event.into_iter().chain(expiries).chain(wakes).chain(settings);
        let (place, due) = all.min_by(|left, right| left.0.cmp(&right.0))?;
        (place.0 <= self.until).then(|| self.entry_at(place, due))
    }

    fn entry_at(&self, (at, rank, source, _): Place<'_>, due: Due<'_>) -> Entry {
        let decided_before = self.decided.len();
        let of = |source: Arc<str>, source_id: Arc<str>, cause| {
            let key = EventKey { at, rank, source, source_id };
            Entry { key, cause, event: None, decided_before }
        };
        match due {
            Due::Event => {
                let event = &self.log.events()[self.taken];
                let (key, cause) = (event.key(), Cause::Event(event.kind.clone()));
                Entry { key, cause, event: Some(self.taken), decided_before }
            }
            Due::Expiry => of(source.into(), Arc::default(), Cause::Expiry),
            Due::Wake(key) => of(source.into(), key.clone(), Cause::Wake(key.clone())),
            Due::Settings => of(Arc::default(), Arc::default(), Cause::Settings),
        }
    }

    /// Moves the state over the entry and asks the rules concerned.
    pub(super) fn take(&mut self, entry: Entry) {
        self.state.through = Some(entry.key.clone());
        let mut entry = entry;
        match &entry.cause {
            Cause::Event(kind) => {
                self.take_event(kind, &entry);
                if let Some(home) = self.next_home(&entry) {
                    entry = Entry { cause: Cause::Settings, ..entry };
                    self.change_home(home, &entry);
                }
            }
            Cause::Wake(key) => {
                let plugin = entry.key.source.to_string();
                self.state.remove_wake(&plugin, key);
                self.ask_one(&plugin, &entry);
            }
            Cause::Expiry => {
                let plugin = entry.key.source.to_string();
                self.state.expiries.remove(&plugin);
                self.ask_one(&plugin, &entry);
            }
            Cause::Settings if self.log.is_complete() => self.take_settings(&entry),
            Cause::Settings => self.take_settings_over_tail(&entry),
        }
        self.entry = Some(entry);
    }

    fn take_event(&mut self, kind: &str, entry: &Entry) {
        self.state.take_event(&self.log.events()[self.taken]);
        self.state.is_foretold |= self.log.is_foretold(self.taken);
        self.taken += 1;
        let index = self.taken - 1;
        let rules = self.rulebook.clone();
        let period = rules.periods.get(self.period);
        let rules = period.map_or(&[][..], |period| period.rules_at(self.home.unit_id));
        let voids = kind == regulars_model::event::kind::VOID;
        for rule in rules {
            let log = &self.log;
            inputs::advance(rule, log, self.taken, self.home.currency, &mut self.state);
            let event = &log.events()[index];
            let subscribed = rule.manifest.on.events.iter().any(|own| own == kind);
            if subscribed && rule.sees(event) {
                self.ask(rule, entry);
            } else if voids || counts_in_window(rule, kind, self.home.currency) {
                self.read_expiry(rule, entry.key.at);
            }
        }
    }

    fn take_settings(&mut self, entry: &Entry) {
        let rulebook = self.rulebook.clone();
        let home = self.home.unit_id;
        let at = |period: usize| {
            let period = rulebook.periods.get(period);
            period.map_or(&[][..], |period| period.rules_at(home))
        };
        self.period += 1;
        self.change_rules(entry, at(self.period - 1), at(self.period), false);
    }

    /// First everything is taken back, then the rules are asked: none sees what another just lost.
    /// With `all` none of them counts as the same.
    pub(super) fn change_rules(
        &mut self,
        entry: &Entry,
        before: &[Arc<Rule>],
        after: &[Arc<Rule>],
        all: bool,
    ) {
        let withdrawn_before = self.withdrawn.len();
        let has_same = |rules: &[Arc<Rule>], rule: &Rule| !all && has_same(rules, rule);
        for rule in before.iter().filter(|rule| !has_same(after, rule)) {
            for input in &rule.prepared(self.home.currency).inputs {
                self.state.totals.remove(&input.key);
            }
            self.state.expiries.remove(rule.id());
            if !after.iter().any(|other| other.id() == rule.id()) {
                self.withdraw(rule, entry);
            }
        }
        let events = &self.log.events()[..self.taken];
        let changed: Vec<(&Arc<Rule>, bool)> = after
            .iter()
            .filter(|rule| !has_same(before, rule))
            // What a silent plugin has set so far stays.
            .filter(|rule| !rule.is_silent)
            .map(|rule| (rule, events.iter().any(|event| rule.sees(event))))
            .collect();
        for (rule, has_seen) in &changed {
            if *has_seen {
                self.withdraw_undeclared(rule, entry);
            } else {
                self.withdraw(rule, entry);
            }
        }
        let withdrawn = self.withdrawn[withdrawn_before..].to_vec();
        for rule in after {
            let is_changed = !has_same(before, rule);
            if !is_changed && !withdrawn.iter().any(|event| self.counts(rule, event)) {
                continue;
            }
            inputs::rebuild_all(rule, &self.log, self.taken, self.home.currency, &mut self.state);
            let own = changed.iter().find(|(own, _)| Arc::ptr_eq(own, rule));
            if rule.is_silent {
                self.read_expiry(rule, entry.key.at);
            } else if own.is_none_or(|(_, has_seen)| *has_seen) {
                self.ask(rule, entry);
            }
        }
    }

    fn counts(&self, rule: &Rule, event: &Event) -> bool {
        let mut inputs = rule.prepared(self.home.currency).inputs.iter();
        rule.sees(event) && inputs.any(|input| input.counts_kind(&event.kind))
    }

    fn ask_one(&mut self, plugin: &str, entry: &Entry) {
        if let Some(rule) = self.rule(plugin) {
            self.ask(&rule, entry);
        }
    }

    pub(super) fn ask(&mut self, rule: &Arc<Rule>, entry: &Entry) {
        let silenced = rule.silenced.as_ref().filter(|_| self.was_held(entry, rule).is_some());
        let rule = silenced.unwrap_or(rule);
        let now = entry.key.at;
        let home = self.home.currency;
        let prepared = rule.prepared(home).clone();
        let mut expires_at = Instant::NEVER;
        let mut values = Vec::with_capacity(prepared.inputs.len());
        for input in &prepared.inputs {
            let reading = inputs::read(input, rule, &self.log, self.taken, now, home, &self.state);
            expires_at = expires_at.min(reading.expires_at.unwrap_or(Instant::NEVER));
            values.push(reading.value);
        }
        self.set_expiry(rule.id(), expires_at);
        let event = entry.event.map(|index| &self.log.events()[index]);
        let row = Row {
            cause: entry.cause.clone(),
            now,
            offset_seconds: now.local(&self.home.zone).1,
            settings: 0,
            inputs: values,
            customer: self.customer_reads(rule),
            event: inputs::event_reads(rule, event),
        };
        let settings = prepared.settings.clone();
        self.asked.push(Ask { rule: rule.clone(), settings, row });
    }

    /// What a plugin's rule would be asked at an instant, after all that was taken, were it asked once
    /// more as it was before.
    pub fn ask_again(&mut self, before: &Heard, now: Instant) -> Option<Ask> {
        let rule = self.rule(before.ask.rule.id())?;
        let mut events = self.log.events().iter();
        let event = before.event_id.and_then(|id| events.position(|event| event.id == id));
        let entry = Entry {
            key: EventKey { at: now, ..before.key.clone() },
            cause: before.ask.row.cause.clone(),
            event,
            decided_before: self.decided.len(),
        };
        self.ask(&rule, &entry);
        self.asked.pop()
    }

    /// When the oldest event behind one of the rule's windows leaves it.
    pub(super) fn read_expiry(&mut self, rule: &Rule, now: Instant) {
        let home = self.home.currency;
        let windowed = rule.prepared(home).inputs.iter().filter(|input| input.window.is_some());
        let expiries = windowed.filter_map(|input| {
            inputs::read(input, rule, &self.log, self.taken, now, home, &self.state).expires_at
        });
        let least = expiries.min().unwrap_or(Instant::NEVER);
        self.set_expiry(rule.id(), least);
    }

    fn set_expiry(&mut self, plugin: &str, at: Instant) {
        if at == Instant::NEVER {
            self.state.expiries.remove(plugin);
        } else if let Some(known) = self.state.expiries.get_mut(plugin) {
            *known = at;
        } else {
            self.state.expiries.insert(plugin.to_owned(), at);
        }
    }

    fn customer_reads(&self, rule: &Rule) -> Vec<Value> {
        let read = |name: &Arc<str>| match name.split_once('.') {
            Some(("consent", purpose)) => Value::Bool(self.state.consents_anywhere(purpose)),
            Some((plugin, field)) => self.state.field(plugin, field).clone(),
            None if **name == *"assigned" => Value::Bool(self.person.assigned),
            None => {
                let stage = self.person.lifecycle.unwrap_or_else(|| self.state.lifecycle());
                Value::text(stage.name())
            }
        };
        rule.customer_reads.iter().map(read).collect()
    }
}

pub(super) fn has_same(rules: &[Arc<Rule>], rule: &Rule) -> bool {
    rules.iter().any(|other| other.id() == rule.id() && !other.differs(rule))
}

fn counts_in_window(rule: &Rule, kind: &str, home: regulars_model::Currency) -> bool {
    let mut inputs = rule.prepared(home).inputs.iter();
    inputs.any(|input| input.window.is_some() && input.counts_kind(kind))
}
