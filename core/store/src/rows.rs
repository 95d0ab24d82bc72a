//! Plain rows: what the store takes and gives. JSON stands in them as text, as it is stored.

mod audit;
mod changeset;
mod configuration;
mod customer;
mod decision;
mod draft;
mod issue;
mod job;
mod staff;
mod work;

pub use audit::*;
pub use changeset::*;
pub use configuration::*;
pub use customer::*;
pub use decision::*;
pub use draft::*;
pub use issue::*;
pub use job::*;
pub use staff::*;
pub use work::*;

/// A closed set of words, stored as text.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$inner:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$inner])* $variant),+ }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$variant),+];

            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            pub fn find(name: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|word| word.name() == name)
            }
        }
    };
}
use words;
