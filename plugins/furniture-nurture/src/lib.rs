//! Follows a lead at regular intervals until it buys, opts out or has had enough.
//!
//! One interest is followed at a time: an inquiry about another category turns to that one.

mod lead;
mod quote;
mod settings;
mod step;

use regulars_sdk::prelude::*;

plugin!("plugin.toml");

/// The wake that takes the next step.
const NEXT_STEP: &str = "next-step";

#[decide]
fn nurture(call: &Call, out: &mut Decision) {
    match call.cause {
        Cause::Event(events::INQUIRY) => lead::inquire(call, out),
        Cause::Event(events::QUOTE) => quote::follow_up(call, out),
        Cause::Event(events::PURCHASE | events::VOID) => lead::purchase(call, out),
        Cause::Event(events::CONSENT) => lead::consent(call, out),
        Cause::Wake(NEXT_STEP) => step::take(call, out),
        Cause::Settings => step::follow_settings(call, out),
        _ => {}
    }
}

#[check_settings]
fn check(settings: &Settings, out: &mut Complaints) {
    settings::check(settings, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenarios() {
        regulars_sdk::scenarios!("scenarios/*.toml");
    }
}
