//! /v1/customers/{id}/explain as of an instant, and as was known on a day

use regulars_model::{Instant, duration::DAY_US};
use regulars_tests::{Answer, App, START, on_both};
use serde_json::{Value as Json, json};

/// So many days after the test began.
fn day(days: i64) -> String {
    let start: Instant = START.parse().expect("an instant");
    start.plus(days * DAY_US).to_string()
}

fn ask(app: &App, id: &str, more: &str) -> Answer {
    app.get(&format!("/v1/customers/{id}/explain?field=spend-tiers.tier{more}"))
}

fn send(app: &App, id: &str, body: Json) {
    let mut all = json!({"customer": {"id": id}, "currency": "CNY", "source": "till"});
    all.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    app.post("/v1/events", all).expect(201);
}

fn spend(why: &Answer) -> Json {
    let inputs = why.at("/inputs").as_array().unwrap();
    inputs.iter().find(|input| input["name"] == "spend").unwrap()["value"].clone()
}

on_both! {
    /// 300 on day 0 and 900 on day 10; on day 20 the till tells of 800 on day 2, and on day 30 of
    /// their refund on day 4.
    fn late_events_change_what_was_so_and_not_what_was_known(app) {
        let id = app.customer();
        app.purchase(&id, "1", 30_000);
        app.advance_days(10);
        app.purchase(&id, "2", 90_000);
        app.advance_days(10);
        send(app, &id, json!({"kind": "purchase", "source_id": "late", "amount": 80_000, "occurred_at": day(2)}));
        app.advance_days(10);
        send(app, &id, json!({"kind": "refund", "source_id": "back", "amount": 80_000, "occurred_at": day(4),
            "refers_to": {"source": "till", "source_id": "late"}}));
        app.advance_days(1);
        // The field, what was spent, and how many events that rests on.
        let cases = [
            ("at", 1, "low", "300.00", 1),
            ("at", 3, "high", "1100.00", 2),
            ("at", 5, "low", "300.00", 3),
            ("at", 15, "high", "1200.00", 4),
            ("known_at", 1, "low", "300.00", 1),
            ("known_at", 3, "low", "300.00", 1),
            ("known_at", 5, "low", "300.00", 1),
            ("known_at", 15, "high", "1200.00", 2),
            ("known_at", 25, "high", "2000.00", 3),
            ("known_at", 31, "high", "1200.00", 4),
        ];
        for (of, on, value, spent, events) in cases {
            let why = ask(app, &id, &format!("&{of}={}", day(on))).expect(200);
            let found = (why.text("/value"), spend(&why), why.at("/events_total").clone());
            assert_eq!(found, (value.to_owned(), json!(spent), json!(events)), "{of} day {on}: {}", why.body);
            assert_eq!(why.at("/at"), &day(on));
            assert_eq!(why.json["known_at"], if of == "at" { json!(null) } else { json!(day(on)) });
        }
        let both = |at, known| ask(app, &id, &format!("&at={}&known_at={}", day(at), day(known))).expect(200);
        assert_eq!(both(5, 15).at("/value"), "low");
        let between = both(5, 25);
        assert_eq!((between.at("/value"), spend(&between)), (&json!("high"), json!("1100.00")));
        assert_eq!(both(5, 31).at("/value"), "low");
    }

    fn the_past_explains_itself_with_what_was_then(app) {
        let id = app.customer();
        app.purchase(&id, "1", 30_000);
        app.advance_days(5);
        app.call("PATCH", "/v1/plugins/spend-tiers/settings").json(json!({"high_above": "200.00"})).send().expect(200);
        app.advance_days(5);
        app.purchase(&id, "2", 100);
        let then = ask(app, &id, &format!("&at={}", day(4))).expect(200);
        assert_eq!((then.at("/value"), then.at("/settings_version")), (&json!("low"), &json!(1)));
        assert_eq!(then.at("/settings/high_above"), "1000.00");
        assert_eq!(then.at("/sentence/en"), "Spent 300.00 CNY: tier Low.");
        assert_eq!(then.at("/sentence/zh-CN"), "累计消费300.00元，等级为“低”。");
        assert_eq!((then.at("/since"), then.at("/decided_on/source_id")), (&json!(day(0)), &json!("1")));
        let condition = json!({"subject": "spend", "value": "300.00", "comparison": ">", "threshold": "1000.00",
            "setting": "high_above", "held": false});
        assert_eq!(then.at("/conditions"), &json!([condition]));
        let input = &then.at("/inputs")[0];
        assert_eq!((&input["events"], &input["events_total"]), (&json!([then.at("/events/0/id")]), &json!(1)));
        let known = ask(app, &id, &format!("&known_at={}", day(4))).expect(200);
        for part in ["/value", "/sentence", "/conditions", "/inputs", "/settings", "/decision_id"] {
            assert_eq!(known.at(part), then.at(part), "{part}");
        }
        let now = ask(app, &id, "").expect(200);
        assert_eq!((now.at("/value"), now.at("/settings_version")), (&json!("high"), &json!(2)));
        assert_eq!((now.at("/since"), now.at("/at")), (&json!(day(5)), &json!(day(10))));
        assert_eq!(now.at("/decided_on"), &json!(null));
    }

    /// A setting dated before it was made known is of today's log, not of what was known.
    fn what_is_due_is_decided_before_it_is_explained(app) {
        let id = app.customer();
        app.purchase(&id, "1", 30_000);
        app.leap_days(1);
        app.call("PATCH", "/v1/plugins/spend-tiers/settings").json(json!({"high_above": "200.00"})).send().expect(200);
        let now = ask(app, &id, "").expect(200);
        assert_eq!((now.at("/value"), now.at("/settings_version")), (&json!("high"), &json!(2)));
        assert_eq!(now.at("/decision_id"), &json!(null), "not yet on record");
        let known = ask(app, &id, &format!("&known_at={}", day(1))).expect(200);
        assert_eq!(known.at("/value"), "low", "what a screen shows until it is decided");
        app.decide_due();
        let decided = ask(app, &id, "").expect(200);
        assert_eq!(decided.at("/value"), "high");
        assert!(decided.text("/decision_id").starts_with("dec_"));
    }

    fn before_the_first_entry_there_is_nothing(app) {
        let id = app.customer();
        app.advance_days(3);
        app.purchase(&id, "1", 30_000);
        for question in ["at=0001-01-01T00:00:00Z".to_owned(), format!("at={}", day(2)), format!("known_at={}", day(2)),
            "known_at=2020-01-01T00:00:00Z".to_owned()] {
            let why = ask(app, &id, &format!("&{question}")).expect(200);
            assert_eq!((why.at("/value"), why.at("/decision_id"), why.at("/since")), (&json!(null), &json!(null), &json!(null)));
            assert_eq!((why.at("/events_total"), why.at("/conditions")), (&json!(0), &json!([])), "{question}");
            assert!(why.text("/sentence/zh-CN").contains("尚无理由"));
        }
    }

    fn what_has_not_been_yet_can_not_be_asked(app) {
        let id = app.customer();
        ask(app, &id, &format!("&at={}", day(1))).faults(&["/at"]);
        ask(app, &id, &format!("&known_at={}", day(1))).faults(&["/known_at"]);
        app.advance_days(5);
        ask(app, &id, &format!("&at={}&known_at={}", day(3), day(2))).faults(&["/at"]);
        ask(app, &id, "&at=2026-03-03").refused(400, "invalid_request");
        ask(app, &id, "&knownat=2026-03-03T00:00:00Z").refused(400, "invalid_request");
    }
}
