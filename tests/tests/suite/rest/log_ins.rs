//! /v1/audit: who logged in, from where, and who tried to.

use regulars_model::{
    duration::{MINUTE_US, SECOND_US},
    limits::ATTEMPTS_FREE,
};
use regulars_tests::{Answer, App, on_both};
use serde_json::{Value as Json, json};
use tokio::runtime::Runtime;

const PASSWORD: &str = "correct-horse-battery-staple";

fn person(app: &App, login: &str) -> String {
    let body = json!({"login": login, "name": "Li", "role": "cashier", "password": PASSWORD});
    app.post("/v1/staff", body).expect(201).text("/id")
}

fn log_in(app: &App, login: &str, password: &str) -> Answer {
    let call = app.call("POST", "/v1/sessions").without("authorization");
    call.header("user-agent", "tablet").json(json!({"login": login, "password": password})).send()
}

fn entries(app: &App, query: &str) -> Vec<Json> {
    app.get(&format!("/v1/audit?{query}")).expect(200).items().clone()
}

fn tend(app: &App) -> usize {
    Runtime::new().unwrap().block_on(app.engine.enter_refusals()).unwrap()
}

on_both! {
    fn who_logs_in_and_out_leaves_an_entry_each(app) {
        let id = person(app, "li");
        let session = log_in(app, "li", PASSWORD).expect(201);
        let told = entries(app, "action=log_in");
        assert_eq!(told.len(), 1, "{told:?}");
        let entry = &told[0];
        assert_eq!((&entry["kind"], &entry["record"]), (&json!("session"), session.at("/id")));
        assert_eq!(entry["actor"], json!({"id": id, "name": "Li", "role": "cashier"}));
        assert_eq!((&entry["outcome"], &entry["at"]), (&json!("done"), &json!(app.now())));
        let origin = &entry["origin"];
        assert_eq!((&origin["address"], &origin["agent"]), (&json!("127.0.0.1"), &json!("tablet")));
        assert_eq!((&origin["by"], &origin["session"]), (&json!("rest"), session.at("/id")));
        assert!(entry["request"].as_str().unwrap().starts_with("urn:uuid:"), "{entry}");
        let after = json!({"staff": id, "login": "li", "expires_at": session.at("/expires_at")});
        assert_eq!((entry.get("before"), &entry["after"]), (None, &after));
        let token = session.text("/token");
        assert!(!entry.to_string().contains(&token[4..]), "{entry}");

        let out = format!("/v1/sessions/{}", session.text("/id"));
        app.call("DELETE", &out).key(&token).send().expect(200);
        let told = entries(app, "action=end_session");
        assert_eq!((told.len(), &told[0]["record"]), (1, session.at("/id")));
        assert_eq!((&told[0]["actor"]["id"], &told[0]["origin"]["session"]), (&json!(id), session.at("/id")));
        let of_person = entries(app, &format!("actor={id}"));
        assert_eq!(of_person.len(), 2, "{of_person:?}");
    }

    fn who_fails_to_log_in_is_counted_by_account(app) {
        let (li, wu) = (person(app, "li"), person(app, "wu"));
        app.put(&format!("/v1/staff/{wu}"), json!({"name": "Wu", "role": "cashier", "disabled": true})).expect(200);
        log_in(app, "li", "wrong-horse").refused(401, "unauthenticated");
        assert!(entries(app, "action=log_in").is_empty(), "nothing is written while somebody waits");
        assert_eq!((tend(app), tend(app)), (1, 0));
        let first = entries(app, "action=log_in").remove(0);
        assert_eq!((&first["outcome"], &first["actor"]["name"]), (&json!("refused"), &json!("unknown")));
        assert_eq!((&first["kind"], &first["record"]), (&json!("staff"), &json!(li)));
        assert_eq!((&first["origin"]["address"], &first["origin"]["agent"]), (&json!("127.0.0.1"), &json!("tablet")));
        let once = json!({"times": 1, "since": app.now(), "addresses": ["127.0.0.1"]});
        assert_eq!(first["after"], once);

        for _ in 2..ATTEMPTS_FREE {
            log_in(app, "li", "wrong-horse").refused(401, "unauthenticated");
        }
        log_in(app, "wu", PASSWORD).refused(401, "unauthenticated");
        log_in(app, "nobody", PASSWORD).refused(401, "unauthenticated");
        log_in(app, "li", "wrong-horse").refused(401, "unauthenticated");
        log_in(app, "li", PASSWORD).refused(429, "too_many_attempts");
        assert_eq!(tend(app), 2, "of an account and of no account, for the first time");
        let told = entries(app, "action=log_in");
        let of = |record: &str| -> &Json { &told.iter().find(|entry| entry["record"] == record).unwrap()["after"] };
        assert_eq!(of(&wu), &once, "whoever is disabled has failed as well");
        let unknown = json!({"times": 1, "turned_away": 1, "since": app.now(), "addresses": ["127.0.0.1"]});
        assert_eq!(of("log_in"), &unknown);

        app.advance_clock(11 * MINUTE_US);
        assert_eq!(tend(app), 1);
        assert_eq!(entries(app, &format!("record={li}&action=log_in"))[0]["after"]["times"], ATTEMPTS_FREE - 1);
        app.advance_clock(SECOND_US);
        log_in(app, "li", PASSWORD).expect(201);
        assert_eq!(tend(app), 0, "who got in is nobody who failed");
        let all = json!(entries(app, "limit=200")).to_string();
        for secret in ["wrong-horse", "nobody", PASSWORD] {
            assert!(!all.contains(secret), "{secret} stands in the audit");
        }
    }
}
