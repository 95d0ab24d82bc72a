//! Days with a purchase make a regular.

use regulars_sdk::prelude::*;

plugin!("plugin.toml");

/// Asked about one customer at a time. `is_from` is "at least", and goes on record: people can ask why.
#[decide]
fn regular(call: &Call, out: &mut Decision) {
    let days = call.inputs.days;
    let regular = days.is_from(call.settings.regular_from);
    out.set_field(fields::REGULAR, regular).because(texts::BY_DAYS, (days,));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without WebAssembly, so that a debugger can look on.
    #[test]
    fn scenarios() {
        regulars_sdk::scenarios!("scenarios/*.toml");
    }
}
