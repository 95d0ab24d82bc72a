//! /v1/password-rule: passwords that must change with age, where head office says so.

use regulars_engine::Role;
use regulars_model::{
    duration::{DAY_US, SECOND_US},
    limits::{PASSWORD_AGE_DAYS_MAX, PASSWORDS_REMEMBERED},
};
use regulars_tests::{Answer, App, on_both};
use serde_json::{Value as Json, json};

const PASSWORD: &str = "correct-horse-battery-staple";

fn person(app: &App) -> Json {
    let body = json!({"login": "li", "name": "Li", "role": "store_manager", "password": PASSWORD});
    app.post("/v1/staff", body).expect(201).json
}

fn log_in(app: &App, password: &str) -> Answer {
    let body = json!({"login": "li", "password": password});
    app.call("POST", "/v1/sessions").without("authorization").json(body).send()
}

fn change(app: &App, token: &str, current: &str, new: &str) -> Answer {
    let body = json!({"current": current, "new": new});
    app.call("POST", "/v1/password").key(token).json(body).send()
}

fn get(app: &App, path: &str, token: &str) -> Answer {
    app.call("GET", path).key(token).send()
}

fn rule(app: &App, max_age_days: Json) -> Answer {
    app.put("/v1/password-rule", json!({"max_age_days": max_age_days}))
}

/// Another one for each number, and none that is soon guessed.
fn other(number: usize) -> String {
    format!("{number}-purple-lantern-{number}-quiet-harbour")
}

on_both! {
    fn a_rule_that_can_not_be_is_refused_and_changes_nothing(app) {
        let wide = PASSWORD_AGE_DAYS_MAX + 1;
        for days in [json!(0), json!(-1), json!(wide), json!("180"), json!(1.5)] {
            rule(app, days).faults(&["/max_age_days"]);
        }
        app.put("/v1/password-rule", json!({})).refused(422, "invalid_value");
        app.put("/v1/password-rule", json!({"max_age_days": 1, "days": 1})).faults(&["/days"]);
        assert_eq!(app.get("/v1/password-rule").expect(200).json, json!({"max_age_days": null}));
        let manager = app.key(Role::StoreManager, &[]);
        get(app, "/v1/password-rule", &manager).expect(200);
        let put = app.call("PUT", "/v1/password-rule").key(&manager);
        put.json(json!({"max_age_days": null})).send().refused(403, "forbidden");
    }

    fn without_a_rule_a_password_may_become_as_old_as_it_likes(app) {
        let li = person(app);
        assert_eq!(li["password_set_at"], json!(app.now()));
        app.advance_clock(10_000 * DAY_US);
        let session = log_in(app, PASSWORD).expect(201);
        assert_eq!(session.at("/must_change_password"), false);
        let token = session.text("/token");
        get(app, "/v1/customers", &token).expect(200);
        change(app, &token, PASSWORD, &other(1)).expect(200);
        change(app, &token, &other(1), PASSWORD).expect(200);
    }

    fn a_password_too_old_opens_nothing_but_its_change(app) {
        let li = person(app);
        rule(app, json!(180)).expect(200);
        assert_eq!(app.get("/v1/password-rule").expect(200).at("/max_age_days"), 180);
        app.advance_clock(180 * DAY_US - SECOND_US);
        let session = log_in(app, PASSWORD).expect(201);
        assert_eq!(session.at("/must_change_password"), false);
        let token = session.text("/token");
        get(app, "/v1/customers", &token).expect(200);
        app.advance_clock(SECOND_US);
        let refused = get(app, "/v1/customers", &token).refused(403, "forbidden");
        assert!(refused.text("/detail").contains("password"), "{}", refused.body);
        get(app, "/v1/sessions", &token).expect(200);
        let again = log_in(app, PASSWORD).expect(201);
        assert_eq!(again.at("/must_change_password"), true);
        change(app, &token, PASSWORD, &other(1)).expect(200);
        get(app, "/v1/customers", &token).expect(200);
        assert_eq!(log_in(app, &other(1)).expect(201).at("/must_change_password"), false);
        let told = app.get("/v1/staff").expect(200).items()[0].clone();
        assert_eq!((&told["id"], &told["password_set_at"]), (&li["id"], &json!(app.now())));

        app.advance_clock(180 * DAY_US);
        let token = log_in(app, &other(1)).expect(201).text("/token");
        get(app, "/v1/customers", &token).refused(403, "forbidden");
        rule(app, json!(181)).expect(200);
        get(app, "/v1/customers", &token).expect(200);
        rule(app, json!(180)).expect(200);
        get(app, "/v1/customers", &token).refused(403, "forbidden");
        rule(app, Json::Null).expect(200);
        get(app, "/v1/customers", &token).expect(200);
    }

    fn the_last_few_may_not_come_again(app) {
        let li = person(app)["id"].as_str().unwrap().to_owned();
        rule(app, json!(30)).expect(200);
        let token = log_in(app, PASSWORD).expect(201).text("/token");
        let mut present = PASSWORD.to_owned();
        for number in 1..PASSWORDS_REMEMBERED {
            change(app, &token, &present, &other(number)).expect(200);
            present = other(number);
            let refused = change(app, &token, &present, PASSWORD).faults(&["/new"]);
            assert!(refused.body.contains("former_password"), "{}", refused.body);
        }
        change(app, &token, &present, &present).faults(&["/new"]);
        present = other(PASSWORDS_REMEMBERED);
        change(app, &token, &other(PASSWORDS_REMEMBERED - 1), &present).expect(200);
        change(app, &token, &present, PASSWORD).expect(200);

        let set = app.post(&format!("/v1/staff/{li}/password"), json!({})).expect(200).text("/password");
        let token = log_in(app, &set).expect(201).text("/token");
        change(app, &token, &set, PASSWORD).faults(&["/new"]);
        rule(app, Json::Null).expect(200);
        change(app, &token, &set, PASSWORD).expect(200);
    }
}
