//! What handlers take: each extractor refuses with a problem that names the fault.

pub mod body;
pub mod caller;
pub mod if_match;
pub mod json;
pub mod language;
pub mod lines;
pub mod path;
pub mod query;
mod strict;
mod tree;

pub use caller::{Asking, Bare, Brief, Command, Packed};
pub use if_match::IfMatch;
pub use lines::Lines;
pub use path::Path;
pub use query::Query;
