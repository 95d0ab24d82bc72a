//! Packed plugins: the same folder gives the same file, and whatever else a file may be is refused
//! with a sentence.

#![expect(clippy::unwrap_used, reason = "a test that can not set itself up has failed")]

mod sample;

use regulars_host::{
    Host, HostOptions, LoadError,
    pack::{Pack, PrivateKey, pack_folder},
};
use regulars_model::{
    limits::{PACK_BYTES_MAX, SCENARIO_BYTES_MAX, SCENARIOS_PER_PACK_MAX},
    said::is_chinese,
    text::Language,
};
use sample::{MANIFEST, call, row};
use serde_json::{Value as Json, json};
use std::path::Path;

const SCRIPT: &str = "fn decide(call, out) { out.add_tag(\"vip\").because(\"plain\", []); }";
const SCENARIO: &str = "title = { en = \"One\", zh-CN = \"一\" }\nstep = []\n";

fn host() -> Host {
    Host::new(HostOptions::default()).unwrap()
}

fn key(name: &str) -> PrivateKey {
    PrivateKey::new(name, [name.len() as u8; 32]).unwrap()
}

fn fill(folder: &Path) {
    std::fs::create_dir(folder.join("scenarios")).unwrap();
    for (name, text) in [
        ("plugin.toml", MANIFEST),
        ("sample.rhai", SCRIPT),
        ("scenarios/02-two.toml", SCENARIO),
        ("scenarios/01-one.toml", SCENARIO),
        ("scenarios/.01-one.toml.swp", "left by an editor"),
        ("README.md", "not packed"),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

fn packed(key: Option<&PrivateKey>) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    pack_folder(folder.path(), key).unwrap()
}

/// A file as somebody might put it together by hand.
fn forged(header: &Json, files: &[&[u8]]) -> Vec<u8> {
    let header = header.to_string().into_bytes();
    let length = u32::try_from(header.len()).unwrap().to_le_bytes();
    [b"regulars-plugin 1\n", &length[..], &header, &files.concat()].concat()
}

fn unsigned(files: &[(&str, &[u8])]) -> Vec<u8> {
    let listed = files.iter().map(|(path, file)| json!({"path": path, "bytes": file.len()}));
    let header = json!({"publisher": null, "files": listed.collect::<Vec<_>>()});
    forged(&header, &files.iter().map(|(_, file)| *file).collect::<Vec<_>>())
}

fn refusal(bytes: &[u8]) -> String {
    match host().load_packed(bytes) {
        Err(LoadError::TooLarge { found, most }) => format!("too large: {found} over {most}"),
        Err(error) => {
            assert!(is_chinese(&error.write(Language::Chinese)), "{error}");
            error.to_string()
        }
        Ok(_) => panic!("loaded"),
    }
}

#[test]
fn the_same_folder_and_key_give_the_same_file() {
    let acme = key("acme");
    let bytes = packed(Some(&acme));
    assert_eq!(bytes, packed(Some(&acme)));
    let pack = Pack::read(&bytes).unwrap();
    assert_eq!(pack.publisher, Some(acme.publisher()));
    let names: Vec<_> = pack.scenarios.iter().map(|scenario| &*scenario.name).collect();
    assert_eq!(names, ["01-one.toml", "02-two.toml"]);
    assert_eq!(pack.scenarios[0].toml, SCENARIO);
    let unsigned = packed(None);
    assert_eq!(Pack::read(&unsigned).unwrap().publisher, None);
    assert_ne!(Pack::read(&unsigned).unwrap().hash, pack.hash);
}

#[test]
fn it_answers_as_its_folder_does() {
    let bytes = packed(Some(&key("acme")));
    let (plugin, script) =
        (host().load_packed(&bytes).unwrap(), host().load_script(MANIFEST, SCRIPT).unwrap());
    assert_eq!(plugin.hash, script.hash);
    let asked = call(vec![row(5)]);
    assert_eq!(plugin.decider.decide(&asked), script.decider.decide(&asked));
}

#[test]
fn cut_anywhere_it_is_refused() {
    for bytes in [packed(Some(&key("acme"))), packed(None)] {
        for end in 0..bytes.len() {
            let sentence = refusal(&bytes[..end]);
            let expected = if end < 16 { "it is no packed plugin" } else { "it is cut short" };
            assert!(sentence.contains(expected), "{end}: {sentence}");
        }
        let longer = [&bytes[..], b"more"].concat();
        assert_eq!(refusal(&longer), "4 bytes follow its end");
    }
}

#[test]
fn any_changed_bit_of_a_signed_one_is_noticed() {
    let bytes = packed(Some(&key("acme")));
    for at in (0..bytes.len()).step_by(7) {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(Pack::read(&changed).is_err(), "the bit of byte {at} was changed");
    }
    let mut changed = bytes.clone();
    let middle = bytes.windows(3).position(|three| three == b"vip").unwrap();
    changed[middle..middle + 3].copy_from_slice(b"VIP");
    assert!(refusal(&changed).starts_with("its signature is not that of acme"));
}

#[test]
fn one_key_can_not_sign_for_another() {
    let (own, other) = (packed(Some(&key("acme"))), key("mallory").publisher().key.to_string());
    let acme = key("acme").publisher().key.to_string();
    let text = |bytes: &[u8]| bytes.windows(acme.len()).position(|part| part == acme.as_bytes());
    let at = text(&own).unwrap();
    let mut swapped = own.clone();
    swapped[at..at + acme.len()].copy_from_slice(other.as_bytes());
    assert!(refusal(&swapped).starts_with("its signature is not that of acme"));
    // The neutral point of the curve would "sign" anything.
    let mut weak = own.clone();
    weak[at + 4..at + acme.len()].copy_from_slice(format!("01{:062}", 0).as_bytes());
    assert!(refusal(&weak).starts_with("its signature is not that of acme"));
}

#[test]
fn what_is_put_together_wrongly_is_refused() {
    let (toml, script) = (MANIFEST.as_bytes(), SCRIPT.as_bytes());
    let own = ("plugin.toml", toml);
    let entry = ("sample.rhai", script);
    let with = |path| unsigned(&[own, entry, (path, SCENARIO.as_bytes())]);
    let may_hold = "and may hold plugin.toml, sample.rhai and scenarios/NAME.toml";
    for (bytes, expected) in [
        (b"PK\x03\x04 a zip".to_vec(), "it is no packed plugin"),
        (b"regulars-plugin 2\nwhatever".to_vec(), "it is of format 2, and this version reads 1"),
        (b"regulars-plugin 1\n\xff\xff\xff\xffx".to_vec(), "its header says it has 4294967295"),
        (b"regulars-plugin 1\n\x02\0\0\0[]".to_vec(), "its header can not be read"),
        (forged(&json!({"files": [], "more": 1}), &[]), "unknown field `more`"),
        (unsigned(&[]), "it holds no plugin.toml"),
        (unsigned(&[own]), "it holds no sample.rhai"),
        (unsigned(&[("plugin.toml", b"id = 7"), entry]), "plugin.toml: "),
        (unsigned(&[("plugin.toml", b"\xff"), entry]), "plugin.toml is not UTF-8"),
        (unsigned(&[own, ("sample.rhai", b"\xff")]), "sample.rhai is not UTF-8"),
        (unsigned(&[own, ("sample.rhai", b"fn decide(")]), "sample.rhai:1"),
        (unsigned(&[own, own, entry]), "it holds `plugin.toml` twice"),
        (unsigned(&[own, entry, entry]), "it holds `sample.rhai` twice"),
        (unsigned(&[entry, own]), "not in the order"),
        (with("sample2.rhai"), may_hold),
        (with("scenarios/../../x.toml"), may_hold),
        (with("scenarios/..\\x.toml"), may_hold),
        (with("scenarios/.toml"), may_hold),
        (with("scenarios/a\u{1b}.toml"), may_hold),
        (with("scenarios/deep/a.toml"), may_hold),
        (unsigned(&[("../x", b""), own, entry]), may_hold),
        (unsigned(&[("/etc/passwd", b""), own, entry]), may_hold),
        (
            unsigned(&[own, entry, ("scenarios/a.toml", &vec![b' '; SCENARIO_BYTES_MAX + 1])]),
            "a scenario may have 65536",
        ),
        (vec![b'x'; PACK_BYTES_MAX + 1], "too large: 16777217 over 16777216"),
    ] {
        let sentence = refusal(&bytes);
        assert!(sentence.contains(expected), "{sentence}");
        assert!(!sentence.contains('\u{1b}'), "{sentence}");
    }
}

#[test]
fn no_length_it_claims_makes_room_for_itself() {
    let file = |bytes: Json| json!({"path": "plugin.toml", "bytes": bytes});
    for (files, expected) in [
        (vec![file(json!(u64::MAX))], "it is cut short"),
        (vec![file(json!(u64::MAX)), file(json!(2))], "it is cut short"),
        (vec![file(json!(-1))], "its header can not be read"),
    ] {
        let bytes = forged(&json!({"publisher": null, "files": files}), &[]);
        assert!(refusal(&bytes).contains(expected), "{}", refusal(&bytes));
    }
    let names: Vec<_> =
        (0..=SCENARIOS_PER_PACK_MAX).map(|number| format!("scenarios/{number:04}.toml")).collect();
    let mut files = vec![("plugin.toml", MANIFEST.as_bytes()), ("sample.rhai", SCRIPT.as_bytes())];
    files.extend(names.iter().map(|name| (name.as_str(), SCENARIO.as_bytes())));
    assert!(refusal(&unsigned(&files)).contains("it holds 201 scenarios; it may hold 200"));
}

#[test]
fn a_component_travels_with_the_manifest_it_was_built_with() {
    let toml = MANIFEST.replace("rhai", "wasm");
    let bytes = unsigned(&[("plugin.toml", toml.as_bytes()), ("sample.wasm", b"no component")]);
    assert_eq!(refusal(&bytes), "it is not WebAssembly");
}
