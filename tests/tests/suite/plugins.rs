//! The shipped plugins as the server loads them: every scenario, in the host that will run it.

use regulars_host::{Host, HostOptions};
use regulars_model::{Manifest, manifest::Runtime};
use regulars_rules::scenario::run_path;
use regulars_tests::root;
use std::{
    fs,
    path::{Path, PathBuf},
};

const SCENARIOS_MIN: usize = 8;

#[test]
fn scripts_play_their_scenarios() {
    assert!(play_all(Runtime::Rhai) >= 1);
}

/// The native build of the same rules plays them in each plugin's own tests.
#[test]
fn components_play_their_scenarios() {
    assert!(play_all(Runtime::Wasm) >= 2);
}

/// What only the tests use has no number of scenarios to reach.
#[test]
fn plugins_of_the_tests_play_their_scenarios() {
    let host = Host::new(HostOptions::default()).expect("a host");
    let own = [
        "tests/plugins/stamp-card",
        "tests/inputs/favourite",
        "tests/inputs/reading",
        "tests/rounds/milestones",
        "tests/rounds/level-club",
        "tests/tables/families",
    ];
    for folder in own.map(|own| root().join(own)) {
        let plugin = host.load_folder(&folder).unwrap_or_else(|error| panic!("{error}"));
        run_path(&folder.join("scenarios"), &plugin.manifest, &plugin.decider).assert_passed();
    }
}

fn play_all(runtime: Runtime) -> usize {
    let host = Host::new(HostOptions::default()).expect("a host");
    let folders: Vec<PathBuf> =
        folders().into_iter().filter(|folder| manifest(folder).runtime == runtime).collect();
    for folder in &folders {
        play(&host, folder);
    }
    folders.len()
}

fn play(host: &Host, folder: &Path) {
    let entry = folder.join(manifest(folder).entry);
    assert!(entry.is_file(), "{} is missing: `cargo xtask test` builds it", entry.display());
    let plugin = host.load_folder(folder).unwrap_or_else(|error| panic!("{error}"));
    let report = run_path(&folder.join("scenarios"), &plugin.manifest, &plugin.decider);
    report.assert_passed();
    assert!(report.passed() >= SCENARIOS_MIN, "{}: {report}", folder.display());
}

fn folders() -> Vec<PathBuf> {
    let folders = fs::read_dir(root().join("plugins")).expect("the folder of plugins");
    let folders = folders.map(|folder| folder.expect("a folder").path());
    folders.filter(|folder| folder.join("plugin.toml").is_file()).collect()
}

fn manifest(folder: &Path) -> Manifest {
    let toml = fs::read_to_string(folder.join("plugin.toml")).expect("a manifest");
    Manifest::parse(&toml).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
}
