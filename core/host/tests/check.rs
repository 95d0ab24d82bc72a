//! What a check finds in a folder before anything of it runs.

#![expect(clippy::unwrap_used, reason = "a test that can not set itself up has failed")]

#[expect(dead_code, reason = "rows are for those who ask a rule")]
mod sample;

use regulars_host::{Host, HostOptions};
use regulars_model::{Findings, text::Language};
use sample::MANIFEST;
use std::fs;

fn check(manifest: &str, script: &str) -> Findings {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("plugin.toml"), manifest).unwrap();
    fs::write(folder.path().join("sample.rhai"), script).unwrap();
    Host::new(HostOptions::default()).unwrap().check_folder(folder.path()).unwrap().findings
}

fn written(findings: &Findings) -> Vec<String> {
    findings.iter().map(|finding| finding.write(Language::English)).collect()
}

fn found(body: &str) -> Vec<String> {
    written(&check(MANIFEST, &format!("fn decide(call, out) {{\n{body}\n}}")))
}

/// One finding, at the place in the second line where `at` stands.
#[track_caller]
fn only(body: &str, at: &str, expected: &str) {
    let found = found(body);
    let column = body.find(at).unwrap() + 1;
    assert_eq!(found.len(), 1, "{body}: {found:#?}");
    assert!(found[0].starts_with(&format!("sample.rhai:2:{column}: ")), "{body}: {}", found[0]);
    assert!(found[0].contains(expected), "{body}: {}", found[0]);
    assert!(found[0].contains(&format!("\n  {body}\n")), "{body}: {}", found[0]);
}

#[track_caller]
fn nothing(body: &str) {
    assert_eq!(found(body), [""; 0], "{body}");
}

#[test]
fn a_function_that_does_not_exist_is_found() {
    for (body, at, expected) in [
        ("let x = timestamp();", "timestamp", "call.now"),
        ("let x = rank(3);", "rank", "there is no function `rank`"),
        ("let x = dyas(3);", "dyas", "did you mean `days`?"),
        ("let x = days(3, 4);", "days", "`days` takes 1 values here, 2 given"),
        ("out.set_feild(\"band\", \"low\").because(\"plain\");", "set_feild", "`set_field`?"),
        (
            "out.set_field(\"band\").because(\"plain\");",
            "set_field",
            "takes 2 values here, 1 given",
        ),
        ("if call.inputs.visits.is_form(3) { }", "is_form", "did you mean `is_from`?"),
        ("if call.inputs.visits.is_from() { }", "is_from", "takes 1 values here, 0 given"),
        ("out.add_tag(\"vip\").becuase(\"plain\");", "becuase", "did you mean `because`?"),
        ("print(1);", "print", "log"),
    ] {
        only(body, at, expected);
    }
    for body in [
        "let x = type_of(call); let y = call.now.type_of();",
        "let f = |x| x + 1; let y = f.call(1);",
        "let m = #{ f: |x| x + 1 }; let y = m.f(1);",
        "let list = [1, 2]; list.push(3); let y = list.filter(|x| x > 1).len();",
        "let x = rfc3339(call.now + hours(1)); log(x);",
        "let x = max(1, 2).abs(); let y = \"a\".to_upper(); let z = y.split(\",\");",
    ] {
        nothing(body);
    }
}

#[test]
fn a_member_that_is_not_declared_is_found() {
    for (body, at, expected) in [
        (
            "let x = call.input.visits;",
            "input",
            "there is no member of `call` `input`; did you mean `inputs`?",
        ),
        ("let x = call.nwo;", "nwo", "did you mean `now`?"),
        (
            "let x = call.inputs.vists;",
            "vists",
            "there is no input `vists`; did you mean `visits`?",
        ),
        ("let x = call.inputs[\"vists\"];", "\"vists\"", "did you mean `visits`?"),
        ("let x = call.settings.high_form;", "high_form", "did you mean `high_from`?"),
        ("let x = call.customer.lifecycle;", "lifecycle", "there is no customer read `lifecycle`"),
        ("let x = call.event.data_color;", "data_color", "did you mean `data_colour`?"),
        ("let i = call.inputs; let x = i.vists;", "vists", "did you mean `visits`?"),
    ] {
        only(body, at, expected);
    }
    for body in [
        "let x = #{ inputs: #{ a: 1 } }; let y = x.inputs.a;",
        "let call = #{ input: 1 }; let y = call.input;",
        "call.inputs.visits = 99; let y = call.settings.steps[0].kind.len();",
        "let name = \"vi\" + \"sits\"; let y = call.inputs[name];",
    ] {
        nothing(body);
    }
}

