//! A customer's tier by what was spent, and a thank-you call for whoever reaches the highest.

use regulars_sdk::prelude::*;

plugin!("plugin.toml");

#[decide]
fn tier(call: &Call, out: &mut Decision) {
    if call.inputs.purchases.is(0) {
        return out.clear_field(fields::TIER).because(texts::NO_PURCHASE, ());
    }
    let spend = call.inputs.lifetime_spend;
    let tier = if spend.is_over(call.settings.high_above) {
        Tier::High
    } else if spend.is_from(call.settings.mid_from) {
        Tier::Mid
    } else {
        Tier::Low
    };
    let set = out.set_field(fields::TIER, tier);
    match call.customer.tier.get() {
        Some(was) if tier > was => set.because(texts::TIER_ROSE, (spend, was, tier)),
        Some(was) if tier < was => set.because(reason_to_fall(call), (spend, was, tier)),
        _ => set.because(texts::TIER_BY_SPEND, (spend, tier)),
    }
    if tier == Tier::High && call.customer.tier.is_not(Tier::High) {
        ask_for_call(call, out);
    }
}

/// Once per rise: the next one, after a fall, has another instant and so another key.
fn ask_for_call(call: &Call, out: &mut Decision) {
    let Settings { high_above, call_within, .. } = *call.settings;
    out.task(tasks::THANK_YOU_CALL, &call.now.to_string())
        .title(texts::THANK_YOU_CALL, (call_within,))
        .due_at(*call.now + *call_within)
        .because(texts::REACHED_HIGH, (call.inputs.lifetime_spend, high_above));
}

fn reason_to_fall(call: &Call) -> regulars_sdk::Text<(Money, Tier, Tier)> {
    match call.cause {
        Cause::Event(events::REFUND) => texts::TIER_FELL_BY_REFUND,
        _ => texts::TIER_FELL,
    }
}

#[check_settings]
fn thresholds_in_order(settings: &Settings, out: &mut Complaints) {
    let Settings { mid_from, high_above, .. } = *settings;
    if mid_from >= high_above {
        out.complain(mid_from).because(texts::MID_NOT_BELOW_HIGH, (mid_from, high_above));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenarios() {
        regulars_sdk::scenarios!("scenarios/*.toml");
    }

    #[test]
    fn mid_must_start_below_high() {
        assert!(
            native().complaints(r#"{"high_above": "500.00", "mid_from": "100.00"}"#).is_empty()
        );
        let complaints = native().complaints(r#"{"high_above": "500.00", "mid_from": "500.00"}"#);
        assert!(complaints[0].starts_with("/mid_from: Mid starts at 500.00"), "{complaints:?}");
    }
}
