//! What is said of a fault: long enough to understand, whatever the plugin put into it.

pub(crate) use regulars_model::said::brief;
