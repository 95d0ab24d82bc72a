//! Events that plugins append.
//!
//! What decisions of one instant append is taken after all that happened at that instant, as its
//! second round; what decisions on that append, as its third. So an appended event is an entry of the
//! log like any other, and its place says nothing of when its cause became known.

use super::{Entry, Player};
use crate::{Decided, faults, grant::Granted, rulebook::Rule, sentence::sentence};
use regulars_model::{
    BusinessDay, Cause, Effect, Event, EventKey, PluginFault, Reason,
    decide::{NewEvent, PluginFaultCode},
    event::{Body, Rank},
    limits::ROUNDS_PER_INSTANT_MAX,
};
use std::collections::BTreeMap;

/// Where stands what the decisions before `from` appended and did not take back, and whether it is
/// there because of a new configuration.
pub(super) fn standing_before<'a>(
    decisions: impl Iterator<Item = &'a Decided>,
    from: &EventKey,
) -> BTreeMap<EventKey, bool> {
    let mut earlier: Vec<&Decided> = decisions.filter(|decided| decided.key < *from).collect();
    // Two configurations may have come at one instant.
    earlier.sort_by(|left, right| (&left.key, left.epoch).cmp(&(&right.key, right.epoch)));
    let mut standing: BTreeMap<EventKey, bool> = BTreeMap::new();
    for decided in earlier {
        for outcome in decided.applied() {
            match &outcome.effect {
                Effect::AppendEvent(event) => {
                    let name = format!("{}.{}", decided.plugin, event.kind);
                    if let Some(key) = place(&decided.key, &name, &event.key) {
                        let of_cause = standing.get(&decided.key).copied().unwrap_or(false);
                        standing.insert(key, of_cause || decided.cause == Cause::Settings);
                    }
                }
                Effect::WithdrawEvent { kind, key } => {
                    let name = format!("{}.{kind}", decided.plugin);
                    standing.retain(|own, _| *own.source != *name || own.source_id != *key);
                }
                _ => {}
            }
        }
    }
    standing
}

/// Where an event stands that is decided on the entry `cause`; none after the last round.
fn place(cause: &EventKey, name: &str, key: &str) -> Option<EventKey> {
    let rank = match cause.rank.round() {
        1 => Rank::Round2,
        2 => Rank::Round3,
        3 => Rank::Round4,
        _ => return None,
    };
    Some(EventKey { at: cause.at, rank, source: name.into(), source_id: key.into() })
}

impl Player {
    /// Holds a decision whose event would open one round too many.
    pub(super) fn within_rounds(
        &self,
        rule: &Rule,
        entry: &Entry,
        granted: Granted,
    ) -> Result<Granted, PluginFault> {
        if entry.key.rank.round() < ROUNDS_PER_INSTANT_MAX {
            return Ok(granted);
        }
        let is_new = |event: &&NewEvent| {
            let name = rule.manifest.event_kind(&event.kind);
            self.log.find_appended(&name, &event.key).is_none()
        };
        let mut events = granted.0.effects.iter().filter_map(|asked| match &asked.effect {
            Effect::AppendEvent(event) => Some(event),
            _ => None,
        });
        let Some(event) = events.find(is_new) else { return Ok(granted) };
        let most = ROUNDS_PER_INSTANT_MAX;
        let said = faults::round_too_many(&event.kind, i64::from(most + 1), i64::from(most));
        Err(PluginFault::new(PluginFaultCode::LimitExceeded, said))
    }

    /// False where the plugin has appended it before.
    pub(super) fn append(
        &mut self,
        rule: &Rule,
        entry: &Entry,
        new: &NewEvent,
        reason: &Reason,
    ) -> bool {
        let name = rule.manifest.event_kind(&new.kind);
        if self.log.find_appended(&name, &new.key).is_some() {
            return false;
        }
        self.needs_history |= !self.log.is_complete();
        let Some(key) = place(&entry.key, &name, &new.key) else { return false };
        let event = self.appended_event(rule, entry, new, reason, &key);
        self.log.insert(event);
        if self.is_state_only(entry) {
            self.state_only.insert(key.clone());
        }
        self.appended.insert(key);
        true
    }

    /// Stands in the store and on the business day of the event it was decided on, otherwise of the
    /// home store. Nobody of the staff did it.
    fn appended_event(
        &self,
        rule: &Rule,
        entry: &Entry,
        new: &NewEvent,
        reason: &Reason,
        key: &EventKey,
    ) -> Event {
        let home = self.home.currency;
        let declared = rule.manifest.events.get(&*new.kind).map(|own| &own.data);
        let data = declared.into_iter().flatten().zip(&new.data);
        let data = data.filter(|(_, value)| !value.is_null());
        let cause = entry.event.map(|index| &self.log.events()[index]);
        let (business_day, offset_seconds, unit_id) = match cause {
            Some(cause) => (cause.business_day, cause.offset_seconds, cause.unit_id),
            None => (
                BusinessDay::of(key.at, &self.home.zone, self.home.cutoff_hour),
                key.at.local(&self.home.zone).1,
                self.home.unit_id,
            ),
        };
        Event {
            id: key.appended_id(self.person.id),
            kind: key.source.clone(),
            occurred_at: key.at,
            recorded_at: self.until,
            round: key.rank.round(),
            business_day,
            offset_seconds,
            unit_id,
            staff_id: None,
            source: rule.id().into(),
            source_id: key.source_id.clone(),
            refers_to: None,
            amount: new.amount,
            currency: new.amount.map(|_| home),
            body: Body {
                data: data
                    .map(|((name, shape), value)| (name.clone(), shape.write(value, home)))
                    .collect(),
                reason: Some(sentence(&rule.manifest, reason, home)),
                ..Body::default()
            },
            flags: Vec::new(),
        }
    }

    /// Because of a new configuration, or of what was appended because of one.
    pub(super) fn is_state_only(&self, entry: &Entry) -> bool {
        entry.cause == Cause::Settings || self.state_only.contains(&entry.key)
    }

    /// The effects that take back all that a plugin appended.
    pub(super) fn withdrawal_of_events(&self, plugin: &str) -> Vec<Effect> {
        let own = self
            .log
            .events()
            .iter()
            .filter(|event| event.is_appended() && *event.source == *plugin);
        let effects = own.map(|event| Effect::WithdrawEvent {
            kind: event.kind[plugin.len() + 1..].into(),
            key: event.source_id.clone(),
        });
        effects.collect()
    }

    /// From here on it is as if it had not been appended.
    pub(super) fn withdraw_event(&mut self, plugin: &str, effect: &Effect) {
        let Effect::WithdrawEvent { kind, key } = effect else { return };
        let name = format!("{plugin}.{kind}");
        if let Some((place, event)) = self.log.remove(&name, key) {
            self.taken -= usize::from(place < self.taken);
            self.withdrawn.push(event);
        }
    }
}
