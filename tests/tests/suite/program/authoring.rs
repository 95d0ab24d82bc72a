//! `regulars plugin new` and `build`, as an integrator uses them.

use super::plugins::{refused, said, within};
use regulars_tests::{Place, Program, root, with_cargo};
use std::{fs, process::Output};

#[test]
fn a_script_is_made_in_one_word_and_needs_no_build() {
    let program = Program::on(Place::sqlite());
    let place = tempfile::tempdir().unwrap();
    let here = |arguments: &[&str]| within(place.path(), &program, arguments);
    said(here(&["plugin", "new", "bakery", "--rhai"]));
    let built = said(here(&["plugin", "build", "bakery"]));
    assert_eq!(built, "bakery is a script: there is nothing to build\n");
    refused(here(&["plugin", "build", "nowhere"]), "cannot read nowhere");
    refused(here(&["plugin", "new", "both", "--rhai", "--rust"]), "cannot be used with");
}

#[test]
fn a_crate_outside_this_repository_becomes_a_component() {
    let program = Program::on(Place::sqlite());
    let place = tempfile::tempdir().unwrap();
    let here = |arguments: &[&str]| within(place.path(), &program, arguments);
    refused(here(&["plugin", "new", "bakery", "--rust"]), "--rust needs --sdk PATH");
    let sdk = root().join("sdk/rust");
    said(here(&["plugin", "new", "bakery", "--rust", "--sdk", sdk.to_str().unwrap()]));
    refused(here(&["plugin", "check", "bakery"]), "bakery.wasm");
    let build = || -> Output {
        let mut command = program.command(&["plugin", "build", "bakery"]);
        with_cargo(command.current_dir(place.path())).output().unwrap()
    };
    let built = said(build());
    assert!(built.starts_with("bakery/bakery.wasm: "), "{built}");
    assert!(built.ends_with(" bytes, a component with its manifest\n"), "{built}");
    assert_eq!(said(here(&["plugin", "check", "bakery"])), "bakery 1.0.0 is in order\n");
    let tested = said(here(&["plugin", "test", "bakery"]));
    assert!(tested.contains("1 scenario passed, 0 failed"), "{tested}");

    let rule = place.path().join("bakery/src/lib.rs");
    let text = fs::read_to_string(&rule).unwrap();
    fs::write(&rule, text.replace("fields::REGULAR", "fields::REGULER")).unwrap();
    let wrong = build();
    let shown = String::from_utf8_lossy(&wrong.stderr).into_owned();
    refused(wrong, "bakery does not compile; see above");
    assert!(shown.contains("src/lib.rs:12"), "the compiler's own words: {shown}");
    said(here(&["plugin", "check", "bakery"]));
}

#[test]
fn what_a_build_lacks_is_said() {
    let program = Program::on(Place::sqlite());
    let place = tempfile::tempdir().unwrap();
    let shipped = root().join("plugins/jewellery-tiers");
    fs::create_dir(place.path().join("tiers")).unwrap();
    fs::copy(shipped.join("plugin.toml"), place.path().join("tiers/plugin.toml")).unwrap();
    let build = || {
        let mut command = program.command(&["plugin", "build", "tiers"]);
        command.current_dir(place.path());
        command
    };
    refused(build().output().unwrap(), "tiers has no Cargo.toml");
    fs::write(place.path().join("tiers/Cargo.toml"), "[package]\nname = \"tiers\"\n").unwrap();
    let nowhere = place.path().join("no-cargo-here");
    refused(build().env("CARGO", nowhere).output().unwrap(), "there is no cargo");
}
