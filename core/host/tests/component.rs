//! Rules as WebAssembly components: what is refused when loaded, and what a guest can not do.

#![expect(clippy::unwrap_used, reason = "a test that can not set itself up has failed")]

mod sample;

use regulars_host::{Host, HostOptions, LoadError, Plugin, wrap};
use regulars_model::{Decision, Effect, PluginFault, Row, decide::PluginFaultCode};
use sample::{call, row};
use std::path::Path;

fn manifest() -> String {
    sample::MANIFEST.replace("rhai", "wasm")
}

fn host() -> Host {
    Host::new(HostOptions::default()).unwrap()
}

fn core_module() -> Vec<u8> {
    let mut module = wat::parse_str(include_str!("hostile.wat")).unwrap();
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk/wit/v1");
    let mut resolve = wit_parser::Resolve::default();
    let (package, _) = resolve.push_dir(wit).unwrap();
    let world = resolve.select_world(&[package], Some("plugin")).unwrap();
    let encoding = wit_component::StringEncoding::UTF8;
    wit_component::embed_component_metadata(&mut module, &resolve, world, encoding).unwrap();
    module
}

fn guest() -> Plugin {
    host().load_component(&wrap(&core_module(), &manifest()).unwrap()).unwrap()
}

fn refusal(bytes: &[u8]) -> String {
    match host().load_component(bytes) {
        Err(LoadError::Refused(sentence)) => sentence,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("loaded"),
    }
}

/// The component of a text, with a manifest at its end.
fn component(text: &str) -> Vec<u8> {
    let mut bytes = wat::parse_str(text).unwrap();
    let manifest = manifest();
    let section = [b"\x11regulars-manifest", manifest.as_bytes()].concat();
    bytes.push(0);
    let length = section.len();
    bytes.extend([(length & 0x7f) as u8 | 0x80, (length >> 7) as u8]);
    bytes.extend(section);
    bytes
}

fn is_vip(verdict: &Result<Decision, PluginFault>) -> bool {
    let tag = Effect::AddTag { tag: "vip".into() };
    verdict.as_ref().is_ok_and(|decision| decision.effects.iter().all(|one| one.effect == tag))
}

#[test]
fn what_is_no_plugin_is_refused_with_advice() {
    let whole = wrap(&core_module(), &manifest()).unwrap();
    for (bytes, expected) in [
        (b"garbage, certainly".to_vec(), "it is not WebAssembly"),
        (Vec::new(), "it is not WebAssembly"),
        (core_module(), "wrap it with `regulars plugin wrap`"),
        (whole[..whole.len() / 2].to_vec(), "it is cut short"),
        (wat::parse_str("(component)").unwrap(), "it carries no manifest"),
        (component("(component)"), "it does not export regulars:plugin/rules@1.0.0-rc.1"),
        (
            component(
                r#"(component (import "wasi:clocks/wall-clock@0.2.0"
                    (instance (export "now" (func (result u64))))))"#,
            ),
            "build it for wasm32-unknown-unknown, which has no WASI",
        ),
        (
            component(r#"(component (import "other:thing/net@1.0.0" (instance)))"#),
            "no clock, no files and no network",
        ),
        (
            component(
                r#"(component (instance $i) (export "regulars:plugin/rules@0.2.0" (instance $i)))"#,
            ),
            "it exports regulars:plugin/rules@0.2.0, and this server speaks",
        ),
        (
            component(
                r#"(component (instance $i) (export "regulars:plugin/rules@1.0.0-rc.1" (instance $i)))"#,
            ),
            "it does not fit regulars:plugin@1.0.0-rc.1",
        ),
    ] {
        let sentence = refusal(&bytes);
        assert!(sentence.contains(expected), "{sentence}");
    }
    let mut flipped = whole;
    let middle = flipped.len() / 3;
    flipped[middle..middle + 64].fill(0xff);
    assert!(host().load_component(&flipped).is_err());
    assert!(matches!(host().load_component(&vec![0; 9 << 20]), Err(LoadError::TooLarge { .. })));
}

