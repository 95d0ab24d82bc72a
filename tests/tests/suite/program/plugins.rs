//! `regulars plugin …`, here and through the server that holds the database.

use regulars_tests::{Place, Program, root};
use std::{fs, path::Path, process::Output};

fn state(program: &Program, plugin: &str) -> String {
    let list = program.run(&["plugin", "list"]);
    let line = list.lines().find(|line| line.starts_with(plugin)).expect("it is listed");
    line.to_owned()
}

/// The lines under a plugin that say where it meets another.
fn notes(program: &Program) -> Vec<String> {
    let list = program.run(&["plugin", "list"]);
    let notes = list.lines().filter_map(|line| line.trim_start().strip_prefix("note: "));
    notes.map(str::to_owned).collect()
}

fn switch_off_and_on(program: &Program) {
    assert!(state(program, "cafe-frequency").contains(", on,"));
    let shared = "Café visit bands and Furniture lead nurturing may each send the message `offer`.";
    assert_eq!(notes(program).iter().filter(|note| note.starts_with(shared)).count(), 2);
    assert_eq!(program.run(&["plugin", "disable", "cafe-frequency"]), "cafe-frequency is off\n");
    assert!(state(program, "cafe-frequency").contains(", off,"));
    assert!(notes(program).is_empty());
    let part = ["plugin", "enable", "cafe-frequency", "--unit", "soho"];
    assert_eq!(program.run(&part), "cafe-frequency is on in soho\n");
    assert_eq!(program.run(&["plugin", "enable", "cafe-frequency"]), "cafe-frequency is on\n");
}

#[test]
fn plugins_are_switched_off_and_on() {
    let program = Program::on(Place::sqlite());
    let key = program.make_key();
    program.run(&["unit", "put", "soho", "--name", "SoHo", "--kind", "store"]);
    switch_off_and_on(&program);
    let _server = program.serve(&key);
    switch_off_and_on(&program);
    let unknown = program.command(&["plugin", "disable", "nobody"]).output().expect("it runs");
    assert!(!unknown.status.success());
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("nobody"));
}

/// A command in a folder of its own.
pub fn within(folder: &Path, program: &Program, arguments: &[&str]) -> Output {
    program.command(arguments).current_dir(folder).output().expect("it runs")
}

#[track_caller]
pub fn refused(output: Output, expected: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(expected), "{said}");
}

#[test]
fn check_asks_the_rule_about_its_defaults_and_test_wants_scenarios() {
    let program = Program::on(Place::sqlite());
    let place = tempfile::tempdir().unwrap();
    let here = |arguments: &[&str]| within(place.path(), &program, arguments);
    assert!(here(&["plugin", "new", "bakery"]).status.success());
    let rules = place.path().join("bakery/rules.rhai");
    let text = fs::read_to_string(&rules).unwrap();
    let picky = "\nfn check_settings(settings, out) { throw \"never\"; }\n";
    fs::write(&rules, text.clone() + picky).unwrap();
    refused(
        here(&["plugin", "check", "bakery"]),
        "its default settings: script_error: rules.rhai:",
    );
    fs::write(&rules, text).unwrap();
    assert!(here(&["plugin", "check", "bakery"]).status.success());
    fs::remove_dir_all(place.path().join("bakery/scenarios")).unwrap();
    fs::create_dir(place.path().join("bakery/scenarios")).unwrap();
    refused(here(&["plugin", "test", "bakery"]), "holds no scenario");
}

