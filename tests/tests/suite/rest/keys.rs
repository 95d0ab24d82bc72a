//! /v1/keys

use regulars_engine::Role;
use regulars_model::duration::DAY_US;
use regulars_tests::on_both;
use serde_json::json;

on_both! {
    fn a_key_is_shown_once_and_opens_what_its_role_may(app) {
        let made = app.post("/v1/keys", json!({"name": "till 3", "role": "cashier"})).expect(201);
        let key = made.text("/key");
        app.call("GET", "/v1/units").key(&key).send().expect(200);
        app.call("GET", "/v1/outbox").key(&key).send().refused(403, "forbidden");
        app.call("POST", "/v1/keys").key(&key).json(json!({"name": "x", "role": "admin"})).send().refused(403, "forbidden");
        app.post("/v1/keys", json!({"name": " ", "role": "cashier"})).faults(&["/name"]);
        app.post("/v1/keys", json!({"name": "x", "role": "owner"})).faults(&["/role"]);
        app.post("/v1/keys", json!({"name": "x", "role": "member"})).faults(&["/role"]);
        let listed = app.get("/v1/keys").expect(200);
        assert_eq!(listed.items().last().unwrap()["name"], "till 3");
        assert!(!listed.body.contains(&key[4..]), "{}", listed.body);
    }

    fn a_key_may_be_narrowed_to_some_operations(app) {
        let body = json!({"name": "gate", "role": "integration", "actions": ["identify", "append_event"]});
        let key = app.post("/v1/keys", body).expect(201).text("/key");
        let visit = json!({"customer": {"identities": [app.phone()], "create": true}, "kind": "visit"});
        app.call("POST", "/v1/events").key(&key).json(visit).send().expect(201);
        let refused = app.call("GET", "/v1/customers").key(&key).send().refused(403, "forbidden");
        assert!(refused.text("/detail").contains("this key"), "{}", refused.body);
        let draft = |actions| json!({"name": "x", "role": "cashier", "actions": actions});
        app.post("/v1/keys", draft(json!(["append_event", "list_outbox", "fly"]))).faults(&["/actions/1", "/actions/2"]);
        app.post("/v1/keys", json!({"name": "x", "role": "cashier", "units": ["nowhere"]})).faults(&["/units/0"]);
    }

    fn a_key_ends_when_it_was_said_or_is_revoked(app) {
        let draft = |at: &str| json!({"name": "season", "role": "integration", "expires_at": at});
        app.post("/v1/keys", draft("2026-03-01T00:00:00Z")).faults(&["/expires_at"]);
        let made = app.post("/v1/keys", draft("2026-03-03T04:00:00Z")).expect(201);
        let asks = |key: &str| app.call("GET", "/v1/units").key(key).send();
        asks(&made.text("/key")).expect(200);
        app.advance_clock(DAY_US);
        assert!(asks(&made.text("/key")).refused(401, "unauthenticated").text("/detail").contains("expired"));
        let key = app.key(Role::Integration, &[]);
        asks(&key).expect(200);
        let id = app.get("/v1/keys").expect(200).items().last().unwrap()["id"].as_str().unwrap().to_owned();
        let revoke = || app.call("DELETE", &format!("/v1/keys/{id}")).send();
        let revoked = revoke().expect(200).text("/revoked_at");
        assert!(asks(&key).refused(401, "unauthenticated").text("/detail").contains("revoked"));
        app.advance_clock(DAY_US);
        assert_eq!(revoke().expect(200).text("/revoked_at"), revoked);
        app.call("DELETE", "/v1/keys/key_01890a5d-ac96-774b-bcce-b302099a8057").send().refused(404, "not_found");
    }
}
