//! Personal data, read by roles that need it whole and by roles that do not.

use regulars_engine::Role;
use regulars_tests::{App, on_both};
use serde_json::json;

const SECRETS: [&str; 9] = [
    "13800138000",
    "138 0013 8000",
    "wang.fang",
    "VIP-000107",
    "1990-05-03",
    "北京路2号",
    "310101199005030000",
    "13900139000",
    "Li Lei",
];

fn wang(app: &App) -> String {
    let personal = |name: &str| json!({"type": "object", "properties": {name: {"type": "string", "x-personal": true}, "size": {"type": "integer"}}});
    app.put("/v1/schemas/customer/papers", personal("number")).expect(200);
    app.put("/v1/schemas/event/delivery", personal("recipient")).expect(200);
    app.put("/v1/units/store-1", json!({"name": "Store 1", "kind": "store"})).expect(200);
    let made = app.post("/v1/customers", json!({
        "identities": [
            {"kind": "phone", "value": "13800138000"}, {"kind": "email", "value": "wang.fang@example.com"},
            {"kind": "card", "value": "VIP-000107"},
        ],
        "profile": {"name": "王芳", "birthday": "1990-05-03", "address": "南京西路1号", "note": "her sister: 139 0013 9000"},
        "home_store": "store-1", "fields": {"papers": {"number": "310101199005030000", "size": 7}},
    })).expect(201);
    let id = made.text("/id");
    let patch = json!({"profile": {"address": "北京路2号", "note": "ring 138 0013 8000"}, "fields": {"papers": {"size": 8}}});
    app.call("PATCH", &format!("/v1/customers/{id}"))
        .header("if-match", "\"1\"")
        .json(patch)
        .send()
        .expect(200);
    for (kind, data) in [
        (
            "note",
            json!({"text": "write to wang.fang@example.com, or 13900139000, at 北京路2号; card VIP-000107"}),
        ),
        ("delivery", json!({"recipient": "Li Lei", "size": 3})),
        ("note", json!({"text": "Li Lei was here on his sister's 1990-05-03"})),
    ] {
        app.post("/v1/events", json!({"customer": {"id": id}, "kind": kind, "data": data}))
            .expect(201);
    }
    app.purchase(&id, "13800138000", 200_000);
    id
}

/// Every page a role may read of a customer.
fn pages(id: &str) -> Vec<String> {
    let of = |rest: &str| format!("/v1/customers/{id}{rest}");
    vec![
        of(""),
        of("/timeline"),
        of("/decisions"),
        of("/explain?field=spend-tiers.tier"),
        "/v1/customers".to_owned(),
        "/v1/tasks".to_owned(),
        "/v1/outbox?state=not_sent".to_owned(),
        "/v1/outbox".to_owned(),
    ]
}

on_both! {
    fn nowhere_is_personal_data_shown_to_whom_it_does_not_concern(app) {
        let id = wang(app);
        for role in [Role::HeadOffice, Role::Marketing, Role::Cashier] {
            let key = app.key(role, &[]);
            let mut bodies: Vec<String> = pages(&id)
                .iter()
                .map(|path| app.call("GET", path).key(&key).send())
                .inspect(|answer| assert!([200, 403].contains(&answer.status), "{}", answer.body))
                .map(|answer| answer.body)
                .collect();
            let find = json!({"identities": [{"kind": "phone", "value": "13800138000"}]});
            bodies.push(app.call("POST", "/v1/customers/identify").key(&key).json(find).send().body);
            for body in &bodies {
                // The source id of the purchase finds its receipt, and stays.
                let body = body.replace("\"source_id\":\"13800138000\"", "");
                for secret in SECRETS {
                    assert!(!body.contains(secret), "{role:?} reads {secret} in {body}");
                }
            }
        }
        let all: String = pages(&id).iter().map(|path| app.call("GET", path).key(&app.staff).send().body).collect();
        for secret in SECRETS {
            assert!(all.contains(secret), "customer service reads no {secret}");
        }
    }

    fn the_mask_tells_what_it_was(app) {
        let id = wang(app);
        let key = app.key(Role::HeadOffice, &[]);
        let masked = app.call("GET", &format!("/v1/customers/{id}")).key(&key).send().expect(200);
        let mut values: Vec<_> = masked.at("/identities").as_array().unwrap().iter().map(|own| own["value"].clone()).collect();
        values.sort_by_key(ToString::to_string);
        assert_eq!(values, ["138****8000", "VI****07", "w***@example.com"]);
        assert_eq!((masked.at("/profile/name"), masked.at("/profile/birthday"), masked.at("/profile/address")), (&json!("王芳"), &json!("****"), &json!("****")));
        assert_eq!(masked.at("/profile/note"), "ring 138****8000");
        assert_eq!(masked.at("/fields/papers"), &json!({"number": "****", "size": 8}));
        let events = app.call("GET", &format!("/v1/customers/{id}/timeline?kind=delivery")).key(&key).send().expect(200);
        assert_eq!(events.at("/items/0/data"), &json!({"recipient": "****", "size": 3}));
        let edits = app.call("GET", &format!("/v1/customers/{id}/timeline?kind=edit")).key(&key).send().expect(200);
        assert_eq!(edits.at("/items/0/data/change/profile"), &json!({"address": "****", "note": "ring 138****8000"}));
    }

    fn a_count_by_a_personal_field_would_tell_them_all(app) {
        wang(app);
        let key = app.key(Role::HeadOffice, &[]);
        let count = |field: &str, key: &str| app.call("GET", &format!("/v1/counts?by=papers.{field}")).key(key).send();
        count("number", &key).refused(403, "forbidden");
        count("number", &app.admin).expect(200);
        count("size", &key).expect(200);
        let wrong = json!({"type": "object", "properties": {"id": {"x-personal": "yes"}}});
        app.put("/v1/schemas/customer/wrong", wrong).faults(&["/properties/id/x-personal"]);
    }
}
