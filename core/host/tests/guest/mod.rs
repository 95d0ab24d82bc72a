//! Components written by hand: a trap's text put into the guest all traps share.

use crate::sample;
use regulars_host::wrap;
use std::path::{Path, PathBuf};

const GUEST: &str = include_str!("../hostile.wat");
/// What a trap's text takes the place of.
const NO_TRAP: &str = "(func $trap (param i32))";

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/hostile")
}

pub fn manifest() -> String {
    sample::MANIFEST.replace("rhai", "wasm")
}

/// A core module that says which world it is of, as the compiler gives one.
pub fn core_module(trap: &str) -> Vec<u8> {
    let whole = trap.lines().any(|line| line.starts_with("(module"));
    let text = if whole { trap.to_owned() } else { GUEST.replace(NO_TRAP, trap) };
    let mut module = wat::parse_str(&text).unwrap();
    let mut resolve = wit_parser::Resolve::default();
    let (package, _) = resolve.push_dir(folder().join("../../sdk/wit/v1")).unwrap();
    let world = resolve.select_world(&[package], Some("plugin")).unwrap();
    let encoding = wit_component::StringEncoding::UTF8;
    wit_component::embed_component_metadata(&mut module, &resolve, world, encoding).unwrap();
    module
}

/// The shared guest without a trap.
pub fn healthy() -> Vec<u8> {
    wrap(&core_module(NO_TRAP), &manifest()).unwrap()
}
