//! The contract's types, under one set of names: those of the bindings in a component, those of the
//! model everywhere else. They differ in a few spellings, which stand here.

#[cfg(target_arch = "wasm32")]
mod target {
    pub use crate::guest::bindings::regulars::plugin::types::*;

    pub const AT_LEAST: Comparison = Comparison::AtLeast;
    pub const AT_MOST: Comparison = Comparison::AtMost;

    pub fn set_field(field: u32, value: i64) -> Effect {
        Effect::SetField(FieldValue { field, value })
    }

    pub fn wake(key: u32, at: i64) -> Effect {
        Effect::Wake(Wake { key, at })
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod target {
    pub use regulars_model::{decide::Comparison, wire::*};

    pub const AT_LEAST: Comparison = Comparison::From;
    pub const AT_MOST: Comparison = Comparison::UpTo;

    pub fn set_field(field: u32, value: i64) -> Effect {
        Effect::SetField { field, value }
    }

    pub fn wake(key: u32, at: i64) -> Effect {
        Effect::Wake { key, at }
    }
}

pub use target::*;

/// The word for null.
pub const NULL_WORD: i64 = i64::MIN;
/// The position for "none".
pub const NO_POSITION: u32 = u32::MAX;
