//! Rules as Rhai scripts, through the door the engine uses.

#![expect(clippy::unwrap_used, reason = "a test that can not set itself up has failed")]

mod sample;

use regulars_host::{Host, HostOptions, LoadError, Plugin};
use regulars_model::{
    Call, Cause, Decision, Effect, Instant, Lifecycle, PluginFault, Row, Value,
    decide::{Assignee, Comparison, NewEvent, PluginFaultCode, Subject},
    said::is_chinese,
    text::Language,
};
use sample::{MANIFEST, call, row};

fn try_load(script: &str) -> Result<Plugin, LoadError> {
    Host::new(HostOptions::default()).unwrap().load_script(MANIFEST, script)
}

fn load(body: &str) -> Plugin {
    try_load(&format!("fn decide(call, out) {{\n{body}\n}}")).unwrap()
}

fn decide_row(body: &str, row: Row) -> Result<Decision, PluginFault> {
    let mut verdicts = load(body).decider.decide(&call(vec![row]));
    assert_eq!(verdicts.len(), 1);
    verdicts.remove(0)
}

fn decide(body: &str) -> Decision {
    decide_row(body, row(5)).unwrap()
}

fn fault(body: &str) -> PluginFault {
    let fault = decide_row(body, row(5)).unwrap_err();
    assert!(is_chinese(&fault.message.zh_cn), "{body}: {}", fault.message.zh_cn);
    fault
}

fn refusal(script: &str) -> String {
    let error = try_load(script).unwrap_err();
    let chinese = error.write(Language::Chinese);
    assert!(is_chinese(&chinese), "{chinese}");
    error.to_string()
}

#[test]
fn a_row_reads_by_name() {
    decide(
        r#"
        if call.cause != "event" || call.name != "purchase" { throw "cause" }
        if call.now != 1_000_000 || call.offset_seconds != 28_800 { throw "time" }
        if call.settings.high_from != 3 || call.settings.steps[1].kind != "task" { throw "settings" }
        if call.inputs.visits != 5 || call.inputs.categories != ["bed", "sofa"] { throw "inputs" }
        if call.customer.band != "low" || call.customer.consent_marketing != true { throw "customer" }
        if call.customer.other_level != () { throw "null" }
        if call.event.data_colour != "red" { throw "event" }
        "#,
    );
    let row = Row { cause: Cause::Expiry, event: Vec::new(), ..row(5) };
    decide_row("if call.cause != \"expiry\" || call.event.data_colour != () { throw 1 }", row)
        .unwrap();
}

#[test]
fn rows_that_are_equal_are_answered_like_each_alone() {
    let body = r#"
        if call.inputs.visits == 7 { throw "seven" }
        let high = call.inputs.visits.is_from(call.settings.high_from);
        out.set_field("band", if high { "high" } else { "low" }).because("plain");
        "#;
    let other_settings: Vec<Value> = call(Vec::new()).settings[0]
        .iter()
        .map(|value| if value.as_int() == Some(3) { Value::Int(9) } else { value.clone() })
        .collect();
    let with = |settings, visits| Row { settings, ..row(visits) };
    let rows = [with(0, 5), with(1, 5), with(0, 7), with(0, 2), with(0, 5), with(1, 5), with(0, 7)];
    let decider = load(body).decider;
    let ask = |rows: &[Row]| {
        let mut call = call(rows.to_vec());
        call.settings.push(other_settings.clone().into());
        decider.decide(&call)
    };
    let together = ask(&rows);
    let alone: Vec<_> = rows.iter().flat_map(|row| ask(std::slice::from_ref(row))).collect();
    assert_eq!(together, alone);
    assert_eq!(together[0], together[4]);
    assert_ne!(together[0], together[1], "other settings");
    assert_ne!(together[0], together[3], "another input");
    assert_eq!(together[6].as_ref().unwrap_err().code, PluginFaultCode::ScriptError);
}

