//! Folding a plugin's answer into the state.

use super::{Ask, Entry, Held, Mode, Player};
use crate::{
    decided::{Decided, Outcome, Request, Work},
    grant::Granted,
    rulebook::Rule,
    sentence::{UNDECLARED, WITHDRAWN},
};
use regulars_model::{
    Effect, Instant, PluginFault, Reason,
    decide::Reasoned,
    limits::{MESSAGE_LATE_US, TASK_LATE_US},
};
use std::sync::Arc;

impl Player {
    /// Applies what changes something; an effect equal to the present state is dropped, and a
    /// decision that leaves nothing is not kept.
    pub(super) fn settle(
        &mut self,
        entry: &Entry,
        ask: Ask,
        granted: Result<Granted, PluginFault>,
    ) {
        let (effects, conditions, fault) = match granted {
            Ok(granted) => {
                let effects: Vec<_> = granted
                    .0
                    .effects
                    .into_iter()
                    .filter_map(|asked| self.apply(&ask.rule, entry, asked))
                    .collect();
                (effects, granted.0.conditions, None)
            }
            Err(fault) => (Vec::new(), Vec::new(), Some(fault)),
        };
        if !effects.is_empty() || fault.is_some() {
            let request = Request::new(&ask.rule, &ask.row);
            let decided = self.record(entry, &ask.rule, request, effects);
            self.decided.push(Decided { conditions, fault, ..decided });
        }
    }

    fn apply(&mut self, rule: &Rule, entry: &Entry, asked: Reasoned) -> Option<Outcome> {
        let Reasoned { effect, reason } = asked;
        let outcome = match &effect {
            Effect::Task(_)
            | Effect::Message(_)
            | Effect::Voucher(_)
            | Effect::Points(_)
            | Effect::Custom(_) => self.judge_work(rule, entry, &effect)?,
            Effect::AppendEvent(event) if self.append(rule, entry, event, &reason) => Work::Applied,
            _ if self.state.apply(rule.id(), rule.manifest.on.priority, &effect) => Work::Applied,
            _ => return None,
        };
        Some(Outcome { effect, reason, outcome })
    }

    /// Who lost is known only when all have answered: whose turn comes first must not matter.
    pub(super) fn count_votes(&mut self, entry: &Entry) {
        let stage = self.person.lifecycle.is_none().then(|| self.state.lifecycle());
        for decided in &mut self.decided[entry.decided_before..] {
            let own = self.state.lifecycle.get(&decided.plugin).map(|(_, stage)| *stage);
            let outcome = if own == stage { Work::Applied } else { Work::LostVote };
            let votes = decided.effects.iter_mut();
            for vote in votes.filter(|one| matches!(one.effect, Effect::SetLifecycle { .. })) {
                vote.outcome = outcome;
            }
        }
    }

    /// Whether work for people is given, and if not, why; none when it has been given already.
    fn judge_work(&self, rule: &Rule, entry: &Entry, effect: &Effect) -> Option<Work> {
        let outcome =
            Outcome { effect: effect.clone(), reason: Default::default(), outcome: Work::Applied };
        let identity = (rule.id().to_owned(), outcome.work_identity()?);
        let given_here = self.decided.iter().any(|decided| {
            decided.plugin == identity.0
                && decided
                    .effects
                    .iter()
                    .any(|own| own.work_identity().as_ref() == Some(&identity.1))
        });
        if given_here {
            return None;
        }
        let late_us = match effect {
            Effect::Task(_) => TASK_LATE_US,
            // What was earned is owed, however late the till tells.
            Effect::Points(_) => i64::MAX,
            _ => MESSAGE_LATE_US,
        };
        match &self.mode {
            Mode::History => return Some(Work::History),
            Mode::Replay(known) => {
                if let Some(before) = known.get(&identity) {
                    return Some(*before);
                }
                if self.was_held(entry, rule).is_some_and(|held| held.history) {
                    return Some(Work::History);
                }
                if entry.key.at.plus(late_us) < self.until {
                    return Some(Work::TooLate);
                }
            }
            Mode::Live => {}
        }
        let decided_again =
            self.state_only_through.as_ref().is_some_and(|through| entry.key <= *through);
        let decided_again = decided_again && self.was_held(entry, rule).is_none();
        if self.is_state_only(entry) || decided_again {
            return Some(Work::StateOnly);
        }
        let expires_at = match effect {
            Effect::Message(filled) | Effect::Voucher(filled) | Effect::Custom(filled) => {
                filled.expires_at
            }
            _ => Instant::NEVER,
        };
        if expires_at <= self.until {
            return Some(Work::TooLate);
        }
        match effect {
            Effect::Message(message) if !self.may_send(rule, &message.template) => {
                Some(Work::NoConsent)
            }
            _ => Some(Work::Applied),
        }
    }

