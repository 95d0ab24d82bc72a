//! A stamp for each cup paid for. A full card is a free cup, and a new card begins.

use regulars_sdk::prelude::*;

plugin!("plugin.toml");

/// Quantities come in thousandths.
const CUP: i64 = 1_000;

#[decide]
fn stamp(call: &Call, out: &mut Decision) {
    let Inputs { cups, free, favourite, .. } = call.inputs;
    if cups.is(0) {
        return clear_card(call, out);
    }
    let Settings { family, cups_for_free: card, .. } = *call.settings;
    let paid = (*cups - *free) / CUP;
    let taken = *free / CUP;

    let text = match call.cause {
        Cause::Event(events::REFUND) => texts::STAMP_TAKEN_BACK,
        _ => texts::STAMPS,
    };
    let stamps = paid % *card;
    out.set_field(fields::STAMPS, stamps).because(text, (family, paid, stamps, card));

    // So many cups, the free ones among them, make one more card full than free cups were taken.
    let enough = CUP * (taken + (taken + 1) * *card);
    let text = if cups.is_from(enough) { texts::FREE_CUP } else { texts::NO_FREE_CUP };
    let full = paid / *card;
    out.set_field(fields::FREE_CUPS, full - taken).because(text, (full, taken));

    match favourite.get() {
        Some(sku) => out.set_field(fields::FAVOURITE, sku).because(texts::FAVOURITE, (sku,)),
        None => out.clear_field(fields::FAVOURITE).because(texts::NO_PRODUCT, ()),
    }
}

fn clear_card(call: &Call, out: &mut Decision) {
    let family = call.settings.family;
    out.clear_field(fields::STAMPS).because(texts::NO_CUP, (family,));
    out.clear_field(fields::FREE_CUPS).because(texts::NO_CUP, (family,));
    out.clear_field(fields::FAVOURITE).because(texts::NO_CUP, (family,));
}

#[check_settings]
fn family_is_a_category(settings: &Settings, out: &mut Complaints) {
    let family = settings.family;
    if family.is_empty() || family.ends_with('/') {
        out.complain(family).because(texts::NO_CATEGORY, (family,));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenarios() {
        regulars_sdk::scenarios!("../bubble-tea/scenarios/*.toml");
    }

    #[test]
    fn a_family_ends_with_no_slash() {
        assert!(native().complaints(r#"{"family": "tea"}"#).is_empty());
        let complaints = native().complaints(r#"{"family": "tea/"}"#);
        assert!(complaints[0].starts_with("/family: `tea/` is no category"), "{complaints:?}");
    }
}
