//! Each shipped plugin has a twin in the other language, and both answer alike: asked the same rows by
//! the same scenarios, they give the same decisions, conditions and complaints.

use regulars_host::{Host, HostOptions};
use regulars_tests::{record, root};
use std::path::PathBuf;

fn answers_like_its_twin(id: &str) {
    let host = Host::new(HostOptions::default()).unwrap();
    let load = |folder: PathBuf| {
        host.load_folder(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
    };
    let shipped = load(root().join("plugins").join(id));
    let twin = load(root().join("tests/twins").join(id));
    assert_ne!(shipped.manifest.runtime, twin.manifest.runtime);
    let scenarios = root().join("plugins").join(id).join("scenarios");
    let (shipped, twin) = (record(&shipped, &scenarios), record(&twin, &scenarios));
    assert!(shipped.len() > 10, "{id} was hardly asked");
    for (one, other) in shipped.iter().zip(&twin) {
        assert_eq!(one, other, "{id}");
    }
    assert_eq!(shipped.len(), twin.len(), "{id}");
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
