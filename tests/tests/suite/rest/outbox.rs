//! /v1/outbox

use regulars_tests::{App, on_both};
use serde_json::{Value as Json, json};

/// A regular of the café who stays away, and never asked for offers.
fn stay_away(app: &App) -> String {
    let id = app.customer();
    come_often(app, &id);
    for _ in 0..40 {
        app.advance_days(1);
    }
    let band = app.get(&format!("/v1/customers/{id}")).expect(200);
    assert_eq!(band.at("/fields/cafe-frequency/band"), "lapsed");
    id
}

/// All messages of the customer, whatever their state.
fn messages(app: &App, customer: &str) -> Vec<Json> {
    let states = ["pending", "sent", "failed", "not_sent", "withdrawn", "corrected", "too_late"];
    let all = states.iter().flat_map(|state| {
        let page = app.get(&format!("/v1/outbox?limit=200&state={state}")).expect(200);
        page.items().clone()
    });
    all.filter(|message| message["customer_id"] == json!(customer)).collect()
}

/// A regular of the café who wants offers.
fn regular(app: &App) -> String {
    let id = app.customer();
    say(app, &id, "grant");
    come_often(app, &id);
    id
}

fn come_often(app: &App, customer: &str) {
    for visit in 0..4 {
        app.purchase(customer, &format!("{customer}-{visit}"), 3_000);
        app.advance_days(1);
    }
}

fn say(app: &App, customer: &str, action: &str) {
    let body = json!({"channel": "sms", "purpose": "marketing", "action": action});
    app.post(&format!("/v1/customers/{customer}/consents"), body).expect(201);
}

/// A message that waits to be sent now.
fn pending(app: &App) -> Json {
    pending_after(app).1
}

/// The same, and after how many days without a visit it came.
fn pending_after(app: &App) -> (i64, Json) {
    regular(app);
    for day in 1..=60 {
        app.advance_days(1);
        let page = app.get("/v1/outbox").expect(200);
        if let Some(message) = page.items().first() {
            return (day, message.clone());
        }
    }
    panic!("no offer in 60 days");
}

fn appointment(app: &App, customer: &str, id: &str, day: i64) -> Json {
    let at = app.now().plus(day * 86_400_000_000).to_string();
    json!({"customer": {"id": customer}, "kind": "appointment", "source": "till", "source_id": id,
        "occurred_at": at, "data": {"starts_at": at, "state": "booked"}})
}

fn outgoing(app: &App, sort: &str, state: &str) -> Vec<Json> {
    app.get(&format!("/v1/outbox?sort={sort}&state={state}")).expect(200).items().clone()
}

fn path(message: &Json, end: &str) -> String {
    format!("/v1/outbox/{}/{end}", message["id"].as_str().unwrap())
}

