//! Events that plugins append: /v1/customers/{id}/timeline, and what others make of them.

use regulars_tests::{App, START, on_both, root};
use serde_json::{Value as Json, json};

fn app(place: regulars_tests::Place) -> App {
    App::start(place, vec![root().join("tests/rounds")], START.parse().expect("an instant"))
}

fn fields(app: &App, customer: &str) -> Json {
    app.get(&format!("/v1/customers/{customer}")).expect(200).at("/fields").clone()
}

/// What plugins appended and what stands of it, oldest first.
fn appended(app: &App, customer: &str) -> Vec<Json> {
    let mut events = all_appended(app, customer);
    events.retain(|event| event["flags"] == json!([]));
    events
}

fn all_appended(app: &App, customer: &str) -> Vec<Json> {
    let timeline = app.get(&format!("/v1/customers/{customer}/timeline?limit=200")).expect(200);
    let mut events: Vec<Json> = timeline.items().to_vec();
    events.retain(|event| event.get("plugin").is_some());
    events.reverse();
    events
}

fn keys(events: &[Json]) -> Vec<String> {
    let text = |event: &Json, name: &str| event[name].as_str().unwrap().to_owned();
    let key = |event| format!("{}/{}", text(event, "kind"), text(event, "source_id"));
    events.iter().map(key).collect()
}

fn decisions(app: &App, customer: &str) -> Vec<Json> {
    app.get(&format!("/v1/customers/{customer}/decisions?limit=200")).expect(200).items().to_vec()
}

fn purchase(app: &App, customer: &str, source_id: &str, amount: i64, days_ago: i64) -> Json {
    let at = app.now().minus(days_ago * regulars_model::duration::DAY_US);
    let body = json!({
        "customer": {"id": customer}, "kind": "purchase", "amount": amount, "currency": "CNY",
        "source": "till", "source_id": source_id, "occurred_at": at.to_string(),
    });
    app.post("/v1/events", body).expect(201).json
}

fn enable(app: &App, plugin: &str, enabled: bool) {
    app.put(&format!("/v1/plugins/{plugin}/units"), json!({"enabled": enabled})).expect(200);
    app.decide_due();
}