#[test]
fn check_tells_all_that_is_wrong_in_the_language_asked_for() {
    let program = Program::on(Place::sqlite());
    let place = tempfile::tempdir().unwrap();
    assert!(within(place.path(), &program, &["plugin", "new", "bakery"]).status.success());
    let change = |file: &str, from: &str, to: &str| {
        let path = place.path().join("bakery").join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file}: {from}");
        fs::write(path, text.replace(from, to)).unwrap();
    };
    let check = |variables: &[(&str, &str)], more: &[&str]| {
        let arguments = [more, &["plugin", "check", "bakery"]].concat();
        let mut command = program.command(&arguments);
        command.current_dir(place.path()).envs(variables.iter().copied());
        let output = command.output().expect("it runs");
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    change("scenarios/01-three-days.toml", "regular = true", "regulra = true");
    let (passed, said) = check(&[], &[]);
    assert!(
        !passed && said.contains("there is no field `regulra`; did you mean `regular`?"),
        "{said}"
    );
    assert!(said.starts_with("scenarios/01-three-days.toml:"), "{said}");
    change("rules.rhai", "call.inputs.days;", "call.inputs.dyas;\n    timestamp();");
    for (variables, more) in [
        (&[][..], &["--lang", "zh-CN"][..]),
        (&[("REGULARS_LANG", "zh-CN")], &[]),
        (&[("LC_ALL", "zh_CN.UTF-8")], &[]),
    ] {
        let (passed, said) = check(variables, more);
        assert!(!passed && said.contains("没有名为 `dyas` 的输入，是否想写 `days`？"), "{said}");
        assert!(said.contains("规则没有时钟"), "{said}");
        assert!(said.ends_with("regulars: 错误 2 处，警告 0 处\n"), "{said}");
    }
    let (_, said) = check(&[("REGULARS_LANG", "zh-CN")], &["--lang", "en"]);
    assert!(said.ends_with("regulars: errors: 2, warnings: 0\n"), "{said}");
    let (passed, said) = check(&[], &["--lang", "de"]);
    assert!(!passed && said.contains("expected en or zh-CN"), "{said}");
    refused(within(place.path(), &program, &["plugin", "test", "bakery"]), "did you mean `days`?");
    let pack = ["plugin", "pack", "bakery", "--unsigned"];
    refused(within(place.path(), &program, &pack), "did you mean `days`?");
}

#[test]
fn a_plugin_is_packed_when_its_scenarios_pass() {
    let program = Program::on(Place::sqlite());
    let place = tempfile::tempdir().unwrap();
    let here = |arguments: &[&str]| within(place.path(), &program, arguments);
    assert!(here(&["plugin", "key", "acme"]).status.success());
    let public = fs::read_to_string(place.path().join("acme.pub")).unwrap();
    assert!(public.starts_with("rgp_") && public.ends_with(" acme\n"), "{public}");
    refused(here(&["plugin", "key", "acme"]), "cannot write acme.key");
    assert!(here(&["plugin", "new", "bakery"]).status.success());
    let pack = |more: &[&str]| here(&[&["plugin", "pack", "bakery"], more].concat());
    refused(pack(&[]), "--key");
    let signed = ["--key", "acme.key"];
    assert!(pack(&signed).status.success());
    let first = fs::read(place.path().join("bakery-1.0.0.plugin")).unwrap();
    assert!(pack(&[&signed[..], &["--out", "again.plugin"]].concat()).status.success());
    assert_eq!(first, fs::read(place.path().join("again.plugin")).unwrap());

    let rules = place.path().join("bakery/rules.rhai");
    fs::write(&rules, fs::read_to_string(&rules).unwrap().replace("is_from", "is_over")).unwrap();
    refused(pack(&["--unsigned", "--out", "wrong.plugin"]), "FAILED  01-three-days.toml");
    assert!(!place.path().join("wrong.plugin").exists());
    let shipped = root().join("plugins/jewellery-tiers");
    let shipped = ["plugin", "pack", shipped.to_str().unwrap(), "--unsigned"];
    assert!(here(&shipped).status.success(), "a component");
}

