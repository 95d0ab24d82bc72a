//! /v1/units

use regulars_engine::Trust;
use regulars_tests::{App, Place, START, on_both, shipped_plugins};
use serde_json::json;
use std::sync::Arc;

/// Two servers on one Postgres: no sale is refused because the other one has put the store.
#[test]
fn a_store_is_a_store_to_every_server_at_once() {
    let place = Arc::new(Place::postgres());
    let serve = || {
        let now = START.parse().expect("an instant");
        App::trusting(Trust::default(), place.clone(), shipped_plugins(), now)
    };
    let (one, other) = (serve(), serve());
    for (number, code) in ["store-1", "store-2", "store-3"].iter().enumerate() {
        one.put(&format!("/v1/units/{code}"), json!({"name": code, "kind": "store"})).expect(200);
        let card = json!([{"kind": "card", "value": format!("C{number}")}]);
        match number {
            0 => {
                let customer = json!({"identities": card, "home_store": code});
                let made = other.post("/v1/customers", customer).expect(201);
                assert_eq!(made.at("/home_store"), code);
            }
            1 => {
                let unknown = json!({"identities": card, "create": true, "home_store": code});
                let made = other.post("/v1/customers/identify", unknown).expect(201);
                assert_eq!(made.at("/customer/home_store"), code);
            }
            _ => {
                let whose = json!({"identities": card, "create": true});
                let visit = json!({"customer": whose, "kind": "visit", "store": code});
                let made = other.post("/v1/events", visit).expect(201);
                assert_eq!(made.at("/event/store"), code);
            }
        }
    }
    let nowhere = json!({"identities": [{"kind": "card", "value": "C9"}], "home_store": "nowhere"});
    other.post("/v1/customers", nowhere).faults(&["/home_store"]);
}

on_both! {
    fn the_organisation_is_there_and_a_tree_grows_below(app) {
        let units = app.get("/v1/units").expect(200);
        assert_eq!(units.items().len(), 1);
        assert_eq!(units.at("/items/0/kind"), "organisation");
        app.put("/v1/units/hk", json!({"name": "香港", "kind": "region", "time_zone": "Asia/Hong_Kong", "currency": "HKD", "cutoff_hour": 4})).expect(200);
        let store = app.put("/v1/units/hk-1", json!({"name": "Central", "kind": "store", "parent": "hk"})).expect(200);
        assert_eq!((store.at("/time_zone"), store.at("/currency"), store.at("/cutoff_hour")), (&json!("Asia/Hong_Kong"), &json!("HKD"), &json!(4)));
        assert_eq!(app.get("/v1/units/hk-1").expect(200).json, store.json);
        let renamed = app.put("/v1/units/hk-1", json!({"name": "Central 2", "kind": "store", "parent": "hk"})).expect(200);
        assert_eq!((renamed.at("/name"), renamed.at("/currency")), (&json!("Central 2"), &json!("HKD")));
        assert_eq!(app.get("/v1/units").expect(200).items().len(), 3);
    }

    fn a_store_gives_its_events_their_business_day(app) {
        app.put("/v1/units/night", json!({"name": "Night", "kind": "store", "cutoff_hour": 6})).expect(200);
        let event = app.post("/v1/events", json!({"customer": {"id": app.customer()}, "kind": "visit", "store": "night", "occurred_at": "2026-03-01T05:30:00+08:00"})).expect(201);
        assert_eq!(event.at("/event/business_day"), "2026-02-28");
    }

    fn what_is_no_tree_is_refused(app) {
        app.put("/v1/units/east", json!({"name": "East", "kind": "region"})).expect(200);
        app.put("/v1/units/store-1", json!({"name": "One", "kind": "store", "parent": "east"})).expect(200);
        let put = |code: &str, body| app.put(&format!("/v1/units/{code}"), body);
        put("a", json!({"name": "A", "kind": "store", "parent": "store-1"})).faults(&["/parent"]);
        put("a", json!({"name": "A", "kind": "store", "parent": "nowhere"})).faults(&["/parent"]);
        put("east", json!({"name": "East", "kind": "region", "parent": "east"})).faults(&["/parent"]);
        put("a", json!({"name": "A", "kind": "organisation"})).faults(&["/kind"]);
        put("a", json!({"name": "", "kind": "store", "time_zone": "Mars/Base", "currency": "XYZ", "cutoff_hour": 24}))
            .refused(422, "invalid_value");
        put("a", json!({"name": "A", "kind": "store", "cutoff_hour": 300})).faults(&["/cutoff_hour"]);
        put("A%20b", json!({"name": "A", "kind": "store"})).refused(422, "invalid_value");
        app.get("/v1/units/nowhere").refused(404, "not_found");
        assert_eq!(app.get("/v1/units").expect(200).items().len(), 3);
    }

    fn a_currency_stands_once_there_are_customers(app) {
        app.put("/v1/units/store-1", json!({"name": "One", "kind": "store", "currency": "USD"})).expect(200);
        app.put("/v1/units/store-1", json!({"name": "One", "kind": "store", "currency": "EUR"})).expect(200);
        app.customer();
        app.put("/v1/units/store-1", json!({"name": "One", "kind": "store", "currency": "USD"})).refused(409, "conflict");
    }
}
