//! A version that fails again and again: set aside, the last good one put back, released.

use super::shop::{PLUGIN, install, shop, tasks, tier, trust, version};
use regulars_engine::import::ImportCustomer;
use regulars_model::{
    duration::{DAY_US, HOUR_US, MINUTE_US},
    limits::FAULTS_IN_A_ROW_MAX,
};
use regulars_tests::{Answer, App, Place, START, on_both, root};
use serde_json::{Value as Json, json};
use std::{
    sync::Arc,
    thread::sleep,
    time::{Duration, Instant},
};

const MOST: i64 = FAULTS_IN_A_ROW_MAX as i64;
const RELEASE: &str = "/v1/plugins/spend-tiers/release";
/// It fails at every customer.
const FAILS: (&str, &str) = ("let tier = if", "throw \"broken\";\n    let tier = if");
/// It fails at whoever spent more than 500.00.
const FAILS_FOR_SOME: (&str, &str) =
    ("let tier = if", "if spend > 50000 { throw \"too rich\"; }\n    let tier = if");

/// The plugin once a version of it has been set aside, which happens beside the sales.
fn set_aside(app: &App) -> Answer {
    let began = Instant::now();
    loop {
        let plugin = app.get(PLUGIN).expect(200);
        if !plugin.at("/quarantine").is_null() {
            return plugin;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "it is not set aside: {}", plugin.body);
        sleep(Duration::from_millis(20));
    }
}

/// So many sales to customers of their own, a minute apart, amounts in fen.
fn sell(app: &App, source: &str, times: i64, amount: i64) -> Vec<String> {
    let sale = |number| {
        app.advance(MINUTE_US);
        let id = app.customer();
        app.purchase(&id, &format!("{source}-{number}"), amount);
        id
    };
    (0..times).map(sale).collect()
}

fn held(app: &App) -> i64 {
    app.get(PLUGIN).expect(200).at("/held").as_i64().unwrap()
}

/// How often it was called since the server started.
fn calls(app: &App) -> i64 {
    app.get(PLUGIN).expect(200).at("/health/decisions").as_i64().unwrap()
}

