//! `Idempotency-Key`: a repeat with the same body gets the first answer again.

use super::repeats::rows;
use regulars_engine::Role;
use regulars_model::canonical::{hash_bytes, hex};
use regulars_tests::{Answer, App, on_both};
use serde_json::{Value as Json, json};

const PASSWORD: &str = "correct-horse-battery-staple";

fn post(app: &App, path: &str, key: &str, body: &Json) -> Answer {
    app.call("POST", path).header("idempotency-key", key).json(body.clone()).send()
}

on_both! {
    fn the_first_answer_comes_again_byte_for_byte(app) {
        let body = json!({"identities": [app.phone()]});
        let first = post(app, "/v1/customers", "k1", &body).expect(201);
        app.advance_days(6);
        let again = post(app, "/v1/customers", "k1", &body).expect(201);
        assert_eq!((&again.body, again.header("etag")), (&first.body, first.header("etag")));
        assert_eq!(app.get("/v1/customers").expect(200).items().len(), 1);
    }

    fn an_event_without_source_id_is_written_once_under_a_key(app) {
        let id = app.customer();
        let body = json!({"customer": {"id": id}, "kind": "visit"});
        let first = post(app, "/v1/events", "k1", &body).expect(201);
        assert_eq!(post(app, "/v1/events", "k1", &body).expect(201).body, first.body);
        post(app, "/v1/events", "k2", &body).expect(201);
        let events = app.get(&format!("/v1/customers/{id}/timeline")).expect(200);
        assert_eq!(events.items().len(), 2);
    }

    fn with_another_body_the_key_is_refused(app) {
        post(app, "/v1/customers", "k1", &json!({"identities": [app.phone()]})).expect(201);
        post(app, "/v1/customers", "k1", &json!({"identities": [app.phone()]})).refused(422, "idempotency_key_reused");
        assert_eq!(app.get("/v1/customers").expect(200).items().len(), 1);
    }

    fn a_key_is_one_persons_for_seven_days(app) {
        let create = json!({"identities": [app.phone()]});
        post(app, "/v1/customers", "k1", &create).expect(201);
        let other = json!({"identities": [app.phone()]});
        app.call("POST", "/v1/customers").key(&app.staff).header("idempotency-key", "k1").json(other).send().expect(201);
        app.advance_days(8);
        post(app, "/v1/customers", "k1", &create).refused(409, "identity_taken");
    }

    fn to_another_route_the_key_is_refused(app) {
        let body = json!({"identities": [app.phone()]});
        post(app, "/v1/customers", "k1", &body).expect(201);
        post(app, "/v1/customers/identify", "k1", &body).refused(422, "idempotency_key_reused");
        let key = json!({"name": "till", "role": "cashier"});
        post(app, "/v1/keys", "k1", &key).refused(422, "idempotency_key_reused");
        assert!(app.get("/v1/keys").expect(200).items().iter().all(|key| key["name"] != "till"));
    }

    fn nobody_is_shown_what_another_was_answered(app) {
        let other = app.key(Role::Admin, &[]);
        let body = json!({"plugin": "cafe-frequency", "title": "More", "set": {"high_from": 4}});
        let mine = post(app, "/v1/drafts", "k1", &body).expect(201).text("/id");
        let call = app.call("POST", "/v1/drafts").key(&other).header("idempotency-key", "k1");
        assert_ne!(call.json(body.clone()).send().expect(201).text("/id"), mine);
        assert_eq!(post(app, "/v1/drafts", "k1", &body).expect(201).text("/id"), mine);
        app.advance_days(8);
        assert_ne!(post(app, "/v1/drafts", "k1", &body).expect(201).text("/id"), mine);
    }

    fn members_are_not_one_another(app) {
        let tokens = [app.customer(), app.customer()].map(|id| {
            let token = app.post(&format!("/v1/customers/{id}/member-token"), json!({})).expect(201);
            (id, token.text("/token"))
        });
        let body = json!({"channel": "sms", "purpose": "marketing", "action": "grant"});
        for (id, token) in &tokens {
            let call = app.call("POST", &format!("/v1/customers/{id}/consents")).key(token);
            call.header("idempotency-key", "k1").json(body.clone()).send().expect(201);
        }
    }

    fn what_changed_nothing_changes_nothing_later(app) {
        let path = "/v1/plugins/cafe-frequency/settings/patch";
        let put = |visits: u32| json!({"high_from": visits});
        post(app, path, "k1", &put(4)).expect(200);
        let same = post(app, path, "k2", &put(4)).expect(200);
        post(app, path, "k3", &put(5)).expect(200);
        assert_eq!(post(app, path, "k2", &put(4)).expect(200).body, same.body);
        let plugin = app.get("/v1/plugins/cafe-frequency").expect(200);
        assert_eq!(plugin.at("/settings/high_from"), 5);
        let phone = app.phone();
        let ask = json!({"identities": [phone]});
        let unknown = post(app, "/v1/customers/identify", "k4", &ask).expect(200);
        app.post("/v1/customers", ask.clone()).expect(201);
        assert_eq!(post(app, "/v1/customers/identify", "k4", &ask).expect(200).body, unknown.body);
    }

    fn the_first_answer_comes_where_it_would_be_refused_by_now(app) {
        let guide = json!({"login": "li", "name": "Li", "role": "sales_guide", "password": PASSWORD});
        let guide = app.post("/v1/staff", guide).expect(201).text("/id");
        let body = json!({"identities": [app.phone()], "assigned_to": guide});
        let first = post(app, "/v1/customers", "k1", &body).expect(201);
        let gone = json!({"name": "Li", "role": "sales_guide", "disabled": true});
        app.put(&format!("/v1/staff/{guide}"), gone).expect(200);
        post(app, "/v1/customers", "k2", &body).faults(&["/assigned_to"]);
        assert_eq!(post(app, "/v1/customers", "k1", &body).expect(201).body, first.body);
    }

    /// What is kept of a body is a hash; with a password in it, one that is slow to try out.
    fn no_password_can_be_guessed_from_what_is_kept(app) {
        let staff = json!({"login": "li", "name": "Li", "role": "cashier", "password": PASSWORD});
        let plain = json!({"name": "till", "role": "cashier"});
        post(app, "/v1/staff", "k1", &staff).expect(201);
        post(app, "/v1/keys", "k2", &plain).expect(201);
        let rows = rows(&app.place().url());
        let fast = |path: &str, body: &Json| {
            hex(&hash_bytes(&[b"POST", path.as_bytes(), b"", body.to_string().as_bytes()]))
        };
        assert!(rows.contains(&fast("/v1/keys", &plain)), "what is looked for is written otherwise");
        assert!(!rows.contains(&fast("/v1/staff", &staff)));
        assert!(!rows.contains(PASSWORD));
        let mut other = staff.clone();
        other["password"] = json!("correct-horse-battery-staples");
        post(app, "/v1/staff", "k1", &other).refused(422, "idempotency_key_reused");
    }

    fn what_was_refused_is_not_kept(app) {
        let id = app.customer();
        let body = json!({"kind": "card", "value": "7"});
        let path = format!("/v1/customers/{id}/identities");
        post(app, &format!("{path}/retire"), "k1", &body).refused(404, "not_found");
        app.post(&path, body.clone()).expect(201);
        post(app, &format!("{path}/retire"), "k1", &body).expect(200);
    }
}

#[test]
fn a_key_is_printable_and_short() {
    let app = App::sqlite();
    for wrong in ["", "é", "a\tb", &"x".repeat(256)] {
        let answer = post(&app, "/v1/customers", wrong, &json!({}));
        answer.refused(400, "invalid_request");
    }
    post(&app, "/v1/customers", &"x".repeat(255), &json!({"identities": [app.phone()]}))
        .expect(201);
}
