//! A rule gives the same bytes whatever thread or process asks it: no address, no order of hashing, no
//! time and no locale may leak into a decision.

use regulars_host::{Host, HostOptions};
use regulars_tests::{record, root};
use std::{path::PathBuf, process::Command, thread};

/// Set for the process that only prints what it recorded.
const CHILD: &str = "REGULARS_TEST_RECORD_TO";

/// Plugin folder, scenarios.
fn plugins() -> Vec<(PathBuf, PathBuf)> {
    let ids = ["cafe-frequency", "furniture-nurture", "jewellery-tiers"];
    let folders = ["plugins", "tests/twins"].map(|folder| root().join(folder));
    let pairs = ids.iter().flat_map(|id| {
        let scenarios = root().join("plugins").join(id).join("scenarios");
        folders.clone().map(|folder| (folder.join(id), scenarios.clone()))
    });
    pairs.collect()
}

fn record_all() -> String {
    let host = Host::new(HostOptions::default()).unwrap();
    let mut all = String::new();
    for (folder, scenarios) in plugins() {
        let plugin = host.load_folder(&folder).unwrap_or_else(|error| panic!("{error}"));
        all.extend(record(&plugin, &scenarios));
    }
    all
}

#[test]
fn every_scenario_gives_the_same_bytes_in_every_thread_and_process() {
    if let Ok(file) = std::env::var(CHILD) {
        std::fs::write(file, record_all()).unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("record");
    let own = std::env::current_exe().unwrap();
    let name = thread::current().name().unwrap().to_owned();
    let mut child = Command::new(own);
    child.args(["--exact", &name]).env(CHILD, &file);
    // What a careless rule could pick up from its surroundings.
    child.env("TZ", "Pacific/Apia").env("LC_ALL", "tr_TR.UTF-8").env("LANG", "tr_TR.UTF-8");
    let mut child = child.stdout(std::process::Stdio::null()).spawn().unwrap();
    let other = thread::spawn(record_all);
    let here = record_all();
    assert!(here.len() > 10_000);
    assert_eq!(here, other.join().unwrap(), "another thread");
    assert!(child.wait().unwrap().success());
    assert_eq!(here, std::fs::read_to_string(file).unwrap(), "another process");
}
