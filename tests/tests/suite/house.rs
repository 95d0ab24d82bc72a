//! The house is as ARCHITECTURE.md draws it: dependencies point one way, and each engine room has
//! one crate that may enter it.

use regulars_tests::root;
use std::fs;

/// Crate folder, and which of ours it may use.
const MAY_USE: [(&str, &[&str]); 10] = [
    ("core/system", &[]),
    ("core/model", &[]),
    ("core/rules", &["model"]),
    ("core/schema", &["model"]),
    ("core/store", &["model", "system"]),
    ("core/host", &["model", "system"]),
    ("core/engine", &["model", "rules", "schema", "store", "host"]),
    ("core/oidc", &["model", "engine"]),
    ("core/api", &["model", "engine"]),
    ("core/server", &["model", "system", "rules", "store", "host", "engine", "oidc", "api"]),
];

/// Library, and the only crate that may depend on it; `tests/bare` is none of ours, but what the
/// libraries do without us.
const ONE_USER: [(&str, &str); 7] = [
    ("sqlx", "core/store"),
    ("wasmtime", "core/host"),
    ("rhai", "core/host"),
    ("axum", "core/api"),
    ("jsonschema", "core/schema"),
    ("ed25519-dalek", "core/host"),
    ("ring", "core/oidc"),
];

fn dependencies(folder: &str) -> Vec<String> {
    let manifest = root().join(folder).join("Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    // Only what is built into the crate: tests may look further.
    let section = text.split("\n[dependencies]\n").nth(1).unwrap_or_default();
    let section = section.split("\n[").next().unwrap_or_default();
    let names = section.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
    names.filter(|name| !name.is_empty() && !name.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn dependencies_point_one_way() {
    for (folder, allowed) in MAY_USE {
        let found = dependencies(folder);
        assert!(!found.is_empty(), "{folder} has no dependencies section");
        for name in found.iter().filter_map(|name| name.strip_prefix("regulars-")) {
            assert!(allowed.contains(&name), "{folder} may not use {name}");
        }
    }
}

#[test]
fn each_engine_room_has_one_crate() {
    let folders = MAY_USE.iter().map(|(folder, _)| *folder).chain([
        "sdk/rust",
        "sdk/macros",
        "tests",
        "xtask",
    ]);
    for folder in folders {
        let found = dependencies(folder);
        for (library, only) in ONE_USER {
            let uses = found.iter().any(|name| name == library);
            assert!(!uses || folder == only, "{folder} may not use {library}, only {only}");
        }
    }
    for (library, only) in ONE_USER {
        assert!(dependencies(only).iter().any(|name| name == library), "{only} uses {library}");
    }
}

/// What is meant for one system only, beside the one module that has it all.
const OF_ONE_SYSTEM: [&str; 6] =
    ["cfg(unix", "cfg(windows", "cfg(target_os", "os::unix", "signal::unix", "libc::"];

#[test]
fn what_only_unix_has_is_in_one_module() {
    let mut found = Vec::new();
    for (folder, _) in MAY_USE {
        let mut folders = vec![root().join(folder).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() {
                    folders.push(entry);
                } else if entry.extension().is_some_and(|kind| kind == "rs") {
                    let text = fs::read_to_string(&entry).unwrap();
                    if OF_ONE_SYSTEM.iter().any(|mark| text.contains(mark)) {
                        found.push(entry);
                    }
                }
            }
        }
    }
    assert_eq!(found, [root().join("core/system/src/lib.rs")]);
}
