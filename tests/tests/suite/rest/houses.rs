//! Whose customers are whose: a franchisee's people, tried against those of another.

use super::roles::{ID, call};
use regulars_api::openapi::operations;
use regulars_engine::Role;
use regulars_tests::{Answer, App, on_both};
use serde_json::{Value as Json, json};

/// Two franchisees, and two stores of the chain's own.
fn chain(app: &App) {
    for (code, kind, parent) in [
        ("north", "franchisee", "organisation"),
        ("north-1", "store", "north"),
        ("north-2", "store", "north"),
        ("south", "franchisee", "organisation"),
        ("south-1", "store", "south"),
        ("own-1", "store", "organisation"),
        ("own-2", "store", "organisation"),
    ] {
        let unit = json!({"name": code, "kind": kind, "parent": parent});
        app.put(&format!("/v1/units/{code}"), unit).expect(200);
    }
}

struct Someone {
    id: String,
    phone: Json,
}

impl Someone {
    fn at(app: &App, store: &str) -> Someone {
        let phone = app.phone();
        let body = json!({"identities": [phone], "home_store": store});
        Someone { id: app.post("/v1/customers", body).expect(201).text("/id"), phone }
    }

    /// One with a task, a decision, and something in the outbox.
    fn known_at(app: &App, store: &str) -> Someone {
        let someone = Someone::at(app, store);
        app.purchase(&someone.id, &format!("rise-{}", someone.id), 200_000);
        let body = json!({"customer": {"id": someone.id}, "kind": "appointment",
            "source": "till", "source_id": format!("app-{}", someone.id),
            "data": {"starts_at": "2026-03-03T04:00:00Z", "state": "booked"}});
        app.post("/v1/events", body).expect(201);
        someone
    }
}

fn ask(app: &App, key: &str, path: &str, body: Json) -> Answer {
    app.call("POST", path).key(key).json(body).send()
}

fn visit(customer: Json, source_id: &str) -> Json {
    json!({"customer": customer, "kind": "visit", "source": "till", "source_id": source_id})
}

/// What an answer says, without whom it was asked about and the number of the request.
fn said(mut answer: Answer, id: &str) -> (u16, String) {
    if let Some(problem) = answer.json.as_object_mut() {
        problem.remove("instance");
    }
    (answer.status, answer.json.to_string().replace(id, "ID"))
}