#[test]
fn a_name_the_manifest_does_not_declare_is_found() {
    for (body, at, expected) in [
        ("out.clear_field(\"bnad\").because(\"plain\");", "\"bnad\"", "did you mean `band`?"),
        ("out.add_tag(\"vpi\").because(\"plain\");", "\"vpi\"", "there is no tag `vpi`"),
        ("out.add_tag(\"vip\").because(\"plane\");", "\"plane\"", "there is no text `plane`"),
        (
            "out.set_lifecycle(\"lead\").because(\"plain\");",
            "\"lead\"",
            "no granted lifecycle `lead`",
        ),
        ("out.task(\"x\", \"k\").because(\"plain\");", "\"x\"", "there is no task `x`"),
        ("out.message(\"ofer\", \"k\").because(\"plain\");", "\"ofer\"", "did you mean `offer`?"),
        ("out.voucher(\"cup\", \"k\").because(\"plain\");", "\"cup\"", "there is no voucher `cup`"),
        (
            "out.custom(\"table\", \"k\").because(\"plain\");",
            "\"table\"",
            "no custom effect `table`",
        ),
        ("out.points(\"star\", \"k\", 1).because(\"plain\");", "\"star\"", "did you mean `stars`?"),
        (
            "out.task(\"call-back\", \"k\").assignee(\"home\").because(\"plain\");",
            "\"home\"",
            "assignee",
        ),
        (
            "out.message(\"offer\", \"k\").variables(#{ vists: 1 }).because(\"plain\");",
            "vists",
            "`visits`?",
        ),
        (
            "let f = \"bnad\"; out.clear_field(f).because(\"plain\");",
            "\"bnad\"",
            "did you mean `band`?",
        ),
        (
            "set_field(out, \"bnad\", \"low\").because(\"plain\");",
            "\"bnad\"",
            "did you mean `band`?",
        ),
    ] {
        only(body, at, expected);
    }
    // Looked at before, or made at run time: nobody can know.
    for body in [
        "let f = \"bnad\"; if f != \"bnad\" { out.clear_field(f).because(\"plain\"); }",
        "let f = \"ba\" + \"nd\"; out.clear_field(f).because(\"plain\");",
        "let f = \"bnad\"; f = \"band\"; out.clear_field(f).because(\"plain\");",
        "let f = \"nothing\"; if f.len() < 5 { out.clear_field(f).because(\"plain\"); }",
    ] {
        nothing(body);
    }
}

#[test]
fn a_value_of_another_shape_is_found() {
    for (body, at, expected) in [
        (
            "out.set_field(\"band\", \"hgih\").because(\"plain\");",
            "\"hgih\"",
            "did you mean \"high\"?",
        ),
        (
            "out.set_field(\"band\", \"gold\").because(\"plain\");",
            "\"gold\"",
            "one of \"high\", \"low\"",
        ),
        ("out.set_field(\"band\", 3).because(\"plain\");", "3", "`band` can not be 3"),
        (
            "out.set_field(\"seen\", \"now\").because(\"plain\");",
            "\"now\"",
            "an instant such as call.now",
        ),
        ("out.set_field(\"band\", ()).because(\"plain\");", "()", "`band` can not be ()"),
        (
            "let b = if call.now > 0 { \"hgih\" } else { \"low\" }; out.set_field(\"band\", b).because(\"plain\");",
            "\"hgih\"",
            "did you mean \"high\"?",
        ),
        ("if call.inputs.visits.is_over(\"3\") { }", "is_over", "is a number"),
        (
            "if call.customer.band.is(\"hihg\") { }",
            "\"hihg\"",
            "`customer.sample.band` is never \"hihg\"",
        ),
        ("if call.cause == \"evnet\" { }", "\"evnet\"", "`call.cause` is never \"evnet\""),
        ("if call.name == \"refund\" { }", "\"refund\"", "not asked about it"),
        ("if call.name == \"purchse\" { }", "\"purchse\"", "did you mean \"purchase\"?"),
    ] {
        only(body, at, expected);
    }
    for body in [
        "let b = \"none\"; if b != \"none\" { out.set_field(\"band\", b).because(\"plain\"); }",
        "if call.name == \"next-step\" || call.cause == \"wake\" || call.name == \"purchase\" { }",
        "if call.customer.other_level.is(\"gold\") { }",
    ] {
        nothing(body);
    }
}

