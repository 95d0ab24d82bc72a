//! The runner of scenarios: what it says when something is not as expected, and what it counts.

use regulars_host::{Host, HostOptions, Plugin};
use regulars_model::{said::is_chinese, text::Bilingual};
use regulars_rules::scenario::{Report, run_texts};
use regulars_tests::root;

const TITLE: &str = "title = { en = \"A card\", zh-CN = \"一张卡\" }\n";

fn card(folder: &str) -> Plugin {
    let host = Host::new(HostOptions::default()).unwrap();
    host.load_folder(&root().join("sdk/examples").join(folder)).unwrap()
}

fn run(toml: &str) -> Report {
    run_on(&card("bubble-tea"), toml)
}

fn run_on(plugin: &Plugin, toml: &str) -> Report {
    let toml = format!("{TITLE}{toml}");
    run_texts([("card.toml", toml.as_str())].into_iter(), &plugin.manifest, &plugin.decider)
}

/// A step in which so many cups are bought.
fn cups(day: u8, cups: u32, expect: &str) -> String {
    let milli = cups * 1_000;
    format!(
        r#"
        [[step]]
        at = "2026-05-{day:02}T10:00:00+08:00"
        event = {{ kind = "purchase", amount = "18.00", lines = [
            {{ sku = "oolong", category = "tea/milk", quantity_milli = {milli}, amount = "18.00" }},
        ] }}
        {expect}
        "#
    )
}

#[track_caller]
fn failure(report: Report) -> String {
    assert_eq!(report.failed(), 1, "{report}");
    let failed = report.scenarios.into_iter().find_map(|ran| ran.failure);
    let Bilingual { en, zh_cn } = failed.expect("what failed");
    assert!(is_chinese(&zh_cn), "{zh_cn}");
    en
}

#[test]
fn it_goes_on_after_a_difference_and_shows_the_stores_time() {
    let last = "expect.no-fields = [\"free_cups\"]\nexpect.reasons.stamps = { en = \"Cups of tea/milk paid for: 9.\" }";
    let steps = [
        cups(1, 3, "expect.fields = { stamps = 4, free_cups = 0 }"),
        cups(2, 1, "expect.fields = { stamps = 4 }"),
        cups(3, 5, last),
    ];
    let said = failure(run(&steps.concat()));
    assert_eq!(
        said,
        "step 1 at 2026-05-01T10:00:00+08:00\n\
         \x20 fields.stamps: expected 4, got 3\n\
         step 3 at 2026-05-03T10:00:00+08:00\n\
         \x20 fields.free_cups: expected none, got 1\n\
         \x20 reasons.stamps.en:\n\
         \x20   expected  “Cups of tea/milk paid for: 9.”\n\
         \x20   got       “Cups of tea/milk paid for: 9. On the card: 0 of 9.”"
    );
}

#[test]
fn it_stops_where_the_rule_fails() {
    let host = Host::new(HostOptions::default()).unwrap();
    let folder = root().join("sdk/examples/bubble-tea");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let rule = read("rules.rhai").replace("paid % card", "paid % (card - 9)");
    let plugin = host.load_script(&read("plugin.toml"), &rule).unwrap();
    let said = failure(run_on(&plugin, &[1, 2, 3].map(|day| cups(day, 1, "")).concat()));
    assert!(
        said.starts_with("step 1 at 2026-05-01T10:00:00+08:00: the plugin failed: script_error"),
        "{said}"
    );
    assert!(said.ends_with("steps 2 to 3 were not run"), "{said}");
}

#[test]
fn settings_change_between_steps() {
    let set = "[[step]]\nat = \"2026-05-02T10:00:00+08:00\"\nset = { cups_for_free = 5 }\n";
    let steps = [
        cups(1, 6, "expect.fields = { stamps = 6 }"),
        format!("{set}expect.fields = {{ stamps = 1, free_cups = 1 }}\n"),
        cups(3, 1, "set = { cups_for_free = 7 }\nexpect.fields = { stamps = 0, free_cups = 1 }"),
    ];
    run(&steps.concat()).assert_passed();
}

