//! Each trap of the table is sprung among rows that spring none.

use crate::{
    HOST,
    guest::{core_module, manifest},
    is_vip,
    sample::{MANIFEST, call, row},
    table::{Place, Trap, traps},
    with_manifest,
};
use regulars_host::{LoadError, Plugin, wrap};
use regulars_model::{Instant, PluginFault, Row, said::is_chinese, text::Language};
use std::fmt::Debug;

/// Lists within lists within lists, to be filled with one list.
const TREE: &str = r#"
[fields.tree]
type = "list"
items = { type = "list", items = { type = "list", items = { type = "list", items = { type = "list", items = { type = "integer" } } } } }
label = { en = "Tree", zh-CN = "树" }
"#;

pub fn load(trap: &Trap) -> Result<Plugin, LoadError> {
    let text = trap.text();
    if trap.file.ends_with(".rhai") {
        return HOST.load_script(MANIFEST, &text);
    }
    let manifest = manifest() + TREE;
    if text.lines().any(|line| line.starts_with("(component")) {
        return HOST.load_component(&with_manifest(wat::parse_str(&text).unwrap(), &manifest));
    }
    HOST.load_component(&wrap(&core_module(&text), &manifest)?)
}

fn spring(trap: &Trap) {
    let loaded = load(trap);
    if trap.place == Place::Loading {
        let error = loaded.expect_err(&trap.file);
        assert!(is_chinese(&error.write(Language::Chinese)), "{error}");
        let sentence = error.to_string();
        assert!(sentence.contains(&trap.says), "{}: {sentence}", trap.file);
        return assert!(sentence.len() < 2_000, "{}: {sentence}", trap.file);
    }
    let plugin = loaded.unwrap_or_else(|error| panic!("{}: {error}", trap.file));
    match trap.place {
        Place::Loading => {}
        Place::Batch => spring_batch(&plugin, trap),
        Place::Always => {
            for verdict in plugin.decider.decide(&call(vec![row(100); 3])) {
                expect(trap, verdict);
            }
            check_settings(&plugin, trap);
        }
        Place::CheckSettings => check_settings(&plugin, trap),
        Place::Decide => decide(&plugin, trap),
        Place::Both => {
            decide(&plugin, trap);
            check_settings(&plugin, trap);
        }
    }
}

/// A bad row has its fault, and the others their answer; so it is again the next time.
fn decide(plugin: &Plugin, trap: &Trap) {
    let mut rows: Vec<Row> = vec![row(100); 9];
    rows[4] = row(1);
    let call = call(rows);
    let verdicts = plugin.decider.decide(&call);
    assert_eq!(plugin.decider.decide(&call), verdicts, "{}", trap.file);
    for (index, verdict) in verdicts.into_iter().enumerate() {
        match index {
            4 if trap.error != "none" => expect(trap, verdict),
            _ => assert!(is_vip(&verdict), "{}, row {index}: {verdict:?}", trap.file),
        }
    }
}

fn check_settings(plugin: &Plugin, trap: &Trap) {
    let settings = call(Vec::new()).settings.remove(0);
    expect(trap, plugin.decider.check_settings(&settings));
}

fn spring_batch(plugin: &Plugin, trap: &Trap) {
    let rows = (0..1024).map(|at| Row { now: Instant(at), ..row(1) }).collect();
    let verdicts = plugin.decider.decide(&call(rows));
    assert!(verdicts.iter().any(Result::is_err), "{}", trap.file);
    verdicts.into_iter().filter(Result::is_err).for_each(|verdict| expect(trap, verdict));
}

fn expect<T: Debug>(trap: &Trap, verdict: Result<T, PluginFault>) {
    if trap.error == "none" {
        return assert!(verdict.is_ok(), "{}: {verdict:?}", trap.file);
    }
    let fault = verdict.expect_err(&trap.file);
    assert_eq!(fault.code.to_string(), trap.error, "{}: {fault}", trap.file);
    assert!(fault.message.en.contains(&trap.says), "{}: {fault}", trap.file);
    assert!(is_chinese(&fault.message.zh_cn), "{}: {}", trap.file, fault.message.zh_cn);
    assert!(fault.message.en.len() < 8_000, "{}: {fault}", trap.file);
}

#[test]
fn each_component_is_stopped_and_other_rows_have_their_answer() {
    traps("wasm").iter().for_each(spring);
}

#[test]
fn each_script_is_stopped_and_other_rows_have_their_answer() {
    traps("rhai").iter().for_each(spring);
}
