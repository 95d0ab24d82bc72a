//! Where following a lead starts and stops.

use crate::{Call, NEXT_STEP, Stage, fields, lifecycle, texts};
use regulars_sdk::prelude::*;

/// What field `category` holds; anything longer is no category of a catalogue.
const CATEGORY_CHARS_MAX: usize = 200;

/// An inquiry makes a lead of whoever has not bought from the category; asking again about the same
/// one changes nothing, and one who opted out is left alone until marketing is allowed again.
pub fn inquire(call: &Call, out: &mut Decision) {
    let Some(category) = asked_category(call) else { return };
    let opted_out =
        call.customer.stage.is(Stage::OptedOut) && !call.customer.consent_marketing.get();
    if opted_out || has_bought(call, category) || is_followed(call, category) {
        return;
    }
    let why = (category,);
    out.set_lifecycle(lifecycle::LEAD).because(texts::INQUIRED, why);
    out.set_field(fields::CATEGORY, category).because(texts::INQUIRED, why);
    out.set_field(fields::STAGE, Stage::Nurturing).because(texts::INQUIRED, why);
    out.set_field(fields::STARTED_AT, *call.now).because(texts::INQUIRED, why);
    out.set_field(fields::STEP, 0).because(texts::INQUIRED, why);
    out.clear_field(fields::STEPPED_AT).because(texts::INQUIRED, why);
    out.wake(NEXT_STEP, *call.now + *call.settings.first_after).because(texts::INQUIRED, why);
}

/// A purchase from the category stops the steps. When it is voided they go on where they stood, for
/// the interest is still there.
pub fn purchase(call: &Call, out: &mut Decision) {
    let Some(category) = call.customer.category.get() else { return };
    let bought = has_bought(call, category);
    let why = (category,);
    if bought && call.customer.stage.is_not(Stage::Bought) {
        out.set_lifecycle(lifecycle::CUSTOMER).because(texts::BOUGHT, why);
        out.set_field(fields::STAGE, Stage::Bought).because(texts::BOUGHT, why);
        out.cancel_wake(NEXT_STEP).because(texts::BOUGHT, why);
    } else if !bought && call.customer.stage.is(Stage::Bought) {
        out.set_lifecycle(lifecycle::LEAD).because(texts::PURCHASE_VOIDED, why);
        out.set_field(fields::STAGE, Stage::Nurturing).because(texts::PURCHASE_VOIDED, why);
        let next = *call.now + *call.settings.every;
        out.wake(NEXT_STEP, next).because(texts::PURCHASE_VOIDED, why);
    }
}

/// Marketing withdrawn on every channel. Staff are spared the steps too: the customer said no.
pub fn consent(call: &Call, out: &mut Decision) {
    let withdrawn =
        call.event.data_purpose.is("marketing") && call.customer.consent_marketing.is(false);
    if withdrawn && call.customer.stage.is(Stage::Nurturing) {
        out.set_field(fields::STAGE, Stage::OptedOut).because(texts::OPTED_OUT, ());
        out.cancel_wake(NEXT_STEP).because(texts::OPTED_OUT, ());
    }
}

/// What the inquiry or quote is about: as it says, or else its first line.
pub fn asked_category<'c>(call: &Call<'c>) -> Option<&'c str> {
    let asked = call.event.data_category.get().or_else(|| call.event.line_category.get(0));
    asked.filter(|category| (1..=CATEGORY_CHARS_MAX).contains(&category.chars().count()))
}

/// Categories are paths: whoever bought `furniture/sofa/leather` has bought from `furniture/sofa`.
pub fn has_bought(call: &Call, category: &str) -> bool {
    call.inputs.categories_bought.iter().any(|bought| is_within(bought, category))
}

fn is_within(path: &str, category: &str) -> bool {
    path.strip_prefix(category).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_followed(call: &Call, category: &str) -> bool {
    call.customer.stage.is(Stage::Nurturing) && call.customer.category.is(category)
}

#[cfg(test)]
mod tests {
    use super::is_within;

    #[test]
    fn a_category_holds_what_is_below_it_and_not_its_namesakes() {
        assert!(is_within("furniture/sofa", "furniture/sofa"));
        assert!(is_within("furniture/sofa/leather", "furniture/sofa"));
        assert!(!is_within("furniture/sofa-bed", "furniture/sofa"));
        assert!(!is_within("furniture", "furniture/sofa"));
    }
}
