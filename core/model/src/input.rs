//! Inputs: declared aggregates over a customer's events or their lines, computable as of any instant.
//!
//! ```toml
//! [inputs.visits_7d]
//! days = "business-day"            # what is aggregated, and how
//! events = ["purchase"]            # of which kinds
//! window = "7d"                    # or "lifetime", or "settings.period"
//! where = { "line.category" = "settings.category" }
//! ```
//!
//! Exactly one of `count`, `sum`, `min`, `max`, `first`, `last`, `days`, `distinct`, `set`, `top` is
//! given. A voided event is never counted. A refund subtracts, in the window of the purchase it refers to.

mod faults;

use crate::Shape;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub(crate) use faults::faults;

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "InputForm", into = "InputForm")]
pub struct Input {
    pub aggregate: Aggregate,
    pub measure: Measure,
    /// Event kinds, sorted.
    pub events: Vec<String>,
    pub window: WindowRef,
    pub filters: BTreeMap<Measure, Match>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aggregate {
    Count,
    Sum,
    Min,
    Max,
    /// Of the earliest counted event.
    First,
    /// Of the latest counted event.
    Last,
    /// Distinct business days.
    Days,
    /// How many distinct values.
    Distinct,
    /// The distinct values themselves, sorted, at most [`SET_INPUT_VALUES_MAX`](crate::limits::SET_INPUT_VALUES_MAX).
    Set,
    /// The value that occurs most, of equals the one counted latest. An event weighs one, and a line
    /// its quantity, which a refund takes away again line by line; what is left with nothing does not
    /// count. A refund takes nothing from a value of the event itself, for it may be of a part. Exact
    /// up to [`TOP_INPUT_VALUES_MAX`](crate::limits::TOP_INPUT_VALUES_MAX) distinct values; for one
    /// more the lightest is forgotten.
    Top,
}

/// What of an event (or of each of its lines) is aggregated or compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// The event itself.
    Event,
    OccurredAt,
    BusinessDay,
    /// In minor units, in the customer's home currency only; negative for a refund.
    Amount,
    Store,
    LineAmount,
    LineQuantity,
    LineSku,
    /// A path such as `furniture/sofa`; a comparison holds for everything below it too.
    LineCategory,
    /// A scalar of the event's data.
    Data(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum WindowRef {
    Lifetime,
    /// Microseconds: the window is (now − w, now].
    Fixed(i64),
    /// Name of a setting of shape `window` or `duration`.
    Setting(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Match {
    /// A literal, or `settings.NAME`.
    One(String),
    Any(Vec<String>),
}

impl Measure {
    /// All but `data.NAME`.
    pub const NAMES: [&str; 9] = [
        "event",
        "occurred-at",
        "business-day",
        "amount",
        "store",
        "line.amount",
        "line.quantity",
        "line.sku",
        "line.category",
    ];

    pub fn is_of_lines(&self) -> bool {
        matches!(
            self,
            Measure::LineAmount | Measure::LineQuantity | Measure::LineSku | Measure::LineCategory
        )
    }

    pub fn is_money(&self) -> bool {
        matches!(self, Measure::Amount | Measure::LineAmount)
    }

    /// Whether its values are texts, or are read as texts.
    pub fn is_text(&self) -> bool {
        matches!(self, Measure::Store | Measure::LineSku | Measure::LineCategory | Measure::Data(_))
    }

    pub fn parse(text: &str) -> Option<Measure> {
        Some(match text {
            "event" => Measure::Event,
            "occurred-at" => Measure::OccurredAt,
            "business-day" => Measure::BusinessDay,
            "amount" => Measure::Amount,
            "store" => Measure::Store,
            "line.amount" => Measure::LineAmount,
            "line.quantity" => Measure::LineQuantity,
            "line.sku" => Measure::LineSku,
            "line.category" => Measure::LineCategory,
            _ => Measure::Data(
                text.strip_prefix("data.").filter(|name| !name.is_empty())?.to_owned(),
            ),
        })
    }

    pub fn name(&self) -> String {
        match self {
            Measure::Event => "event",
            Measure::OccurredAt => "occurred-at",
            Measure::BusinessDay => "business-day",
            Measure::Amount => "amount",
            Measure::Store => "store",
            Measure::LineAmount => "line.amount",
            Measure::LineQuantity => "line.quantity",
            Measure::LineSku => "line.sku",
            Measure::LineCategory => "line.category",
            Measure::Data(name) => return format!("data.{name}"),
        }
        .to_owned()
    }

    fn shape(&self) -> Shape {
        match self {
            Measure::Amount | Measure::LineAmount => Shape::Money,
            Measure::OccurredAt => Shape::Instant,
            Measure::BusinessDay => Shape::Date,
            Measure::Store | Measure::LineSku | Measure::LineCategory => {
                Shape::Text { max_chars: None }
            }
            Measure::Event | Measure::LineQuantity | Measure::Data(_) => {
                Shape::Integer { minimum: None, maximum: None }
            }
        }
    }
}

impl Input {
    /// The shape of this input's value. `first`, `last`, `min`, `max`, `top` of nothing are
    /// null; `count`, `sum`, `days`, `distinct` of nothing are 0; `set` of nothing is empty.
    pub fn shape(&self) -> Shape {
        match self.aggregate {
            Aggregate::Count | Aggregate::Days | Aggregate::Distinct => {
                Shape::Integer { minimum: Some(0), maximum: None }
            }
            Aggregate::Set => Shape::List {
                items: Box::new(Shape::Text { max_chars: None }),
                max_items: Some(crate::limits::SET_INPUT_VALUES_MAX),
            },
            Aggregate::Top => Shape::Text { max_chars: None },
            Aggregate::Sum
            | Aggregate::Min
            | Aggregate::Max
            | Aggregate::First
            | Aggregate::Last => self.measure.shape(),
        }
    }

    /// Settings this input names.
    pub fn settings(&self) -> impl Iterator<Item = &str> {
        let window = match &self.window {
            WindowRef::Setting(name) => Some(name.as_str()),
            _ => None,
        };
        let matches = self.filters.values().filter_map(|rule| match rule {
            Match::One(text) => text.strip_prefix("settings."),
            Match::Any(_) => None,
        });
        window.into_iter().chain(matches)
    }
}

/// As it stands in TOML.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct InputForm {
    #[serde(flatten)]
    aggregate: BTreeMap<String, String>,
    events: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    window: Option<String>,
    #[serde(default, rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
    filters: BTreeMap<String, Match>,
}

const AGGREGATES: [(&str, Aggregate); 10] = [
    ("count", Aggregate::Count),
    ("sum", Aggregate::Sum),
    ("min", Aggregate::Min),
    ("max", Aggregate::Max),
    ("first", Aggregate::First),
    ("last", Aggregate::Last),
    ("days", Aggregate::Days),
    ("distinct", Aggregate::Distinct),
    ("set", Aggregate::Set),
    ("top", Aggregate::Top),
];

impl TryFrom<InputForm> for Input {
    type Error = String;

    fn try_from(form: InputForm) -> Result<Input, String> {
        faults::read(form).map_err(|(_, said)| said.text.en)
    }
}

impl From<Input> for InputForm {
    fn from(input: Input) -> Self {
        let name = AGGREGATES.iter().find(|(_, aggregate)| *aggregate == input.aggregate);
        let name = name.map_or("count", |(name, _)| *name);
        InputForm {
            aggregate: BTreeMap::from([(name.to_owned(), input.measure.name())]),
            events: input.events,
            window: match input.window {
                WindowRef::Lifetime => None,
                WindowRef::Fixed(micros) => Some(crate::duration::format_duration(micros)),
                WindowRef::Setting(name) => Some(format!("settings.{name}")),
            },
            filters: input.filters.into_iter().map(|(path, rule)| (path.name(), rule)).collect(),
        }
    }
}
