//! The authors' guide can not go stale: its commands are run, its pieces of files are pieces of the
//! examples, its requests are answered and its tables are complete.
//!
//! What a fenced block is stands behind its fence: `console` has commands after `$ ` and what they
//! print, all of a page in one shell; `LANGUAGE FILE` is a piece of `sdk/examples/FILE`; `http` is a
//! request, and a `json` after it a part of its answer. A comment `<!-- table: NAME -->` names the
//! table below it. `REGULARS_BLESS=1` writes down anew what the commands print.

mod commands;
mod page;
mod requests;
mod tables;

use page::{Page, pages};
use regulars_tests::root;
use std::{collections::BTreeMap, fs};

/// Shown from the first line to the last, so that a reader need not look elsewhere.
const SHOWN_WHOLE: [&str; 4] = [
    "bubble-tea/plugin.toml",
    "bubble-tea/rules.rhai",
    "bubble-tea-rust/Cargo.toml",
    "bubble-tea-rust/src/lib.rs",
];

#[test]
fn pieces_of_files_are_pieces_of_the_examples() {
    for page in pages() {
        let mut shown: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for block in page.blocks.iter().filter(|block| !block.file.is_empty()) {
            let text = read_example(&block.file);
            let lines = format!("\n{}", block.text);
            let of = format!("{}, line {}: no piece of {}", page.name, block.line, block.file);
            assert!(format!("\n{text}").contains(&lines), "{of}");
            shown.entry(&block.file).or_default().push(&block.text);
        }
        for file in SHOWN_WHOLE {
            let pieces = shown.get(file).map(|pieces| pieces.join("\n")).unwrap_or_default();
            assert_eq!(pieces, read_example(file), "{}: {file} is shown whole", page.name);
        }
    }
}

fn read_example(file: &str) -> String {
    let path = root().join("sdk/examples").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What both languages must show alike.
fn code(page: &Page) -> Vec<&str> {
    let shown =
        page.blocks.iter().filter(|block| block.language == "console" || !block.file.is_empty());
    shown.map(|block| block.text.as_str()).collect()
}

#[test]
fn both_languages_show_the_same_code() {
    let [english, chinese] = pages();
    assert_eq!(code(&english), code(&chinese));
}