#[test]
fn refused_settings_are_expected_or_a_difference() {
    let at = "[[step]]\nat = \"2026-05-02T10:00:00+08:00\"\n";
    let by_rule = r#"set = { family = "tea/" }
        expect.complaints = { family = "`tea/` is no category: write it like tea/milk, with no slash at its end." }
        "#;
    let by_shape = r#"set = { cups_for_free = 0 }
        expect.complaints = { cups_for_free = "expected a whole number from 1 to 100, found 0" }
        "#;
    let after = cups(3, 9, "expect.fields = { free_cups = 1 }");
    run(&format!("{at}{by_rule}{at}{by_shape}{after}")).assert_passed();

    let unexpected = failure(run(&format!("{at}set = {{ family = \"tea/\" }}\n")));
    assert!(
        unexpected.contains("complaints:\n    expected  none\n    got       family: `tea/` is"),
        "{unexpected}"
    );
    let accepted = "set = { family = \"tea\" }\nexpect.complaints = { family = \"no\" }\n";
    let accepted = failure(run(&format!("{at}{accepted}")));
    assert!(accepted.contains("complaints: expected family: no, got none"), "{accepted}");
    let unknown = failure(run(&format!("{at}set = {{ famly = \"tea\" }}\n")));
    assert!(unknown.contains("has no setting `famly`"), "{unknown}");
    let initial = failure(run(&format!("[settings]\nfamily = \"tea/\"\n{at}")));
    assert!(initial.starts_with("settings: /family: `tea/` is no category"), "{initial}");
}

#[test]
fn a_variant_plays_the_same_steps_under_other_settings() {
    let steps = [cups(1, 6, "expect.fields = { stamps = 6 }"), cups(2, 1, "")].concat();
    let what_if = |through: &str, expect: &str| {
        format!(
            "{steps}\n[[what_if]]\ntitle = {{ en = \"A card of five\", zh-CN = \"五点一卡\" }}\n\
             settings = {{ cups_for_free = 5 }}\n{through}\nexpect.fields = {{ stamps = {expect} }}\n"
        )
    };
    let report = run(&what_if("", "2"));
    report.assert_passed();
    assert_eq!(report.scenarios[1].name.en, "card.toml, what if: A card of five");
    run(&what_if("through = 1", "1")).assert_passed();
    let said = failure(run(&what_if("", "7")));
    assert_eq!(said, "step 2 at 2026-05-02T10:00:00+08:00\n  fields.stamps: expected 7, got 2");
    let nowhere = failure(run(&what_if("through = 3", "7")));
    assert_eq!(nowhere, "through: there is no step 3; there are 2");
}

#[test]
fn fuel_is_counted_in_either_runtime_and_has_a_ceiling() {
    for (folder, runtime, unit) in
        [("bubble-tea", "rhai", "operations"), ("bubble-tea-rust", "wasm", "fuel")]
    {
        let plugin = card(folder);
        let with = |most: u64| {
            run_on(&plugin, &format!("fuel_max.{runtime} = {most}\n{}", cups(1, 3, "")))
        };
        let report = with(1_000_000);
        report.assert_passed();
        let used = report.scenarios[0].taken.used;
        let fuel = used.fuel.expect("it is counted");
        assert!(fuel > 10, "{fuel}");
        assert_eq!(used.memory_bytes.is_some(), runtime == "wasm");
        with(fuel).assert_passed();
        let said = failure(with(fuel - 1));
        assert!(said.starts_with("fuel_max: expected at most "), "{said}");
        assert!(said.contains(unit), "{said}");
        assert!(report.notes(&plugin.manifest).en.contains(unit));
    }
}

#[test]
fn what_no_scenario_has_seen_is_listed() {
    let report = run(&cups(1, 3, ""));
    let notes = report.notes(&card("bubble-tea").manifest);
    assert!(notes.zh_cn.lines().all(is_chinese), "{notes}");
    let notes = notes.en;
    assert!(notes.contains("comparisons seen to hold and not to hold: 0 of 2"), "{notes}");
    assert!(notes.contains("  cups = 0 never held\n"), "{notes}");
    assert!(notes.contains("  cups ≥ 9000 never held\n"), "{notes}");
    let never = "texts never given: free_cup, no_category, no_cup, no_product, stamp_taken_back\n";
    assert!(notes.contains(never), "{notes}");
    let at = "[[step]]\nat = \"2026-05-02T10:00:00+08:00\"\n";
    let refused = "set = { family = \"tea/\" }\nexpect.complaints = { family = \"`tea/` is no category: write it like tea/milk, with no slash at its end.\" }\n";
    let notes = run(&format!("{at}{refused}")).notes(&card("bubble-tea").manifest).en;
    assert!(!notes.contains("no_category"), "{notes}");
}

#[test]
fn what_can_not_be_is_said() {
    let back = failure(run(&[3, 1].map(|day| cups(day, 1, "")).concat()));
    assert!(back.contains("the clock does not go back"), "{back}");
    let field = failure(run(&cups(1, 1, "expect.no-fields = [\"stamp\"]")));
    assert!(field.contains("fields.stamp: the manifest declares no such field"), "{field}");
    let person = format!("customer.fields = {{ tier = \"high\" }}\n{}", cups(1, 1, ""));
    assert!(failure(run(&person)).starts_with("customer.fields.tier: write it like"));
    let float = format!("customer.fields = {{ \"a.tier\" = 1.5 }}\n{}", cups(1, 1, ""));
    assert!(failure(run(&float)).starts_with("customer.fields.a.tier:"));
}
