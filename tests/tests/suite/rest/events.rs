//! /v1/events

use regulars_tests::{App, on_both};
use serde_json::{Value as Json, json};

fn events_of(app: &App, customer: &str) -> usize {
    let timeline = app.get(&format!("/v1/customers/{customer}/timeline?limit=200")).expect(200);
    timeline.items().iter().filter(|entry| entry["kind"] != "correction").count()
}

fn purchase(customer: &str, source_id: &str, amount: i64) -> Json {
    json!({"customer": {"id": customer}, "kind": "purchase", "amount": amount, "currency": "CNY",
        "source": "till", "source_id": source_id})
}

on_both! {
    fn a_purchase_is_recorded_and_its_effects_come_with_it(app) {
        let id = app.customer();
        let recorded = app.post("/v1/events", purchase(&id, "1", 150_000)).expect(201);
        assert_eq!(recorded.at("/customer_id"), &json!(id));
        assert_eq!(recorded.at("/event/business_day"), "2026-03-02");
        assert_eq!((recorded.at("/event/flags"), recorded.at("/repeated")), (&json!([]), &json!(false)));
        let effects = recorded.at("/effects").as_array().unwrap();
        let set = effects.iter().find(|one| one["plugin"] == "spend-tiers" && one["effect"] == "set_field");
        let set = set.unwrap_or_else(|| panic!("{}", recorded.body));
        assert_eq!((&set["detail"]["value"], &set["outcome"]), (&json!("high"), &json!("applied")));
        assert!(set["reason"].as_str().unwrap().contains("1,500.00"));
        let customer = app.get(&format!("/v1/customers/{id}")).expect(200);
        assert_eq!(customer.at("/fields/spend-tiers/tier"), "high");
    }

    fn a_preview_says_what_would_follow_and_writes_nothing(app) {
        let id = app.customer();
        app.purchase(&id, "1", 90_000);
        app.advance_days(1);
        let basket = |amount| json!({"customer": {"id": id}, "kind": "purchase", "amount": amount, "currency": "CNY"});
        let before = app.get(&format!("/v1/customers/{id}")).expect(200);
        for _ in 0..2 {
            let preview = app.post("/v1/events/preview", basket(20_000)).expect(200);
            let effects = preview.at("/effects").as_array().unwrap();
            let set = effects.iter().find(|one| one["effect"] == "set_field" && one["plugin"] == "spend-tiers").unwrap();
            assert_eq!(set["detail"]["value"], "high", "{}", preview.body);
            assert!(effects.iter().any(|one| one["effect"] == "task"), "{}", preview.body);
        }
        assert!(app.post("/v1/events/preview", basket(1)).expect(200).at("/effects").as_array().unwrap().iter().all(|one| one["plugin"] != "spend-tiers"));
        let stranger = json!({"customer": {"identities": [app.phone()], "create": true}, "kind": "purchase", "amount": 150_000, "currency": "CNY"});
        app.post("/v1/events/preview", stranger.clone()).expect(200);
        let unknown = app.post("/v1/customers/identify", json!({"identities": stranger["customer"]["identities"]}));
        assert_eq!(unknown.expect(200).at("/outcome"), "unknown");
        app.post("/v1/events/preview", json!({"customer": {"id": id}, "kind": "purchase"})).refused(422, "invalid_value");
        assert_eq!(app.get(&format!("/v1/customers/{id}")).expect(200).json, before.json);
        assert_eq!(events_of(app, &id), 1);
        assert!(app.get("/v1/tasks").expect(200).items().is_empty());
        // Appended, it leads to just what was said.
        let said = app.post("/v1/events/preview", basket(20_000)).expect(200);
        let done = app.post("/v1/events", basket(20_000)).expect(201);
        assert_eq!(said.at("/effects"), done.at("/effects"));
    }

    /// A till may send the receipt's number along, before and after it was paid.
    fn a_preview_of_what_was_recorded_is_of_another_like_it(app) {
        let id = app.customer();
        let body = purchase(&id, "r-1", 90_000);
        app.post("/v1/events", body.clone()).expect(201);
        app.advance_days(1);
        for said in [app.post("/v1/events/preview", body.clone()), app.post("/v1/events/preview", purchase(&id, "r-1", 95_000))] {
            let said = said.expect(200);
            assert!(said.at("/effects").as_array().unwrap().iter().any(|one| one["detail"]["value"] == "high"), "{}", said.body);
        }
        assert_eq!(events_of(app, &id), 1);
    }

    fn reasons_speak_the_language_asked_for(app) {
        let body = purchase(&app.customer(), "1", 150_000);
        let answer = app.call("POST", "/v1/events").header("accept-language", "zh-CN").json(body).send().expect(201);
        assert!(answer.body.contains("累计消费"), "{}", answer.body);
    }

    fn a_repeat_gets_the_first_answer_and_writes_nothing(app) {
        let id = app.customer();
        let first = app.post("/v1/events", purchase(&id, "1", 150_000)).expect(201);
        app.advance_days(1);
        let again = app.post("/v1/events", purchase(&id, "1", 150_000)).expect(200);
        assert_eq!(again.at("/repeated"), true);
        assert_eq!((again.at("/event"), again.at("/effects")), (first.at("/event"), first.at("/effects")));
        let other = app.post("/v1/events", purchase(&id, "1", 150_001)).refused(409, "source_id_reused");
        assert_eq!((other.at("/stored/amount"), other.at("/sent/amount")), (&json!(150_000), &json!(150_001)));
        app.post("/v1/events", purchase(&app.customer(), "1", 150_000)).refused(409, "source_id_reused");
        assert_eq!(events_of(app, &id), 1);
    }

    fn facts_are_stored_however_odd_and_flagged(app) {
        let id = app.customer();
        let with = |name: &str, value: Json| {
            let mut body = purchase(&id, &format!("odd-{name}"), 100);
            body[name] = value;
            app.post("/v1/events", body).expect(201)
        };
        let ahead = with("occurred_at", json!("2031-01-01T00:00:00Z"));
        assert_eq!(ahead.at("/event/flags"), &json!(["clock_ahead"]));
        assert_eq!(ahead.at("/event/occurred_at"), ahead.at("/event/recorded_at"));
        assert_eq!(ahead.at("/event/claimed_at"), "2031-01-01T00:00:00Z");
        assert_eq!(with("currency", json!("USD")).at("/event/flags"), &json!(["other_currency"]));
        assert_eq!(with("amount", json!(0)).at("/event/flags"), &json!([]));
        let customer = app.get(&format!("/v1/customers/{id}")).expect(200);
        assert_eq!(customer.at("/fields/spend-tiers/tier"), "low");
    }

    fn a_refund_waits_for_its_purchase_and_is_linked_when_it_comes(app) {
        let id = app.customer();
        let refund = json!({"customer": {"id": id}, "kind": "refund", "amount": 60_000, "currency": "CNY",
            "source": "till", "source_id": "r1", "refers_to": {"source": "till", "source_id": "p1"}});
        assert_eq!(app.post("/v1/events", refund).expect(201).at("/event/flags"), &json!(["unmatched"]));
        let mut earlier = purchase(&id, "p1", 150_000);
        earlier["occurred_at"] = json!("2026-03-01T00:00:00Z");
        app.post("/v1/events", earlier).expect(201);
        let events = app.get(&format!("/v1/customers/{id}/timeline?kind=purchase,refund")).expect(200);
        assert_eq!(events.at("/items/0/kind"), "refund");
        assert_eq!(events.at("/items/0/flags"), &json!([]));
        let customer = app.get(&format!("/v1/customers/{id}")).expect(200);
        assert_eq!(customer.at("/fields/spend-tiers/tier"), "low");
    }

    fn the_customer_is_found_by_identity_or_created_when_asked(app) {
        let phone = app.phone();
        let visit = |create: bool, source_id: &str| json!({"customer": {"identities": [phone], "create": create},
            "kind": "visit", "source": "till", "source_id": source_id});
        app.post("/v1/events", visit(false, "1")).refused(404, "not_found");
        let made = app.post("/v1/events", visit(true, "1")).expect(201);
        let found = app.post("/v1/events", visit(false, "2")).expect(201);
        assert_eq!(found.at("/customer_id"), made.at("/customer_id"));
        let nobody = json!({"customer": {"id": "cus_01890a5d-ac96-774b-bcce-b302099a8057", "create": true}, "kind": "visit"});
        app.post("/v1/events", nobody).refused(404, "not_found");
        let both = json!({"customer": {"identities": [phone, app.phone()], "id": made.at("/customer_id")}, "kind": "visit"});
        app.post("/v1/events", both).faults(&["/customer"]);
        assert_eq!(app.get("/v1/customers").expect(200).items().len(), 1);
    }

    fn what_is_wrong_with_the_request_is_refused_by_pointer(app) {
        let id = app.customer();
        let refused = |name: &str, value: Json, pointer: &str| {
            let mut body = purchase(&id, "1", 100);
            body[name] = value;
            app.post("/v1/events", body).faults(&[pointer]);
        };
        refused("kind", json!("dance"), "/kind");
        refused("kind", json!("edit"), "/kind");
        refused("amount", json!(-1), "/amount");
        refused("amount", json!("100"), "/amount");
        refused("amount", json!(1.5), "/amount");
        refused("currency", json!("XYZ"), "/currency");
        refused("store", json!("nowhere"), "/store");
        refused("occurred_at", json!("2026-03-01T00:00:00"), "/occurred_at");
        refused("occurred_at", json!("yesterday"), "/occurred_at");
        refused("source", json!("regulars"), "/source");
        refused("source", json!("x".repeat(65)), "/source");
        refused("source_id", json!("x".repeat(201)), "/source_id");
        refused("colour", json!("red"), "/colour");
        refused("lines", json!([{"amount": 1}, {"price": 1}]), "/lines/1/price");
        refused("customer", json!({}), "/customer");
        app.post("/v1/events", json!({"customer": {"id": id}, "kind": "purchase"})).refused(422, "invalid_value");
        assert_eq!(events_of(app, &id), 0);
    }

    fn lines_tenders_and_data_come_back_as_sent(app) {
        let id = app.customer();
        let mut body = purchase(&id, "1", 1_000);
        body["paid"] = json!(900);
        body["tenders"] = json!([{"kind": "wechat-pay", "amount": 900}, {"kind": "points", "amount": 100}]);
        body["lines"] = json!([{"sku": "r-1", "category": "jewellery/ring", "quantity_milli": 2_000, "amount": 1_000}]);
        body["data"] = json!({"till": {"number": 3}, "备注": "é\u{1f600}"});
        let sent = app.post("/v1/events", body.clone()).expect(201);
        for name in ["paid", "tenders", "lines", "data"] {
            assert_eq!(&sent.json["event"][name], &body[name], "{name}");
        }
        let read = app.get(&format!("/v1/customers/{id}/timeline")).expect(200);
        assert_eq!(read.at("/items/0"), sent.at("/event"));
    }

    fn a_kind_of_ones_own_needs_a_schema_and_keeps_to_it(app) {
        let id = app.customer();
        let tasting = |data: Json| app.post("/v1/events", json!({"customer": {"id": id}, "kind": "tasting", "data": data}));
        tasting(json!({"tea": "longjing"})).faults(&["/kind"]);
        let schema = json!({"type": "object", "properties": {"tea": {"type": "string"}}, "required": ["tea"], "additionalProperties": false});
        app.put("/v1/schemas/event/tasting", schema).expect(200);
        tasting(json!({"tea": "longjing"})).expect(201);
        tasting(json!({"tea": 7})).faults(&["/data/tea"]);
    }
}
