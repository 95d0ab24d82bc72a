//! Plugins packed once and never again while `1.0.0-rc.1` stands: what ran then runs now, and answers
//! with the same bytes.

use regulars_host::{Host, HostOptions, pack::Pack};
use regulars_tests::{record, root};
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
};

fn folder() -> PathBuf {
    root().join("tests/golden/abi-1")
}

fn packs() -> Vec<PathBuf> {
    let there =
        fs::read_dir(folder()).expect("the golden plugins").map(|entry| entry.unwrap().path());
    let mut packs: Vec<PathBuf> =
        there.filter(|path| path.extension().is_some_and(|end| end == "plugin")).collect();
    packs.sort();
    packs
}

/// The JSON of each answer to what its own scenarios ask, as it is stored.
fn answers(file: &Path) -> String {
    let bytes = fs::read(file).unwrap();
    let pack = Pack::read(&bytes).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let scenarios = tempfile::tempdir().unwrap();
    for scenario in &pack.scenarios {
        fs::write(scenarios.path().join(&scenario.name), scenario.toml).unwrap();
    }
    let host = Host::new(HostOptions::default()).unwrap();
    let plugin = host.load_pack(&pack).unwrap_or_else(|error| panic!("{error}"));
    let record = record(&plugin, scenarios.path());
    // The first line of an entry is how this program writes what it asked. Decisions only: a runner
    // may ask about settings as often as it likes.
    let entries = record.iter().filter_map(|entry| entry.split_once('\n'));
    let decisions = entries.filter(|(asked, _)| asked.starts_with("Row "));
    decisions.map(|(_, answer)| answer).collect()
}

#[test]
fn what_was_packed_then_answers_with_the_same_bytes() {
    let packs = packs();
    assert!(packs.len() >= 4);
    for pack in packs {
        let file = pack.with_extension("answers");
        let found = answers(&pack);
        if !file.exists() {
            fs::write(&file, &found).unwrap();
            panic!("{} was missing; it is written, look at it", file.display());
        }
        assert_eq!(found, fs::read_to_string(&file).unwrap(), "{}", pack.display());
    }
}

/// `SHA256SUMS` is as `sha256sum` writes it. A golden plugin is not built again: another contract has
/// another folder.
#[test]
fn golden_plugins_are_never_built_again() {
    let sums = fs::read_to_string(folder().join("SHA256SUMS")).unwrap();
    let listed: Vec<(&str, &str)> =
        sums.lines().map(|line| line.split_once("  ").unwrap()).collect();
    for file in packs().into_iter().flat_map(|pack| [pack.with_extension("answers"), pack]) {
        let bytes = fs::read(&file).unwrap();
        let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(listed.contains(&(&*sum, name)), "{name} is not the one that is listed");
    }
}