on_both! {
    fn the_last_good_version_is_put_back_and_decides_what_was_held(place: Place) {
        let app = &shop(place);
        install(app, &version("1.0.0", &[])).expect(201);
        app.call("PATCH", &format!("{PLUGIN}/settings")).json(json!({"low_above": "10.00"})).send().expect(200);
        let before = sell(app, "before", 2, 60_000);
        app.advance_days(1);
        let bad = install(app, &version("1.1.0", &[FAILS])).expect(201);
        let since = app.now().plus(MINUTE_US);
        let sold = sell(app, "sold", MOST, 200_000);
        let plugin = set_aside(app);
        assert_eq!((plugin.at("/version"), plugin.at("/health/state")), (&json!("1.0.0"), &json!("healthy")));
        assert_eq!(plugin.at("/settings/low_above"), "10.00");
        assert_eq!(plugin.at("/settings_version").as_i64(), bad.at("/settings_version").as_i64().map(|before| before + 1));
        let record = plugin.at("/quarantine");
        assert_eq!((&record["version"], &record["actor"], &record["put_back"]), (&json!("1.1.0"), &json!("system"), &json!(true)));
        assert_eq!((&record["faults"], &record["fault"]["code"]), (&json!(MOST), &json!("script_error")));
        assert_eq!(record["since"], json!(since));
        assert!(record["sentence"].as_str().unwrap().ends_with("1.0.0 was put back."), "{record}");
        let chinese = app.call("GET", PLUGIN).header("accept-language", "zh-CN").send().expect(200);
        assert!(chinese.text("/quarantine/sentence").contains("已恢复 1.0.0"), "{}", chinese.body);
        app.decide_due();
        assert_eq!((held(app), tier(app, &sold[0]), tier(app, &before[0])), (0, json!("high"), json!("low")));
        assert_eq!(tasks(app) as i64, MOST, "their work is owed");
        let refused = app.call("POST", RELEASE).send().refused(409, "conflict");
        assert!(refused.text("/detail").contains("1.0.0 is in force, in place of 1.1.0"));

        let fixed = install(app, &version("1.2.0", &[])).expect(201);
        assert_eq!(fixed.at("/before"), "1.0.0");
        assert_eq!(app.get(PLUGIN).expect(200).at("/quarantine"), &json!(null));
        app.decide_due();
        assert_eq!(tasks(app) as i64, MOST);
    }

    fn with_nothing_to_put_back_it_is_not_asked_until_it_is_released(place: Place) {
        let app = &shop(place);
        install(app, &version("1.0.0", &[FAILS_FOR_SOME])).expect(201);
        let good = sell(app, "good", 2, 10_000);
        let rich = sell(app, "rich", MOST, 60_000);
        let plugin = set_aside(app);
        assert_eq!((plugin.at("/version"), plugin.at("/health/state")), (&json!("1.0.0"), &json!("quarantined")));
        assert_eq!(plugin.at("/quarantine/put_back"), false);
        app.decide_due();
        let called = calls(app);
        app.advance_days(1);
        app.purchase(&good[0], "more", 100);
        assert_eq!((calls(app), held(app)), (called, MOST + 1), "no more calls, and the sale is there");
        let listed = app.get("/v1/decisions/held?fault=quarantined").expect(200);
        assert_eq!((listed.items().len(), listed.at("/items/0/customer_id")), (1, &json!(good[0])));
        assert_eq!(tier(app, &good[0]), "low", "what it has set stays");
        let refused = app.call("POST", &format!("{PLUGIN}/rerun")).send().refused(409, "conflict");
        assert!(refused.text("/detail").contains("regulars plugin release spend-tiers"), "{}", refused.body);
        // A changed setting is not a release, and neither is the same file.
        app.call("PATCH", &format!("{PLUGIN}/settings")).json(json!({"low_above": "10.00"})).send().expect(200);
        install(app, &version("1.0.0", &[FAILS_FOR_SOME])).expect(200);
        app.decide_due();
        assert_eq!(app.get(PLUGIN).expect(200).at("/health/state"), "quarantined");
        assert_eq!(calls(app), called);

        app.call("POST", RELEASE).key(&app.integration).send().refused(403, "forbidden");
        app.call("POST", RELEASE).send().expect(200);
        app.call("POST", RELEASE).send().refused(409, "conflict");
        app.post("/v1/plugins/nobody/release", json!({})).refused(404, "not_found");
        assert_eq!(app.get(PLUGIN).expect(200).at("/quarantine"), &json!(null));
        app.decide_due();
        assert_eq!(tier(app, &good[0]), "low");
        assert_eq!(held(app), 2 * MOST, "of each at the till and after the release");
        sell(app, "again", MOST, 60_000);
        assert_eq!(set_aside(app).at("/health/state"), "quarantined", "the rule is as it was");
        app.advance_days(1);
        install(app, &version("1.1.0", &[])).expect(201);
        app.decide_due();
        assert_eq!((held(app), tier(app, &rich[0])), (0, json!("low")));
    }

    fn upgraded_or_rolled_back_it_is_quarantined_no_more(place: Place) {
        let app = &shop(place);
        install(app, &version("1.0.0", &[FAILS])).expect(201);
        sell(app, "first", MOST, 100);
        set_aside(app);
        install(app, &version("1.1.0", &[("is_over(call.settings.high_above)", "is_over(call.settings.low_above)")])).expect(201);
        app.decide_due();
        let plugin = app.get(PLUGIN).expect(200);
        assert_eq!((plugin.at("/quarantine"), plugin.at("/health/state"), plugin.at("/held")), (&json!(null), &json!("healthy"), &json!(0)));
        // Nothing good lies before this one: what was set aside itself is not put back.
        app.advance_days(1);
        install(app, &version("1.2.0", &[FAILS])).expect(201);
        sell(app, "second", MOST, 100);
        assert_eq!(set_aside(app).at("/version"), "1.1.0");
        install(app, &version("1.2.0", &[FAILS])).expect(201);
        sell(app, "third", MOST, 100);
        assert_eq!(set_aside(app).at("/version"), "1.1.0");
        app.post(&format!("{PLUGIN}/rollback"), json!({})).expect(200);
        assert_eq!(app.get(PLUGIN).expect(200).at("/quarantine"), &json!(null));
    }

    fn one_odd_customer_and_faults_far_between_set_nothing_aside(place: Place) {
        let app = &shop(place);
        install(app, &version("1.0.0", &[FAILS_FOR_SOME])).expect(201);
        let odd = app.customer();
        for number in 0..2 * MOST {
            app.purchase(&odd, &format!("odd-{number}"), 60_000);
        }
        for number in 0..MOST {
            sell(app, &format!("poor-{number}"), 1, 100);
            sell(app, &format!("rich-{number}"), 1, 60_000);
        }
        // Previews are nothing that happened.
        for number in 0..2 * MOST {
            let body = json!({"customer": {"identities": [{"kind": "card", "value": number.to_string()}], "create": true}, "kind": "purchase", "amount": 60_000, "currency": "CNY"});
            app.post("/v1/events/preview", body).expect(200);
        }
        sleep(Duration::from_millis(200));
        assert_eq!(app.get(PLUGIN).expect(200).at("/quarantine"), &json!(null));
        // What fails again when it is run again is no news.
        app.call("POST", &format!("{PLUGIN}/rerun")).send().expect(200);
        sleep(Duration::from_millis(200));
        let plugin = app.get(PLUGIN).expect(200);
        assert_eq!((plugin.at("/quarantine"), plugin.at("/held")), (&json!(null), &json!(3 * MOST)));
    }

    fn an_import_holds_and_sets_nothing_aside(place: Place) {
        let app = &shop(place);
        install(app, &version("1.0.0", &[FAILS])).expect(201);
        let customer = |number: i64| {
            let at = app.now().minus(DAY_US);
            let event = json!({"customer": {}, "kind": "purchase", "amount": 100, "currency": "CNY", "occurred_at": at, "source": "file", "source_id": number.to_string()});
            ImportCustomer {
                identities: vec![serde_json::from_value(json!({"kind": "card", "value": number.to_string()})).unwrap()],
                events: vec![serde_json::from_value(event).unwrap()],
                rows: vec![1],
                ..ImportCustomer::default()
            }
        };
        app.import((0..2 * MOST).map(customer).collect());
        sleep(Duration::from_millis(200));
        let plugin = app.get(PLUGIN).expect(200);
        assert_eq!((plugin.at("/quarantine"), plugin.at("/held")), (&json!(null), &json!(2 * MOST)));
    }

    fn a_folder_mended_is_a_version_of_its_own(place: Place) {
        let place = Arc::new(place);
        let folder = tempfile::tempdir().unwrap();
        let write = |change: bool| {
            for name in ["plugin.toml", "tiers.rhai"] {
                let text = std::fs::read_to_string(root().join("tests/plugins/spend-tiers").join(name)).unwrap();
                let text = if change { text.replace(FAILS.0, FAILS.1) } else { text };
                std::fs::write(folder.path().join(name), text).unwrap();
            }
        };
        let serve = |now| App::trusting(trust(), place.clone(), vec![folder.path().to_owned()], now);
        write(true);
        let app = serve(START.parse().unwrap());
        let sold = sell(&app, "sold", MOST, 200_000);
        set_aside(&app);
        let later = app.now().plus(MINUTE_US);
        drop(app);
        let app = serve(later);
        assert_eq!(app.get(PLUGIN).expect(200).at("/health/state"), "quarantined");
        drop(app);
        write(false);
        let app = serve(later);
        app.decide_due();
        let plugin = app.get(PLUGIN).expect(200);
        assert_eq!((plugin.at("/quarantine"), plugin.at("/held")), (&json!(null), &json!(0)));
        assert_eq!(tier(&app, &sold[0]), "high");
    }

    /// Whatever order things come in, and however much of it while the bad version was in force: the
    /// state is that of a shop where the good one was in force all along.
    fn what_was_held_ends_as_if_the_good_version_had_decided(place: Place) {
        let with_bad = &shop(place);
        let control = &shop(Place::sqlite());
        let both = [with_bad, control];
        for app in both {
            install(app, &version("1.0.0", &[])).expect(201);
        }
        let customers: Vec<[String; 2]> = (0..6).map(|_| both.map(App::customer)).collect();
        let mut dice = Dice(7);
        let mut number = 0;
        for phase in 0..3 {
            if phase == 1 {
                install(with_bad, &version("1.1.0", &[FAILS])).expect(201);
            }
            both.iter().for_each(|app| app.advance(HOUR_US));
            for _ in 0..40 {
                number += 1;
                let who = dice.roll(customers.len() as i64) as usize;
                let reach = if dice.roll(2) == 0 { HOUR_US } else { 3 * DAY_US };
                let late = dice.roll(reach);
                let amount = dice.roll(30_000);
                let refers = dice.roll(number);
                let kind = if dice.roll(4) == 0 { "refund" } else { "purchase" };
                for (app, id) in both.iter().zip(&customers[who]) {
                    let mut body = json!({"customer": {"id": id}, "kind": kind, "amount": amount, "currency": "CNY", "occurred_at": app.now().minus(late), "source": "till", "source_id": number.to_string()});
                    if kind == "refund" {
                        body["refers_to"] = json!({"source": "till", "source_id": refers.to_string()});
                    }
                    app.post("/v1/events", body).expect(201);
                }
            }
            if phase == 1 {
                assert_eq!(set_aside(with_bad).at("/version"), "1.0.0");
            }
            for app in both {
                app.advance_days(1);
            }
        }
        assert_eq!(held(with_bad), 0);
        for [with_bad_id, control_id] in &customers {
            let state = |app: &App, id: &str| -> Json {
                let customer = app.get(&format!("/v1/customers/{id}")).expect(200);
                json!([customer.at("/fields"), customer.at("/tags"), customer.at("/lifecycle")])
            };
            assert_eq!(state(with_bad, with_bad_id), state(control, control_id));
            let timeline = |app: &App, id: &str| app.get(&format!("/v1/customers/{id}/timeline?kind=purchase&limit=200")).expect(200).items().len();
            assert_eq!(timeline(with_bad, with_bad_id), timeline(control, control_id), "no sale is lost");
        }
    }
}

