//! /v1/customers/{id}/timeline: what was decided before and is decided otherwise since.

use super::{
    shop::tier,
    unit_settings::{grow, regular},
};
use regulars_engine::Role;
use regulars_model::duration::{DAY_US, HOUR_US};
use regulars_tests::{Answer, App, Place, START, on_both, root};
use serde_json::{Value as Json, json};

/// With one rule alone.
fn shop(place: Place) -> App {
    App::start(place, vec![root().join("tests/plugins/spend-tiers")], START.parse().unwrap())
}

/// An event of some days ago, and its id.
fn record(app: &App, id: &str, event: Json, days_ago: i64) -> Json {
    let mut body = json!({"customer": {"id": id}, "source": "till"});
    body["occurred_at"] = json!(app.now().minus(days_ago * DAY_US));
    body.as_object_mut().unwrap().extend(event.as_object().unwrap().clone());
    app.post("/v1/events", body).expect(201).at("/event").clone()
}

fn buy(app: &App, id: &str, source_id: &str, amount: i64, days_ago: i64) -> Json {
    let event =
        json!({"kind": "purchase", "source_id": source_id, "amount": amount, "currency": "CNY"});
    record(app, id, event, days_ago)
}

fn timeline(app: &App, id: &str, query: &str) -> Answer {
    app.get(&format!("/v1/customers/{id}/timeline?{query}")).expect(200)
}

fn corrections(app: &App, id: &str) -> Vec<Json> {
    timeline(app, id, "kind=correction").items().clone()
}

