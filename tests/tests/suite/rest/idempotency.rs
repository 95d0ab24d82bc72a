//! `Idempotency-Key`: a repeat with the same body gets the first answer again.

use regulars_tests::{Answer, App, on_both};
use serde_json::{Value as Json, json};

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

    fn a_key_is_one_persons_on_one_path_for_seven_days(app) {
        let body = json!({"identities": [app.phone()], "create": true});
        post(app, "/v1/customers/identify", "k1", &body).expect(201);
        let create = json!({"identities": [app.phone()]});
        post(app, "/v1/customers", "k1", &create).expect(201);
        let other = json!({"identities": [app.phone()]});
        app.call("POST", "/v1/customers").key(&app.staff).header("idempotency-key", "k1").json(other).send().expect(201);
        app.advance_days(8);
        post(app, "/v1/customers", "k1", &create).refused(409, "identity_taken");
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
