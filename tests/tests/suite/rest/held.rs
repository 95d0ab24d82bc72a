//! /v1/decisions/held and /v1/plugins/{id}/rerun

use super::shop::{PLUGIN, install, shop, tasks, tier, trust, version};
use regulars_engine::import::ImportCustomer;
use regulars_model::duration::DAY_US;
use regulars_tests::{Answer, App, Place, on_both, root};
use serde_json::{Value as Json, json};
use std::{path::PathBuf, sync::Arc};

const HELD: &str = "/v1/decisions/held";
const RERUN: &str = "/v1/plugins/spend-tiers/rerun";

/// A rule that fails for whoever spent more than 500.00.
const FAILS_FOR_MANY: (&str, &str) =
    ("let tier = if", "if spend > 50000 { throw \"too rich\"; }\n    let tier = if");
/// A rule that fails until a setting is changed.
const FAILS_BY_DEFAULT: (&str, &str) = (
    "let tier = if",
    "if call.settings.low_above.is(0) { throw \"no threshold\"; }\n    let tier = if",
);

fn held(app: &App, query: &str) -> Answer {
    app.get(&format!("{HELD}?{query}")).expect(200)
}

fn count(app: &App) -> i64 {
    let counts = held(app, "").at("/counts").clone();
    let own = app.get(PLUGIN).expect(200).at("/held").as_i64().unwrap();
    assert_eq!(counts["spend-tiers"].as_i64().unwrap_or_default(), own);
    own
}

/// The outcomes of the tasks that stand, with the version that asked for each.
fn asked(app: &App, customer: &str) -> Vec<Json> {
    let path = format!("/v1/customers/{customer}/decisions?limit=200");
    let decisions = app.get(&path).expect(200);
    let standing = decisions.items().iter().filter(|one| one["voided_at"].is_null());
    standing
        .flat_map(|one| {
            let effects = one["effects"].as_array().unwrap().iter();
            let tasks = effects.filter(|effect| effect["effect"] == "task");
            tasks.map(|task| json!([one["plugin_version"], one["cause"], task["outcome"]]))
        })
        .collect()
}

/// Servers of one shop, one after the other: with or without the folder of the plugin.
fn serve(place: &Arc<Place>, plugins: &[&str], now: regulars_model::Instant) -> App {
    let plugins: Vec<PathBuf> = plugins.iter().map(|name| root().join(name)).collect();
    App::trusting(trust(), place.clone(), plugins, now)
}

