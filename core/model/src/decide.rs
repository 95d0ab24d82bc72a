//! What the host asks a plugin and what the plugin answers: one model for WebAssembly and Rhai.

mod fault;

pub use fault::{PluginFault, PluginFaultCode};

use crate::{Fault, Instant, Lifecycle, Value};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One rule behind either runtime. Pure: equal calls give equal answers.
pub trait Decider: Send + Sync {
    /// One answer per row, in the order of the rows; the verdict on a row never depends on the
    /// other rows of the call.
    fn decide(&self, call: &Call) -> Vec<Result<Decision, PluginFault>>;

    /// What settings a schema can not refuse: thresholds out of order, steps that never end.
    fn check_settings(&self, settings: &[Value]) -> Result<Vec<Fault>, PluginFault>;

    /// The same answers, and what they took. Slower: for authors, not for sales.
    fn decide_measured(&self, call: &Call) -> (Vec<Result<Decision, PluginFault>>, Used) {
        (self.decide(call), Used::default())
    }
}

/// What a call took, as far as its runtime counts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Fuel of a component, operations of a script: of all rows together.
    pub fuel: Option<u64>,
    /// The largest memory of a component.
    pub memory_bytes: Option<usize>,
}

/// A batch of rows for one plugin. Values stand by position: settings, inputs, customer fields and
/// event fields each in the byte order of their names in the manifest.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// The distinct settings of the batch, each followed by the tables; a row names one by index.
    pub settings: Vec<Arc<[Value]>>,
    pub rows: Vec<Row>,
}

/// One customer's entry to decide.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    pub cause: Cause,
    /// The entry's own instant, never the server's clock.
    pub now: Instant,
    /// Offset of the home store's local time from UTC at `now`.
    pub offset_seconds: i32,
    pub settings: usize,
    pub inputs: Vec<Value>,
    pub customer: Vec<Value>,
    /// All null unless the cause is an event.
    pub event: Vec<Value>,
}

/// Why a plugin is asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "cause", content = "name", rename_all = "snake_case")]
pub enum Cause {
    /// An event of this kind.
    Event(Arc<str>),
    /// The wake the plugin set under this key.
    Wake(Arc<str>),
    /// Something a windowed input counted has left its window.
    Expiry,
    /// The plugin's version or settings changed, or it was switched on.
    Settings,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub effects: Vec<Reasoned>,
    /// Every comparison the rule made for this row, false ones too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reasoned {
    #[serde(flatten)]
    pub effect: Effect,
    pub reason: Reason,
}

/// A text of the manifest, and the values of its placeholders in the order of its `args`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub text: Arc<str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<Value>,
}

/// Fields, tags, lifecycle, wakes and appended events are *state*: recomputed at will. The rest is *work*: it reaches
/// people, so each has a key and is given once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// A field of the plugin's own namespace.
    SetField {
        field: Arc<str>,
        value: Value,
    },
    ClearField {
        field: Arc<str>,
    },
    /// A tag is present while any plugin (or a person) asks for it.
    AddTag {
        tag: Arc<str>,
    },
    RemoveTag {
        tag: Arc<str>,
    },
    SetLifecycle {
        to: Lifecycle,
    },
    /// Takes the plugin's vote back.
    ClearLifecycle,
    /// Setting a key again moves its wake.
    Wake {
        key: Arc<str>,
        at: Instant,
    },
    CancelWake {
        key: Arc<str>,
    },
    Task(TaskEffect),
    Message(Filled),
    Voucher(Filled),
    Points(PointsEffect),
    /// An event of the plugin's own kind, at the instant of the entry.
    AppendEvent(NewEvent),
    /// The engine's word alone: what the plugin appended no longer counts from here on.
    WithdrawEvent {
        kind: Arc<str>,
        key: Arc<str>,
    },
    /// What the manifest declares under `custom`, for whoever reads it from the outbox.
    Custom(Filled),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskEffect {
    /// One of the manifest's `tasks`.
    pub kind: Arc<str>,
    /// Identity within (customer, plugin): made from instants and source ids, never at random.
    pub key: Arc<str>,
    /// What to do: a text of the manifest.
    pub title: Reason,
    pub due_at: Instant,
    pub assignee: Assignee,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Assignee {
    /// Whoever of the customer's home store takes it.
    HomeStore,
    /// The customer's assigned staff; the home store where there is none.
    AssignedStaff,
}

/// A declared template filled in for one customer: a message, a voucher, a custom effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filled {
    /// One the manifest declares: gateways take approved templates, no free text.
    pub template: Arc<str>,
    pub key: Arc<str>,
    /// Typed variables in the order the manifest declares for the template.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<Value>,
    pub not_before: Instant,
    pub expires_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsEffect {
    /// One of the manifest's `points`.
    pub account: Arc<str>,
    pub key: Arc<str>,
    /// Negative to take away.
    pub amount: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewEvent {
    /// One of the manifest's `events`, without the plugin's id before it.
    pub kind: Arc<str>,
    /// Identity within (customer, plugin, kind); the event's source id.
    pub key: Arc<str>,
    /// Minor units of the home store's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// In the order the manifest declares for the kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<Value>,
}

/// One comparison the rule made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    pub subject: Subject,
    pub comparison: Comparison,
    pub threshold: Value,
    /// Setting the threshold came from, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<Arc<str>>,
    pub held: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", content = "name", rename_all = "snake_case")]
pub enum Subject {
    Input(Arc<str>),
    Customer(Arc<str>),
    Event(Arc<str>),
    /// The instant of the entry.
    Now,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    Equal,
    NotEqual,
    /// Strictly more.
    Over,
    /// At least.
    From,
    /// Strictly less.
    Under,
    /// At most.
    UpTo,
}

impl Assignee {
    pub const ALL: [(&str, Assignee); 2] =
        [("home-store", Assignee::HomeStore), ("assigned-staff", Assignee::AssignedStaff)];

    pub fn name(self) -> &'static str {
        let named = Assignee::ALL.iter().find(|(_, assignee)| *assignee == self);
        named.map_or("home-store", |(name, _)| name)
    }

    pub fn find(name: &str) -> Option<Assignee> {
        Assignee::ALL.iter().find(|(own, _)| *own == name).map(|(_, assignee)| *assignee)
    }
}

impl Comparison {
    pub const ALL: [(&str, Comparison); 6] = [
        ("=", Comparison::Equal),
        ("≠", Comparison::NotEqual),
        (">", Comparison::Over),
        ("≥", Comparison::From),
        ("<", Comparison::Under),
        ("≤", Comparison::UpTo),
    ];

    pub fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Comparison::Equal => left == right,
            Comparison::NotEqual => left != right,
            Comparison::Over => left > right,
            Comparison::From => left >= right,
            Comparison::Under => left < right,
            Comparison::UpTo => left <= right,
        }
    }
}