#[test]
fn every_effect_stands_in_the_decision() {
    let decision = decide(
        r#"
        out.set_field("band", "high").because("by_visits", [call.inputs.visits, 3]);
        out.clear_field("seen").because("plain");
        out.add_tag("vip").because("plain");
        out.remove_tag("vip").because("plain");
        out.set_lifecycle("customer").because("plain");
        out.wake("newcomer", call.now + days(14));
        out.cancel_wake("newcomer");
        out.task("call-back", `rise-${call.now}`).title("by_visits", [5, ()])
            .due_at(call.now + hours(2)).assignee("assigned-staff").because("plain");
        out.message("offer", "k").variables(#{ visits: 5 }).expires_at(call.now + minutes(1))
            .because("plain");
        out.voucher("free-cup", "cup").variables(#{ visits: 9 }).because("plain");
        out.points("stars", "k", -3).expires_at(call.now + days(1)).because("plain");
        out.custom("reserve-table", "k").not_before(call.now + hours(1)).because("plain");
        out.clear_lifecycle().because("plain");
        "#,
    );
    let names: Vec<String> = decision
        .effects
        .iter()
        .map(|effect| serde_json::to_value(effect).unwrap()["effect"].as_str().unwrap().to_owned())
        .collect();
    let all = [
        "set_field",
        "clear_field",
        "add_tag",
        "remove_tag",
        "set_lifecycle",
        "wake",
        "cancel_wake",
        "task",
        "message",
        "voucher",
        "points",
        "custom",
        "clear_lifecycle",
    ];
    assert_eq!(names, all);
    let first = &decision.effects[0];
    assert_eq!(first.effect, Effect::SetField { field: "band".into(), value: "high".into() });
    assert_eq!(*first.reason.text, *"by_visits");
    assert_eq!(first.reason.args, [Value::Int(5), Value::Int(3)]);
    assert_eq!(decision.effects[4].effect, Effect::SetLifecycle { to: Lifecycle::Customer });
    let Effect::Task(task) = &decision.effects[7].effect else { panic!("a task") };
    assert_eq!((&*task.key, task.due_at), ("rise-1000000", Instant(1_000_000 + 7_200_000_000)));
    assert_eq!(task.assignee, Assignee::AssignedStaff);
    assert_eq!(task.title.args, [Value::Int(5), Value::Null]);
    let Effect::Message(message) = &decision.effects[8].effect else { panic!("a message") };
    assert_eq!((message.not_before, message.expires_at), (Instant(1_000_000), Instant(61_000_000)));
    assert_eq!(message.variables, [Value::Int(5)]);
    let Effect::Voucher(voucher) = &decision.effects[9].effect else { panic!("a voucher") };
    assert_eq!((&*voucher.template, &voucher.variables[..]), ("free-cup", &[Value::Int(9)][..]));
    let Effect::Points(points) = &decision.effects[10].effect else { panic!("points") };
    let lapse = Some(Instant(1_000_000 + 86_400_000_000));
    assert_eq!((&*points.account, points.amount, points.expires_at), ("stars", -3, lapse));
    let Effect::Custom(custom) = &decision.effects[11].effect else { panic!("a custom effect") };
    assert_eq!((&*custom.key, custom.not_before), ("k", Instant(3_601_000_000)));
}

#[test]
fn what_a_script_leaves_out_is_as_in_rust() {
    let decision = decide(
        r#"
        out.task("call-back", rfc3339(call.now)).because("plain");
        out.message("offer", rfc3339(call.now + 250_000)).because("plain");
        "#,
    );
    let Effect::Task(task) = &decision.effects[0].effect else { panic!("a task") };
    assert_eq!((&*task.key, task.due_at), ("1970-01-01T00:00:01Z", Instant(1_000_000)));
    assert_eq!((&task.title, &*task.title.text), (&decision.effects[0].reason, "plain"));
    let Effect::Message(message) = &decision.effects[1].effect else { panic!("a message") };
    assert_eq!(&*message.key, "1970-01-01T00:00:01.25Z");
    let week = 7 * 24 * 3_600_000_000;
    assert_eq!(
        (message.not_before, message.expires_at),
        (Instant(1_000_000), Instant(1_000_000 + week))
    );
}

#[test]
fn comparisons_go_on_record_false_ones_too() {
    let decision = decide(
        r#"
        let visits = call.inputs.visits;
        if visits.is_over(9) || !visits.is_from(call.settings.high_from) { throw "wrong" }
        if call.customer.band.is("high") || !call.now.is_up_to(call.now + days(1)) { throw "wrong" }
        if call.customer.other_level.is_under(3) { throw "nothing is under nothing" }
        if visits + 1 <= 5 || call.settings.high_from.is(4) || (visits + 1).is(5) { throw "wrong" }
        "#,
    );
    let of = |index: usize| &decision.conditions[index];
    assert_eq!(decision.conditions.len(), 5);
    assert_eq!(of(0).subject, Subject::Input("visits".into()));
    assert_eq!((of(0).comparison, of(0).held), (Comparison::Over, false));
    assert_eq!((&of(0).threshold, &of(0).setting), (&Value::Int(9), &None));
    assert_eq!((of(1).comparison, of(1).held), (Comparison::From, true));
    assert_eq!(of(1).setting.as_deref(), Some("high_from"));
    assert_eq!(of(2).subject, Subject::Customer("sample.band".into()));
    assert_eq!(of(3).subject, Subject::Now);
    assert!(!of(4).held);
}

#[test]
fn every_limit_has_its_code_and_the_next_call_works() {
    let plugin = load(
        r#"
        let n = call.inputs.visits;
        if n == 1 { loop { } }
        if n == 2 { let text = "x"; loop { text += text; } }
        if n == 3 { let list = [1]; loop { list += list; } }
        if n == 4 { decide(call, out); }
        if n == 5 { for i in 0..99 { out.add_tag("vip").because("plain"); } }
        if n == 6 { for i in 0..99 { call.inputs.visits.is(i); } }
        if n == 7 { throw "told so"; }
        if n == 8 { let x = 9_223_372_036_854_775_807 + n; }
        if n == 9 { let deep = []; for i in 0..50_000 { deep = [deep]; } }
        if n == 10 { let deep = #{}; for i in 0..50_000 { deep = #{ a: deep }; } }
        if n == 11 { let map = #{}; for i in 0..50_000 { let text = `${i}`; text.pad(4_000, "x"); map[text] = text; } }
        if n == 12 { let key = "k"; key.pad(200, "k"); out.wake(key, call.now); }
        out.add_tag("vip").because("plain");
        "#,
    );
    use PluginFaultCode::{LimitExceeded, OutOfFuel, OutOfMemory, ScriptError};
    let expected = [
        OutOfFuel,
        OutOfMemory,
        OutOfMemory,
        LimitExceeded,
        LimitExceeded,
        LimitExceeded,
        ScriptError,
        ScriptError,
        OutOfMemory,
        OutOfMemory,
        OutOfFuel,
        LimitExceeded,
    ];
    for (visits, expected) in (1..).zip(expected) {
        let verdicts = plugin.decider.decide(&call(vec![row(visits), row(0)]));
        let fault = verdicts[0].as_ref().unwrap_err();
        assert!(is_chinese(&fault.message.zh_cn), "{}", fault.message.zh_cn);
        assert!(
            fault.code == expected || visits == 11 && fault.code == OutOfMemory,
            "{visits}: {fault}"
        );
        assert_eq!(verdicts[1].as_ref().unwrap().effects.len(), 1, "after {visits}");
    }
}

#[test]
fn an_answer_that_does_not_fit_the_manifest_is_the_rows_fault() {
    for (body, expected) in [
        (r#"out.set_field("band", "hgih").because("plain");"#, "`band` can not be \"hgih\""),
        (r#"out.set_field("band", ()).because("plain");"#, "`band` can not be null"),
        (r#"let f = "bnad"; out.clear_field(f).because("plain");"#, "did you mean `band`?"),
        (r#"out.set_field("band", "low");"#, "setting `band` has no reason"),
        (
            r#"out.add_tag("vip").because("by_visits", [1]);"#,
            "takes 2 (visits, settings.high_from), 1 given",
        ),
        (r#"out.add_tag("vip").because("by_visits", [1, "x"]);"#, "can not be \"x\""),
        (
            r#"out.message("offer", "k").expires_at(call.now - 1).because("plain");"#,
            "expires before",
        ),
        (r#"out.message("offer", "k").variables(#{ vists: 1 });"#, "did you mean `visits`?"),
        (r#"out.wake("", call.now);"#, "a key is empty"),
        (r#"out.wake("k", 9_000_000_000_000_000_000);"#, "outside the years 1 to 9999"),
        (r#"out.add_tag("vip").due_at(call.now);"#, "due_at belongs to a task"),
        (r#"try { out.complain("high_from"); } catch { }"#, "complain belongs to check_settings"),
    ] {
        let fault = fault(body);
        assert_eq!(fault.code, PluginFaultCode::InvalidAnswer, "{body}: {fault}");
        assert!(fault.message.en.contains(expected), "{body}: {fault}");
    }
}

#[test]
fn an_event_is_appended_with_what_it_is_declared_to_carry() {
    let appended = |body: &str| decide(&format!("{body}.because(\"plain\");")).effects.remove(0);
    let full = appended(r#"out.append_event("card-full", "k").amount(1200).data(#{ cups: 9 })"#);
    let event =
        |kind: &str, amount, data| NewEvent { kind: kind.into(), key: "k".into(), amount, data };
    let expected = event("card-full", Some(1_200), vec![Value::Int(9)]);
    assert_eq!(full.effect, Effect::AppendEvent(expected));
    let seen = appended(r#"out.append_event("seen", "k")"#);
    assert_eq!(seen.effect, Effect::AppendEvent(event("seen", None, Vec::new())));
    for (body, complaint) in [
        (r#"append_event("card-full", "k")"#, "event `card-full` has no amount"),
        (r#"append_event("card-full", "k").amount(-1)"#, "the kind gives the sign"),
        (r#"append_event("seen", "k").amount(1)"#, "event `seen` is declared without an amount"),
        (r#"append_event("seen", "k").data(#{ cups: 9 })"#, "there is no member `cups`"),
        (r#"append_event("card-full", "k").amount(1).data(#{ cups: "x" })"#, "`cups` can not be"),
        (r#"append_event("card-full", "")  .amount(1)"#, "a key is empty"),
        (r#"add_tag("vip").amount(1)"#, "amount belongs to an appended event"),
    ] {
        let fault = fault(&format!("out.{body}.because(\"plain\");"));
        assert_eq!(fault.code, PluginFaultCode::InvalidAnswer, "{fault}");
        assert!(fault.message.en.contains(complaint), "{fault}");
    }
    let wrong =
        "fn decide(call, out) { out.append_event(\"card-ful\", \"k\").because(\"plain\"); }";
    assert!(refusal(wrong).contains("there is no event `card-ful`; did you mean `card-full`?"));
}

#[test]
fn a_run_time_error_shows_the_line() {
    let fault = fault("let x = 1;\n    x.is_over(\"text\");");
    assert_eq!(fault.code, PluginFaultCode::ScriptError);
    assert!(fault.message.en.starts_with("sample.rhai:3:7: "), "{fault}");
    assert!(fault.message.en.ends_with("in `x.is_over(\"text\");`"), "{fault}");
    let chinese = "sample.rhai:3:7: 数字与文本没有大小之分；只能用 is 和 is_not 比较（位于 `x.is_over(\"text\");`）";
    assert_eq!(fault.message.zh_cn, chinese);
}

#[test]
fn whatever_ends_a_run_shows_where() {
    for (body, place) in [
        ("loop { }", "sample.rhai:2:1: used up its 100000 operations"),
        ("loop { break; } loop { }", "sample.rhai:1: used up its 100000 operations"),
        ("loop { let x = 1; }", "sample.rhai:2:"),
        ("let a = [1]; loop { a[0] = 2; }", "sample.rhai:2:"),
        ("let x = 1 / (call.now - call.now);", "sample.rhai:2:11: "),
        ("let x = \"a\"; x += x.len() * 2; x.nothing();", "sample.rhai:2:"),
        ("decide(call, out);", "sample.rhai:"),
        ("let f = \"bnad\"; out.clear_field(f);", "sample.rhai:2:21: "),
    ] {
        let fault = fault(body);
        assert!(fault.message.en.starts_with(place), "{body}: {fault}");
    }
}

#[test]
fn a_wrong_name_is_found_when_the_script_is_loaded() {
    for (body, expected) in [
        ("let x = call.inputs.vists;", "there is no input `vists`; did you mean `visits`?"),
        ("if call.settings.high_form.is(3) { }", "did you mean `high_from`?"),
        ("let x = call.customer.lifecycle;", "there is no customer read `lifecycle`"),
        ("let x = call.event.colour;", "there is no event read `colour`"),
        ("out.set_field(\"bands\", 1);", "there is no field `bands`; did you mean `band`?"),
        (
            "out.add_tag(\"vip\").because(\"plane\");",
            "there is no text `plane`; did you mean `plain`?",
        ),
        ("if true { for x in 0..1 { out.task(\"x\", \"k\"); } }", "there is no task `x`"),
        ("out.message(\"ofer\", \"k\");", "there is no message `ofer`"),
        ("out.add_tag(\"VIP\");", "there is no tag `VIP`"),
        ("out.set_lifecycle(\"gone\");", "there is no lifecycle `gone`"),
    ] {
        let error = refusal(&format!("fn decide(call, out) {{\n    {body}\n}}"));
        assert!(error.contains(expected), "{body}: {error}");
        assert!(error.starts_with("sample.rhai:2:"), "{error}");
        assert!(error.contains(body), "{error}");
    }
}

#[test]
fn a_script_that_does_not_compile_is_refused_with_its_line() {
    let error = refusal("fn decide(call, out) {\n    let x = ;\n}");
    assert!(error.starts_with("sample.rhai:2:13:"), "{error}");
    assert!(error.contains("let x = ;"), "{error}");
    assert!(refusal("fn decide(call) { }").contains("expected fn decide(call, out)"));
    assert!(refusal("let x = 1;\nfn decide(call, out) { }").contains("only functions"));
    assert!(refusal(&" ".repeat(300_000)).contains("a plugin may have"));
    for outside in ["eval(\"1\")", "print(1)", "import \"x\" as x", "let t = 1.5", "timestamp()"] {
        let script = format!("fn decide(call, out) {{ {outside}; }}");
        let refused = match try_load(&script) {
            Err(_) => true,
            Ok(plugin) => plugin.decider.decide(&call(vec![row(5)]))[0].is_err(),
        };
        assert!(refused, "{outside}");
    }
}

#[test]
fn what_a_row_changes_the_next_does_not_see() {
    let plugin = load(
        r#"
        if call.settings.steps.len() != 2 { throw "seen" }
        call.settings.steps.clear();
        call.inputs.visits = 99;
        out.add_tag("vip").because("plain");
        "#,
    );
    let verdicts = plugin.decider.decide(&call(vec![row(1), row(1), row(1)]));
    assert!(verdicts.iter().all(Result::is_ok), "{verdicts:?}");
}

#[test]
fn equal_rows_have_equal_answers_in_any_batch() {
    let plugin = load(
        r#"
        let visits = call.inputs.visits;
        let band = if visits.is_from(call.settings.high_from) { "high" } else { "low" };
        out.set_field("band", band).because("by_visits", [visits, call.settings.high_from]);
        if visits % 7 == 0 { throw "unlucky"; }
        "#,
    );
    let rows: Vec<Row> = (0..300).map(|index| row(index % 10)).collect();
    let together = plugin.decider.decide(&call(rows.clone()));
    let alone: Vec<_> =
        rows.into_iter().map(|row| plugin.decider.decide(&call(vec![row])).remove(0)).collect();
    assert_eq!(together, alone);
    assert_eq!(format!("{together:?}"), format!("{alone:?}"));
}

#[test]
fn settings_are_complained_about_by_name() {
    let plugin = try_load(
        r#"
        fn decide(call, out) { }
        fn check_settings(settings, out) {
            if settings.high_from < 5 { out.complain("high_from").because("by_visits", [1, settings.high_from]); }
            log("looked");
        }
        "#,
    )
    .unwrap();
    let settings = call(Vec::new()).settings.remove(0);
    let faults = plugin.decider.check_settings(&settings).unwrap();
    assert_eq!(faults.len(), 1);
    assert_eq!((&*faults[0].pointer, &*faults[0].code), ("/high_from", "refused_by_plugin"));
    assert_eq!(faults[0].message.en, "1 visits, at least 3");
    assert!(load("").decider.check_settings(&settings).unwrap().is_empty());
}

#[test]
fn no_settings_and_no_rows_are_no_fault() {
    assert!(load("").decider.decide(&Call::default()).is_empty());
}