#[track_caller]
fn only(app: &App, id: &str) -> Json {
    let mut all = corrections(app, id);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn of_event(event: &Json) -> Json {
    let mut told =
        json!({"id": event["id"], "kind": event["kind"], "occurred_at": event["occurred_at"]});
    if !event["refers_to"].is_null() {
        told["refers_to"] = event["refers_to"].clone();
    }
    json!({"events": [told]})
}

fn moved(from: &str, to: &str, since: &Json) -> Json {
    json!([{"field": "spend-tiers.tier", "from": from, "to": to, "since": since}])
}

fn refund(of: &str, amount: i64) -> Json {
    let refers_to = json!({"source": "till", "source_id": of});
    json!({"kind": "refund", "source_id": format!("back-{of}"), "amount": amount, "currency": "CNY", "refers_to": refers_to})
}

fn task(app: &App) -> Json {
    let tasks = app.get("/v1/tasks").expect(200);
    assert_eq!(tasks.items().len(), 1, "{}", tasks.body);
    tasks.items()[0].clone()
}

on_both! {
    fn what_comes_in_its_turn_corrects_nothing(place: Place) {
        let app = &shop(place);
        let id = app.customer();
        buy(app, &id, "1", 60_000, 2);
        buy(app, &id, "2", 60_000, 1);
        assert_eq!(tier(app, &id), "high");
        let visit = json!({"kind": "visit", "source_id": "v"});
        record(app, &id, visit, 3);
        assert_eq!(corrections(app, &id), Vec::<Json>::new(), "late, and it changes nothing");
        assert_eq!(timeline(app, &id, "").items().len(), 3);
        app.customer();
    }

    fn a_late_purchase_corrects_what_was_decided_since(place: Place) {
        let app = &shop(place);
        let id = app.customer();
        let first = buy(app, &id, "1", 60_000, 1);
        assert_eq!(tier(app, &id), "low");
        app.advance(HOUR_US);
        let late = buy(app, &id, "late", 60_000, 2);
        assert_eq!(tier(app, &id), "high");
        let told = only(app, &id);
        assert!(told["id"].as_str().unwrap().starts_with("cor_"), "{told}");
        assert_eq!((&told["kind"], &told["recorded_at"]), (&json!("correction"), &json!(app.now())));
        assert_eq!(told["occurred_at"], told["recorded_at"]);
        assert_eq!(told["cause"], of_event(&late));
        assert_eq!(told["fields"], moved("low", "high", &late["occurred_at"]));
        for absent in ["tasks", "messages", "tags_added", "tags_removed", "lifecycle"] {
            assert_eq!(told.get(absent), None, "{told}");
        }
        let (en, zh) = (told["sentence"]["en"].as_str().unwrap(), told["sentence"]["zh-CN"].as_str().unwrap());
        assert!(en.starts_with("Purchase of 20") && en.ends_with(" changed what had been decided: Tier is High and was Low."), "{en}");
        assert!(zh.contains("的“购买”更正了先前的判定：等级由“低”改为“高”。"), "{zh}");
        let all = timeline(app, &id, "");
        let kinds: Vec<&Json> = all.items().iter().map(|entry| &entry["kind"]).collect();
        assert_eq!(kinds, ["correction", "purchase", "purchase"]);
        assert_eq!((&all.items()[1]["id"], &all.items()[2]["id"]), (&first["id"], &late["id"]));
        let again = json!({"customer": {"id": id}, "kind": "purchase", "source": "till", "source_id": "late",
            "amount": 60_000, "currency": "CNY", "occurred_at": late["occurred_at"]});
        app.post("/v1/events", again).expect(200);
        assert_eq!(corrections(app, &id).len(), 1, "the same event once more is no event");
    }

    fn what_people_were_to_do_and_what_they_did_is_told_with_it(place: Place) {
        let app = &shop(place);
        for (source, done, state) in [("a", false, "withdrawn"), ("b", true, "corrected")] {
            let id = app.customer();
            buy(app, &id, &format!("{source}1"), 60_000, 3);
            buy(app, &id, &format!("{source}2"), 60_000, 1);
            let call = task(app);
            let path = |verb: &str| format!("/v1/tasks/{}/{verb}", call["id"].as_str().unwrap());
            if done {
                app.post(&path("claim"), json!({})).expect(200);
                app.post(&path("complete"), json!({"outcome": "reached"})).expect(200);
            }
            let late = buy(app, &id, &format!("{source}late"), 60_000, 2);
            let told = only(app, &id);
            // The customer is high now as before, but has been so since the day before.
            assert_eq!(told["fields"], moved("high", "high", &late["occurred_at"]));
            let gone = json!([{"id": call["id"], "plugin": "spend-tiers", "sort": "task", "name": "call", "state": state}]);
            assert_eq!(told["tasks"], gone);
            let sentence = told["sentence"]["en"].as_str().unwrap();
            assert!(sentence.contains("Tier is what it was, but another from"), "{sentence}");
            let marked = if done { "done or sent already, and marked: 1" } else { "taken back before anybody saw to it: 1" };
            assert!(sentence.contains(marked), "{sentence}");
            let other = task(app);
            assert_ne!(other["id"], call["id"], "the call for the rise of the day before");
            for verb in ["claim", "complete"] {
                let path = format!("/v1/tasks/{}/{verb}", other["id"].as_str().unwrap());
                let body = if verb == "claim" { json!({}) } else { json!({"outcome": "reached"}) };
                app.post(&path, body).expect(200);
            }
        }
    }

    fn a_refund_and_a_void_take_back_what_their_purchases_brought(place: Place) {
        let app = &shop(place);
        let void = |of: &str| json!({"kind": "void", "source_id": "v", "refers_to": {"source": "till", "source_id": of}});
        for (of, event) in [("a", refund("a", 50_000)), ("b", void("b"))] {
            let id = app.customer();
            buy(app, &id, of, 120_000, 2);
            assert_eq!(tier(app, &id), "high");
            let back = record(app, &id, event, 0);
            assert_eq!(tier(app, &id), "low");
            let told = only(app, &id);
            assert_eq!(told["cause"], of_event(&back));
            assert_eq!(told["fields"], moved("high", "low", &back["occurred_at"]));
        }
        let id = app.customer();
        buy(app, &id, "c", 60_000, 3);
        record(app, &id, refund("c", 10_000), 2);
        assert_eq!(corrections(app, &id), Vec::<Json>::new(), "the tier was low and stays so");
        buy(app, &id, "d", 100_000, 1);
        let late = record(app, &id, json!({"kind": "refund", "source_id": "e", "amount": 50_000, "currency": "CNY",
            "refers_to": {"source": "till", "source_id": "c"}}), 2);
        assert_eq!(tier(app, &id), "low");
        let told = only(app, &id);
        assert_eq!((&told["cause"], told["fields"][0]["to"].clone()), (&of_event(&late), json!("low")));
        assert_eq!(told["tasks"][0]["state"], "withdrawn");
    }

    fn a_rollback_is_told_to_everybody_whom_the_draft_moved(place: Place) {
        let app = &App::on(place);
        grow(app);
        let [moved_one, other] = [60_000, 10_000].map(|amount| regular(app, "east-1", amount));
        let body = json!({"plugin": "spend-tiers", "title": "Lower the bar", "set": {"high_above": "500.00"}});
        let draft = app.post("/v1/drafts", body).expect(201).text("/id");
        let step = |step: &str| app.post(&format!("/v1/drafts/{draft}/{step}"), json!({})).expect(200);
        app.advance_days(1);
        let published = json!(app.now());
        step("publish");
        app.decide_due();
        assert_eq!(tier(app, &moved_one), "high");
        assert_eq!(corrections(app, &moved_one), Vec::<Json>::new(), "a change from now on corrects nothing");
        app.advance_days(1);
        step("rollback");
        // From now on, and so the cause of nothing.
        let patch = app.call("PATCH", "/v1/plugins/cafe-frequency/settings").json(json!({"recent": "8d"}));
        patch.send().expect(200);
        app.decide_due();
        assert_eq!(tier(app, &moved_one), "low");
        let told = only(app, &moved_one);
        assert_eq!(told["fields"], moved("high", "low", &published));
        let version = app.get("/v1/plugins/spend-tiers").expect(200).at("/settings_version").clone();
        let back = json!({"plugin": "spend-tiers", "settings_version": version, "in_force_from": published, "created_at": app.now()});
        assert_eq!(told["cause"], json!({"versions": [back]}));
        let en = told["sentence"]["en"].as_str().unwrap();
        assert_eq!(en, "Changed rules of Spend tiers changed what had been decided: Tier is Low and was High.");
        assert_eq!(corrections(app, &other), Vec::<Json>::new());
    }

    fn pages_and_filters_hold_both_sorts_of_entries(place: Place) {
        let app = &shop(place);
        let id = app.customer();
        for (number, days_ago) in [(1, 1), (2, 3), (3, 2), (4, 4), (5, 5)] {
            buy(app, &id, &number.to_string(), 60_000, days_ago);
        }
        let all = timeline(app, &id, "").items().clone();
        let told = corrections(app, &id);
        // All of one instant: the newest first, and before what happened then.
        assert!(told.len() >= 2, "{told:?}");
        assert_eq!((all.len(), &all[..told.len()]), (5 + told.len(), &*told));
        for query in ["limit=1", "limit=2", "limit=3", "limit=1&kind=correction", "limit=2&kind=correction,purchase"] {
            let (mut seen, mut next) = (Vec::new(), String::new());
            loop {
                let page = timeline(app, &id, &format!("{query}{next}"));
                seen.extend(page.items().clone());
                match page.json["next"].as_str() {
                    Some(cursor) => next = format!("&cursor={cursor}"),
                    None => break,
                }
            }
            let expected = if query.ends_with("kind=correction") { &told } else { &all };
            assert_eq!(&seen, expected, "{query}");
        }
        assert_eq!(timeline(app, &id, "kind=purchase").items().len(), 5);
        let now = app.now();
        assert_eq!(timeline(app, &id, &format!("kind=correction&to={now}")).items().len(), 0);
        assert_eq!(timeline(app, &id, &format!("kind=correction&from={now}")).items().len(), told.len());
        let member = app.post(&format!("/v1/customers/{id}/member-token"), json!({})).expect(201).text("/token");
        let path = format!("/v1/customers/{id}/timeline");
        let shown = app.call("GET", &path).key(&member).send().expect(200);
        assert_eq!(shown.items().len(), 5, "a customer is told what happened");
        let guide = app.key(Role::CustomerService, &[]);
        let shown = app.call("GET", &path).key(&guide).send().expect(200);
        assert_eq!(shown.items().len(), all.len());
        app.put("/v1/schemas/event/correction", json!({"type": "object"})).refused(409, "conflict");
    }
}
