use super::*;
use regulars_model::said::check_sentences;

const MANIFEST: &str = r#"
id = "card"
version = "1.0.0"
abi = "regulars:plugin@1.0.0-rc.1"
runtime = "rhai"
entry = "card.rhai"
title = { en = "Card", zh-CN = "卡" }
on = { events = ["purchase", "table-booking"] }
settings.cups = { type = "integer", default = 9, label = { en = "Cups", zh-CN = "杯" } }
fields.stamps = { type = "integer", label = { en = "Stamps", zh-CN = "点" } }
grants = { tasks = ["call"], tags = ["vip"], points = ["stars"] }
messages.offer = { purpose = "marketing", channels = ["sms"], label = { en = "Offer", zh-CN = "优惠" } }
texts.counted = { en = "Counted.", zh-CN = "已计。" }
"#;

const TITLE: &str = "title = { en = \"A\", zh-CN = \"甲\" }\n";

fn found(rest: &str) -> Vec<String> {
    let manifest = Manifest::parse(MANIFEST).expect("in order");
    let found = Findings::new(check_text("01.toml", &format!("{TITLE}{rest}"), &manifest));
    let language = regulars_model::text::Language::English;
    found.iter().map(|finding| finding.write(language)).collect()
}

#[test]
fn sentences_are_said_in_both_languages() {
    assert_eq!(check_sentences(sentences::ALL), Ok(()));
}

#[test]
fn what_is_in_order_gives_nothing() {
    let good = r#"
[settings]
cups = 5
[[step]]
at = "2026-05-01T10:00:00+08:00"
event = { kind = "purchase", id = "r1", amount = "18.00", lines = [{ sku = "tea", amount = "18" }] }
expect = { fields = { stamps = 1 }, no-fields = [], tags = ["vip"], tasks = [{ kind = "call" }] }
[[step]]
at = "2026-05-01T10:00:00+08:00"
event = { kind = "refund", refers_to = "elsewhere", store = "north" }
expect.reasons.stamps.text = "counted"
[[step]]
at = "2026-05-02T10:00:00+08:00"
set = { cups = "many", cps = 5 }
expect.complaints = { cups = "expected a whole number", cps = "card has no setting `cps`" }
[[step]]
at = "2026-05-03T10:00:00+08:00"
set = { cups = 4 }
expect.complaints = {}
[[what_if]]
title = { en = "B", zh-CN = "乙" }
settings = { cups = 3 }
through = 3
expect.complaints.cups = "expected a whole number"
[fuel_max]
rhai = 1000
wasm = 100000
"#;
    assert_eq!(found(good), [""; 0]);
}

