//! /v1/customers/{id}/consents

use regulars_tests::on_both;
use serde_json::json;

on_both! {
    fn consent_is_what_was_said_last_and_each_saying_an_event(app) {
        let id = app.customer();
        let path = format!("/v1/customers/{id}/consents");
        let say = |action| app.post(&path, json!({"channel": "sms", "purpose": "marketing", "action": action}));
        say("ask").expect(201);
        app.advance_days(1);
        let granted = say("grant").expect(201);
        assert_eq!(granted.at("/items/0/state"), "granted");
        app.advance_days(1);
        say("withdraw").expect(201);
        let now = app.get(&path).expect(200);
        assert_eq!(now.items().len(), 1);
        assert_eq!(now.at("/items/0/state"), "withdrawn");
        let events = app.get(&format!("/v1/customers/{id}/timeline?kind=consent")).expect(200);
        let states: Vec<_> = events.items().iter().map(|event| event["data"]["state"].clone()).collect();
        assert_eq!(states, [json!("withdrawn"), json!("granted"), json!("asked")]);
    }

    fn an_older_saying_that_arrives_late_does_not_win(app) {
        let id = app.customer();
        let path = format!("/v1/customers/{id}/consents");
        app.post(&path, json!({"channel": "sms", "purpose": "marketing", "action": "withdraw"})).expect(201);
        let late = json!({"channel": "sms", "purpose": "marketing", "action": "grant", "occurred_at": "2026-01-01T00:00:00Z"});
        app.post(&path, late).expect(201);
        assert_eq!(app.get(&path).expect(200).at("/items/0/state"), "withdrawn");
    }

    fn what_is_no_consent_is_refused(app) {
        let path = format!("/v1/customers/{}/consents", app.customer());
        app.post(&path, json!({"channel": "fax", "purpose": "Marketing!", "action": "grant"})).faults(&["/channel", "/purpose"]);
        app.post(&path, json!({"channel": "sms", "purpose": "marketing", "action": "sell"})).faults(&["/action"]);
        app.post(&path, json!({"channel": "sms", "purpose": "marketing", "action": "grant", "occurred_at": "2030-01-01T00:00:00Z"})).faults(&["/occurred_at"]);
        assert!(app.get(&path).expect(200).items().is_empty());
        app.get("/v1/customers/cus_01890a5d-ac96-774b-bcce-b302099a8057/consents").refused(404, "not_found");
    }
}
