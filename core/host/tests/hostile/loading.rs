//! What is refused when it is loaded, and with which advice.

use crate::{
    HOST,
    guest::{core_module, healthy, manifest},
    sample::{MANIFEST, call, row},
    with_manifest,
};
use regulars_host::{LoadError, wrap};
use regulars_model::{said::is_chinese, text::Language};
use std::fs;

const HEADER: [u8; 8] = *b"\0asm\x0d\0\x01\0";
const NO_TRAP: &str = "(func $trap (param i32))";

fn refusal(bytes: &[u8]) -> String {
    let error = HOST.load_component(bytes).expect_err("refused");
    assert!(is_chinese(&error.write(Language::Chinese)), "{error}");
    error.to_string()
}

#[test]
fn what_is_no_component_is_refused_with_advice() {
    let whole = healthy();
    let mut flipped = whole.clone();
    let middle = flipped.len() / 3;
    flipped[middle..middle + 64].fill(0xff);
    for (bytes, expected) in [
        (b"garbage, certainly".as_slice(), "it is not WebAssembly"),
        (&[], "it is not WebAssembly"),
        (&core_module(NO_TRAP), "wrap it with `regulars plugin wrap`"),
        (&whole[..whole.len() / 2], "it is cut short"),
        (&flipped, "it is"),
        (&HEADER, "it carries no manifest"),
        (&vec![0; 9 << 20], "a plugin may have 8388608"),
        (&nested(8), "does not export"),
        (&nested(150_000), "not laid out as a component of the SDK is"),
    ] {
        let sentence = refusal(bytes);
        assert!(sentence.contains(expected), "{sentence}");
    }
}

/// Components within each other, so many deep.
fn nested(depth: usize) -> Vec<u8> {
    let mut nested = HEADER.to_vec();
    for left in (0..depth).rev() {
        // An empty component has 8 bytes, and each around it 12 more.
        let length = 8 + 12 * left;
        let bytes = [length as u8 | 0x80, (length >> 7) as u8 | 0x80, (length >> 14) as u8 & 0x7f];
        nested.push(4);
        nested.extend(bytes);
        nested.extend(HEADER);
    }
    with_manifest(nested, &manifest())
}

/// The shared guest, carrying a manifest it was not built from.
fn guest_with(manifest: &str) -> Vec<u8> {
    let whole = healthy();
    // The manifest's section: its id, two bytes of length, the length of its name and the name.
    let bare = whole.len() - self::manifest().len() - 21;
    with_manifest(whole[..bare].to_vec(), manifest)
}

#[test]
fn a_manifest_that_is_wrong_is_refused() {
    let core = core_module(NO_TRAP);
    let manifest = manifest();
    for (from, to, expected) in [
        ("\"wasm\"", "\"rhai\"", "ends in .rhai"),
        ("plugin@1.0.0-rc.1", "plugin@2.0.0", "is not spoken by this server"),
        ("entry = \"sample.wasm\"", "entry = \"../sample.wasm\"", "expected a file beside"),
        ("version = \"1.0.0\"", "", "`version` is missing"),
        ("title", "titel", "there is no key `titel`; did you mean `title`?"),
        ("args = [\"visits\"", "args = [\"visists\"", "give its shape"),
    ] {
        let wrong = manifest.replace(from, to);
        let sentence = refusal(&guest_with(&wrong));
        assert!(sentence.contains(expected), "{sentence}");
        assert!(wrap(&core, &wrong).is_err());
    }
    let script = refusal(&guest_with(MANIFEST));
    assert!(script.contains("does not say runtime = \"wasm\""), "{script}");
    assert!(refusal(&with_manifest(healthy(), &manifest)).contains("two manifests"));
    assert!(HOST.load_script(&manifest, "fn decide(call, out) { }").is_err());
    let long = format!("{manifest}# {}", "x".repeat(300_000));
    let sentence = HOST.load_script(&long, "").unwrap_err().to_string();
    assert!(sentence.contains("may have 262144"), "{sentence}");
}

/// Positions are looked up in the manifest the component carries, whatever it was built from: it gets what
/// that grants and nothing else.
#[test]
fn a_manifest_that_lies_gives_nothing_it_does_not_say() {
    let sets_band = "(func $trap (param $at i32)
      (i32.store8 offset=16 (local.get $at) (i32.const 0))
      (i32.store offset=24 (local.get $at) (i32.const 0))
      (i64.store offset=32 (local.get $at) (i64.const 99)))";
    let choice = "\"choice\"\nvalues = [\"high\", \"low\"]";
    for (trap, from, to, expected) in [
        (NO_TRAP, "tags = [\"vip\"]\n", "", "there is no tag 0; 0 are declared"),
        (NO_TRAP, "[texts.plain]", "[texts.aside]", "0 values where the manifest declares 2"),
        (sets_band, choice, "\"choice\"\nvalues = [\"high\"]", "no position in a choice of 1"),
        (sets_band, choice, "\"boolean\"", "99 is neither 0 nor 1"),
        (sets_band, choice, "\"text\"", "there is no symbol 99"),
        (sets_band, choice, "\"list\"\nitems = { type = \"text\" }", "there is no list 99"),
        (sets_band, choice, "\"integer\"\nmaximum = 9", "`band` can not be 99"),
    ] {
        let told = manifest();
        let lying = told.replace(from, to);
        assert_ne!(lying, told, "{from}");
        let core = core_module(trap);
        let plugin = HOST.load_component(&wrap(&core, &lying).unwrap()).unwrap();
        let fault = plugin.decider.decide(&call(vec![row(1)])).remove(0).unwrap_err().to_string();
        assert!(fault.starts_with("invalid_answer: "), "{fault}");
        assert!(fault.contains(expected), "{fault}");
    }
}

/// What a reader that calls itself for each level would need a stack for.
#[test]
fn a_manifest_of_any_depth_is_refused() {
    let deep = |piece: &str, after: &str| format!("{}{after}", piece.repeat(20_000));
    for toml in [
        format!("{MANIFEST}\n[fields.deep]\n{}", deep("items.", "type = \"list\"")),
        format!("{MANIFEST}\n[fields.deep.{}]", deep("items.", "items")),
        format!("{MANIFEST}\n[fields.deep]\nitems = {}", deep("{ items = ", "1")),
        format!("{MANIFEST}\n[fields.deep]\nitems = {}", deep("[", "")),
        deep("[[a.b]]\n", ""),
        deep("a.", "b = 1"),
    ] {
        let sentence = HOST.load_script(&toml, "").unwrap_err().to_string();
        assert!(sentence.starts_with("plugin.toml:"), "{sentence}");
        assert!(sentence.len() < 12_000, "{sentence}");
    }
}

#[test]
fn a_manifest_beside_another_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let told = manifest().replace("tags = [\"vip\"]\n", "");
    fs::write(folder.path().join("plugin.toml"), told).unwrap();
    fs::write(folder.path().join("sample.wasm"), healthy()).unwrap();
    match HOST.load_folder(folder.path()) {
        Err(LoadError::Refused(said)) => {
            let sentence = said.to_string();
            assert!(sentence.contains("another plugin.toml than the one beside it"), "{sentence}");
        }
        other => panic!("{:?}", other.err()),
    }
}