#[test]
fn a_wrapped_module_answers() {
    let plugin = guest();
    assert_eq!(plugin.manifest.id, "sample");
    let verdicts = plugin.decider.decide(&call((10..700).map(row).collect()));
    assert_eq!(verdicts.len(), 690);
    assert!(verdicts.iter().all(is_vip), "{:?}", verdicts.iter().find(|one| !is_vip(one)));
    let settings = call(Vec::new()).settings.remove(0);
    let faults = plugin.decider.check_settings(&settings).unwrap();
    assert_eq!((&*faults[0].pointer, &*faults[0].message), ("/high_from", "Because."));
}

#[test]
fn a_bad_row_has_its_fault_and_the_others_their_answer() {
    let plugin = guest();
    use PluginFaultCode::{InvalidAnswer, LimitExceeded, OutOfFuel, OutOfMemory, Panicked};
    for (visits, code, message) in [
        (1, OutOfFuel, "fuel of 20000000"),
        (2, Panicked, "rule.rs:7: index out of bounds"),
        (3, OutOfMemory, "more than 16 MiB"),
        (4, LimitExceeded, "too deeply"),
        (5, InvalidAnswer, "too much data"),
        (6, InvalidAnswer, "utf-8"),
        (7, InvalidAnswer, "out of bounds"),
        (8, InvalidAnswer, "there is no tag 1"),
    ] {
        let mut rows: Vec<Row> = (0..9).map(|_| row(100)).collect();
        rows[4] = row(visits);
        let verdicts = plugin.decider.decide(&call(rows));
        for (index, verdict) in verdicts.iter().enumerate() {
            match index {
                4 => {
                    let fault = verdict.as_ref().unwrap_err();
                    assert_eq!(fault.code, code, "{visits}: {fault}");
                    assert!(fault.message.contains(message), "{visits}: {fault}");
                }
                _ => assert!(is_vip(verdict), "{visits}: {verdict:?}"),
            }
        }
    }
}

#[test]
fn an_answer_that_depends_on_the_batch_is_found_out() {
    let rows = (0..1024).map(|at| Row { now: regulars_model::Instant(at), ..row(9) }).collect();
    let verdicts = guest().decider.decide(&call(rows));
    let faults: Vec<_> = verdicts.iter().filter_map(|verdict| verdict.as_ref().err()).collect();
    assert!(!faults.is_empty());
    assert!(faults.iter().all(|fault| fault.code == PluginFaultCode::NotDeterministic));
}

#[test]
fn a_folder_must_hold_what_was_built_from_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("plugin.toml", manifest().as_bytes());
    let missing = host().load_folder(folder.path()).unwrap_err().to_string();
    assert!(missing.contains("sample.wasm"), "{missing}");
    write("sample.wasm", &wrap(&core_module(), &manifest()).unwrap());
    assert!(host().load_folder(folder.path()).is_ok());
    write(
        "plugin.toml",
        manifest().replace("version = \"1.0.0\"", "version = \"1.0.1\"").as_bytes(),
    );
    let differs = host().load_folder(folder.path()).unwrap_err().to_string();
    assert!(differs.contains("build it again"), "{differs}");
}

#[test]
fn the_cache_is_private_and_only_a_cache() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("compiled");
    let bytes = wrap(&core_module(), &manifest()).unwrap();
    let load = || {
        let host = Host::new(HostOptions { cache: Some(cache.clone()) }).unwrap();
        let plugin = host.load_component(&bytes).unwrap();
        assert!(plugin.decider.decide(&call(vec![row(100)])).iter().all(is_vip));
    };
    let files = || -> Vec<_> {
        std::fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    load();
    let kept = files();
    assert_eq!(kept.len(), 1);
    assert_eq!(std::fs::metadata(&kept[0]).unwrap().mode() & 0o777, 0o600);
    let written = std::fs::metadata(&kept[0]).unwrap().modified().unwrap();
    load();
    assert_eq!(std::fs::metadata(&kept[0]).unwrap().modified().unwrap(), written);
    // What others may write is not trusted, and what is damaged is made again.
    std::fs::set_permissions(&kept[0], std::fs::Permissions::from_mode(0o666)).unwrap();
    load();
    assert_eq!(std::fs::metadata(&kept[0]).unwrap().mode() & 0o777, 0o600);
    std::fs::write(&kept[0], b"damaged").unwrap();
    load();
    assert!(std::fs::metadata(&kept[0]).unwrap().len() > 1_000);
    assert_eq!(files(), kept);
}
