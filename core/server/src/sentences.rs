//! What the command line says around what others say.

mod authoring;
mod office;
mod people;
mod upkeep;

pub use authoring::*;
pub use office::*;
pub use people::*;
pub use upkeep::*;