/// Each with where it must be found and what must be said of it.
#[test]
fn what_a_scenario_names_must_be_there() {
    for (rest, place, expected) in [
        ("stp = 1", "01.toml:2:1: stp", "did you mean `step`?"),
        ("step = [{ at = 5 }]", "01.toml:2:16: step.0.at", "expected a text in quotes"),
        ("currency = \"YUAN\"\nstep = []", "01.toml:2:12: currency", "no ISO 4217"),
        ("time_zone = \"Shanghai\"\nstep = []", "01.toml:2:13: time_zone", "no time zone"),
        ("fuel_max.rhai = 100000\nstep = []", "01.toml:2:17: fuel_max.rhai: warning", "100,000 op"),
        ("settings = { cps = 5 }\nstep = []", "01.toml:2:14: settings.cps", "`cups`?"),
        ("settings = { cups = \"5\" }\nstep = []", "01.toml:2:21: settings.cups", "whole number"),
    ] {
        let found = found(rest);
        assert!(found.len() == 1 && found[0].starts_with(place), "{rest}: {found:?}");
        assert!(found[0].contains(expected), "{rest}: {found:?}");
    }
    for (step, key, expected) in [
        ("event = { kind = \"purchse\" }", "event.kind", "warning: "),
        ("event = { kind = \"table-bokking\" }", "event.kind", "`table-booking`?"),
        ("event = { kind = \"void\", refers_to = \"r11\" }", "event.refers_to", "`r1`?"),
        ("event = { kind = \"purchase\", amount = \"1.234\" }", "event.amount", "decimal places"),
        (
            "event = { kind = \"purchase\", lines = [{ amount = \"x\" }] }",
            "event.lines.0",
            "an amount",
        ),
        ("expect.fields.stamp = 1", "expect.fields.stamp", "`stamps`?"),
        ("expect.fields.stamps = \"1\"", "expect.fields.stamps", "expected a whole number"),
        ("expect.no-fields = [\"stamp\"]", "expect.no-fields", "`stamps`?"),
        ("expect.tags = [\"vpi\"]", "expect.tags", "`vip`?"),
        ("expect.tasks = [{ kind = \"cal\" }]", "expect.tasks.0.kind", "`call`?"),
        ("expect.messages = [{ template = \"ofer\" }]", "expect.messages.0.template", "`offer`?"),
        ("expect.vouchers = [{ template = \"cup\" }]", "expect.vouchers.0", "declares none"),
        ("expect.points = [{ account = \"star\", amount = 1 }]", "expect.points.0", "`stars`?"),
        ("event = { kind = \"purchase\", store = \"\" }", "event.store", "names nothing"),
        ("set = { cps = 5 }", "set.cps", "`cups`?"),
        ("set = { cups = \"5\" }", "set.cups", "whole number"),
        ("expect.complaints.cups = \"no\"", "expect.complaints", "sets no settings"),
        ("expect.reasons.stamps.text = \"count\"", "expect.reasons.stamps.text", "`counted`?"),
    ] {
        let found = found(&format!(
            "[[step]]\nat = \"2026-05-01T10:00:00Z\"\nevent = {{ kind = \"visit\", id = \"r1\" }}\n[[step]]\nat = \"2026-05-01T10:00:00Z\"\n{step}"
        ));
        assert!(found.len() == 1, "{step}: {found:?}");
        assert!(found[0].starts_with("01.toml:7:"), "{step}: {found:?}");
        assert!(found[0].contains(&format!("step.1.{key}")), "{step}: {found:?}");
        assert!(found[0].contains(expected), "{step}: {found:?}");
    }
    let unknown = found(
        "[[step]]\nat = \"2026-05-01T10:00:00Z\"\nset = { cups = 4 }\nexpect.complaints.cps = \"no\"",
    );
    assert!(
        unknown.len() == 1 && unknown[0].contains("step.0.expect.complaints.cps"),
        "{unknown:?}"
    );
    let found =
        found("[[step]]\nat = \"2026-05-02T10:00:00Z\"\n[[step]]\nat = \"2026-05-01T10:00:00Z\"");
    assert!(found[0].contains("the clock goes back"), "{found:?}");
}

#[test]
fn what_a_variant_names_must_be_there() {
    for (rest, key, expected) in [
        ("settings = { cps = 3 }\nexpect = {}", "settings.cps", "`cups`?"),
        ("settings = { cups = \"3\" }\nexpect = {}", "settings.cups", "whole number"),
        ("settings = {}\nthrough = 2\nexpect = {}", "through", "no step 2; there are 1"),
        ("settings = {}\nthrough = 0\nexpect = {}", "through", "no step 0"),
        ("settings = {}\nexpect.fields.stamp = 1", "expect.fields.stamp", "`stamps`?"),
        ("settings = {}\nexpect.complaints.cups = \"no\"", "expect.complaints", "sets no settings"),
    ] {
        let found = found(&format!(
            "[[step]]\nat = \"2026-05-01T10:00:00Z\"\n[[what_if]]\ntitle = {{ en = \"B\", zh-CN = \"乙\" }}\n{rest}"
        ));
        assert!(found.len() == 1, "{rest}: {found:?}");
        assert!(found[0].contains(&format!("what_if.0.{key}")), "{rest}: {found:?}");
        assert!(found[0].contains(expected), "{rest}: {found:?}");
    }
}
