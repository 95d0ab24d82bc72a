//! /v1/staff, /v1/sessions, /v1/password: people, and how they are known.

use regulars_engine::Role;
use regulars_model::{
    AuditId,
    duration::{HOUR_US, SECOND_US},
    limits::{ATTEMPTS_FREE, SESSION_IDLE_US, SESSION_LASTS_US},
};
use regulars_store::{AuditQuery, AuditRow, Store};
use regulars_tests::{Answer, App, on_both};
use serde_json::{Value as Json, json};
use std::time::{Duration, Instant};

const PASSWORD: &str = "correct-horse-battery-staple";

/// Id of somebody of this role, with [`PASSWORD`].
fn person(app: &App, login: &str, role: Role, units: &[&str]) -> String {
    let body = json!({"login": login, "name": login, "role": role.name(), "units": units, "password": PASSWORD});
    app.post("/v1/staff", body).expect(201).text("/id")
}

fn try_log_in(app: &App, login: &str, password: &str) -> Answer {
    let body = json!({"login": login, "password": password});
    app.call("POST", "/v1/sessions")
        .without("authorization")
        .header("user-agent", "tablet")
        .json(body)
        .send()
}

fn log_in(app: &App, login: &str) -> Answer {
    try_log_in(app, login, PASSWORD).expect(201)
}

fn get(app: &App, path: &str, token: &str) -> Answer {
    app.call("GET", path).key(token).send()
}

fn backup(app: &App) -> String {
    let url = app.place().url();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open(&url).await.unwrap();
        let newest = AuditQuery { limit: 1, ..AuditQuery::default() };
        let last = store.list_audit(&newest).await.unwrap().remove(0).row;
        store.close().await;
        let entry = AuditRow { id: AuditId(app.engine.world().new_id()), ..last };
        let mut out = Vec::new();
        Store::back_up(&url, app.now(), &entry, &mut out).await.unwrap();
        String::from_utf8(out).unwrap()
    })
}

