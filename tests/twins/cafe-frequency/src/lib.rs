//! Bands by how often a customer comes: high, regular, low, lapsed, in this order; new stands
//! beside it.
//!
//! No event is needed for a change: when a counted visit leaves its window the rule is asked again.

use regulars_sdk::prelude::*;

plugin!("plugin.toml");

/// The wake at which a customer is no longer new.
const NEWCOMER: &str = "newcomer";

const OFFER_EXPIRES_AFTER: Duration = Duration::days(7);

/// Visits as `count_by` counts them.
struct Visits<'c> {
    recent: Measured<'c, i64>,
    span: Measured<'c, i64>,
}

#[decide]
fn sort_by_visits(call: &Call, out: &mut Decision) {
    let Some(first) = call.inputs.first_visit.get() else {
        out.clear_field(fields::BAND).because(texts::NO_VISIT, ());
        return out.cancel_wake(NEWCOMER).because(texts::NO_VISIT, ());
    };
    let visits = count_visits(call);
    let new_until = first + *call.settings.new_for;
    let band = find_band(call, &visits, new_until);
    set_band(call, out, &visits, band);
    set_newcomer(call, out, band, new_until);
    offer_after_fall(call, out, band);
}

fn count_visits<'c>(call: &Call<'c>) -> Visits<'c> {
    let Inputs { days_recent, days_span, purchases_recent, purchases_span, .. } = call.inputs;
    match *call.settings.count_by {
        CountBy::Days => Visits { recent: days_recent, span: days_span },
        CountBy::Purchases => Visits { recent: purchases_recent, span: purchases_span },
    }
}

fn find_band(call: &Call, visits: &Visits, new_until: Instant) -> Band {
    if visits.recent.is_from(call.settings.high_from) {
        Band::High
    } else if visits.span.is(0) {
        Band::Lapsed
    } else if visits.span.is_over(call.settings.low_up_to) {
        Band::Regular
    } else if call.now.is_under(new_until) {
        Band::New
    } else {
        Band::Low
    }
}

fn set_band(call: &Call, out: &mut Decision, visits: &Visits, band: Band) {
    let Settings { recent, span, new_for, .. } = *call.settings;
    let change = out.set_field(fields::BAND, band);
    match band {
        Band::High => change.because(texts::BAND_HIGH, (visits.recent, recent)),
        Band::Regular => change.because(texts::BAND_REGULAR, (visits.span, span)),
        Band::Low => change.because(texts::BAND_LOW, (visits.span, span)),
        Band::New => change.because(texts::BAND_NEW, (new_for,)),
        Band::Lapsed => change.because(texts::BAND_LAPSED, (span,)),
    }
}

fn set_newcomer(call: &Call, out: &mut Decision, band: Band, new_until: Instant) {
    let wake = match band {
        Band::New => out.wake(NEWCOMER, new_until),
        _ => out.cancel_wake(NEWCOMER),
    };
    wake.because(texts::NEWCOMER_UNTIL, (call.settings.new_for,));
}

fn offer_after_fall(call: &Call, out: &mut Decision, band: Band) {
    let Some(was) = call.customer.band.get() else { return };
    if !has_fallen(was, band) || !may_offer(call) {
        return;
    }
    // A script sees an instant as this number, and the key of an effect must not depend on the
    // language of the rule.
    let key = format!("offer-{}", call.now.micros_since_1970());
    out.message(messages::OFFER, &key)
        .expires_at(*call.now + OFFER_EXPIRES_AFTER)
        .because(texts::FELL, (was, band));
    out.set_field(fields::OFFERED_AT, *call.now).because(texts::FELL, (was, band));
}

/// A move down the order that ends in low or lapsed. The manifest declares the bands in that order
/// and new after them, so from new there is no way down.
fn has_fallen(was: Band, band: Band) -> bool {
    matches!(band, Band::Low | Band::Lapsed) && was < band
}

/// New settings change bands, not what customers receive.
fn may_offer(call: &Call) -> bool {
    let last = call.customer.offered_at.get();
    call.cause != Cause::Settings
        && call.customer.consent_marketing.is(true)
        && last.is_none_or(|last| call.now.is_from(last + *call.settings.offer_every))
}

#[check_settings]
fn recent_within_span(settings: &Settings, out: &mut Complaints) {
    let Settings { recent, span, .. } = *settings;
    if recent >= span {
        out.complain(recent).because(texts::RECENT_NOT_SHORTER, (recent, span));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenarios() {
        regulars_sdk::scenarios!("../../../plugins/cafe-frequency/scenarios/*.toml");
    }

    #[test]
    fn recent_must_be_shorter_than_the_span() {
        assert!(native().complaints(r#"{"recent": "6d", "span": "7d"}"#).is_empty());
        let complaints = native().complaints(r#"{"recent": "7d", "span": "7d"}"#);
        assert!(complaints[0].starts_with("/recent: Recent is 7d; it must be"), "{complaints:?}");
    }
}
