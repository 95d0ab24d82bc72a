//! The contract itself: published text never changes, it grows beside what there is, and a script has
//! a word for everything in it.

#![expect(clippy::unwrap_used, reason = "a test that can not set itself up has failed")]

mod sample;

use regulars_host::{Host, HostOptions, wrap};
use regulars_model::{Cause, Row, canonical::hex, manifest::ABI};
use sample::{MANIFEST, call, row};
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
};
use wit_parser::{Resolve, TypeDefKind};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk/wit")
}

/// A line of `sdk/wit/PUBLISHED` for each text, as `sha256sum` writes them. Who needs another text
/// publishes it under another version and lets this one be.
#[test]
fn published_text_never_changes() {
    let published = fs::read_to_string(folder().join("PUBLISHED")).unwrap();
    let mut listed: Vec<&str> = Vec::new();
    for line in published.lines() {
        let (hash, file) = line.split_once("  ").unwrap();
        let text = fs::read(folder().join(file)).unwrap();
        assert_eq!(hex(&Sha256::digest(&text)), hash, "{file} is published and was changed");
        listed.push(file);
    }
    let there = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap());
    let majors = there.filter(|entry| entry.path().is_dir());
    for major in majors.map(|entry| entry.file_name().into_string().unwrap()) {
        assert!(listed.contains(&&*format!("{major}/plugin.wit")), "{major} is not in PUBLISHED");
    }
    let newest = fs::read_to_string(folder().join("v1/plugin.wit")).unwrap();
    assert!(newest.contains(&format!("package {ABI};")));
}

fn module(extra_wit: &str, extra_code: &str, world: &str) -> Vec<u8> {
    let wit = fs::read_to_string(folder().join("v1/plugin.wit")).unwrap() + extra_wit;
    let code = include_str!("hostile.wat").trim_end();
    let code = format!("{}\n{extra_code})", code.strip_suffix(')').unwrap());
    let mut module = wat::parse_str(&code).unwrap();
    let mut resolve = Resolve::default();
    let package = resolve.push_str("plugin.wit", &wit).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    let encoding = wit_component::StringEncoding::UTF8;
    wit_component::embed_component_metadata(&mut module, &resolve, world, encoding).unwrap();
    module
}

/// What `check-write` and `serve` will be: interfaces of the same version beside `rules`. A plugin
/// packed without them has none of them and needs none; one that has them runs here already.
#[test]
fn an_optional_interface_comes_beside_what_is_there() {
    const WIT: &str = "
        interface check-write { check: func(request: string) -> option<string>; }
        world plugin-that-checks { import host; export rules; export check-write; }
    ";
    let name = "regulars:plugin/check-write@1.0.0-rc.1";
    let code = format!(
        "(func (export \"{name}#check\") (param i32 i32) (result i32)
           (i32.store8 (i32.const 512) (i32.const 0)) (i32.const 512))"
    );
    let manifest = MANIFEST.replace("rhai", "wasm");
    let engine = wasmtime::Engine::default();
    for (module, has_it) in
        [(module("", "", "plugin"), false), (module(WIT, &code, "plugin-that-checks"), true)]
    {
        let packed = wrap(&module, &manifest).unwrap();
        let plugin = Host::new(HostOptions::default()).unwrap().load_component(&packed).unwrap();
        let verdict = plugin.decider.decide(&call(vec![row(100)])).remove(0).unwrap();
        assert_eq!(verdict.effects.len(), 1);
        // How a server that knows the interface finds out who has it.
        let component = wasmtime::component::Component::from_binary(&engine, &packed).unwrap();
        assert_eq!(component.get_export_index(None, name).is_some(), has_it);
    }
}

/// Records and variants that are how a batch is carried; a script is asked row by row.
const CARRIERS: [&str; 7] =
    ["call", "row-effect", "answer", "complaint", "complaints", "condition", "field-value"];

