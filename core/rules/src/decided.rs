//! One plugin's answer to one entry of the log, with all that is needed to explain and repeat it.

use regulars_model::{
    Cause, Condition, Effect, EventId, EventKey, Instant, PluginFault, Reason, Row, Value,
    decide::Filled,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

use crate::{rulebook::Rule, sentence::OF_ENGINE};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    pub key: EventKey,
    pub plugin: String,
    pub plugin_version: String,
    pub settings_version: i64,
    pub epoch: i64,
    pub priority: i32,
    pub cause: Cause,
    pub event_id: Option<EventId>,
    pub request: Request,
    pub effects: Vec<Outcome>,
    pub conditions: Vec<Condition>,
    /// The plugin failed: the decision is held, nothing of it was applied.
    pub fault: Option<PluginFault>,
    /// Made over imported history.
    pub history: bool,
}

/// What the plugin was given, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// That of the entry, and kept with it.
    #[serde(skip)]
    pub now: Instant,
    pub offset_seconds: i32,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inputs: BTreeMap<Arc<str>, Value>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub customer: BTreeMap<Arc<str>, Value>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub event: BTreeMap<Arc<str>, Value>,
}

/// An effect that was asked for, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    #[serde(flatten)]
    pub effect: Effect,
    pub reason: Reason,
    #[serde(default, skip_serializing_if = "Work::is_applied")]
    pub outcome: Work,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    #[default]
    Applied,
    /// Another vote for the lifecycle counts more: a plugin's, or a person's.
    LostVote,
    /// Decided over imported history: nobody is to be called about it now.
    History,
    /// Decided because settings changed: that changes state only.
    StateOnly,
    /// The customer consented on none of the channels.
    NoConsent,
    /// Follows only since a late event, and lies too far back.
    TooLate,
}

impl Work {
    pub fn is_applied(&self) -> bool {
        *self == Work::Applied
    }

    pub fn name(self) -> &'static str {
        match self {
            Work::Applied => "applied",
            Work::LostVote => "lost_vote",
            Work::History => "history",
            Work::StateOnly => "state_only",
            Work::NoConsent => "no_consent",
            Work::TooLate => "too_late",
        }
    }
}

impl Outcome {
    /// Whether a state effect took hold.
    pub fn is_applied(&self) -> bool {
        matches!(self.outcome, Work::Applied | Work::LostVote)
    }

    /// Work that would have followed, had a publication not changed state only.
    pub fn is_left_out(&self) -> bool {
        self.outcome == Work::StateOnly && self.work_identity().is_some()
    }

    /// Identity of a work effect within its customer and plugin.
    pub fn work_identity(&self) -> Option<WorkIdentity> {
        match &self.effect {
            Effect::Task(task) => Some(("task", task.kind.clone(), task.key.clone())),
            Effect::Message(filled) => Some(of_filled("message", filled)),
            Effect::Voucher(filled) => Some(of_filled("voucher", filled)),
            Effect::Custom(filled) => Some(of_filled("custom", filled)),
            Effect::Points(points) => Some(("points", points.account.clone(), points.key.clone())),
            _ => None,
        }
    }
}

/// (`task`, `message`, `voucher`, `points` or `custom`; its kind, template or account; key).
pub type WorkIdentity = (&'static str, Arc<str>, Arc<str>);

fn of_filled(sort: &'static str, filled: &Filled) -> WorkIdentity {
    (sort, filled.template.clone(), filled.key.clone())
}

impl Request {
    pub fn new(rule: &Rule, row: &Row) -> Request {
        fn named(names: &[Arc<str>], values: &[Value]) -> BTreeMap<Arc<str>, Value> {
            let pairs = names.iter().zip(values).filter(|(_, value)| !value.is_null());
            pairs.map(|(name, value)| (name.clone(), value.clone())).collect()
        }
        Request {
            now: row.now,
            offset_seconds: row.offset_seconds,
            inputs: named(&rule.input_names, &row.inputs),
            customer: named(&rule.customer_reads, &row.customer),
            event: named(&rule.event_reads, &row.event),
        }
    }
}

impl Request {
    /// The row it was made of; none where the rule has no such input or reads no such thing.
    pub fn row(&self, rule: &Rule, cause: &Cause) -> Option<Row> {
        fn placed(names: &[Arc<str>], values: &BTreeMap<Arc<str>, Value>) -> Option<Vec<Value>> {
            let known = values.keys().all(|name| names.contains(name));
            let value = |name: &Arc<str>| values.get(name).cloned().unwrap_or_default();
            known.then(|| names.iter().map(value).collect())
        }
        Some(Row {
            cause: cause.clone(),
            now: self.now,
            offset_seconds: self.offset_seconds,
            settings: 0,
            inputs: placed(&rule.input_names, &self.inputs)?,
            customer: placed(&rule.customer_reads, &self.customer)?,
            event: placed(&rule.event_reads, &self.event)?,
        })
    }
}

impl Decided {
    /// Its effects that took hold.
    pub(crate) fn applied(&self) -> impl Iterator<Item = &Outcome> {
        self.effects.iter().filter(|outcome| outcome.is_applied())
    }

    /// What the engine took back: no plugin was asked.
    pub fn is_of_engine(&self) -> bool {
        self.effects.first().is_some_and(|outcome| outcome.reason.text.starts_with(OF_ENGINE))
    }

    /// Equal in all that follows from it: a replay that ends so leaves the stored one in place.
    pub fn is_same(&self, other: &Decided) -> bool {
        self.key == other.key
            && self.plugin == other.plugin
            && self.plugin_version == other.plugin_version
            && self.settings_version == other.settings_version
            && self.effects == other.effects
            && self.request == other.request
            && self.fault == other.fault
    }
}
