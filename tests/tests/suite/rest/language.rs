//! `Accept-Language: zh-CN`: what is refused every day is said in Chinese, with the code it always has.

use regulars_model::said::is_chinese;
use regulars_tests::{Answer, App, on_both};
use serde_json::{Value as Json, json};

/// Title, detail and each fault of it are in Chinese; the code is the one an English reader gets.
#[track_caller]
fn in_chinese(answer: Answer, status: u16, code: &str) {
    let answer = answer.refused(status, code);
    let faults = answer.json["faults"].as_array().into_iter().flatten();
    let messages = faults.map(|fault| fault["message"].as_str().unwrap_or_default().to_owned());
    for text in [answer.text("/title"), answer.text("/detail")].into_iter().chain(messages) {
        assert!(is_chinese(&text), "{text:?} of {}", answer.body);
    }
}

fn asked(app: &App, method: &str, path: &str, body: Option<Json>) -> Answer {
    let call = app.call(method, path).header("accept-language", "zh-CN");
    match body {
        Some(body) => call.json(body).send(),
        None => call.send(),
    }
}

on_both! {
    fn a_wrong_customer_is_refused_in_chinese(app) {
        let phone = |value: &str| json!({"kind": "phone", "value": value});
        for (part, value) in [
            ("colour", json!(1)),
            ("lifecycle", json!("friend")),
            ("lifecycle", json!(7)),
            ("identities", json!([])),
            ("identities", json!([phone("138****8000")])),
            ("identities", json!([phone("13800")])),
            ("identities", json!([phone("17200001234")])),
            ("identities", json!([{"kind": "email", "value": "x"}, {"kind": "own", "value": "7"}])),
            ("identities", json!([{"kind": "card", "value": "a b"}])),
            ("home_store", json!("nowhere")),
            ("assigned_to", json!("cus_1")),
            ("profile", json!({"birthday": "2001-02-29", "language": "fr"})),
            ("profile", json!({"name": ""})),
            ("fields", json!({"sizes": {"ring": 1}})),
            ("fields", json!({"spend-tiers": {"tier": "high"}})),
            ("tags", json!([""])),
        ] {
            let mut body = json!({"identities": [app.phone()]});
            body[part] = value;
            in_chinese(asked(app, "POST", "/v1/customers", Some(body)), 422, "invalid_value");
        }
        let taken = app.phone();
        app.post("/v1/customers", json!({"identities": [&taken]})).expect(201);
        let again = json!({"identities": [&taken]});
        in_chinese(asked(app, "POST", "/v1/customers", Some(again)), 409, "identity_taken");
    }

    fn a_wrong_sale_is_refused_in_chinese(app) {
        let customer = app.customer();
        for (part, value) in [
            ("amount", json!("18.00")),
            ("amount", json!(-1)),
            ("amount", json!(1.5)),
            ("currency", json!("XYZ")),
            ("store", json!("nowhere")),
            ("kind", json!("sale")),
            ("kind", json!("edit")),
            ("source", Json::Null),
            ("lines", json!([{"amount": "9"}])),
            ("lines", json!([{"sku": 7}])),
            ("occurred_at", json!("yesterday")),
            ("colour", json!("red")),
            ("customer", json!({})),
        ] {
            let mut body = json!({
                "customer": {"id": customer}, "kind": "purchase", "amount": 1800, "currency": "CNY",
                "source": "till", "source_id": "1",
            });
            body[part] = value;
            in_chinese(asked(app, "POST", "/v1/events", Some(body)), 422, "invalid_value");
        }
        app.purchase(&customer, "2", 1_800);
        let other = json!({
            "customer": {"id": customer}, "kind": "purchase", "amount": 1, "currency": "CNY",
            "source": "till", "source_id": "2",
        });
        in_chinese(asked(app, "POST", "/v1/events", Some(other)), 409, "source_id_reused");
    }

    fn what_is_not_there_or_not_allowed_is_said_in_chinese(app) {
        let customer = app.customer();
        let missing = "/v1/customers/cus_01890a5d-ac96-774b-bcce-b302099a8057";
        in_chinese(asked(app, "GET", missing, None), 404, "not_found");
        for path in ["/v1/nothing", "/v1/plugins/nobody", "/v1/units/nowhere"] {
            let answer = asked(app, "GET", path, None);
            let (status, code) = match answer.status {
                405 => (405, "method_not_allowed"),
                _ => (404, "not_found"),
            };
            in_chinese(answer, status, code);
        }
        in_chinese(asked(app, "GET", "/v1/customers/x", None), 400, "invalid_request");
        in_chinese(asked(app, "GET", "/v1/customers?limit=0", None), 400, "invalid_request");
        in_chinese(asked(app, "GET", "/v1/customers?colour=red", None), 400, "invalid_request");
        in_chinese(asked(app, "GET", "/v1/customers?cursor=x", None), 400, "invalid_cursor");
        let path = format!("/v1/customers/{customer}");
        let patch = json!({"profile": {"name": "Li"}});
        let unguarded = asked(app, "PATCH", &path, Some(patch.clone()));
        in_chinese(unguarded, 428, "precondition_required");
        let stale = app.call("PATCH", &path).header("if-match", "\"9\"");
        let stale = stale.header("accept-language", "zh-CN").json(patch).send();
        in_chinese(stale, 412, "precondition_failed");
        let keyless = app.call("GET", &path).without("authorization");
        in_chinese(keyless.header("accept-language", "zh-CN").send(), 401, "unauthenticated");
        let cashier = app.key(regulars_engine::Role::Cashier, &[]);
        let forbidden = app.call("GET", "/v1/audit").key(&cashier);
        in_chinese(forbidden.header("accept-language", "zh-CN").send(), 403, "forbidden");
    }

    fn a_wrong_body_or_key_is_refused_in_chinese(app) {
        let call = || app.call("POST", "/v1/customers").header("accept-language", "zh-CN");
        let json = "application/json";
        in_chinese(call().bytes(json, b"{").send(), 400, "invalid_request");
        in_chinese(call().bytes(json, b"{\"tags\":[\"\xff\"]}").send(), 400, "invalid_request");
        in_chinese(call().bytes(json, b"{\"tags\":[],\"tags\":[]}").send(), 422, "invalid_value");
        in_chinese(call().bytes("text/plain", b"{}").send(), 415, "unsupported_media_type");
        let keyed = |body: Json| call().header("idempotency-key", "k").json(body).send();
        keyed(json!({"identities": [app.phone()]})).expect(201);
        let reused = keyed(json!({"identities": [app.phone()]}));
        in_chinese(reused, 422, "idempotency_key_reused");
    }
}
