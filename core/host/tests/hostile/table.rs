//! The table in `tests/hostile/README.md`, and the files it is about.

use crate::guest::folder;
use std::{collections::BTreeSet, fs};

pub struct Trap {
    /// `wasm/endless-loop.wat`
    pub file: String,
    pub place: Place,
    /// The fault's code, `refused` or `none`.
    pub error: String,
    /// What the fault says, among other things; empty for `-`.
    pub says: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is not even loaded.
    Loading,
    /// Only for a row of one visit.
    Decide,
    CheckSettings,
    /// For a row of one visit, and when settings are checked.
    Both,
    /// Whatever is asked.
    Always,
    /// Where the rows of a call are many.
    Batch,
}

pub fn traps(kind: &str) -> Vec<Trap> {
    let mut traps = all();
    traps.retain(|trap| trap.file.starts_with(kind));
    traps
}

impl Trap {
    pub fn text(&self) -> String {
        unfold(&fs::read_to_string(folder().join(&self.file)).unwrap())
    }
}

fn all() -> Vec<Trap> {
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    readme.lines().filter(|line| line.starts_with("| `")).map(read).collect()
}

fn read(line: &str) -> Trap {
    let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
    let [file, _, place, error, says] = cells[..] else { panic!("five cells: {line}") };
    let place = match place {
        "loading" => Place::Loading,
        "decide" => Place::Decide,
        "check-settings" => Place::CheckSettings,
        "both" => Place::Both,
        "always" => Place::Always,
        "batch" => Place::Batch,
        other => panic!("there is no place {other}: {line}"),
    };
    let bare = |cell: &str| cell.trim_matches('`').to_owned();
    Trap { file: bare(file), place, error: bare(error), says: says.trim_matches('-').to_owned() }
}

/// `<<3 times: f@ >>` → `f0 f1 f2 `: some traps are large only in number.
fn unfold(text: &str) -> String {
    let Some((before, rest)) = text.split_once("<<") else { return text.to_owned() };
    let (times, rest) = rest.split_once(" times: ").unwrap();
    let (piece, after) = rest.split_once(">>").unwrap();
    let times: usize = times.parse().unwrap();
    let pieces: String =
        (0..times).map(|index| format!("{} ", piece.replace('@', &index.to_string()))).collect();
    format!("{before}{pieces}{}", unfold(after))
}

#[test]
fn every_trap_stands_in_the_table_and_says_what_it_tries() {
    let told: BTreeSet<String> = all().into_iter().map(|trap| trap.file).collect();
    let mut found = BTreeSet::new();
    for (kind, comment) in [("wasm", ";; "), ("rhai", "// ")] {
        for entry in fs::read_dir(folder().join(kind)).unwrap() {
            let entry = entry.unwrap();
            let text = fs::read_to_string(entry.path()).unwrap();
            assert!(text.starts_with(comment), "{:?}", entry.path());
            found.insert(format!("{kind}/{}", entry.file_name().to_str().unwrap()));
        }
    }
    assert_eq!(told, found);
}
