//! Appends an event for each level of spend, and one after 20 days without a purchase; counts what
//! another plugin answers.

use regulars_sdk::prelude::*;

plugin!("plugin.toml");

const LEVELS_MAX: i64 = 5;
const CALM: &str = "calm";

#[decide]
fn append_milestones(call: &Call, out: &mut Decision) {
    if call.cause == Cause::Wake(CALM) {
        let key = format!("calm-{}", call.now.micros_since_1970());
        return out.append_event(events::CALM, &key).because(texts::CALM, ());
    }
    let welcomed = call.inputs.welcomed;
    out.set_field(fields::WELCOMED, welcomed).because(texts::WELCOMED, (welcomed,));
    if call.cause == Cause::Event(events::LEVEL_CLUB_WELCOMED) {
        return;
    }
    if matches!(call.cause, Cause::Event(_)) {
        out.wake(CALM, *call.now + Duration::days(20)).because(texts::CALM, ());
    }
    let spend = call.inputs.spend;
    let level = spend.minor() / call.settings.step.minor();
    for n in 1..=level.min(LEVELS_MAX) {
        out.append_event(events::REACHED, &format!("level-{n}"))
            .amount(spend)
            .data((n,))
            .because(texts::REACHED, (spend, n));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenarios() {
        regulars_sdk::scenarios!("../../rounds/milestones/scenarios/*.toml");
    }
}