on_both! {
    fn others_are_asked_in_the_next_round(place: Place) {
        let app = app(place);
        let id = app.customer();
        let recorded = purchase(&app, &id, "1", 1_500_000, 0);
        let effects = recorded["effects"].as_array().unwrap();
        let append = effects.iter().find(|effect| effect["effect"] == "append_event").unwrap();
        assert_eq!(append["detail"], json!({
            "kind": "reached", "key": "level-1", "amount": 1_500_000, "data": {"level": 1},
        }));
        let own = appended(&app, &id);
        assert_eq!(keys(&own), ["milestones.reached/level-1", "level-club.welcomed/level-1"]);
        assert_eq!(own[0]["plugin"], "milestones");
        assert_eq!(own[0]["source"], "milestones");
        assert_eq!(own[0]["reason"]["en"], "15,000.00 CNY in all is level 1.");
        assert_eq!((&own[0]["amount"], &own[0]["currency"]), (&json!(1_500_000), &json!("CNY")));
        assert_eq!(own[0]["data"], json!({"level": 1}));
        let fields = fields(&app, &id);
        assert_eq!(fields["level-club"], json!({"levels": 1, "recent": 1, "worth": "15000.00", "calms": 0}));
        // The third round came back to where it began.
        assert_eq!(fields["milestones"], json!({"welcomed": 1}));
        assert_eq!(app.get("/v1/tasks").expect(200).items().len(), 1);
        let explained = app.get(&format!("/v1/customers/{id}/explain?field=level-club.levels")).expect(200);
        assert_eq!(explained.at("/decided_on/kind"), "milestones.reached");
        assert_eq!(explained.at("/events_total"), 1);
        // Windows and wakes go on from what was appended.
        app.advance_days(11);
        assert_eq!(fields_of(&app, &id, "level-club")["recent"], 0);
        app.advance_days(10);
        assert_eq!(fields_of(&app, &id, "level-club")["calms"], 1);
        // The same key changes nothing, though only the tail of the log is read at first.
        app.purchase(&id, "2", 100);
        assert_eq!(keys(&appended(&app, &id)).len(), 3);
        assert_eq!(fields_of(&app, &id, "level-club")["worth"], "15000.00");
    }

    fn a_preview_says_it_all_and_appends_nothing(place: Place) {
        let app = app(place);
        let id = app.customer();
        app.purchase(&id, "1", 100);
        let basket = json!({
            "customer": {"id": id}, "kind": "purchase", "amount": 1_500_000, "currency": "CNY",
        });
        let preview = app.post("/v1/events/preview", basket).expect(200);
        let effects = preview.at("/effects").as_array().unwrap().clone();
        let by = |plugin: &str| {
            let own = effects.iter().filter(|effect| effect["plugin"] == plugin);
            own.map(|effect| effect["effect"].as_str().unwrap()).collect::<Vec<_>>()
        };
        assert!(by("milestones").contains(&"append_event"), "{effects:?}");
        assert!(by("level-club").contains(&"task"), "{effects:?}");
        assert!(all_appended(&app, &id).is_empty());
    }

    fn a_late_event_moves_what_follows_and_leaves_the_rest(place: Place) {
        let app = app(place);
        let id = app.customer();
        purchase(&app, &id, "1", 1_500_000, 9);
        purchase(&app, &id, "2", 1_000_000, 3);
        let before = appended(&app, &id);
        assert_eq!(before.len(), 4);
        // Before the second level, after the first: the first stays as it is, the second moves.
        purchase(&app, &id, "late", 500_000, 5);
        let after = appended(&app, &id);
        assert_eq!(after[..2], before[..2]);
        assert_eq!((keys(&after)[..4].to_vec(), after.len()), (keys(&before), 6));
        assert_ne!(after[2]["occurred_at"], before[2]["occurred_at"]);
        assert_eq!((&before[2]["amount"], &after[2]["amount"]), (&json!(2_500_000), &json!(2_000_000)));
        let mut withdrawn = all_appended(&app, &id);
        withdrawn.retain(|event| event["flags"] == json!(["withdrawn"]));
        assert_eq!(keys(&withdrawn), keys(&before[2..]));
        assert_eq!(fields_of(&app, &id, "level-club"), json!({"levels": 3, "recent": 3, "worth": "65000.00", "calms": 0}));
        app.post("/v1/events", json!({
            "customer": {"id": id}, "kind": "void", "source": "till", "source_id": "v",
            "occurred_at": app.now().minus(5 * regulars_model::duration::DAY_US).to_string(),
            "refers_to": {"source": "till", "source_id": "late"},
        })).expect(201);
        // It counted until it was voided, so the second level stays where it was moved to.
        let voided = appended(&app, &id);
        assert_eq!((&voided[..], keys(&voided)), (&after[..4], keys(&before)));
    }

    fn switched_off_its_events_are_taken_back(place: Place) {
        let app = app(place);
        let id = app.customer();
        purchase(&app, &id, "1", 1_500_000, 3);
        assert_eq!(fields_of(&app, &id, "level-club")["levels"], 1);
        app.advance_days(1);
        enable(&app, "milestones", false);
        assert!(keys(&appended(&app, &id)).iter().all(|key| key.starts_with("level-club")));
        assert_eq!(fields_of(&app, &id, "level-club"), json!({"levels": 0, "recent": 0, "worth": "0.00", "calms": 0}));
        let withdraws = |decision: &Json| {
            let mut effects = decision["effects"].as_array().unwrap().iter();
            effects.any(|effect| effect["effect"] == "withdraw_event")
        };
        let taken_back = decisions(&app, &id).into_iter().find(withdraws);
        let taken_back = taken_back.expect("a decision that says so");
        assert_eq!((&taken_back["plugin"], &taken_back["cause"]), (&json!("milestones"), &json!("settings")));
        // What comes late, before it was switched off, is decided with it: it still counted then.
        app.advance_days(1);
        purchase(&app, &id, "late", 1_000_000, 3);
        assert_eq!(fields_of(&app, &id, "level-club")["levels"], 0);
        let then = decisions(&app, &id).into_iter().filter(|decision| decision["voided_at"].is_null());
        let levels = then.filter(|decision| decision["plugin"] == "level-club" && decision["cause"] == "event");
        assert_eq!(levels.count(), 2);
        // On again it says again what follows, at that instant, and gives nobody work for it.
        let tasks = app.get("/v1/tasks").expect(200).items().len();
        app.advance_days(1);
        enable(&app, "milestones", true);
        assert_eq!(fields_of(&app, &id, "level-club")["levels"], 2);
        assert_eq!(app.get("/v1/tasks").expect(200).items().len(), tasks);
        purchase(&app, &id, "later", 1_000_000, 0);
        assert_eq!(fields_of(&app, &id, "level-club")["levels"], 3);
    }

    fn changed_settings_append_and_ask_nobody_to_work(place: Place) {
        let app = app(place);
        let id = app.customer();
        app.purchase(&id, "1", 600_000);
        assert!(appended(&app, &id).is_empty());
        app.advance_days(1);
        let path = "/v1/plugins/milestones/settings";
        app.call("PATCH", path).json(json!({"step": "5000.00"})).send().expect(200);
        app.decide_due();
        assert_eq!(fields_of(&app, &id, "level-club")["levels"], 1);
        assert!(app.get("/v1/tasks").expect(200).items().is_empty());
        let asked = decisions(&app, &id);
        let task = asked.iter().flat_map(|decision| decision["effects"].as_array().unwrap());
        let task: Vec<_> = task.filter(|effect| effect["effect"] == "task").collect();
        assert_eq!((task.len(), &task[0]["outcome"]), (1, &json!("state_only")));
    }

    fn who_would_open_a_fifth_round_is_held(place: Place) {
        let app = app(place);
        let id = app.customer();
        let note = json!({
            "customer": {"id": id}, "kind": "note", "source": "app", "source_id": "n",
            "data": {"text": "hello"},
        });
        app.post("/v1/events", note).expect(201);
        let own = appended(&app, &id);
        let again = |times: usize| format!("echo.heard/n{}", "-again".repeat(times));
        assert_eq!(keys(&own), [again(1), again(2), again(3)]);
        let held: Vec<Json> = decisions(&app, &id).into_iter().filter(|one| one["outcome"] == "held").collect();
        assert_eq!(held.len(), 1);
        assert_eq!(held[0]["fault"]["code"], "limit_exceeded");
        assert_eq!(held[0]["event_id"], own[2]["id"]);
        // Nothing of the held one was applied, all before it was.
        assert_eq!(fields_of(&app, &id, "echo")["heard"], 2);
    }

    fn kinds_of_plugins_are_nobody_elses(place: Place) {
        let app = app(place);
        let id = app.customer();
        let forged = json!({"customer": {"id": id}, "kind": "milestones.reached", "amount": 1, "currency": "CNY"});
        app.post("/v1/events", forged).faults(&["/kind"]);
        app.put("/v1/schemas/event/milestones.reached", json!({"type": "object"})).refused(422, "invalid_value");
        // An event of a client under the plugin's name and key is another one.
        let odd = json!({
            "customer": {"id": id}, "kind": "visit", "source": "milestones", "source_id": "level-1",
        });
        app.post("/v1/events", odd).expect(201);
        app.purchase(&id, "1", 1_500_000);
        assert_eq!(fields_of(&app, &id, "level-club")["levels"], 1);
    }

    fn who_uses_whose_events_is_reported(place: Place) {
        let app = app(place);
        let conflicts = |id: &str| {
            let plugin = app.get(&format!("/v1/plugins/{id}")).expect(200);
            let all = plugin.at("/conflicts").as_array().unwrap().iter();
            all.map(|one| json!([one["kind"], one["severity"], one["thing"]])).collect::<Vec<_>>()
        };
        let circle = "milestones.calm, milestones.reached, level-club.welcomed";
        assert_eq!(conflicts("echo"), [json!(["event_loop", "warning", "echo.heard"])]);
        let shared = |thing: &str| json!(["events_shared", "note", thing]);
        assert_eq!(conflicts("level-club"), [
            json!(["event_loop", "warning", circle]),
            shared("level-club.welcomed"), shared("milestones.calm"), shared("milestones.reached"),
        ]);
        enable(&app, "milestones", false);
        let disabled = |thing: &str| json!(["event_disabled", "warning", thing]);
        assert_eq!(conflicts("level-club"), [disabled("milestones.calm"), disabled("milestones.reached")]);
    }
}

fn fields_of(app: &App, customer: &str, plugin: &str) -> Json {
    fields(app, customer)[plugin].clone()
}
