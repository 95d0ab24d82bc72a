use super::*;
use crate::{limits, said::check_sentences, text::Language};

const HEAD: &str = r#"id = "sample"
version = "1.0.0"
abi = "regulars:plugin@1.0.0-rc.1"
runtime = "rhai"
entry = "sample.rhai"
title = { en = "Sample", zh-CN = "样例" }
on = { events = ["purchase"] }
"#;

fn with(rest: &str) -> Result<Manifest, InvalidManifest> {
    Manifest::parse(&format!("{HEAD}{rest}"))
}

fn refused(rest: &str) -> String {
    with(rest).expect_err(rest).to_string()
}

#[test]
fn sentences_are_said_in_both_languages() {
    assert_eq!(check_sentences(sentences::ALL), Ok(()));
}

#[test]
fn the_top_of_what_is_text_is_text() {
    for measure in ["store", "line.sku", "line.category", "data.table"] {
        let manifest =
            with(&format!("inputs.favourite = {{ top = \"{measure}\", events = [\"purchase\"] }}"));
        let manifest = manifest.unwrap_or_else(|error| panic!("{measure}: {error}"));
        let shape = manifest.inputs["favourite"].shape();
        assert_eq!(shape, Shape::Text { max_chars: None }, "{measure}");
        let toml = manifest.to_toml().expect("TOML");
        assert_eq!(Manifest::parse(&toml).expect("the same manifest"), manifest);
    }
}

#[test]
fn the_top_of_what_is_no_text_is_refused() {
    for measure in
        ["event", "occurred-at", "business-day", "amount", "line.amount", "line.quantity"]
    {
        let line = format!("inputs.favourite = {{ top = \"{measure}\", events = [\"purchase\"] }}");
        let mark = " ".repeat(27);
        let expected = format!(
            "plugin.toml:8:28: inputs.favourite.top: `{measure}` is no text; expected store, line.sku, line.category or data.NAME\n  {line}\n  {mark}^"
        );
        assert_eq!(refused(&line), expected);
    }
}

#[test]
fn an_input_without_a_known_aggregate_is_told_all_of_them() {
    let all = "count, sum, min, max, first, last, days, distinct, set, top";
    for input in [
        r#"{ events = ["purchase"] }"#,
        r#"{ most = "line.sku", events = ["purchase"] }"#,
        r#"{ top = "line.sku", set = "line.sku", events = ["purchase"] }"#,
    ] {
        let error = refused(&format!("inputs.favourite = {input}"));
        assert!(error.contains(all), "{error}");
    }
}