on_both! {
    fn a_customer_of_another_house_answers_like_one_who_does_not_exist(app) {
        chain(app);
        let hidden = Someone::known_at(app, "north-1");
        let outgoing = ["voucher", "points", "custom"].map(|sort| app.get(&format!("/v1/outbox?sort={sort}")).expect(200));
        let message = outgoing.iter().find_map(|page| page.items().first()).expect("something goes out")["id"].clone();
        let task = app.get("/v1/tasks").expect(200).at("/items/0/id").clone();
        let decision = app.get(&format!("/v1/customers/{}/decisions", hidden.id)).expect(200).at("/items/0/id").clone();
        let bare = |id: &Json| id.as_str().unwrap().split_once('_').unwrap().1.to_owned();
        let keys = Role::ALL.into_iter().filter(|(_, role)| *role != Role::Member);
        let keys: Vec<(Role, String)> = keys.map(|(_, role)| (role, app.key(role, &["south"]))).collect();
        let (mut tried, mut refused) = (0, 0);
        for operation in operations().into_iter().filter(|own| own.path.contains("{id}")) {
            let id = match operation.path.split('/').nth(2) {
                Some("customers") => bare(&json!(hidden.id)),
                Some("tasks") => bare(&task),
                Some("outbox") => bare(&message),
                Some("decisions") => bare(&decision),
                _ => continue,
            };
            for (role, key) in &keys {
                let of_hidden = call(app, &operation, &id, key).send();
                let (of_hidden, of_nobody) = (of_hidden, call(app, &operation, ID, key).send());
                let name = format!("{} by {role:?}", operation.id);
                assert!([403, 404].contains(&of_nobody.status), "{name}: {}", of_nobody.body);
                refused += usize::from(of_nobody.status == 404);
                assert_eq!(said(of_hidden, &id), said(of_nobody, ID), "{name}");
                tried += 1;
            }
        }
        assert!(tried > 100 && refused > 60, "{tried}, {refused}");
        let identities = app.get(&format!("/v1/customers/{}", hidden.id)).expect(200);
        assert_eq!(identities.at("/identities").as_array().unwrap().len(), 1);
        assert_eq!(app.get("/v1/tasks").expect(200).at("/items/0/state"), "open");
    }

    fn lists_and_counts_show_ones_own(app) {
        chain(app);
        let (north, south, own) = (Someone::known_at(app, "north-1"), Someone::known_at(app, "south-1"), Someone::known_at(app, "own-1"));
        let homeless = app.customer();
        let ids = |key: &str, path: &str, member: &str| {
            let page = app.call("GET", path).key(key).send().expect(200);
            let mut ids: Vec<String> = page.items().iter().map(|item| item[member].as_str().unwrap().to_owned()).collect();
            ids.sort();
            ids.dedup();
            ids
        };
        let manager = app.key(Role::StoreManager, &["north"]);
        assert_eq!(ids(&manager, "/v1/customers", "id"), std::slice::from_ref(&north.id));
        assert_eq!(ids(&manager, "/v1/tasks", "customer_id"), std::slice::from_ref(&north.id));
        assert!(ids(&manager, "/v1/tasks?store=south-1", "customer_id").is_empty());
        let two = app.key(Role::HeadOffice, &["north-1", "own"].map(|code| if code == "own" { "own-1" } else { code }));
        let mut both = vec![north.id.clone(), own.id.clone()];
        both.sort();
        assert_eq!(ids(&two, "/v1/customers", "id"), both);
        let gateway = app.key(Role::Integration, &["south"]);
        assert_eq!(ids(&gateway, "/v1/outbox?sort=points", "customer_id"), [south.id]);
        let count = |key: &str| app.call("GET", "/v1/counts?by=spend-tiers.tier").key(key).send().expect(200).at("/total").clone();
        assert_eq!((count(&manager), count(&two), count(&app.admin)), (json!(1), json!(2), json!(4)));
        assert!(ids(&app.admin, "/v1/customers", "id").contains(&homeless));
        let cashier = app.key(Role::Cashier, &["north-1"]);
        app.call("GET", "/v1/customers").key(&cashier).send().refused(403, "forbidden");
    }

    fn who_is_not_seen_is_not_found_by_phone_either(app) {
        chain(app);
        let hidden = Someone::at(app, "north-1");
        for role in [Role::StoreManager, Role::Cashier, Role::CustomerService, Role::Integration] {
            let key = app.key(role, &["south-1"]);
            let unknown = ask(app, &key, "/v1/customers/identify", json!({"identities": [app.phone()]})).expect(200);
            let found = ask(app, &key, "/v1/customers/identify", json!({"identities": [hidden.phone]})).expect(200);
            assert_eq!((found.at("/outcome"), &found.json), (&json!("unknown"), &unknown.json));
            for (path, body) in [
                ("/v1/customers/identify", json!({"identities": [hidden.phone], "create": true})),
                ("/v1/customers", json!({"identities": [hidden.phone]})),
            ] {
                let taken = ask(app, &key, path, body).refused(409, "identity_taken");
                assert!(!taken.body.contains(&hidden.id), "{}", taken.body);
            }
            let both = json!({"identities": [hidden.phone, Someone::at(app, "north-1").phone]});
            let conflict = ask(app, &key, "/v1/customers/identify", both).refused(409, "identity_conflict");
            assert!(!conflict.body.contains(&hidden.id), "{}", conflict.body);
        }
        let key = app.key(Role::StoreManager, &["south-1"]);
        let own = Someone::at(app, "south-1").id;
        let taken = ask(app, &key, &format!("/v1/customers/{own}/identities"), hidden.phone).refused(409, "identity_taken");
        assert!(!taken.body.contains(&hidden.id), "{}", taken.body);
    }

    fn a_sale_to_anothers_customer_is_recorded_and_nothing_is_told(app) {
        chain(app);
        let hidden = Someone::at(app, "north-1");
        let key = app.key(Role::Cashier, &["south-1"]);
        let sale = |customer: Json, id: &str, amount: i64| json!({"customer": customer, "kind": "purchase", "amount": amount,
            "currency": "CNY", "source": "till", "source_id": id});
        ask(app, &key, "/v1/events", sale(json!({"id": hidden.id}), "1", 100)).refused(404, "not_found");
        ask(app, &key, "/v1/events", sale(json!({"identities": [hidden.phone]}), "1", 100)).refused(404, "not_found");
        let known = json!({"identities": [hidden.phone], "create": true});
        let recorded = ask(app, &key, "/v1/events", sale(known.clone(), "1", 200_000)).expect(201);
        assert_eq!((recorded.json.get("customer_id"), recorded.at("/effects")), (None, &json!([])));
        assert_eq!(recorded.at("/event/store"), "south-1");
        let repeated = ask(app, &key, "/v1/events", sale(known.clone(), "1", 200_000)).expect(200);
        assert_eq!((repeated.json.get("customer_id"), repeated.at("/effects")), (None, &json!([])));
        assert_eq!(repeated.at("/event/id"), recorded.at("/event/id"));
        let reused = ask(app, &key, "/v1/events", sale(known.clone(), "1", 7)).refused(409, "source_id_reused");
        assert!(!reused.body.contains(&hidden.id) && reused.json.get("stored").is_none(), "{}", reused.body);
        let consent = json!({"customer": known, "kind": "consent", "data": {"channel": "sms", "purpose": "marketing", "state": "granted"}});
        ask(app, &app.key(Role::Integration, &["south-1"]), "/v1/events", consent).refused(409, "identity_taken");
        // What it would have led to for somebody new.
        let preview = ask(app, &key, "/v1/events/preview", sale(known, "2", 100)).expect(200);
        let stranger = json!({"identities": [app.phone()], "create": true});
        assert_eq!(preview.json, ask(app, &key, "/v1/events/preview", sale(stranger, "2", 100)).expect(200).json);
        let seen = app.get(&format!("/v1/customers/{}/timeline", hidden.id)).expect(200);
        assert_eq!((seen.items().len(), seen.at("/items/0/store")), (1, &json!("south-1")));
        assert_eq!(app.get(&format!("/v1/customers/{}", hidden.id)).expect(200).at("/fields/spend-tiers/tier"), "high");
    }

    fn nobody_records_or_creates_for_a_store_of_others(app) {
        chain(app);
        let till = app.key(Role::Integration, &["north"]);
        let phone = app.phone();
        let with = |store: &str| {
            let mut body = visit(json!({"identities": [phone], "create": true}), "1");
            body["store"] = json!(store);
            ask(app, &till, "/v1/events", body)
        };
        with("south-1").faults(&["/store"]);
        with("organisation").faults(&["/store"]);
        let id = with("north-2").expect(201).text("/customer_id");
        assert_eq!(app.get(&format!("/v1/customers/{id}")).expect(200).at("/home_store"), "north-2");
        ask(app, &till, "/v1/customers", json!({"identities": [app.phone()], "home_store": "south-1"})).faults(&["/home_store"]);
        let patch = |body| app.call("PATCH", &format!("/v1/customers/{id}")).key(&till).header("if-match", "\"1\"").json(body).send();
        patch(json!({"home_store": "south-1"})).faults(&["/home_store"]);
        patch(json!({"home_store": null})).faults(&["/home_store"]);
        patch(json!({"home_store": "north-1"})).expect(200);
        let two = app.key(Role::Integration, &["north-1", "north-2"]);
        ask(app, &two, "/v1/events", visit(json!({"id": id}), "2")).faults(&["/store"]);
        ask(app, &two, "/v1/customers", json!({"identities": [app.phone()]})).faults(&["/home_store"]);
        let line = visit(json!({"identities": [app.phone()], "create": true}), "3");
        let line = format!("{}\n", json!({"store": "south-1", "customer": line["customer"], "kind": "visit", "source": "t", "source_id": "9"}));
        let lines = app.call("POST", "/v1/events/batch").key(&till).bytes("application/x-ndjson", line.as_bytes()).send().expect(200);
        assert!(lines.body.contains("\"status\":422") && lines.body.contains("not_your_unit"), "{}", lines.body);
        app.call("POST", "/v1/what-if").key(&app.key(Role::HeadOffice, &["north"])).json(json!({"plugin": "spend-tiers", "set": {}})).send().refused(403, "forbidden");
    }

    fn a_cashier_looks_up_one_of_the_house_and_records_what_happens_at_the_counter(app) {
        chain(app);
        let cashier = app.key(Role::Cashier, &["own-1"]);
        let (neighbour, other) = (Someone::at(app, "own-2"), Someone::at(app, "north-1"));
        let find = |who: &Someone| ask(app, &cashier, "/v1/customers/identify", json!({"identities": [who.phone]})).expect(200).at("/outcome").clone();
        assert_eq!((find(&neighbour), find(&other)), (json!("found"), json!("unknown")));
        let bought = ask(app, &cashier, "/v1/events", visit(json!({"id": neighbour.id}), "1")).expect(201);
        assert_eq!(bought.at("/event/store"), "own-1");
        let note = json!({"customer": {"id": neighbour.id}, "kind": "note", "data": {"text": "x"}});
        let refused = ask(app, &cashier, "/v1/events", note).refused(403, "forbidden");
        assert!(refused.text("/detail").contains("visit"), "{}", refused.body);
        for path in ["timeline", "decisions", "consents"] {
            app.call("GET", &format!("/v1/customers/{}/{path}", neighbour.id)).key(&cashier).send().refused(403, "forbidden");
        }
    }

    fn a_guide_sees_those_it_looks_after(app) {
        chain(app);
        let guide = app.key(Role::SalesGuide, &["own-1"]);
        let someone = Someone::known_at(app, "own-1");
        app.call("GET", &format!("/v1/customers/{}", someone.id)).key(&guide).send().refused(404, "not_found");
        let own = ask(app, &guide, "/v1/customers", json!({"identities": [app.phone()]})).expect(201);
        let (id, staff) = (own.text("/id"), own.text("/assigned_to"));
        app.call("GET", &format!("/v1/customers/{id}/timeline")).key(&guide).send().expect(200);
        let list = |path: &str| app.call("GET", path).key(&guide).send().expect(200).items().len();
        assert_eq!((list("/v1/customers"), list("/v1/tasks")), (1, 0));
        let patch = json!({"assigned_to": staff});
        app.call("PATCH", &format!("/v1/customers/{}", someone.id)).header("if-match", "\"1\"").json(patch).send().expect(200);
        assert_eq!((list("/v1/customers"), list("/v1/tasks")), (2, 1));
    }
}
