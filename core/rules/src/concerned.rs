//! Which plugins must play along for the answers of one to come out right, and for what follows from them.

use regulars_model::Manifest;
use std::collections::BTreeSet;

/// Every plugin that a change of `plugin` can reach, and those whose answers they read; in all their
/// versions. What the others would do is the same with the change and without it.
pub fn concerned(plugin: &str, manifests: &[&Manifest]) -> BTreeSet<String> {
    let changed = closure(BTreeSet::from([plugin.to_owned()]), manifests, |changed, other| {
        reads(other, changed) || meets(other, changed)
    });
    closure(changed, manifests, reads)
}

fn closure(
    mut within: BTreeSet<String>,
    manifests: &[&Manifest],
    pulls: impl Fn(&Manifest, &Manifest) -> bool,
) -> BTreeSet<String> {
    loop {
        let (inside, outside): (Vec<&Manifest>, Vec<&Manifest>) =
            manifests.iter().partition(|manifest| within.contains(&manifest.id));
        let pulled = outside.iter().filter(|other| inside.iter().any(|own| pulls(own, other)));
        let pulled: Vec<String> = pulled.map(|manifest| manifest.id.clone()).collect();
        if pulled.is_empty() {
            return within;
        }
        within.extend(pulled);
    }
}

/// A field of the other's, the stage it votes for, or what it appends.
fn reads(reader: &Manifest, other: &Manifest) -> bool {
    let is_of_other = |name: &str| name.split_once('.').is_some_and(|(owner, _)| owner == other.id);
    let mut customer = reader.reads.customer.iter();
    let mut counted = reader.inputs.values().flat_map(|input| &input.events);
    customer.any(|name| is_of_other(name) || (name == "lifecycle" && votes(other)))
        || counted.any(|kind| is_of_other(kind))
        || reader.on.events.iter().any(|kind| is_of_other(kind))
}

/// Whether one changes anything is not to be told without the other.
fn meets(one: &Manifest, other: &Manifest) -> bool {
    let mut tags = one.grants.tags.iter();
    (votes(one) && votes(other)) || tags.any(|tag| other.grants.tags.contains(tag))
}

fn votes(manifest: &Manifest) -> bool {
    !manifest.grants.lifecycle.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FIELD, manifest};

    /// Of plugins that are all there are, those concerned by a change of the first.
    fn concerned_by_first(manifests: &[Manifest]) -> Vec<String> {
        let all: Vec<&Manifest> = manifests.iter().collect();
        concerned(&manifests[0].id, &all).into_iter().collect()
    }

    #[test]
    fn whoever_reads_it_and_what_that_one_reads_besides() {
        let tiers = manifest("tiers", FIELD);
        let visits = manifest("visits", FIELD);
        let offers = manifest("offers", r#"reads.customer = ["tiers.level", "visits.level"]"#);
        let cards = manifest("cards", r#"reads.customer = ["visits.level"]"#);
        let all = [tiers, visits, offers, cards];
        // Cards read visits, and visits are what they were.
        assert_eq!(concerned_by_first(&all), ["offers", "tiers", "visits"]);
    }

    #[test]
    fn whoever_it_reads_but_not_who_reads_that() {
        let offers = manifest("offers", r#"reads.customer = ["tiers.level", "consent.marketing"]"#);
        let tiers = manifest("tiers", FIELD);
        let cards = manifest("cards", r#"reads.customer = ["tiers.level"]"#);
        assert_eq!(concerned_by_first(&[offers, tiers, cards]), ["offers", "tiers"]);
    }

    #[test]
    fn whoever_votes_or_sets_the_tag_as_well() {
        let one = manifest("one", r#"grants = { lifecycle = ["dormant"] }"#);
        let other = manifest("other", r#"grants = { lifecycle = ["lost"], tags = ["quiet"] }"#);
        let third = manifest("third", r#"grants = { tags = ["quiet"] }"#);
        let reader = manifest("reader", r#"reads.customer = ["lifecycle"]"#);
        let apart = manifest("apart", r#"grants = { tags = ["loud"] }"#);
        let all = [one, other, third, reader, apart];
        assert_eq!(concerned_by_first(&all), ["one", "other", "reader", "third"]);
    }

    #[test]
    fn whoever_counts_what_it_appends() {
        let events = r#"
            events.card-full.label = { en = "Card full", zh-CN = "集满" }
        "#;
        let card = manifest("card", events);
        let counter = r#"inputs.full = { count = "event", events = ["card.card-full"] }"#;
        let counting = manifest("counting", counter);
        assert_eq!(concerned_by_first(&[card, counting]), ["card", "counting"]);
    }
}