#[track_caller]
pub fn said(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_packed_plugin_is_installed_upgraded_rolled_back_and_uninstalled() {
    let mut program = Program::on(Place::sqlite());
    let place = tempfile::tempdir().unwrap();
    for arguments in [["plugin", "key", "acme"], ["plugin", "new", "bakery"]] {
        said(within(place.path(), &program, &arguments));
    }
    let pack = |program: &Program, version: &str| {
        let manifest = place.path().join("bakery/plugin.toml");
        let text = fs::read_to_string(&manifest).unwrap();
        let text = text.replace("version = \"1.0.0\"", &format!("version = \"{version}\""));
        fs::write(&manifest, text).unwrap();
        said(within(place.path(), program, &["plugin", "pack", "bakery", "--key", "acme.key"]));
    };
    pack(&program, "1.0.0");
    let install = ["plugin", "install", "bakery-1.0.0.plugin"];
    refused(within(place.path(), &program, &install), "which is not trusted here");
    program.trust(&fs::read_to_string(place.path().join("acme.pub")).unwrap());
    let here = |arguments: &[&str]| within(place.path(), &program, arguments);
    let done = said(here(&install));
    assert_eq!(done, "bakery 1.0.0 by acme is in force\n0 customers will be decided again\n");
    assert_eq!(said(here(&install)), "bakery 1.0.0 by acme is in force already\n");

    let key = program.make_key();
    let _server = program.serve(&key);
    pack(&program, "1.1.0");
    let upgrade = ["plugin", "upgrade", "bakery-1.1.0.plugin"];
    assert!(
        said(here(&upgrade)).starts_with("bakery 1.1.0 by acme is in force, in place of 1.0.0\n")
    );
    assert!(state(&program, "bakery").starts_with("bakery 1.1.0 (rhai, on, healthy"));
    refused(here(&upgrade), "bakery 1.1.0 is in force already");
    refused(here(&install), "which is newer than 1.0.0");
    let back = said(here(&["plugin", "rollback", "bakery"]));
    assert!(back.starts_with("bakery 1.0.0 by acme is in force, in place of 1.1.0\n"), "{back}");
    let gone = said(here(&["plugin", "uninstall", "bakery"]));
    assert_eq!(gone, "bakery is uninstalled; what it decided stays on record\n");
    assert!(!program.run(&["plugin", "list"]).contains("bakery"));
    refused(here(&upgrade), "there is no plugin bakery");
}

#[test]
fn held_decisions_are_listed_and_run_again() {
    let mut program = Program::on(Place::sqlite());
    let place = tempfile::tempdir().unwrap();
    for arguments in [&["plugin", "key", "acme"][..], &["plugin", "new", "bakery"]] {
        said(within(place.path(), &program, arguments));
    }
    let rules = place.path().join("bakery/rules.rhai");
    let good = fs::read_to_string(&rules).unwrap();
    let failing =
        "fn decide(call, out) {\n    if call.settings.regular_from.is(7) { throw \"burnt\"; }";
    fs::write(&rules, good.replace("fn decide(call, out) {", failing)).unwrap();
    said(within(place.path(), &program, &["plugin", "pack", "bakery", "--key", "acme.key"]));
    program.trust(&fs::read_to_string(place.path().join("acme.pub")).unwrap());
    said(within(place.path(), &program, &["plugin", "install", "bakery-1.0.0.plugin"]));
    program.run(&["plugin", "settings", "bakery", "--set", "regular_from=7"]);
    assert_eq!(program.run(&["plugin", "held"]), "no decision is held\n");
    let key = program.make_key();
    let server = program.serve(&key);
    let sale = serde_json::json!({
        "customer": {"identities": [{"kind": "card", "value": "7"}], "create": true},
        "kind": "purchase", "amount": 100, "currency": "CNY", "source": "till", "source_id": "1",
    });
    server.client().call("POST", "/v1/events").json(sale).send().expect(201);
    let check = |program: &Program| {
        let list = program.run(&["plugin", "held", "bakery", "--fault", "script_error"]);
        let lines: Vec<&str> = list.lines().collect();
        assert!(lines[0].starts_with("bakery 1.0.0  cus_"), "{list}");
        assert!(lines[0].contains("  event  script_error: "), "{list}");
        assert_eq!(lines[1..], ["bakery: 1 held"]);
        let json = program.run(&["plugin", "held", "--json"]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["counts"], serde_json::json!({"bakery": 1}));
        assert!(
            program.run(&["plugin", "list"]).contains("  held: 1; `regulars plugin held bakery`")
        );
        let rerun = program.run(&["plugin", "rerun", "bakery"]);
        assert_eq!(rerun, "bakery: 0 decided, 1 still held\n");
        let id = json["items"][0]["customer_id"].as_str().unwrap();
        let rerun = program.run(&["plugin", "rerun", "bakery", "--customer", id]);
        assert_eq!(rerun, "bakery: 0 decided, 1 still held\n");
    };
    check(&program);
    server.kill();
    check(&program);
    refused(within(place.path(), &program, &["plugin", "held", "--fault", "tired"]), "out_of_fuel");
}

#[cfg(unix)]
#[test]
fn a_private_key_is_its_owners() {
    use std::os::unix::fs::MetadataExt;
    let program = Program::on(Place::sqlite());
    let place = tempfile::tempdir().unwrap();
    assert!(within(place.path(), &program, &["plugin", "key", "零售 acme"]).status.success());
    let key = fs::metadata(place.path().join("零售 acme.key")).unwrap();
    assert_eq!(key.mode() & 0o777, 0o600);
    refused(within(place.path(), &program, &["plugin", "key", "../acme"]), "can not name a file");
}