on_both! {
    fn the_first_password_opens_nothing_but_the_change_of_it(app) {
        let body = json!({"login": "Wang.Fang", "name": "王芳", "role": "store_manager"});
        let made = app.post("/v1/staff", body).expect(201);
        assert_eq!((made.at("/login"), made.at("/must_change_password")), (&json!("wang.fang"), &json!(true)));
        let first = made.text("/password");
        let session = try_log_in(app, "WANG.fang", &first).expect(201);
        assert_eq!(session.at("/must_change_password"), true);
        let token = session.text("/token");
        let refused = get(app, "/v1/customers", &token).refused(403, "forbidden");
        assert!(refused.text("/detail").contains("password"), "{}", refused.body);
        let change = |current: &str, new: &str| {
            app.call("POST", "/v1/password").key(&token).json(json!({"current": current, "new": new})).send()
        };
        change("not-this-one-at-all", PASSWORD).faults(&["/current"]);
        change(&first, "wang.fang2026").faults(&["/new"]);
        change(&first, &first).faults(&["/new"]);
        change(&first, PASSWORD).expect(200);
        get(app, "/v1/customers", &token).expect(200);
        get(app, "/v1/keys", &token).refused(403, "forbidden");
        try_log_in(app, "wang.fang", &first).refused(401, "unauthenticated");
        let all = backup(app);
        for secret in [&first, PASSWORD, token.split_once('_').unwrap().1] {
            assert!(!all.contains(secret), "{secret} stands in the database");
        }
        assert_eq!(all.matches("argon2id$19456$2$1$").count(), 1);
    }

    fn an_account_that_can_not_be_is_refused_with_every_fault(app) {
        let make = |body: Json| app.post("/v1/staff", body);
        make(json!({"login": "a b", "name": " ", "role": "integration", "units": ["nowhere"], "password": "12345"}))
            .faults(&["/units/0", "/name", "/role", "/login", "/password"]);
        make(json!({"login": "li", "name": "Li", "role": "owner"})).faults(&["/role"]);
        make(json!({"login": "li", "name": "Li", "role": "cashier", "password": "passwordpassword"})).faults(&["/password"]);
        let id = person(app, "li", Role::Cashier, &[]);
        make(json!({"login": "LI", "name": "Other", "role": "cashier"})).refused(409, "conflict");
        assert_eq!(app.get("/v1/staff").expect(200).items().len(), 1);
        let put = |body: Json| app.put(&format!("/v1/staff/{id}"), body);
        put(json!({"name": "Li", "role": "member"})).faults(&["/role"]);
        put(json!({"name": "Li", "role": "cashier", "login": "x"})).faults(&["/login"]);
        app.put("/v1/staff/stf_01890a5d-ac96-774b-bcce-b302099a8057", json!({"name": "x", "role": "cashier"})).refused(404, "not_found");
        app.post(&format!("/v1/staff/{id}/password"), json!({"password": "short"})).faults(&["/password"]);
    }

    fn who_guesses_is_told_nothing_and_waits(app) {
        person(app, "li", Role::Cashier, &[]);
        let said = |answer: Answer| {
            let answer = answer.refused(401, "unauthenticated");
            (answer.text("/title"), answer.text("/detail"))
        };
        assert_eq!(said(try_log_in(app, "li", "wrong-horse")), said(try_log_in(app, "nobody", "wrong-horse")));
        for login in ["li", "nobody"] {
            for _ in 1..ATTEMPTS_FREE {
                try_log_in(app, login, "wrong-horse").refused(401, "unauthenticated");
            }
            let refused = try_log_in(app, login, PASSWORD).refused(429, "too_many_attempts");
            assert_eq!(refused.at("/retry_after_seconds"), 1);
        }
        app.advance_clock(SECOND_US);
        log_in(app, "li");
        try_log_in(app, "li", "wrong-horse").refused(401, "unauthenticated");
    }

    fn sessions_are_seen_and_ended(app) {
        let id = person(app, "li", Role::Cashier, &[]);
        person(app, "wu", Role::StoreManager, &[]);
        let (one, two, other) = (log_in(app, "li"), log_in(app, "li"), log_in(app, "wu"));
        let (one_token, other_token) = (one.text("/token"), other.text("/token"));
        let listed = get(app, "/v1/sessions", &one_token).expect(200);
        assert_eq!(listed.items().len(), 2);
        let own = listed.items().iter().find(|own| own["is_this"] == true).unwrap();
        assert_eq!((&own["id"], &own["address"], &own["agent"]), (one.at("/id"), &json!("127.0.0.1"), &json!("tablet")));
        assert!(!listed.body.contains(&one_token[4..]), "{}", listed.body);
        get(app, &format!("/v1/sessions?staff={id}"), &other_token).refused(403, "forbidden");
        assert_eq!(app.get(&format!("/v1/sessions?staff={id}")).expect(200).items().len(), 2);
        let end = |token: &str, session: &Answer| app.call("DELETE", &format!("/v1/sessions/{}", session.text("/id"))).key(token).send();
        end(&one_token, &other).refused(404, "not_found");
        end(&one_token, &two).expect(200);
        get(app, "/v1/units", &two.text("/token")).refused(401, "unauthenticated");
        end(&app.admin, &other).expect(200);
        get(app, "/v1/units", &other_token).refused(401, "unauthenticated");
        let again = log_in(app, "li").text("/token");
        let all = app.call("DELETE", "/v1/sessions").key(&one_token).send().expect(200);
        assert_eq!(all.at("/ended"), 2);
        for token in [&one_token, &again] {
            get(app, "/v1/units", token).refused(401, "unauthenticated");
        }
        let token = log_in(app, "li").text("/token");
        app.put(&format!("/v1/staff/{id}"), json!({"name": "Li", "role": "cashier", "disabled": true})).expect(200);
        get(app, "/v1/units", &token).refused(401, "unauthenticated");
        try_log_in(app, "li", PASSWORD).refused(401, "unauthenticated");
    }

    fn a_session_is_over_when_it_rests_and_when_its_time_has_come(app) {
        person(app, "li", Role::Cashier, &[]);
        let token = log_in(app, "li").text("/token");
        let asks = || get(app, "/v1/units", &token);
        for _ in 1..SESSION_LASTS_US / HOUR_US {
            app.advance_clock(HOUR_US);
            asks().expect(200);
        }
        app.advance_clock(HOUR_US);
        asks().refused(401, "unauthenticated");
        let idle = log_in(app, "li").text("/token");
        app.advance_clock(SESSION_IDLE_US - 1);
        get(app, "/v1/units", &idle).expect(200);
        app.advance_clock(SESSION_IDLE_US);
        get(app, "/v1/units", &idle).refused(401, "unauthenticated");
    }

    fn what_changes_of_an_account_holds_at_once(app) {
        app.put("/v1/units/store-1", json!({"name": "1", "kind": "store"})).expect(200);
        let id = person(app, "li", Role::CustomerService, &[]);
        let token = log_in(app, "li").text("/token");
        let customer = app.customer();
        let path = format!("/v1/customers/{customer}");
        get(app, &path, &token).expect(200);
        let put = |body: Json| app.put(&format!("/v1/staff/{id}"), body).expect(200);
        put(json!({"name": "Li", "role": "customer_service", "units": ["store-1"]}));
        get(app, &path, &token).refused(404, "not_found");
        put(json!({"name": "Li", "role": "marketing"}));
        get(app, "/v1/tasks", &token).refused(403, "forbidden");
        put(json!({"name": "Li", "role": "marketing", "must_change_password": true}));
        get(app, "/v1/units", &token).refused(403, "forbidden");
        let set = app.post(&format!("/v1/staff/{id}/password"), json!({})).expect(200).text("/password");
        get(app, "/v1/sessions", &token).refused(401, "unauthenticated");
        try_log_in(app, "li", &set).expect(201);
        try_log_in(app, "li", PASSWORD).refused(401, "unauthenticated");
    }

    fn whom_somebody_looked_after_goes_to_others_with_what_was_to_be_done(app) {
        app.put("/v1/units/store-1", json!({"name": "1", "kind": "store"})).expect(200);
        let [leaves, one, two] = ["leaves", "one", "two"].map(|login| person(app, login, Role::SalesGuide, &["store-1"]));
        let token = log_in(app, "leaves").text("/token");
        let make = || app.call("POST", "/v1/customers").key(&token).json(json!({"identities": [app.phone()]})).send().expect(201).text("/id");
        let customers: Vec<String> = (0..4).map(|_| make()).collect();
        app.purchase(&customers[0], "rise", 200_000);
        let task = get(app, "/v1/tasks", &token).expect(200).at("/items/0/id").clone();
        let claim = format!("/v1/tasks/{}/claim", task.as_str().unwrap());
        app.call("POST", &claim).key(&token).send().expect(200);
        let hand_over = |to: Json| app.post(&format!("/v1/staff/{leaves}/hand-over"), json!({"to": to}));
        hand_over(json!([])).faults(&["/to"]);
        hand_over(json!([leaves])).faults(&["/to/0"]);
        hand_over(json!([one, "stf_01890a5d-ac96-774b-bcce-b302099a8057"])).faults(&["/to/1"]);
        let done = hand_over(json!([one, two])).expect(200);
        assert_eq!(done.json, json!({"customers": 4, "tasks": 1, "more": false}));
        assert_eq!(hand_over(json!([one])).expect(200).json, json!({"customers": 0, "tasks": 0, "more": false}));
        let entries = app.get("/v1/audit?action=hand_over&limit=50").expect(200).items().clone();
        let of = |kind: &str| entries.iter().filter(|entry| entry["kind"] == kind).cloned().collect::<Vec<_>>();
        assert_eq!((of("customer").len(), of("task").len(), of("staff").len()), (4, 1, 2));
        for entry in of("customer") {
            assert_eq!(entry["before"], json!({"assigned_to": leaves}), "{entry}");
            assert!([&one, &two].contains(&&entry["after"]["assigned_to"].as_str().unwrap().to_owned()), "{entry}");
        }
        for login in ["one", "two"] {
            let token = log_in(app, login).text("/token");
            assert_eq!(get(app, "/v1/customers", &token).expect(200).items().len(), 2, "{login}");
        }
        get(app, &format!("/v1/customers/{}", customers[0]), &token).refused(404, "not_found");
        let open = app.get(&format!("/v1/tasks/{}", task.as_str().unwrap())).expect(200);
        assert_eq!((open.at("/state"), open.at("/claimed_by")), (&json!("open"), &Json::Null));
        let edits = app.get(&format!("/v1/customers/{}/timeline?kind=edit", customers[0])).expect(200);
        assert_eq!(edits.items().len(), 1);
        let elsewhere = app.key(Role::StoreManager, &["organisation"]);
        app.put("/v1/units/store-2", json!({"name": "2", "kind": "store"})).expect(200);
        let other = app.key(Role::StoreManager, &["store-2"]);
        let by = |key: &str| app.call("POST", &format!("/v1/staff/{one}/hand-over")).key(key).json(json!({"to": [two]})).send();
        by(&other).refused(404, "not_found");
        by(&elsewhere).expect(200);
        assert_eq!(get(app, "/v1/staff", &other).expect(200).items().len(), 0);
        let nobody = json!({"assigned_to": "stf_01890a5d-ac96-774b-bcce-b302099a8057"});
        app.call("PATCH", &format!("/v1/customers/{}", customers[1])).header("if-match", "\"3\"").json(nobody).send().faults(&["/assigned_to"]);
    }

    fn whoever_comes_with_a_guides_sale_is_looked_after_by_the_guide(app) {
        let (guide, cashier) = (person(app, "gu", Role::SalesGuide, &[]), person(app, "ca", Role::Cashier, &[]));
        let sale = |staff: &str, phone: Json| {
            let customer = json!({"identities": [phone], "create": true});
            let body = json!({"customer": customer, "kind": "purchase", "amount": 100, "currency": "CNY", "staff": staff});
            let id = app.post("/v1/events", body).expect(201).text("/customer_id");
            app.get(&format!("/v1/customers/{id}")).expect(200).at("/assigned_to").clone()
        };
        let phone = app.phone();
        assert_eq!(sale(&guide, phone.clone()), json!(guide));
        let other = person(app, "other", Role::SalesGuide, &[]);
        assert_eq!(sale(&other, phone), json!(guide), "it is the first sale that counts");
        assert_eq!(sale(&cashier, app.phone()), Json::Null);
    }

    fn a_store_may_give_whoever_is_new_to_the_guide_with_the_fewest(app) {
        let put = |code: &str, more: Json| {
            let mut unit = json!({"name": code, "kind": "store"});
            unit.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            app.put(&format!("/v1/units/{code}"), unit)
        };
        put("lake", json!({"assignment": "by-lot"})).refused(422, "invalid_value");
        put("east", json!({"kind": "region", "assignment": "by-load"})).expect(200);
        assert_eq!(put("lake", json!({"parent": "east"})).expect(200).at("/assignment"), "by-load", "as above it");
        put("hill", json!({"parent": "east"})).expect(200);
        assert_eq!(put("field", json!({})).expect(200).at("/assignment"), "by-hand");
        let new = |store: &str| {
            let body = json!({"identities": [app.phone()], "home_store": store});
            app.post("/v1/customers", body).expect(201).at("/assigned_to").clone()
        };
        assert_eq!(new("lake"), Json::Null, "nobody works there yet");
        let (one, two) = (person(app, "one", Role::SalesGuide, &["lake"]), person(app, "two", Role::SalesGuide, &["east"]));
        person(app, "hill", Role::SalesGuide, &["hill"]);
        person(app, "boss", Role::StoreManager, &["lake"]);
        let first = new("lake");
        let second = new("lake");
        assert_eq!([&first, &second], [&json!(one), &json!(two)], "whoever has been there longer is first");
        let named = json!({"identities": [app.phone()], "home_store": "lake", "assigned_to": two});
        assert_eq!(app.post("/v1/customers", named).expect(201).at("/assigned_to"), &json!(two));
        let found = json!({"identities": [app.phone()], "home_store": "lake", "create": true});
        assert_eq!(app.post("/v1/customers/identify", found).expect(201).at("/customer/assigned_to"), &json!(one));
        let sale = |phone: Json, staff: Json| {
            let customer = json!({"identities": [phone], "create": true});
            let body = json!({"customer": customer, "kind": "visit", "store": "lake", "staff": staff});
            let id = app.post("/v1/events", body).expect(201).text("/customer_id");
            app.get(&format!("/v1/customers/{id}")).expect(200).at("/assigned_to").clone()
        };
        let phone = app.phone();
        assert_eq!(sale(phone.clone(), json!(two)), json!(two), "whoever served them");
        assert_eq!(sale(app.phone(), Json::Null), json!(one));
        assert_eq!(sale(phone, json!(one)), json!(two), "and no longer new");
        app.put(&format!("/v1/staff/{one}"), json!({"name": "one", "role": "sales_guide", "units": ["lake"], "disabled": true})).expect(200);
        assert_eq!([new("lake"), new("lake")], [json!(two), json!(two)], "who left gets nobody");
        assert_eq!(new("field"), Json::Null);
        let taken = json!({"customer": {"identities": [app.phone()], "create": true}, "kind": "visit"});
        let id = app.post("/v1/events", taken).expect(201).text("/customer_id");
        assert_eq!(app.get(&format!("/v1/customers/{id}")).expect(200).at("/assigned_to"), &Json::Null, "no store");
    }

    fn a_member_is_one_customer_for_a_while(app) {
        let made = app.post("/v1/customers", json!({"identities": [app.phone()], "profile": {"name": "Ann", "note": "slow payer"}, "tags": ["difficult"]})).expect(201);
        let (id, other) = (made.text("/id"), app.customer());
        app.purchase(&id, "1", 200_000);
        app.post("/v1/events", json!({"customer": {"id": id}, "kind": "note", "data": {"text": "argued"}})).expect(201);
        let token = |body: Json| app.call("POST", &format!("/v1/customers/{id}/member-token")).key(&app.integration).json(body).send();
        token(json!({"valid_seconds": 0})).faults(&["/valid_seconds"]);
        token(json!({"valid_seconds": 3_601})).faults(&["/valid_seconds"]);
        let member = token(json!({"valid_seconds": 60})).expect(201).text("/token");
        let of = |id: &str, rest: &str| format!("/v1/customers/{id}{rest}");
        let own = get(app, &of(&id, ""), &member).expect(200);
        assert_eq!(own.at("/fields/spend-tiers/tier"), "high");
        assert!(!own.body.contains("slow payer") && !own.body.contains("difficult"), "{}", own.body);
        let timeline = get(app, &of(&id, "/timeline"), &member).expect(200);
        assert_eq!((timeline.items().len(), timeline.at("/items/0/kind")), (1, &json!("purchase")));
        assert!(get(app, &of(&id, "/timeline?kind=note"), &member).expect(200).items().is_empty());
        let grant = json!({"channel": "sms", "purpose": "marketing", "action": "grant"});
        let consent = |id: &str| app.call("POST", &of(id, "/consents")).key(&member).json(grant.clone()).send();
        consent(&id).expect(201);
        consent(&other).refused(404, "not_found");
        assert_eq!(get(app, &of(&id, "/consents"), &member).expect(200).items().len(), 1);
        for path in ["", "/timeline", "/consents"] {
            get(app, &of(&other, path), &member).refused(404, "not_found");
        }
        for path in [of(&id, "/decisions"), "/v1/customers".into(), "/v1/units".into(), "/v1/sessions".into()] {
            get(app, &path, &member).refused(403, "forbidden");
        }
        app.advance_clock(60 * SECOND_US);
        get(app, &of(&id, ""), &member).refused(401, "unauthenticated");
    }
}

/// Without the same work for a login that nobody has, it would be answered fifty times as fast.
#[test]
fn the_time_does_not_tell_who_is_there() {
    let app = App::sqlite();
    person(&app, "li", Role::Cashier, &[]);
    let takes = |login: &str| -> Duration {
        let times = (0..3).map(|_| {
            let began = Instant::now();
            try_log_in(&app, login, "wrong-horse").refused(401, "unauthenticated");
            began.elapsed()
        });
        times.min().unwrap()
    };
    let (known, unknown) = (takes("li"), takes("nobody"));
    assert!(unknown * 4 > known && known * 4 > unknown, "{known:?}, {unknown:?}");
}