/// Each with where it must be found and what must be said of it.
#[test]
fn a_fault_of_an_input_names_its_key_and_place() {
    for (input, key, expected) in [
        (r#"sum = "amuont""#, "sum", "`amuont` is not a measure"),
        (r#"sum = 7"#, "sum", "expected a text in quotes, found the number `7`"),
        (r#"smu = "amount""#, "smu", "did you mean `sum`?"),
        (r#"sum = "amount", window = "7 days""#, "window", "is not a window such as"),
        (r#"sum = "amount", window = "settings.x""#, "window", "names settings.x"),
        (r#"sum = "amount", where = { "line.amount" = 0 }"#, "where.line.amount", "`0` is no text"),
        (
            r#"sum = "amount", where = { "line.sku" = "settings.x" }"#,
            "where.line.sku",
            "settings.x",
        ),
        (r#"sum = "amount", where = { "line.skoo" = "x" }"#, "where.line.skoo", "not a measure"),
        (r#"sum = "amount", were = { "line.sku" = "x" }"#, "were", "did you mean `where`?"),
    ] {
        let error = refused(&format!("[inputs]\nx = {{ {input}, events = [\"purchase\"] }}"));
        assert!(error.starts_with("plugin.toml:9:"), "{input}: {error}");
        assert!(error.contains(&format!(": inputs.x.{key}: ")), "{input}: {error}");
        assert!(error.contains(expected), "{input}: {error}");
    }
    let error = refused("[inputs.x]\nsum = \"amount\"\nevents = \"purchase\"");
    assert!(error.starts_with("plugin.toml:10:10: inputs.x.events: expected a list"), "{error}");
    let error = refused("[inputs.x]\nsum = \"amount\"\nevents = []");
    assert!(error.starts_with("plugin.toml:10:10: inputs.x.events: an input names"), "{error}");
}

#[test]
fn all_faults_are_told_at_once_and_in_order() {
    let error = refused(
        r#"sttings = {}
[inputs.x]
sum = "amuont"
events = ["purchase"]
[settings.high]
type = "integr"
default = 3
label = { en = "High", zh-CN = "高" }
[fields.tier]
type = "choice"
label = { en = "Tier", zh-CN = "等级" }
[grants]
lifecycle = ["leed"]
[texts.t]
en = "x"
"#,
    );
    let places: Vec<&str> = error.lines().filter(|line| line.starts_with("plugin.toml")).collect();
    let expected = [
        "plugin.toml:8:1: sttings: there is no key `sttings`; did you mean `settings`?",
        "plugin.toml:10:7: inputs.x.sum: `amuont` is not a measure",
        "plugin.toml:13:8: settings.high.type: there is no word `integr`; did you mean `integer`?",
        "plugin.toml:16",
        "plugin.toml:20:14: grants.lifecycle: there is no word `leed`; did you mean `lead`?",
        "plugin.toml:21",
    ];
    assert_eq!(places.len(), expected.len(), "{error}");
    for (found, expected) in places.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found} is not {expected}");
    }
}

#[test]
fn what_is_missing_at_the_top_hides_nothing() {
    let error =
        Manifest::parse("id = 7\nentry = \"x.rhai\"\nruntime = \"lua\"").expect_err("faults");
    let said: Vec<&str> =
        error.0.iter().map(|finding| finding.said.get(Language::English)).collect();
    for expected in [
        "expected a text in quotes, found the number `7`",
        "there is no word `lua`; there are wasm, rhai",
        "`version` is missing",
        "`abi` is missing",
        "`title` is missing",
        "`on` is missing",
    ] {
        assert!(said.contains(&expected), "{expected}: {said:#?}");
    }
    let error = Manifest::parse("id = \"x\nversion = 1.0.0").expect_err("no TOML");
    assert!(error.to_string().contains("plugin.toml:1:"), "{error}");
    assert!(error.to_string().contains("this is no TOML"), "{error}");
}

#[test]
fn checks_of_the_whole_are_told_at_once_too() {
    let error = refused(
        r#"[settings.High]
type = "integer"
default = "x"
label = { en = "High", zh-CN = "高" }
[texts.t]
args = ["nobody"]
en = "{nobody} and {tier}"
zh-CN = "{nobody}"
"#,
    );
    for expected in [
        "plugin.toml:8:11: settings.High: `High` is not snake_case",
        "plugin.toml:10:11: settings.High.default: the default does not fit its shape: expected a whole number",
        "plugin.toml:13:9: texts.t.args.nobody: `nobody` is no input",
        "plugin.toml:14:6: texts.t.en: uses {tier}, which is not in args",
    ] {
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

fn advice(rest: &str) -> Vec<String> {
    let toml = format!("{HEAD}{rest}");
    let (manifest, found) = look_through(&toml);
    assert!(manifest.is_some(), "{found:#?}");
    found.iter().map(|finding| finding.write(Language::English)).collect()
}

#[test]
fn a_kind_that_is_hardly_another_is_warned_of() {
    let manifest = "[inputs.x]\ncount = \"event\"\nevents = [\"purchse\", \"table-booking\"]";
    let [only] = &advice(manifest)[..] else { panic!("{:?}", advice(manifest)) };
    let expected = "plugin.toml:10:11: inputs.x.events.purchse: warning: `purchse` is no built-in kind of event; did you mean `purchase`?";
    assert!(only.starts_with(expected), "{only}");
}

#[test]
fn what_refuses_a_manifest_hides_no_advice() {
    let toml = format!("{HEAD}texts.t = {{ en = \"{{x}}\", zh-CN = \"甲\" }}")
        .replace("purchase", "purchse");
    let (manifest, found) = look_through(&toml);
    assert!(manifest.is_none());
    let codes: Vec<&str> = found.iter().map(|finding| finding.said.code).collect();
    assert_eq!(codes, ["placeholder_unknown", "kind_meant", "placeholder_unused"]);
    assert_eq!(
        Findings::new(look_through("id = 1").1),
        Manifest::parse("id = 1").expect_err("none").0
    );
}

#[test]
fn a_filter_that_can_never_hold_is_found() {
    for (filter, expected) in [
        (r#""line.amount" = "0.00""#, Some("`0.00` never equals a `line.amount`")),
        (r#""line.quantity" = ["1000", "one"]"#, Some("`one` never equals")),
        (r#""line.quantity" = "settings.pieces""#, Some("2 pieces are 2000")),
        (r#""amount" = "settings.pieces""#, Some("declare the setting as money")),
        (r#""line.amount" = "0""#, None),
        (r#""line.quantity" = "settings.thousandths""#, None),
    ] {
        let found = advice(&format!(
            r#"[settings.pieces]
type = "integer"
maximum = 100
default = 9
label = {{ en = "Pieces", zh-CN = "件数" }}
[settings.thousandths]
type = "integer"
default = 9000
label = {{ en = "Thousandths", zh-CN = "千分之一" }}
[inputs.x]
count = "event"
events = ["purchase"]
where = {{ {filter} }}"#
        ));
        match expected {
            Some(expected) => assert!(found.len() == 1 && found[0].contains(expected), "{found:?}"),
            None => assert_eq!(found, [""; 0], "{filter}"),
        }
    }
}

#[test]
fn events_of_its_own_are_told_from_all_others() {
    let label = r#"label = { en = "E", zh-CN = "E" }"#;
    for (wrong, complaint) in [
        (
            format!("events.purchase = {{ {label} }}"),
            "events.purchase: `purchase` is a built-in kind",
        ),
        (format!("events.edit = {{ {label} }}"), "events.edit: `edit` is a built-in kind"),
        (format!("events.Card = {{ {label} }}"), "`Card` is not kebab-case"),
        (
            format!("events.card = {{ data = {{ \"a-b\" = {{ type = \"integer\" }} }}, {label} }}"),
            "events.card.data.a-b: `a-b` is not snake_case",
        ),
        (format!("events.card = {{ amount = 7, {label} }}"), "expected"),
        (
            r#"inputs.cards = { count = "event", events = ["sample.card"] }"#.to_owned(),
            "`sample.card` is not an event declared under [events]",
        ),
    ] {
        let said = refused(&wrong);
        assert!(said.contains(complaint), "{said}");
    }
    let own = r#"inputs.cards = { count = "event", events = ["sample.card", "other.card"] }"#;
    let manifest = with(&format!("{own}\nevents.card = {{ amount = true, {label} }}"));
    let manifest = manifest.expect("its own and another's");
    assert_eq!(manifest.event_kind("card"), "sample.card");
    let toml = manifest.to_toml().expect("TOML");
    assert_eq!(Manifest::parse(&toml).expect("the same manifest"), manifest);
}

#[test]
fn a_table_has_plain_columns_and_one_to_look_it_up_by() {
    let table = |key: &str, columns: &str| {
        let label = r#"label = { en = "T", zh-CN = "T" }"#;
        format!("tables.families = {{ key = \"{key}\", columns = {{ {columns} }}, {label} }}")
    };
    let sku = r#"sku = { type = "text" }"#;
    for (key, columns, complaint) in [
        ("day", sku, "tables.families.key: `day` is not one of the columns: sku"),
        (
            "sku",
            r#"sku = { type = "money" }"#,
            "tables.families.key: `sku` is looked up by no rule",
        ),
        (
            "sku",
            r#"sku = { type = "text" }, all = { type = "list", items = { type = "text" } }"#,
            "tables.families.columns.all: a cell holds one value",
        ),
        ("sku", r#"sku = { type = "text" }, A = { type = "text" }"#, "`A` is not snake_case"),
    ] {
        let said = refused(&table(key, columns));
        assert!(said.contains(complaint), "{said}");
    }
    let many: Vec<String> = (0..17).map(|n| format!("c{n} = {{ type = \"text\" }}")).collect();
    let said = refused(&table("c0", &many.join(", ")));
    assert!(said.contains("17 are declared, at most 16 may be"), "{said}");
    let manifest = with(&table("sku", sku)).expect("a table");
    let toml = manifest.to_toml().expect("TOML");
    assert_eq!(Manifest::parse(&toml).expect("the same manifest"), manifest);
}

#[test]
fn faults_without_number_are_told_as_far_as_anyone_reads() {
    let mut rest = String::new();
    for number in 0..200 {
        rest += &format!("[inputs.n{number}]\nsum = \"amuont\"\nevents = [\"purchase\"]\n");
    }
    let InvalidManifest(findings) = with(&rest).expect_err("nothing is right");
    assert!(findings.errors() <= limits::MANIFEST_FAULTS_MAX + 1, "{findings}");
    let english = findings.to_string();
    assert!(english.len() < limits::MANIFEST_FAULTS_BYTES_MAX + 1_000, "{english}");
    assert!(english.ends_with("plugin.toml: there is more wrong with it than is shown here"));
    let chinese = findings.write(Language::Chinese);
    assert!(chinese.ends_with("plugin.toml: 还有其他错误，此处未一一列出"), "{chinese}");
}

#[test]
fn what_is_long_is_neither_shown_nor_repeated_as_a_whole() {
    let name = "x".repeat(2_000);
    let line = format!("inputs.{name} = {{ sum = \"{name}\", events = [\"purchase\"] }}");
    let sentence = refused(&line);
    assert!(sentence.starts_with("plugin.toml:8:"), "{sentence}");
    assert!(!sentence.contains(&"x".repeat(limits::FAULT_CHARS_MAX + 1)), "{sentence}");
    assert!(sentence.contains("xxx…") && !sentence.contains('\n'), "{sentence}");
}