    /// The decision about the entry, where it was held.
    pub(super) fn was_held(&self, entry: &Entry, rule: &Rule) -> Option<&Held> {
        if self.held.is_empty() {
            return None;
        }
        self.held.get(&(entry.key.clone(), rule.id().to_owned()))
    }

    /// That a version is not asked any more is no reason to forget what it failed of.
    pub(super) fn first_fault(
        &self,
        entry: &Entry,
        rule: &Rule,
        fault: PluginFault,
    ) -> PluginFault {
        match self.was_held(entry, rule) {
            Some(held) if rule.is_silent => held.fault.clone(),
            _ => fault,
        }
    }

    fn may_send(&self, rule: &Rule, template: &str) -> bool {
        let template = rule.manifest.messages.get(template);
        template.is_some_and(|template| self.state.may_send(template))
    }

    /// A rule that is switched off, or sees no event of the customer any more, leaves nothing
    /// behind; what it has given to people stays.
    pub(super) fn withdraw(&mut self, rule: &Arc<Rule>, entry: &Entry) {
        let mut effects = self.state.withdrawal(rule.id());
        effects.extend(self.withdrawal_of_events(rule.id()));
        self.take_back(rule, entry, effects, WITHDRAWN);
    }

    /// A version leaves nothing behind that the one in its place could neither set nor take back.
    pub(super) fn withdraw_undeclared(&mut self, rule: &Arc<Rule>, entry: &Entry) {
        let manifest = &rule.manifest;
        let vote = self.state.lifecycle.get(rule.id()).map(|(_, stage)| *stage);
        let mut effects = self.state.withdrawal(rule.id());
        effects.extend(self.withdrawal_of_events(rule.id()));
        effects.retain(|effect| match effect {
            Effect::ClearField { field } => !manifest.fields.contains_key(&**field),
            Effect::RemoveTag { tag } => !manifest.grants.tags.iter().any(|own| **own == **tag),
            Effect::ClearLifecycle => {
                vote.is_some_and(|stage| !manifest.grants.lifecycle.contains(&stage))
            }
            Effect::WithdrawEvent { kind, .. } => !manifest.events.contains_key(&**kind),
            // It is asked when the time comes, and may do nothing.
            _ => false,
        });
        self.take_back(rule, entry, effects, UNDECLARED);
    }

    fn take_back(&mut self, rule: &Arc<Rule>, entry: &Entry, effects: Vec<Effect>, why: &str) {
        if effects.is_empty() {
            return;
        }
        let reason = Reason { text: why.into(), args: Vec::new() };
        let mut outcomes = Vec::with_capacity(effects.len());
        for effect in effects {
            self.state.apply(rule.id(), rule.manifest.on.priority, &effect);
            self.withdraw_event(rule.id(), &effect);
            outcomes.push(Outcome { effect, reason: reason.clone(), outcome: Work::Applied });
        }
        let request = Request { now: entry.key.at, ..Request::default() };
        let decided = self.record(entry, rule, request, outcomes);
        self.decided.push(decided);
    }

    fn record(
        &self,
        entry: &Entry,
        rule: &Rule,
        request: Request,
        effects: Vec<Outcome>,
    ) -> Decided {
        Decided {
            key: entry.key.clone(),
            plugin: rule.id().to_owned(),
            plugin_version: rule.manifest.version.clone(),
            settings_version: rule.settings_version,
            epoch: self.rulebook.periods[self.period].epoch,
            priority: rule.manifest.on.priority,
            cause: entry.cause.clone(),
            event_id: entry.event.map(|index| self.log.events()[index].id),
            request,
            effects,
            conditions: Vec::new(),
            fault: None,
            history: matches!(self.mode, Mode::History)
                || self.was_held(entry, rule).is_some_and(|held| held.history),
        }
    }
}
