//! Write a Regulars plugin in Rust: a manifest, one function, scenarios.
//!
//! ```ignore
//! use regulars_sdk::prelude::*;
//!
//! plugin!("plugin.toml"); // typed Settings, Inputs, fields and texts; a typo does not compile
//!
//! #[decide]
//! fn tier(call: &Call, out: &mut Decision) {
//!     let spend = call.inputs.lifetime_spend;
//!     let tier = if spend.is_over(call.settings.high_above) { Tier::High } else { Tier::Low };
//!     out.set_field(fields::TIER, tier).because(texts::TIER_BY_SPEND, (spend, tier));
//! }
//! ```
//!
//! [`plugin!`](regulars_sdk_macros::plugin) turns the manifest beside `Cargo.toml` into
//!
//! - `Settings`, `Tables`, `Inputs`, `Customer` and `Event`: what the rule reads, by name and with its type;
//! - an enum for each choice (`Tier::{Low, Mid, High}`) and a struct for each record, named after what
//!   declares it (an item of `steps` is a `Step`); whatever has the words of a field has its type;
//! - `fields`, `tags`, `lifecycle`, `tasks`, `messages`, …: what it may change;
//! - `texts`: the sentences that say why, which take exactly their arguments;
//! - `events`: the kinds it is asked about, and those of its own that it may append;
//! - on the author's machine, `native()`: the rule without WebAssembly, for tests.
//!
//! The comparison helpers (`is_over`, `is_from`, …) keep each comparison, false ones too, so that the
//! host can say why and why not. Ordinary comparison works and leaves no trace.

// The bindings name this crate, whose types they hold, as plugins do.
#[cfg(target_arch = "wasm32")]
extern crate self as regulars_sdk;

mod append;
mod call;
mod complaints;
mod date;
mod decision;
mod list;
mod measured;
mod money;
mod outgoing;
mod run;
mod setting;
mod table;
mod time;
mod value;
mod wire;
mod work;
mod writer;

#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod guest;
#[cfg(not(target_arch = "wasm32"))]
pub mod native;

pub use append::{Appending, EventKind};
pub use call::{Call, Cause};
pub use complaints::{Complaint, Complaints};
pub use date::Date;
pub use decision::{Decision, Field, Pending, Stage, Tag, Text};
pub use list::List;
pub use measured::{Maybe, Measured};
pub use money::Money;
pub use outgoing::{Account, CustomKind, MessageKind, New, NewPoints, VoucherKind};
pub use regulars_sdk_macros::{check_settings, decide, plugin};
pub use setting::Setting;
pub use table::{Row, Table, TableKey};
pub use time::{Duration, Instant, Window};
pub use value::{Arg, Args, Present, Read, Scalar, Threshold, shape};
pub use work::{Assignee, NewTask, TaskKind};

#[cfg(target_arch = "wasm32")]
pub use wit_bindgen;

/// What generated code uses; not for authors.
#[doc(hidden)]
pub mod generated {
    pub use crate::{
        run::{AcceptAll, Batch, Rules, Words},
        writer::Writer,
    };
}

/// All an author needs in scope.
pub mod prelude {
    pub use crate::{
        Assignee, Cause, Complaints, Date, Decision, Duration, Instant, List, Maybe, Measured,
        Money, Setting, Window, check_settings, decide, plugin,
    };
}

/// Plays every scenario of a folder against the rule, without WebAssembly; panics with the
/// difference. Needs `native` in scope.
#[macro_export]
macro_rules! scenarios {
    ($pattern:literal) => {
        $crate::native::assert_scenarios(env!("CARGO_MANIFEST_DIR"), $pattern, native())
    };
}
