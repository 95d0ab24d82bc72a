//! Each shipped plugin has a twin in the other language, as the guide's example has, and both answer
//! alike: asked the same rows by the same scenarios, they give the same decisions, conditions and
//! complaints.

use regulars_host::{Host, HostOptions};
use regulars_tests::{record, root};
use std::path::Path;

fn answers_like_its_twin(id: &str) {
    answer_alike(&format!("plugins/{id}"), &format!("tests/twins/{id}"));
}

/// Both play the scenarios of the first folder.
fn answer_alike(one: &str, other: &str) {
    let host = Host::new(HostOptions::default()).unwrap();
    let load = |folder: &Path| {
        host.load_folder(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
    };
    let [one, other] = [one, other].map(|folder| root().join(folder));
    let scenarios = one.join("scenarios");
    let (one, other) = (load(&one), load(&other));
    assert_ne!(one.manifest.runtime, other.manifest.runtime);
    let id = &one.manifest.id;
    let (one, other) = (record(&one, &scenarios), record(&other, &scenarios));
    assert!(one.len() > 10, "{id} was hardly asked");
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one, other, "{id}");
    }
    assert_eq!(one.len(), other.len(), "{id}");
}

#[test]
fn jewellery_tiers_in_rhai() {
    answers_like_its_twin("jewellery-tiers");
}

#[test]
fn furniture_nurture_in_rhai() {
    answers_like_its_twin("furniture-nurture");
}

#[test]
fn cafe_frequency_in_rust() {
    answers_like_its_twin("cafe-frequency");
}

#[test]
fn bubble_tea_in_rust() {
    answer_alike("sdk/examples/bubble-tea", "sdk/examples/bubble-tea-rust");
}

#[test]
fn milestones_in_rust() {
    answer_alike("tests/rounds/milestones", "tests/twins/milestones");
}

#[test]
fn families_in_rust() {
    answer_alike("tests/tables/families", "tests/twins/families");
}