on_both! {
    fn run_again_when_the_files_are_back(place: Place) {
        let place = Arc::new(place);
        let start = regulars_tests::START.parse().unwrap();
        drop(serve(&place, &["tests/plugins/spend-tiers"], start));
        let app = serve(&place, &[], start);
        let [old, new, other] = [app.customer(), app.customer(), app.customer()];
        app.purchase(&old, "1", 200_000);
        app.advance_days(8);
        let later = app.now();
        app.purchase(&new, "2", 200_000);
        app.purchase(&other, "3", 200_000);
        app.purchase(&other, "4", 100);
        assert_eq!(count(&app), 4);
        let first = held(&app, "limit=3");
        assert_eq!((first.items().len(), first.at("/items/0/customer_id")), (3, &json!(old)));
        assert_eq!(first.at("/items/0/cause"), "event");
        let rest = held(&app, &format!("plugin=spend-tiers&limit=3&cursor={}", first.text("/next")));
        assert_eq!((rest.items().len(), rest.json.get("counts")), (1, None));
        drop(app);

        let app = serve(&place, &["tests/plugins/spend-tiers"], later);
        assert_eq!((count(&app), tier(&app, &new)), (4, json!(null)), "nothing was configured");
        let one = app.post(RERUN, json!({"customers": [other, other]})).expect(200);
        assert_eq!((one.at("/customers"), one.at("/decided"), one.at("/held")), (&json!(1), &json!(2), &json!(0)));
        assert_eq!((count(&app), tier(&app, &other)), (2, json!("high")));
        let all = app.call("POST", RERUN).send().expect(200);
        assert_eq!((all.at("/customers"), all.at("/decided"), all.at("/held")), (&json!(2), &json!(2), &json!(0)));
        assert_eq!(all.json.get("next"), None);
        assert_eq!((count(&app), tier(&app, &old), tier(&app, &new)), (0, json!("high"), json!("high")));
        assert_eq!(tasks(&app), 2, "what is older than a week is too late");
        assert_eq!(asked(&app, &old), [json!(["1.0.0", "event", "too_late"])]);
        assert_eq!(asked(&app, &new), [json!(["1.0.0", "event", "applied"])]);
        let again = app.call("POST", RERUN).send().expect(200);
        assert_eq!((again.at("/customers"), again.at("/decided")), (&json!(0), &json!(0)));
        assert_eq!(tasks(&app), 2);
    }

    fn after_the_fix_they_are_decided_and_their_work_is_given(place: Place) {
        let app = &shop(place);
        install(app, &version("1.0.0", &[FAILS_FOR_MANY])).expect(201);
        let [rich, poor, late] = [app.customer(), app.customer(), app.customer()];
        app.purchase(&late, "1", 200_000);
        app.advance_days(8);
        app.purchase(&rich, "2", 200_000);
        app.purchase(&poor, "3", 20_000);
        assert_eq!((count(app), tier(app, &rich), tier(app, &poor)), (2, json!(null), json!("low")));
        let fault = held(app, "fault=script_error").at("/items/1/fault").clone();
        assert!(fault["message"].as_str().unwrap().contains("too rich"), "{fault}");
        assert!(held(app, "fault=out_of_fuel").items().is_empty());
        let none = app.call("POST", RERUN).send().expect(200);
        assert_eq!((none.at("/decided"), none.at("/held")), (&json!(0), &json!(2)), "the rule is as it was");

        app.advance_days(1);
        install(app, &version("1.1.0", &[])).expect(201);
        app.decide_due();
        assert_eq!((count(app), tier(app, &rich)), (0, json!("high")));
        assert_eq!(asked(app, &rich), [json!(["1.1.0", "event", "applied"])]);
        assert_eq!(asked(app, &late), [json!(["1.1.0", "event", "too_late"])]);
        assert_eq!(tasks(app), 1);
        // It stays so, whatever comes later or late.
        let then = app.now().minus(8 * DAY_US);
        for id in [&rich, &poor] {
            let late = json!({"customer": {"id": id}, "kind": "purchase", "amount": 100, "currency": "CNY", "occurred_at": then, "source": "till", "source_id": format!("late-{id}")});
            app.post("/v1/events", late).expect(201);
        }
        install(app, &version("1.2.0", &[])).expect(201);
        app.decide_due();
        assert_eq!((count(app), tasks(app), tier(app, &poor)), (0, 1, json!("low")));
        assert_eq!(asked(app, &rich), [json!(["1.1.0", "event", "applied"])]);
    }

    fn a_changed_setting_may_be_the_fix(place: Place) {
        let app = &shop(place);
        install(app, &version("1.0.0", &[FAILS_BY_DEFAULT])).expect(201);
        let id = app.customer();
        app.purchase(&id, "1", 200_000);
        app.advance_days(1);
        for enabled in [false, true] {
            app.put(&format!("{PLUGIN}/units"), json!({"enabled": enabled})).expect(200);
            app.decide_due();
            app.advance_days(1);
        }
        assert!(count(app) >= 1, "the same rule with the same settings");
        app.call("PATCH", &format!("{PLUGIN}/settings")).json(json!({"low_above": "10.00"})).send().expect(200);
        app.decide_due();
        assert_eq!((count(app), tier(app, &id), tasks(app)), (0, json!("high"), 1));
    }

    fn what_was_imported_gives_nobody_work_after_the_fix_either(place: Place) {
        let app = &shop(place);
        install(app, &version("1.0.0", &[FAILS_FOR_MANY])).expect(201);
        let event = json!({"customer": {}, "kind": "purchase", "amount": 200_000, "currency": "CNY", "occurred_at": app.now().minus(DAY_US), "source": "file", "source_id": "1"});
        let customer = ImportCustomer {
            identities: vec![serde_json::from_value(json!({"kind": "card", "value": "7"})).unwrap()],
            events: vec![serde_json::from_value(event).unwrap()],
            rows: vec![1],
            ..ImportCustomer::default()
        };
        app.import(vec![customer]);
        assert_eq!(count(app), 1);
        let id = held(app, "").text("/items/0/customer_id");
        app.advance_days(1);
        install(app, &version("1.1.0", &[])).expect(201);
        app.decide_due();
        assert_eq!((count(app), tier(app, &id), tasks(app)), (0, json!("high"), 0));
        assert_eq!(asked(app, &id), [json!(["1.1.0", "event", "history"])]);
    }

    fn an_import_takes_nothing_that_is_owed_for_history(place: Place) {
        let app = &shop(place);
        install(app, &version("1.0.0", &[FAILS_FOR_MANY])).expect(201);
        let card = json!({"kind": "card", "value": "7"});
        let id = app.post("/v1/customers", json!({"identities": [card]})).expect(201).text("/id");
        app.purchase(&id, "1", 200_000);
        app.advance_days(1);
        install(app, &version("1.1.0", &[])).expect(201);
        app.advance_clock(DAY_US);
        let event = json!({"customer": {}, "kind": "purchase", "amount": 100, "currency": "CNY", "occurred_at": app.now(), "source": "file", "source_id": "1"});
        let customer = ImportCustomer {
            identities: vec![serde_json::from_value(card).unwrap()],
            events: vec![serde_json::from_value(event).unwrap()],
            rows: vec![1],
            ..ImportCustomer::default()
        };
        app.import(vec![customer]);
        assert_eq!((count(app), tier(app, &id), tasks(app)), (1, json!("high"), 0));
        let done = app.call("POST", RERUN).send().expect(200);
        assert_eq!((done.at("/decided"), done.at("/held")), (&json!(1), &json!(0)));
        assert_eq!(asked(app, &id), [json!(["1.1.0", "event", "applied"])]);
        assert_eq!(tasks(app), 1);
    }

}

on_both! {
    fn what_can_not_be_meant_is_refused(app) {
        app.get(&format!("{HELD}?plugin=nobody")).refused(404, "not_found");
        let unknown = app.get(&format!("{HELD}?fault=tired")).refused(400, "invalid_request");
        assert!(unknown.text("/detail").contains("out_of_fuel"), "{}", unknown.body);
        app.get(&format!("{HELD}?limit=0")).refused(400, "invalid_request");
        app.get(&format!("{HELD}?cursor=00")).refused(400, "invalid_cursor");
        app.post("/v1/plugins/nobody/rerun", json!({})).refused(404, "not_found");
        app.post(RERUN, json!({"cursor": "00"})).refused(400, "invalid_cursor");
        app.post(RERUN, json!({"customer": "x"})).refused(422, "invalid_value");
        let stranger = "cus_01890a5d-ac96-774b-bcce-b302099a8057";
        app.post(RERUN, json!({"customers": [app.customer(), stranger]})).faults(&["/customers/1"]);
        app.post(RERUN, json!({"customers": vec![stranger; 201]})).faults(&["/customers"]);
    }
}
