use super::{Conflict, Installed, Severity, Standing, conflicts};
use crate::testing::{FIELD, manifest};
use regulars_model::{Manifest, UnitId};
use std::collections::BTreeSet;

fn on(manifest: &Manifest) -> Installed<'_> {
    Installed { manifest, standing: Standing::On, stores: None }
}

/// Kind, plugins and thing of each.
fn seen(found: &[Conflict]) -> Vec<(&'static str, String, &str)> {
    found.iter().map(|one| (one.kind.name(), one.plugins.join(" "), one.thing.as_str())).collect()
}

fn all_on(manifests: &[Manifest]) -> Vec<Conflict> {
    conflicts(&manifests.iter().map(on).collect::<Vec<_>>())
}

fn reading(id: &str, name: &str) -> Manifest {
    manifest(id, &format!("{FIELD}\nreads.customer = [\"{name}\", \"{id}.level\", \"lifecycle\"]"))
}

#[test]
fn plugins_that_share_nothing_have_no_conflict() {
    let one = manifest("one", &format!("{FIELD}\ngrants.tags = [\"vip\", \"vip\"]"));
    let other =
        manifest("two", &format!("{FIELD}\nreads.customer = [\"one.level\", \"consent.level\"]"));
    assert_eq!(all_on(&[one, other]), []);
}

#[test]
fn names_given_to_several_are_noted() {
    let more = r#"
        grants = { tags = ["vip"], tasks = ["call"] }
        messages.offer = { purpose = "marketing", channels = ["sms"], label = { en = "Offer", zh-CN = "优惠" } }
    "#;
    let letter = r#"messages.letter = { purpose = "marketing", channels = ["sms"], label = { en = "Letter", zh-CN = "信" } }"#;
    let found = all_on(&[manifest("c", letter), manifest("b", more), manifest("a", more)]);
    let expected = [
        ("tag_shared", "a b", "vip"),
        ("task_shared", "a b", "call"),
        ("template_shared", "a b", "offer"),
        ("purpose_shared", "a b c", "marketing"),
    ];
    assert_eq!(seen(&found), expected.map(|(kind, ids, thing)| (kind, ids.to_owned(), thing)));
    assert!(found.iter().all(|one| one.kind.severity() == Severity::Note));
    let said = &found[3].sentence;
    assert!(said.en.starts_with("The a, The b and The c may each send"), "{}", said.en);
    assert!(said.zh_cn.starts_with("“插件a”、“插件b”和“插件c”都可以"), "{}", said.zh_cn);
}

#[test]
fn the_lifecycle_goes_by_priority_and_a_tie_is_a_warning() {
    let voter = |id: &str, priority: i32| {
        manifest(id, &format!("on.priority = {priority}\ngrants.lifecycle = [\"lost\"]"))
    };
    let clear = all_on(&[voter("a", 0), voter("b", 10)]);
    assert_eq!(seen(&clear), [("lifecycle_by_priority", "b a".to_owned(), "lifecycle")]);
    assert_eq!(clear[0].kind.severity(), Severity::Note);
    assert!(clear[0].sentence.en.starts_with("The b (priority 10) and The a (priority 0) vote"));
    let tie = all_on(&[voter("c", 0), voter("a", 0), voter("b", 10)]);
    assert_eq!(seen(&tie), [("lifecycle_tie", "b a c".to_owned(), "lifecycle")]);
    assert_eq!(tie[0].kind.severity(), Severity::Warning);
    assert!(tie[0].sentence.en.contains("in the order b, a, c."), "{}", tie[0].sentence.en);
    assert!(tie[0].sentence.zh_cn.contains("依次为 b, a, c。"), "{}", tie[0].sentence.zh_cn);
}

