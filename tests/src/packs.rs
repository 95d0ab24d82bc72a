//! Packed plugins for tests.

use crate::root;
use regulars_host::pack::{PrivateKey, pack_folder};
use std::fs;

const SCENARIO: &str = r#"
title = { en = "A purchase of 2,000", zh-CN = "消费2000元" }

[[step]]
at = "2026-05-01T08:00:00+08:00"
event = { kind = "purchase", amount = "2000.00" }
expect.fields = { tier = "high" }
"#;

/// The same name is the same key.
pub fn publisher(name: &str) -> PrivateKey {
    let mut random = [7; 32];
    for (byte, letter) in random.iter_mut().zip(name.bytes()) {
        *byte = letter;
    }
    PrivateKey::new(name, random).expect("a name")
}

/// `spend-tiers` with some of its text replaced by other, packed.
pub fn pack(publisher: Option<&PrivateKey>, changes: &[(&str, &str)]) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write =
        |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    fs::create_dir(folder.path().join("scenarios")).expect("a folder");
    write("scenarios/01-high.toml", SCENARIO);
    for name in ["plugin.toml", "tiers.rhai"] {
        let path = root().join("tests/plugins/spend-tiers").join(name);
        let mut text = fs::read_to_string(path).expect("a plugin");
        for (from, to) in changes {
            text = text.replace(from, to);
        }
        write(name, &text);
    }
    pack_folder(folder.path(), publisher).expect("a packed plugin")
}