/// The same numbers in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: i64) -> i64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % below.max(1).cast_unsigned()).cast_signed()
    }
}

/// Two processes as far as the engine can tell: nothing but the database is shared.
#[test]
fn of_several_processes_one_puts_back_and_all_follow() {
    let one = shop(Place::postgres());
    let other = shop(one.place());
    install(&one, &version("1.0.0", &[])).expect(201);
    let bad = install(&one, &version("1.1.0", &[FAILS])).expect(201);
    std::thread::scope(|scope| {
        for (app, source) in [(&one, "one"), (&other, "other")] {
            scope.spawn(move || {
                for number in 0..MOST {
                    let card = json!({"kind": "card", "value": format!("{source}-{number}")});
                    let body = json!({"customer": {"identities": [card], "create": true}, "kind": "purchase", "amount": 60_000, "currency": "CNY", "source": source, "source_id": number.to_string()});
                    app.post("/v1/events", body).expect(201);
                }
            });
        }
    });
    let plugin = set_aside(&one);
    sleep(Duration::from_millis(300));
    let settings_version = bad.at("/settings_version").as_i64().unwrap() + 1;
    assert_eq!(plugin.at("/settings_version"), settings_version);
    assert_eq!(set_aside(&other).at("/settings_version"), settings_version, "put back once");
    let id = other.customer();
    other.purchase(&id, "after", 60_000);
    assert_eq!(tier(&other, &id), "low");
    one.decide_due();
    assert_eq!(held(&other), 0);
}