/// A type of the contract, a member or case of it, and a script that uses its word.
const WORDS: &[(&str, &str, &str)] = &[
    ("row", "cause", "call.cause"),
    ("row", "name", "call.name"),
    ("row", "now", "call.now"),
    ("row", "offset-seconds", "call.offset_seconds"),
    ("row", "settings", "call.settings"),
    ("reason", "text", "out.add_tag(\"vip\").because(\"plain\")"),
    ("reason", "args", "out.add_tag(\"vip\").because(\"by_visits\", [1, 2])"),
    ("wake", "key", "out.wake(\"k\", call.now + days(1))"),
    ("wake", "at", "out.wake(\"k\", call.now + days(1))"),
    ("task", "kind", "out.task(\"call-back\", \"k\").because(\"plain\")"),
    ("task", "key", "out.task(\"call-back\", \"k\").because(\"plain\")"),
    ("task", "title", "out.task(\"call-back\", \"k\").title(\"plain\").because(\"plain\")"),
    ("task", "due-at", "out.task(\"call-back\", \"k\").due_at(call.now).because(\"plain\")"),
    (
        "task",
        "assignee",
        "out.task(\"call-back\", \"k\").assignee(\"home-store\").because(\"plain\")",
    ),
    ("filled", "template", "out.message(\"offer\", \"k\").because(\"plain\")"),
    ("filled", "key", "out.voucher(\"free-cup\", \"k\").because(\"plain\")"),
    (
        "filled",
        "variables",
        "out.message(\"offer\", \"k\").variables(#{ visits: 1 }).because(\"plain\")",
    ),
    (
        "filled",
        "not-before",
        "out.custom(\"reserve-table\", \"k\").not_before(call.now).because(\"plain\")",
    ),
    (
        "filled",
        "expires-at",
        "out.voucher(\"free-cup\", \"k\").expires_at(call.now).because(\"plain\")",
    ),
    ("points", "account", "out.points(\"stars\", \"k\", 1).because(\"plain\")"),
    ("points", "key", "out.points(\"stars\", \"k\", 1).because(\"plain\")"),
    ("points", "amount", "out.points(\"stars\", \"k\", -1).because(\"plain\")"),
    (
        "points",
        "expires-at",
        "out.points(\"stars\", \"k\", 1).expires_at(call.now).because(\"plain\")",
    ),
    ("effect", "set-field", "out.set_field(\"band\", \"high\").because(\"plain\")"),
    ("effect", "clear-field", "out.clear_field(\"band\").because(\"plain\")"),
    ("effect", "add-tag", "out.add_tag(\"vip\").because(\"plain\")"),
    ("effect", "remove-tag", "out.remove_tag(\"vip\").because(\"plain\")"),
    ("effect", "set-lifecycle", "out.set_lifecycle(\"customer\").because(\"plain\")"),
    ("effect", "clear-lifecycle", "out.clear_lifecycle().because(\"plain\")"),
    ("effect", "wake", "out.wake(\"k\", call.now + days(1))"),
    ("effect", "cancel-wake", "out.cancel_wake(\"k\")"),
    ("effect", "task", "out.task(\"call-back\", \"k\").because(\"plain\")"),
    ("effect", "message", "out.message(\"offer\", \"k\").because(\"plain\")"),
    ("effect", "voucher", "out.voucher(\"free-cup\", \"k\").because(\"plain\")"),
    ("effect", "points", "out.points(\"stars\", \"k\", 1).because(\"plain\")"),
    (
        "new-event",
        "kind",
        "out.append_event(\"card-full\", \"k\").amount(1).data(#{ cups: 9 }).because(\"plain\")",
    ),
    ("new-event", "key", "out.append_event(\"card-full\", \"k\").amount(1).because(\"plain\")"),
    ("new-event", "amount", "out.append_event(\"card-full\", \"k\").amount(0).because(\"plain\")"),
    (
        "new-event",
        "data",
        "out.append_event(\"card-full\", \"k\").amount(1).data(#{ cups: 9 }).because(\"plain\")",
    ),
    ("effect", "append-event", "out.append_event(\"seen\", \"k\").because(\"plain\")"),
    ("effect", "custom", "out.custom(\"reserve-table\", \"k\").because(\"plain\")"),
    ("subject", "input", "is_over(call.inputs.visits, 1)"),
    ("subject", "customer", "is(call.customer.band, \"low\")"),
    ("subject", "event", "is(call.event.data_colour, \"red\")"),
    ("subject", "now", "is_over(call.now, 1)"),
];

#[test]
fn a_script_has_a_word_for_all_of_the_contract() {
    let mut resolve = Resolve::default();
    resolve.push_dir(folder().join("v1")).unwrap();
    let mut walked = 0;
    for (_, definition) in resolve.types.iter() {
        let Some(name) = definition.name.as_deref() else { continue };
        if CARRIERS.contains(&name) {
            continue;
        }
        let members: Vec<&str> = match &definition.kind {
            TypeDefKind::Record(record) => record.fields.iter().map(|one| &*one.name).collect(),
            TypeDefKind::Variant(variant) => variant.cases.iter().map(|one| &*one.name).collect(),
            TypeDefKind::Enum(cases) => cases.cases.iter().map(|one| &*one.name).collect(),
            // `use types.{…}` in an interface.
            TypeDefKind::Type(_) => continue,
            other => panic!("{name}: {other:?} has no place in the contract"),
        };
        for member in members.iter() {
            check_word(name, member);
            walked += 1;
        }
    }
    assert_eq!(walked, WORDS.len() + 4 + 6, "a word for what the contract no longer has");
}

fn check_word(of: &str, member: &str) {
    match of {
        "cause" => {
            let cause = match member {
                "event" => Cause::Event("purchase".into()),
                "wake" => Cause::Wake("k".into()),
                "expiry" => Cause::Expiry,
                "settings" => Cause::Settings,
                other => panic!("no script is told of the cause `{other}`"),
            };
            run(&format!("if call.cause != \"{member}\" {{ throw call.cause }}"), cause);
        }
        "comparison" => {
            let word = match member {
                "equal" => "is",
                "not-equal" => "is_not",
                "over" => "is_over",
                "at-least" => "is_from",
                "under" => "is_under",
                "at-most" => "is_up_to",
                other => panic!("no script can compare as in `{other}`"),
            };
            run(&format!("{word}(call.inputs.visits, 1)"), Cause::Event("purchase".into()));
        }
        _ => {
            let word = WORDS.iter().find(|(own, name, _)| (*own, *name) == (of, member));
            let (_, _, script) = word.unwrap_or_else(|| panic!("no script can say {of}.{member}"));
            run(script, Cause::Event("purchase".into()));
        }
    }
}

fn run(body: &str, cause: Cause) {
    let script = format!("fn decide(call, out) {{ {body}; }}");
    let host = Host::new(HostOptions::default()).unwrap();
    let plugin = host.load_script(MANIFEST, &script).unwrap_or_else(|error| panic!("{error}"));
    let verdict = plugin.decider.decide(&call(vec![Row { cause, ..row(5) }])).remove(0);
    verdict.unwrap_or_else(|fault| panic!("{body}: {fault}"));
}
