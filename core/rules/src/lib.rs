//! The pure half of the engine: a customer's state is a fold over one ordered log.
//!
//! No I/O, no clock, no randomness. The server, an import, a scenario and a what-if all run the same
//! [`play`]; only where the log comes from and where the outcome goes differs.

mod concerned;
pub mod conflicts;
pub mod decided;
mod faults;
mod filter;
pub mod grant;
pub mod inputs;
pub mod log;
pub mod play;
pub mod rulebook;
pub mod scenario;
pub mod sentence;
pub mod state;
#[cfg(test)]
mod testing;

pub use concerned::concerned;
pub use decided::{Decided, Outcome, Work};
pub use log::Log;
pub use play::{Player, Start, drive};
pub use rulebook::{Given, Period, Rule, Rulebook, Rules};
pub use state::State;