on_both! {
    fn with_consent_one_offer_says_to_whom_and_why(app) {
        let message = pending(app);
        assert_eq!((&message["template"], &message["purpose"]), (&json!("offer"), &json!("marketing")));
        assert_eq!(message["channels"], json!(["sms"]));
        assert_eq!(message["addresses"][0]["kind"], "phone");
        assert!(!message["reason"].as_str().unwrap().is_empty());
    }

    fn without_consent_nothing_waits(app) {
        let id = stay_away(app);
        let sent: Vec<_> = messages(app, &id).into_iter().filter(|message| message["state"] != "not_sent").collect();
        assert!(sent.is_empty(), "{sent:?}");
    }

    /// The schedule has not come to it, so the offer is decided in the write that says no to it.
    fn who_says_no_before_an_offer_is_decided_is_sent_none(app) {
        let (days, _) = pending_after(app);
        let id = regular(app);
        app.leap_days(days);
        say(app, &id, "withdraw");
        let told: Vec<_> = messages(app, &id).iter().map(|own| (own["state"].clone(), own["state_reason"].clone())).collect();
        assert_eq!(told, [(json!("not_sent"), json!("consent_withdrawn"))]);
    }

    fn any_gateway_takes_it_and_says_what_came_of_it(app) {
        let message = pending(app);
        let gateway = |end: &str, body| app.call("POST", &path(&message, end)).key(&app.integration).json(body).send();
        let again = gateway("failed", json!({"reason": "gateway is busy", "retry": true})).expect(200);
        assert_eq!((again.at("/state"), again.at("/attempts")), (&json!("pending"), &json!(1)));
        assert_eq!(app.get("/v1/outbox").expect(200).items().len(), 1);
        let sent = gateway("sent", json!({"channel": "sms", "gateway_id": "g-1"})).expect(200);
        assert_eq!(sent.at("/state"), "sent");
        assert!(app.get("/v1/outbox").expect(200).items().is_empty());
        gateway("sent", json!({})).expect(200);
        assert_eq!(gateway("failed", json!({"reason": "late"})).refused(409, "conflict").at("/state"), "sent");
    }

    fn what_failed_for_good_stays_out(app) {
        let message = pending(app);
        let failed = app.post(&path(&message, "failed"), json!({"reason": "no such number"})).expect(200);
        assert_eq!((failed.at("/state"), failed.at("/state_reason")), (&json!("failed"), &json!("no such number")));
        assert!(app.get("/v1/outbox").expect(200).items().is_empty());
        assert_eq!(app.get("/v1/outbox?state=failed").expect(200).items().len(), 1);
    }

    fn what_is_no_message_or_no_state_is_refused(app) {
        app.get("/v1/outbox?state=lost").refused(400, "invalid_request");
        app.get("/v1/outbox?cursor=00").refused(400, "invalid_cursor");
        let nobody = "/v1/outbox/msg_01890a5d-ac96-774b-bcce-b302099a8057";
        app.post(&format!("{nobody}/sent"), json!({})).refused(404, "not_found");
        app.post(&format!("{nobody}/failed"), json!({})).faults(&["/reason"]);
        app.post("/v1/outbox/tsk_01890a5d-ac96-774b-bcce-b302099a8057/sent", json!({})).refused(400, "invalid_request");
    }

    fn vouchers_points_and_custom_effects_have_their_own_lists(app) {
        let id = app.customer();
        app.post("/v1/events", appointment(app, &id, "a-1", 0)).expect(201);
        assert!(app.get("/v1/outbox").expect(200).items().is_empty(), "messages alone by default");
        let voucher = outgoing(app, "voucher", "pending").remove(0);
        assert_eq!((&voucher["template"], &voucher["variables"]), (&json!("welcome"), &json!({"worth": "20.00"})));
        assert_eq!(voucher["reason"], "Appointment number 1.");
        let points = outgoing(app, "points", "pending").remove(0);
        assert_eq!((&points["template"], &points["variables"]), (&json!("stars"), &json!({"amount": 1})));
        assert!(points["expires_at"].is_null());
        let custom = outgoing(app, "custom", "pending").remove(0);
        assert_eq!((&custom["template"], &custom["variables"]), (&json!("reserve-table"), &json!({"guests": 2})));
        app.post(&path(&points, "sent"), json!({})).expect(200);
        app.get("/v1/outbox?sort=parcel").refused(400, "invalid_request");
    }

    /// An appointment that comes late is the first after all.
    fn a_voucher_that_no_longer_follows_is_withdrawn_and_points_are_given_however_late(app) {
        let id = app.customer();
        app.post("/v1/events", appointment(app, &id, "a-2", 0)).expect(201);
        let voucher = outgoing(app, "voucher", "pending").remove(0);
        app.advance_days(1);
        app.post("/v1/events", appointment(app, &id, "a-1", -2)).expect(201);
        assert_eq!(outgoing(app, "voucher", "withdrawn")[0]["id"], voucher["id"]);
        assert!(outgoing(app, "voucher", "pending").is_empty(), "the other one comes too late");
        assert_eq!(outgoing(app, "points", "pending").len(), 2);
    }
}
