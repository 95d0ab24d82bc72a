//! What clients send: the bodies of REST, as plain types.

mod customers;
mod events;
mod issues;
mod people;
mod rules;
mod units;
mod work;

pub use customers::*;
pub use events::*;
pub use issues::*;
pub use people::*;
pub use rules::*;
pub use units::*;
pub use work::*;
