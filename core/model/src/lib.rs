//! The nouns of Regulars: pure types and limits, no I/O. Builds for wasm32 too.
//!
//! Everything else speaks in these types: a plugin's manifest, the rows it is asked about, the
//! decision it gives, a customer, an event, the units of an organisation.

pub mod canonical;
pub mod customer;
pub mod decide;
pub mod document;
pub mod duration;
pub mod event;
pub mod fault;
pub mod finding;
pub mod ids;
pub mod input;
pub mod limits;
pub mod manifest;
pub mod money;
pub mod said;
pub mod shape;
pub mod table;
pub mod text;
pub mod time;
pub mod unit;
pub mod value;
pub mod wire;

pub use customer::{Customer, Identity, IdentityKind, Lifecycle, Profile};
pub use decide::{Call, Cause, Condition, Decider, Decision, Effect, PluginFault, Reason, Row};
pub use event::{Event, EventKey, Line, Tender};
pub use fault::Fault;
pub use finding::{Finding, Findings};
pub use ids::*;
pub use input::Input;
pub use manifest::Manifest;
pub use money::{Currency, Money};
pub use shape::Shape;
pub use time::{BusinessDay, Instant};
pub use unit::{Unit, UnitKind, Units};
pub use value::Value;
