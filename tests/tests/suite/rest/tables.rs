//! /v1/plugins/{id}/tables/{name}

use regulars_engine::Trust;
use regulars_tests::{App, START, on_both, root};
use serde_json::{Value as Json, json};

const FAMILIES: &str = "/v1/plugins/families/tables/families";

fn app(place: regulars_tests::Place) -> App {
    App::start(place, vec![root().join("tests/tables")], START.parse().expect("an instant"))
}

fn rows(family: &str) -> Json {
    json!([{"sku": "latte", "family": family, "worth": "3.00", "sweet": true}])
}

fn purchase(app: &App, customer: &str, source_id: &str, days_ago: i64) {
    let at = app.now().minus(days_ago * regulars_model::duration::DAY_US);
    let body = json!({
        "customer": {"id": customer}, "kind": "purchase", "amount": 100, "currency": "CNY",
        "source": "till", "source_id": source_id, "occurred_at": at.to_string(),
        "lines": [{"sku": "latte", "amount": 100}],
    });
    app.post("/v1/events", body).expect(201);
}

fn family(app: &App, customer: &str) -> Json {
    app.get(&format!("/v1/customers/{customer}")).expect(200).at("/fields/families/family").clone()
}

on_both! {
    fn what_is_put_is_read_back_and_decides(place: Place) {
        let app = app(place);
        let empty = app.get(FAMILIES).expect(200);
        assert_eq!((empty.at("/key"), empty.at("/rows"), empty.at("/hash")), (&json!("sku"), &json!([]), &Json::Null));
        assert_eq!(empty.at("/schema/items/properties/sweet/type"), "boolean");
        let id = app.customer();
        purchase(&app, &id, "1", 0);
        assert_eq!(family(&app, &id), "other");
        app.advance_days(1);
        let put = app.put(FAMILIES, rows("coffee")).expect(200);
        assert_eq!((put.at("/rows"), put.at("/customers")), (&json!(1), &json!(1)));
        app.decide_due();
        assert_eq!(family(&app, &id), "coffee");
        let there = app.get(FAMILIES).expect(200);
        assert_eq!((there.at("/rows"), there.at("/hash")), (&rows("coffee"), put.at("/hash")));
        let plugin = app.get("/v1/plugins/families").expect(200);
        assert_eq!(plugin.at("/tables"), &json!({"families": put.at("/hash"), "holidays": null}));
        // The same rows once more are the same version.
        let again = app.put(FAMILIES, rows("coffee")).expect(200);
        assert_eq!(again.at("/settings_version"), put.at("/settings_version"));
    }

    fn a_decision_names_its_tables_and_a_late_one_has_those_of_then(place: Place) {
        let app = app(place);
        let id = app.customer();
        purchase(&app, &id, "0", 0);
        let put = |family: &str| {
            app.advance_days(2);
            let hash = app.put(FAMILIES, rows(family)).expect(200).at("/hash").clone();
            app.decide_due();
            hash
        };
        let hashes = [put("coffee"), put("drinks")];
        let explain = || app.get(&format!("/v1/customers/{id}/explain?field=families.family")).expect(200);
        assert_eq!(explain().at("/tables/families"), &hashes[1]);
        assert_eq!(explain().at("/value"), "drinks");
        app.advance_days(2);
        purchase(&app, &id, "late", 3);
        let decisions = app.get(&format!("/v1/customers/{id}/decisions")).expect(200);
        let standing = decisions.items().iter().filter(|decision| decision["voided_at"].is_null());
        let mut seen: Vec<Json> = standing
            .map(|decision| json!([decision["tables"].get("families"), decision["effects"][0]["detail"]["value"]]))
            .collect();
        seen.reverse();
        let expected = [
            json!([null, "other"]), json!([hashes[0], "coffee"]), json!([hashes[1], "drinks"]),
        ];
        assert_eq!(seen, expected);
        assert_eq!(family(&app, &id), "drinks");
    }

    fn what_is_wrong_with_a_table_is_said_and_nothing_changes(place: Place) {
        let app = app(place);
        let version = || app.get("/v1/plugins/families").expect(200).at("/settings_version").clone();
        let before = version();
        let one = rows("coffee")[0].clone();
        app.put(FAMILIES, json!([one, one])).faults(&["/1/sku"]);
        app.put(FAMILIES, json!([{"sku": "a", "family": 7, "worth": "1.00", "sweet": "yes", "more": 1}]))
            .faults(&["/0/family", "/0/sweet", "/0/more"]);
        app.put(FAMILIES, json!([{"sku": "a"}])).faults(&["/0/family", "/0/sweet", "/0/worth"]);
        app.put(FAMILIES, json!({"sku": "a"})).refused(422, "invalid_value");
        let many: Vec<Json> = (0..=5_000).map(|n| json!({"day": "2026-01-01", "name": n.to_string()})).collect();
        app.put("/v1/plugins/families/tables/holidays", json!(many)).refused(422, "invalid_value");
        app.put("/v1/plugins/families/tables/famlies", json!([])).refused(404, "not_found");
        app.get("/v1/plugins/nobody/tables/families").refused(404, "not_found");
        assert_eq!(version(), before);
    }

    fn a_server_that_starts_again_has_its_tables(place: Place) {
        let first = app(place);
        let (id, place) = (first.customer(), first.place());
        first.put(FAMILIES, rows("coffee")).expect(200);
        drop(first);
        let plugins = vec![root().join("tests/tables")];
        let app = App::trusting(Trust::default(), place, plugins, START.parse().expect("an instant"));
        purchase(&app, &id, "1", 0);
        assert_eq!(family(&app, &id), "coffee");
    }
}