#[test]
fn plugins_without_a_common_store_meet_only_in_customers_of_both() {
    let manifests = ["a", "b", "c"].map(|id| manifest(id, r#"grants.tags = ["vip"]"#));
    let stores = |numbers: &[u128]| -> BTreeSet<UnitId> {
        numbers.iter().map(|number| UnitId(uuid::Uuid::from_u128(*number))).collect()
    };
    let said = |covered: [BTreeSet<UnitId>; 3]| {
        let pairs = manifests.iter().zip(&covered);
        let plugins: Vec<_> = pairs
            .map(|(manifest, stores)| Installed { stores: Some(stores), ..on(manifest) })
            .collect();
        let found = conflicts(&plugins);
        assert_eq!(seen(&found), [("tag_shared", "a b c".to_owned(), "vip")]);
        found[0].sentence.clone()
    };
    let apart = said([stores(&[1]), stores(&[2]), stores(&[3])]);
    assert!(apart.en.ends_with("customers who come to stores of several."), "{}", apart.en);
    assert!(apart.zh_cn.ends_with("因此只涉及到过其中多方门店的顾客。"), "{}", apart.zh_cn);
    let together = said([stores(&[1]), stores(&[2]), stores(&[3, 1])]);
    assert!(together.en.ends_with("different things."), "{}", together.en);
}

#[test]
fn a_read_that_nobody_answers_is_a_warning() {
    let reader = reading("reader", "owner.level");
    let owner = manifest("owner", FIELD);
    let without = manifest("owner", "");
    let with = |manifest, standing| {
        let owner = Installed { standing, ..on(manifest) };
        let found = conflicts(&[on(&reader), owner]);
        assert!(found.iter().all(|one| one.kind.severity() == Severity::Warning));
        found
    };
    let one = |kind, ids: &str| [(kind, ids.to_owned(), "owner.level")];
    assert_eq!(with(&owner, Standing::On), []);
    assert_eq!(seen(&with(&owner, Standing::Off)), one("read_disabled", "reader owner"));
    assert_eq!(seen(&with(&owner, Standing::Gone)), one("read_missing", "reader owner"));
    assert_eq!(seen(&with(&without, Standing::On)), one("read_unknown_field", "reader owner"));
    let alone = all_on(std::slice::from_ref(&reader));
    assert_eq!(seen(&alone), one("read_missing", "reader"));
    assert!(alone[0].sentence.en.contains("the plugin owner is not installed"));
    assert!(
        alone[0].sentence.zh_cn.starts_with("“插件reader”读取 owner.level，但未安装插件“owner”")
    );
}

#[test]
fn a_field_is_empty_where_its_owner_does_not_work() {
    let (reader, owner) = (reading("reader", "owner.level"), manifest("owner", FIELD));
    let store: BTreeSet<UnitId> = [UnitId(uuid::Uuid::from_u128(1))].into();
    let narrow = |manifest| Installed { stores: Some(&store), ..on(manifest) };
    let found = conflicts(&[on(&reader), narrow(&owner)]);
    assert_eq!(seen(&found), [("read_uncovered", "reader owner".to_owned(), "owner.level")]);
    assert_eq!(conflicts(&[narrow(&reader), narrow(&owner)]), []);
    assert_eq!(conflicts(&[narrow(&reader), on(&owner)]), []);
}

#[test]
fn reads_in_a_circle_are_found_once() {
    let manifests = [
        reading("a", "c.level"),
        reading("b", "a.level"),
        reading("c", "b.level"),
        // Reads from the circle, and is not of it.
        reading("d", "a.level"),
    ];
    let found = all_on(&manifests);
    let fields = "c.level, a.level, b.level";
    assert_eq!(seen(&found), [("read_cycle", "a b c".to_owned(), fields)]);
    let off = Installed { standing: Standing::Off, ..on(&manifests[2]) };
    let opened = conflicts(&[on(&manifests[0]), on(&manifests[1]), off]);
    assert_eq!(seen(&opened), [("read_disabled", "a c".to_owned(), "c.level")]);
}

#[test]
fn what_is_switched_off_acts_on_nothing() {
    let manifests = ["a", "b"].map(|id| {
        manifest(
            id,
            "grants = { tags = [\"vip\"], lifecycle = [\"lead\"] }\nreads.customer = [\"c.x\"]",
        )
    });
    let off = Installed { standing: Standing::Off, ..on(&manifests[1]) };
    let found = conflicts(&[on(&manifests[0]), off]);
    assert_eq!(seen(&found), [("read_missing", "a".to_owned(), "c.x")]);
}
