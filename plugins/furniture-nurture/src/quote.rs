//! A quote is followed up by the sales guide.

use crate::{Call, Stage, lead, tasks, texts};
use regulars_sdk::prelude::*;

/// One task for what is quoted at one time, unless it was bought already or the customer opted out.
pub fn follow_up(call: &Call, out: &mut Decision) {
    let bought = lead::asked_category(call).is_some_and(|quoted| lead::has_bought(call, quoted));
    let opted_out =
        call.customer.stage.is(Stage::OptedOut) && !call.customer.consent_marketing.get();
    if bought || opted_out {
        return;
    }
    let within = call.settings.quote_within;
    out.task(tasks::QUOTE_FOLLOW_UP, &call.now.to_string())
        .title(texts::FOLLOW_QUOTE, (within,))
        .due_at(*call.now + *within)
        .assignee(Assignee::AssignedStaff)
        .because(texts::QUOTED, ());
}
