//! What was bought last, by a table of products; and whether that was on a holiday.

use regulars_sdk::prelude::*;

plugin!("plugin.toml");

#[decide]
fn look_up(call: &Call, out: &mut Decision) {
    let sku = call.inputs.last_sku;
    match sku.get().and_then(|sku| call.tables.families.get(sku)) {
        Some(row) => {
            let worth = if row.sweet { row.worth } else { Money::ZERO };
            out.set_field(fields::FAMILY, row.family).because(texts::FAMILY, (sku, row.family));
            out.set_field(fields::WORTH, worth).because(texts::FAMILY, (sku, row.family));
        }
        None => {
            let family = call.settings.unknown;
            out.set_field(fields::FAMILY, family).because(texts::FAMILY, (sku, family));
            out.clear_field(fields::WORTH).because(texts::FAMILY, (sku, family));
        }
    }
    if !matches!(call.cause, Cause::Event(_)) {
        return;
    }
    let day = call.event.business_day.get();
    match day.and_then(|day| call.tables.holidays.get(day)) {
        Some(holiday) => {
            out.set_field(fields::HOLIDAY, holiday.name).because(texts::HOLIDAY, (holiday.name,));
        }
        None => out.clear_field(fields::HOLIDAY).because(texts::NO_HOLIDAY, ()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenarios() {
        regulars_sdk::scenarios!("../../tables/families/scenarios/*.toml");
    }
}
