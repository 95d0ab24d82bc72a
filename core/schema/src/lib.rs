//! JSON Schemas (2020-12): those every Regulars carries for its events, and those an organisation
//! puts for its custom fields and its own kinds of event. Nothing is ever fetched.

mod compile;
mod fault;
mod personal;
mod references;
mod registry;
mod sentences;

pub mod built_in;

pub use compile::{Validator, compile};
pub use personal::{cover_marked, marks_any};
pub use registry::{Entity, Registry, SchemaError, StoredSchema};
