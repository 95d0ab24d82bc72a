//! /v1/customers/{id}/identities

use regulars_tests::{App, on_both};
use serde_json::{Value as Json, json};

fn holder(app: &App, identity: &Json) -> Json {
    let found = app.post("/v1/customers/identify", json!({"identities": [identity]})).expect(200);
    found.json["customer"]["id"].clone()
}

const CARD: &str = "VIP-0042";

on_both! {
    fn added_found_retired_and_free_again(app) {
        let (one, two) = (app.customer(), app.customer());
        let card = json!({"kind": "card", "value": CARD});
        let path = |id: &str| format!("/v1/customers/{id}/identities");
        let added = app.post(&path(&one), card.clone()).expect(201);
        assert_eq!(added.at("/identities").as_array().unwrap().len(), 2);
        assert_eq!(holder(app, &card), json!(one));
        app.post(&path(&one), card.clone()).expect(200);
        let taken = app.post(&path(&two), card.clone()).refused(409, "identity_taken");
        assert_eq!(taken.at("/customer_id"), &json!(one));
        app.post(&format!("{}/retire", path(&one)), card.clone()).expect(200);
        assert_eq!(holder(app, &card), json!(null));
        let given = app.post(&path(&two), card.clone()).expect(201);
        assert_eq!(given.at("/id"), &json!(two));
        assert_eq!(holder(app, &card), json!(two));
    }

    fn moving_takes_it_from_one_to_the_other(app) {
        let (one, two) = (app.customer(), app.customer());
        let card = json!({"kind": "card", "value": CARD});
        app.post(&format!("/v1/customers/{one}/identities"), card.clone()).expect(201);
        let path = format!("/v1/customers/{one}/identities/move");
        let body = json!({"kind": "card", "value": CARD, "to": two});
        assert_eq!(app.post(&path, body.clone()).expect(200).at("/id"), &json!(two));
        assert_eq!(holder(app, &card), json!(two));
        app.post(&path, body).expect(200);
        app.post(&path, json!({"kind": "card", "value": "other", "to": two})).refused(404, "not_found");
        app.post(&path, json!({"kind": "card", "value": CARD, "to": one})).faults(&["/to"]);
    }

    fn what_is_not_there_or_no_identity_is_refused(app) {
        let id = app.customer();
        let path = format!("/v1/customers/{id}/identities");
        app.post(&path, json!({"kind": "phone", "value": "138****8000"})).faults(&["/value"]);
        app.post(&format!("{path}/retire"), json!({"kind": "card", "value": "7"})).refused(404, "not_found");
        let nobody = "/v1/customers/cus_01890a5d-ac96-774b-bcce-b302099a8057/identities";
        app.post(nobody, json!({"kind": "card", "value": "7"})).refused(404, "not_found");
    }
}
