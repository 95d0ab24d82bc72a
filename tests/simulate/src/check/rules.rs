//! Tier and band as the plugins' words have them, and what is due, worked out apart.

use super::Look;
use crate::{
    expected::{Spent, spent, tier, visits},
    failure::{Broken, Held},
    office::{BANDS, TIERS},
};
use regulars_rules::{State, inputs::Total};

pub fn compare(look: &Look<'_>) -> Held {
    let id = look.full.customer.id;
    let (home, state) = (look.person.home(), &look.state);
    let has = (look.configuration.units.codes(&home_of(look)).pop(), state.through.is_some());
    Broken::unless_equal("the home store is where it was moved", id, &home, &has.0.as_deref())?;
    if !has.1 || !look.is_settled() {
        return Ok(());
    }
    for plugin in look.office.off() {
        let left = left_behind(state, plugin);
        let invariant = "what is switched off leaves nothing behind";
        Broken::unless(left.is_empty(), invariant, id, "nothing", (plugin, left))?;
    }
    if !look.office.is_off(TIERS) {
        tiers(look, home)?;
    }
    if look.office.is_off(BANDS) { Ok(()) } else { bands(look, home) }
}

fn tiers(look: &Look<'_>, home: Option<&str>) -> Held {
    let (id, state) = (look.full.customer.id, &look.state);
    let expected = spent(look.person);
    Broken::unless_equal("running totals equal a scan", id, &Some(expected), &totals(state))?;
    let expected = tier(expected, look.office.thresholds(home));
    let found = text(state, TIERS, "tier");
    Broken::unless_equal("the tier is that of what was spent", id, &expected, &found.as_deref())
}

fn bands(look: &Look<'_>, home: Option<&str>) -> Held {
    let (id, state) = (look.full.customer.id, &look.state);
    let (visits, bands) = (visits(look.person), look.office.bands(home));
    let expected = visits.band(look.until, bands);
    let found = text(state, BANDS, "band");
    let about = format!("{id} at {} with {visits:?} by {bands:?}", look.until);
    let invariant = "the band is that of the visits";
    Broken::unless_equal(invariant, about, &expected, &found.as_deref())?;
    let next = visits.next_change(look.until, bands);
    let due = look.full.customer.due_at;
    let expected = format!("{next} at the latest");
    Broken::unless(due <= next, "due_at is not later than what is due", id, &expected, due)
}

fn left_behind(state: &State, plugin: &str) -> Vec<String> {
    let fields = state.fields.get(plugin).into_iter().flatten();
    let wakes = state.wakes.get(plugin).into_iter().flatten();
    let tags = state.tags.iter().filter(|(_, askers)| askers.contains(plugin));
    let vote = state.lifecycle.get(plugin).map(|vote| format!("{vote:?}"));
    let names = fields.map(|(field, _)| field).chain(wakes.map(|(key, _)| key));
    names.chain(tags.map(|(tag, _)| tag)).map(|name| name.to_string()).chain(vote).collect()
}

fn home_of(look: &Look<'_>) -> Vec<regulars_model::UnitId> {
    look.full.customer.home_unit_id.into_iter().collect()
}

/// None while there is no total yet.
fn totals(state: &State) -> Option<Spent> {
    let number = |input: &str| match state.totals.get(&format!("{TIERS}/{input}")) {
        Some(Total::Number(number)) => Some(*number),
        _ => None,
    };
    Some(Spent { purchases: number("purchases")?, lifetime: number("lifetime_spend")? })
}

fn text(state: &State, plugin: &str, field: &str) -> Option<String> {
    state.field(plugin, field).as_text().map(str::to_owned)
}