/// Every instance begins anew, so only a batch shows it; one row in 256 is asked again alone.
fn keeps_count() -> tempfile::TempDir {
    let source = root().join("tests/keeps-count");
    let manifest = std::fs::read_to_string(source.join("plugin.toml")).unwrap();
    let text = std::fs::read_to_string(source.join("keeps_count.wat")).unwrap();
    let mut module = wat::parse_str(&text).unwrap();
    let mut resolve = wit_parser::Resolve::default();
    let (package, _) = resolve.push_dir(root().join("sdk/wit/v1")).unwrap();
    let world = resolve.select_world(&[package], Some("plugin")).unwrap();
    let encoding = wit_component::StringEncoding::UTF8;
    wit_component::embed_component_metadata(&mut module, &resolve, world, encoding).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let component = regulars_host::wrap(&module, &manifest).unwrap();
    std::fs::write(folder.path().join("keeps_count.wasm"), component).unwrap();
    std::fs::write(folder.path().join("plugin.toml"), manifest).unwrap();
    folder
}

#[test]
fn a_guest_that_keeps_state_is_set_aside_at_once() {
    const LINES: i64 = 500;
    let folder = keeps_count();
    let app = App::start(Place::sqlite(), vec![folder.path().to_owned()], START.parse().unwrap());
    let quarantine = || app.get("/v1/plugins/keeps-count").expect(200).at("/quarantine").clone();
    let mut sold = 0;
    while quarantine().is_null() {
        assert!(sold < 20 * LINES, "nobody has noticed");
        app.advance(MINUTE_US);
        let line = |number: i64| {
            let at = app.now().minus(number * 1_000);
            let card = json!({"kind": "card", "value": format!("{sold}-{number}")});
            json!({"customer": {"identities": [card], "create": true}, "kind": "purchase", "amount": 100, "currency": "CNY", "occurred_at": at, "source": "till", "source_id": format!("{sold}-{number}")}).to_string()
        };
        let body: String = (0..LINES).map(|number| line(number) + "\n").collect();
        let call = app.call("POST", "/v1/events/batch");
        let answer = call.bytes("application/x-ndjson", body.as_bytes()).send().expect(200);
        assert_eq!(answer.body.matches("\"status\":201").count() as i64, LINES);
        sold += LINES;
        sleep(Duration::from_millis(300));
    }
    let record = quarantine();
    assert_eq!(record["fault"]["code"], "not_deterministic");
    assert!(record["faults"].as_u64().unwrap() < u64::from(FAULTS_IN_A_ROW_MAX), "{record}");
}
