//! /v1/keys

use regulars_tests::on_both;
use serde_json::json;

on_both! {
    fn a_key_is_shown_once_and_opens_what_its_role_may(app) {
        let made = app.post("/v1/keys", json!({"name": "till 3", "role": "staff"})).expect(201);
        let key = made.text("/key");
        app.call("GET", "/v1/units").key(&key).send().expect(200);
        app.call("GET", "/v1/outbox").key(&key).send().refused(403, "forbidden");
        app.call("POST", "/v1/keys").key(&key).json(json!({"name": "x", "role": "admin"})).send().refused(403, "forbidden");
        app.post("/v1/keys", json!({"name": " ", "role": "staff"})).faults(&["/name"]);
        app.post("/v1/keys", json!({"name": "x", "role": "owner"})).faults(&["/role"]);
    }
}