#[test]
fn what_a_text_is_given_must_fit_it() {
    for (body, at, expected) in [
        (
            "out.add_tag(\"vip\").because(\"by_visits\", [1]);",
            "because",
            "text `by_visits` takes 2 values (visits, settings.high_from), 1 given",
        ),
        ("out.add_tag(\"vip\").because(\"by_visits\");", "because", "0 given"),
        ("let t = \"by_visits\"; out.add_tag(\"vip\").because(t, [1]);", "because", "1 given"),
        ("out.add_tag(\"vip\").because(\"plain\", [1]);", "because", "takes no values, 1 given"),
        ("out.add_tag(\"vip\").because(\"by_visits\", [1, \"x\"]);", "\"x\"", "can not be \"x\""),
        (
            "out.add_tag(\"vip\").because(\"by_visits\", [call.inputs.categories, 1]);",
            "call.inputs",
            "warning: text `by_visits` shows `visits` here, and is given `categories`",
        ),
        ("out.add_tag(\"vip\");", "add_tag", "`add_tag` has no reason"),
        ("if call.now > 0 { out.set_field(\"band\", \"low\"); }", "set_field", "has no reason"),
        ("out.add_tag(\"vip\").due_at(call.now).because(\"plain\");", "due_at", "a task"),
    ] {
        only(body, at, expected);
    }
    for body in [
        "let change = out.set_field(\"band\", \"low\"); change.because(\"plain\");",
        "out.wake(\"k\", call.now + days(1)); out.cancel_wake(\"k\");",
        "let t = \"by_visits\"; if t != \"by_visits\" { out.add_tag(\"vip\").because(t, [1]); }",
        "let values = [1]; out.add_tag(\"vip\").because(\"by_visits\", values);",
        "out.add_tag(\"vip\").because(\"by_visits\", [call.inputs.visits, ()]);",
    ] {
        nothing(body);
    }
}

#[test]
fn what_is_handed_to_a_function_is_followed() {
    let script = r#"fn decide(call, out) {
    keep(out, "bnad", call);
    let change = begin(out);
    change.because(reason(call));
}
fn keep(to, field, row) {
    to.clear_field(field).because("plain");
    let x = row.inputs.vists;
}
fn begin(out) { out.add_tag("vip") }
fn reason(call) { if call.now > 0 { "plain" } else { "plian" } }
fn nobody(anything) { anything.inputs.whatever }
"#;
    let found = written(&check(MANIFEST, script));
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found[0].starts_with("sample.rhai:2:15: there is no field `bnad`"), "{found:#?}");
    assert!(found[1].starts_with("sample.rhai:8:24: there is no input `vists`"), "{found:#?}");
    assert!(found[2].starts_with("sample.rhai:11:54: there is no text `plian`"), "{found:#?}");
}

#[test]
fn a_quantity_is_not_compared_with_pieces() {
    let manifest = MANIFEST.to_owned()
        + r#"
[inputs.cups]
sum = "line.quantity"
events = ["purchase"]
[settings.pieces]
type = "integer"
maximum = 100
default = 9
label = { en = "Pieces", zh-CN = "件数" }
"#;
    let script =
        |with: &str| format!("fn decide(call, out) {{ call.inputs.cups.is_from({with}); }}");
    let wrong = written(&check(&manifest, &script("call.settings.pieces")));
    assert!(wrong[0].contains("write .is_from(1000 * call.settings.pieces)"), "{wrong:#?}");
    assert_eq!(written(&check(&manifest, &script("1000 * call.settings.pieces"))), [""; 0]);
}

#[test]
fn all_is_told_at_once_and_in_order() {
    let findings = check(MANIFEST, "fn decide(call, out) {\n  a();\n  call.b;\n  c();\n}");
    let lines: Vec<usize> = findings.iter().map(|finding| finding.place.line).collect();
    assert_eq!(lines, [2, 3, 4]);
    let chinese = findings.write(Language::Chinese);
    assert!(
        chinese.starts_with("sample.rhai:2:3: 没有名为 `a` 的函数\n    a();\n    ^\n"),
        "{chinese}"
    );
}

#[test]
fn what_does_not_compile_says_how_to_write_it() {
    for (body, column, expected) in [
        ("let x = 1.5;", 9, "rules have no floating point"),
        ("let x = call.inputs.visits * 0.25;", 30, "rules have no floating point"),
        ("let x = ;", 9, ""),
        ("let x = y;", 9, "there is no variable `y`"),
        ("let s = eval(\"1\");", 9, "`eval`"),
    ] {
        let found = found(body);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].starts_with(&format!("sample.rhai:2:{column}: ")), "{body}: {found:#?}");
        assert!(found[0].contains(expected), "{body}: {found:#?}");
    }
    let found = written(&check(MANIFEST, "fn decide(call) { }\nlet x = 1;"));
    assert!(found.iter().any(|said| said.contains("expected fn decide(call, out)")), "{found:#?}");
    assert!(found.iter().any(|said| said.contains("only functions may stand here")), "{found:#?}");
}

#[test]
fn a_manifest_is_looked_at_before_its_script() {
    let manifest = MANIFEST.replace("events = [\"purchase\"] }", "events = [\"purchse\"] }");
    let findings = check(&manifest, "fn decide(call, out) { }");
    assert_eq!((findings.errors(), findings.warnings()), (0, 1), "{findings}");
    let manifest = MANIFEST.replace("runtime = \"rhai\"", "runtime = \"rhia\"");
    let findings = check(&manifest, "fn decide(call, out) { wrong(); }");
    assert!(findings.to_string().contains("did you mean `rhai`?"), "{findings}");
    assert_eq!(findings.errors(), 1);
}
