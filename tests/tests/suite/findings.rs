//! A check has nothing to say of plugins that are in order, whatever their language.

use regulars_host::{Host, HostOptions};
use regulars_rules::scenario::check_folder;
use regulars_tests::root;
use std::{fs, path::PathBuf};

const FOLDERS: [&str; 6] =
    ["plugins", "sdk/examples", "tests/twins", "tests/plugins", "tests/inputs", "tests/rivals"];

#[test]
fn nothing_is_found_in_plugins_that_are_in_order() {
    let host = Host::new(HostOptions::default()).unwrap();
    let mut looked_at = 0;
    for folder in FOLDERS.into_iter().flat_map(plugins) {
        let shown = folder.display();
        let checked = host.check_folder(&folder).unwrap_or_else(|error| panic!("{shown}: {error}"));
        assert!(checked.findings.is_empty(), "{shown}: {}", checked.findings);
        let plugin = checked.plugin.expect("it loads");
        let found = check_folder(&folder.join("scenarios"), &plugin.manifest);
        assert!(found.is_empty(), "{shown}: {found}");
        looked_at += 1;
    }
    assert!(looked_at >= 12, "only {looked_at} plugins");
}

fn plugins(of: &str) -> Vec<PathBuf> {
    let folders = fs::read_dir(root().join(of)).unwrap().map(|entry| entry.unwrap().path());
    folders.filter(|folder| folder.join("plugin.toml").is_file()).collect()
}
