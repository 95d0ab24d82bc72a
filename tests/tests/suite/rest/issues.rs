//! /v1/issues: what a publication left out, counted, and given at a pace.

use super::{
    drafts::{draft, publish, roll_out, step},
    unit_settings::{grow, regular},
    what_if::ended,
};
use regulars_engine::Role;
use regulars_model::{
    Instant,
    duration::{HOUR_US, SECOND_US},
};
use regulars_tests::{Answer, App, Place, START, on_both, root};
use serde_json::{Value as Json, json};

const SPEND_TIERS: &str = "spend-tiers";
const GIFTS: &str = "gold-gifts";

/// With a plugin that gives one of each sort.
fn shop(place: Place) -> App {
    let app = App::start(place, vec![root().join("tests/gifts")], START.parse().unwrap());
    grow(&app);
    app
}

/// In force from now on, and everybody decided by it.
fn set(app: &App, plugin: &str, change: Json) {
    let path = format!("/v1/plugins/{plugin}/settings");
    app.call("PATCH", &path).json(change).send().expect(200);
    app.decide_due();
}

fn consent(app: &App, id: &str) {
    let body = json!({"channel": "sms", "purpose": "marketing", "action": "grant"});
    app.post(&format!("/v1/customers/{id}/consents"), body).expect(201);
}

fn create(app: &App, body: Json) -> Answer {
    app.post("/v1/issues", body)
}

/// Of the plugin's settings in force, and started.
fn started(app: &App, plugin: &str, sorts: Json, per_minute: i64) -> String {
    let body = json!({"plugin": plugin, "sorts": sorts, "per_minute": per_minute});
    let id = create(app, body).expect(201).text("/id");
    move_on(app, &id, "start").expect(200);
    id
}

fn move_on(app: &App, id: &str, verb: &str) -> Answer {
    app.call("POST", &format!("/v1/issues/{id}/{verb}")).send()
}

fn load(app: &App, id: &str) -> Answer {
    app.get(&format!("/v1/issues/{id}")).expect(200)
}

fn turn(app: &App) {
    app.wait(app.engine.issue_due()).unwrap();
}

/// Turn after turn, until it is over.
fn run(app: &App, id: &str) -> Answer {
    for _ in 0..500 {
        turn(app);
        let issue = load(app, id);
        if issue.text("/state") != "running" {
            return issue;
        }
        app.advance_clock(SECOND_US);
    }
    panic!("it does not end: {}", load(app, id).body);
}

fn tasks(app: &App) -> Vec<Json> {
    app.get("/v1/tasks?limit=200").expect(200).items().clone()
}

fn outgoing(app: &App, sort: &str, state: &str) -> Vec<Json> {
    app.get(&format!("/v1/outbox?limit=200&sort={sort}&state={state}")).expect(200).items().clone()
}

/// Sort → given, withheld.
fn dealt(issue: &Answer) -> Json {
    let all = issue.at("/dealt").as_array().unwrap().iter();
    let pairs = all.map(|own| {
        let withheld = own.get("withheld").cloned().unwrap_or(json!({}));
        (own["sort"].as_str().unwrap().to_owned(), json!([own["given"], withheld]))
    });
    Json::Object(pairs.collect())
}

fn outcomes(app: &App, customer: &str, plugin: &str) -> Vec<Json> {
    let all = app.get(&format!("/v1/customers/{customer}/decisions")).expect(200);
    let standing =
        all.items().iter().filter(|one| one["voided_at"].is_null() && one["plugin"] == plugin);
    let effects = standing.flat_map(|one| one["effects"].as_array().unwrap());
    effects
        .filter(|effect| effect["effect"] == "task")
        .map(|effect| effect["outcome"].clone())
        .collect()
}

on_both! {
    fn it_is_counted_first_and_given_evenly(app) {
        grow(app);
        let homes = ["east-1", "east-1", "east-2", "west-1"];
        let ids = homes.map(|store| regular(app, store, 60_000));
        regular(app, "west-2", 10_000);
        app.advance_days(1);
        set(app, SPEND_TIERS, json!({"high_above": "500.00"}));
        let body = json!({"plugin": SPEND_TIERS, "per_minute": 6});
        let issue = create(app, body).expect(201);
        let by_store = json!([{"store": "east-1", "count": 2}, {"store": "east-2", "count": 1}, {"store": "west-1", "count": 1}]);
        assert_eq!(issue.at("/counted"), &json!([{
            "plugin": SPEND_TIERS, "sort": "task", "kind": "call", "count": 4, "exist": 0, "by_store": by_store,
        }]));
        assert_eq!((issue.at("/state"), issue.at("/dealt")), (&json!("counted"), &json!([])));
        let id = issue.text("/id");
        turn(app);
        assert!(tasks(app).is_empty(), "nobody has started it");
        move_on(app, &id, "start").expect(200);
        turn(app);
        assert_eq!(tasks(app).len(), 1);
        for _ in 0..3 {
            app.advance_clock(3 * SECOND_US);
            turn(app);
        }
        assert_eq!(tasks(app).len(), 1, "one in ten seconds");
        app.advance_clock(SECOND_US);
        turn(app);
        turn(app);
        assert_eq!(tasks(app).len(), 2);
        // A pause is no way to be faster, neither a short one nor a long one.
        for wait in [SECOND_US, HOUR_US] {
            let before = tasks(app).len();
            let paused = move_on(app, &id, "pause").expect(200);
            assert_eq!(paused.at("/state"), "paused");
            app.advance_clock(wait);
            turn(app);
            move_on(app, &id, "start").expect(200);
            turn(app);
            turn(app);
            assert_eq!(tasks(app).len() - before, usize::from(wait > SECOND_US));
        }
        let done = run(app, &id);
        assert_eq!((done.at("/state"), done.at("/no_longer_follow")), (&json!("done"), &json!(0)));
        assert_eq!(dealt(&done), json!({"task": [4, {}]}));
        let mut given: Vec<_> = tasks(app).iter().map(|task| task["customer_id"].clone()).collect();
        given.sort_by_key(Json::to_string);
        let mut wanted = ids.clone();
        wanted.sort();
        assert_eq!(given, wanted.map(Json::from));
        assert_eq!(outcomes(app, &ids[0], SPEND_TIERS), ["applied"]);
        // Asked for again there is nothing.
        let again = create(app, json!({"plugin": SPEND_TIERS, "per_minute": 6})).expect(201);
        assert_eq!(again.at("/counted"), &json!([]));
        assert_eq!(app.get("/v1/issues").expect(200).items().len(), 2);
    }

    fn of_a_draft_it_is_all_that_its_steps_left_out(app) {
        grow(app);
        for store in ["east-1", "east-2", "west-1"] {
            regular(app, store, 60_000);
        }
        let id = draft(app);
        let ask = || create(app, json!({"draft": id, "per_minute": 600}));
        ask().refused(409, "conflict");
        app.advance_days(1);
        roll_out(app, &id, json!({"units": ["east-1"]})).expect(200);
        let refused = ask().refused(409, "conflict");
        assert_eq!(refused.at("/customers"), 3, "not everybody has been decided yet");
        app.decide_due();
        let early = ask().expect(201);
        assert_eq!(early.at("/counted/0/count"), 1);
        app.advance_days(1);
        publish(app, &id, json!({})).expect(200);
        app.decide_due();
        let refused = move_on(app, &early.text("/id"), "start").refused(409, "conflict");
        assert!(refused.text("/detail").contains("may follow no more"), "{}", refused.body);
        let issue = ask().expect(201);
        assert_eq!(issue.at("/counted/0/count"), 3);
        move_on(app, &issue.text("/id"), "start").expect(200);
        assert_eq!(dealt(&run(app, &issue.text("/id"))), json!({"task": [3, {}]}));
        assert_eq!(tasks(app).len(), 3);
        // A rollback takes back what nobody has done.
        let one = tasks(app)[0].clone();
        let path = format!("/v1/tasks/{}/complete", one["id"].as_str().unwrap());
        app.post(&path, json!({"outcome": "reached"})).expect(200);
        step(app, &id, "rollback").expect(200);
        app.decide_due();
        assert!(tasks(app).is_empty(), "{:?}", tasks(app));
        let had = app.get("/v1/tasks?state=corrected").expect(200);
        assert_eq!(had.items().len(), 1, "and marks what somebody had");
    }

    fn a_rollback_stops_it_and_withdraws_what_was_given(app) {
        grow(app);
        let ids = ["east-1", "east-2", "west-1", "west-2"].map(|store| regular(app, store, 60_000));
        let id = draft(app);
        app.advance_days(1);
        publish(app, &id, json!({})).expect(200);
        app.decide_due();
        let issue = create(app, json!({"draft": id, "per_minute": 1})).expect(201).text("/id");
        move_on(app, &issue, "start").expect(200);
        turn(app);
        assert_eq!(tasks(app).len(), 1);
        step(app, &id, "rollback").expect(200);
        app.advance_clock(60 * SECOND_US);
        turn(app);
        let stopped = load(app, &issue);
        assert_eq!(stopped.at("/state"), "stopped");
        assert!(stopped.text("/problem").contains("in force by now"), "{}", stopped.body);
        app.decide_due();
        assert!(tasks(app).is_empty());
        for id in &ids {
            assert!(outcomes(app, id, SPEND_TIERS).is_empty());
        }
        for verb in ["start", "pause", "cancel"] {
            move_on(app, &issue, verb).refused(409, "conflict");
        }
    }

    fn an_abort_stops_it(app) {
        grow(app);
        for store in ["east-1", "east-2"] {
            regular(app, store, 60_000);
        }
        let id = draft(app);
        app.advance_days(1);
        roll_out(app, &id, json!({"units": ["east"]})).expect(200);
        app.decide_due();
        let issue = create(app, json!({"draft": id, "per_minute": 1})).expect(201).text("/id");
        move_on(app, &issue, "start").expect(200);
        turn(app);
        app.advance_clock(60 * SECOND_US);
        step(app, &id, "abort").expect(200);
        app.decide_due();
        turn(app);
        assert_eq!((load(app, &issue).at("/state"), tasks(app).len()), (&json!("stopped"), 1), "it was in force for a minute");
    }

    fn one_at_a_time_and_what_was_cancelled_may_be_asked_for_again(app) {
        grow(app);
        let ids = ["east-1", "east-2", "west-1"].map(|store| regular(app, store, 60_000));
        set(app, SPEND_TIERS, json!({"high_above": "500.00"}));
        let first = started(app, SPEND_TIERS, json!([]), 1);
        turn(app);
        let body = json!({"plugin": SPEND_TIERS, "per_minute": 600});
        let second = create(app, body).expect(201);
        assert_eq!(second.at("/counted/0/count"), 2, "one has been given");
        let second = second.text("/id");
        let refused = move_on(app, &second, "start").refused(409, "conflict");
        assert_eq!(refused.at("/issue"), &json!(first));
        move_on(app, &first, "pause").expect(200);
        move_on(app, &second, "start").refused(409, "conflict");
        assert_eq!(move_on(app, &first, "cancel").expect(200).at("/state"), "cancelled");
        move_on(app, &second, "start").expect(200);
        assert_eq!(dealt(&run(app, &second)), json!({"task": [2, {}]}));
        assert_eq!(tasks(app).len(), ids.len());
    }

    fn bad_requests_are_refused_and_nothing_is_there(app) {
        let faults = |body: Json, pointers: &[&str]| drop(create(app, body).faults(pointers));
        faults(json!({"per_minute": 1}), &["/draft"]);
        faults(json!({"plugin": SPEND_TIERS, "draft": "drf_01890a5d-ac96-774b-bcce-b302099a8057", "per_minute": 1}), &["/draft"]);
        faults(json!({"plugin": SPEND_TIERS, "per_minute": 0}), &["/per_minute"]);
        faults(json!({"plugin": SPEND_TIERS, "per_minute": 60_001}), &["/per_minute"]);
        faults(json!({"plugin": SPEND_TIERS, "per_minute": 1, "sorts": ["task", "taks"]}), &["/sorts/1"]);
        create(app, json!({"plugin": SPEND_TIERS})).refused(422, "invalid_value");
        create(app, json!({"plugin": SPEND_TIERS, "per_minute": 1, "pace": 1})).refused(422, "invalid_value");
        create(app, json!({"plugin": "nobody", "per_minute": 1})).refused(404, "not_found");
        create(app, json!({"draft": "drf_01890a5d-ac96-774b-bcce-b302099a8057", "per_minute": 1})).refused(404, "not_found");
        let marketing = app.key(Role::Marketing, &[]);
        let body = json!({"plugin": SPEND_TIERS, "per_minute": 1});
        app.call("POST", "/v1/issues").key(&marketing).json(body).send().refused(403, "forbidden");
        assert!(app.call("GET", "/v1/issues").key(&marketing).send().expect(200).items().is_empty());
        load_nobody(app);
    }
}

fn load_nobody(app: &App) {
    let nobody = "isu_01890a5d-ac96-774b-bcce-b302099a8057";
    app.get(&format!("/v1/issues/{nobody}")).refused(404, "not_found");
    for verb in ["start", "pause", "cancel"] {
        move_on(app, nobody, verb).refused(404, "not_found");
    }
}

on_both! {
    /// Each sort, with the money in it; and then only what was asked for.
    fn every_sort_is_counted_and_given_by_itself(place: Place) {
        let app = &shop(place);
        let ids = ["east-1", "west-1"].map(|store| regular(app, store, 60_000));
        ids.iter().for_each(|id| consent(app, id));
        app.advance_days(1);
        set(app, GIFTS, json!({"from": "500.00", "worth": "30.00"}));
        for sort in ["message", "voucher", "points", "custom"] {
            assert!(outgoing(app, sort, "pending").is_empty(), "{sort}");
        }
        let issue = create(app, json!({"plugin": GIFTS, "per_minute": 600})).expect(201);
        let counted = issue.at("/counted").as_array().unwrap();
        let told: Vec<_> = counted.iter().map(|own| json!([own["sort"], own["count"], own["points"], own["money"]])).collect();
        assert_eq!(told, [
            json!(["custom", 2, null, null]),
            json!(["message", 2, null, null]),
            json!(["points", 2, 10, null]),
            json!(["task", 2, null, null]),
            json!(["voucher", 2, null, {"CNY": "60.00"}]),
        ]);
        let id = started(app, GIFTS, json!(["voucher", "points"]), 600);
        assert_eq!(dealt(&run(app, &id)), json!({"points": [2, {}], "voucher": [2, {}]}));
        assert_eq!((outgoing(app, "voucher", "pending").len(), outgoing(app, "points", "pending").len()), (2, 2));
        assert_eq!(outgoing(app, "voucher", "pending")[0]["variables"], json!({"worth": "30.00"}));
        assert!(outgoing(app, "message", "pending").is_empty() && tasks(app).is_empty());
        app.advance_days(1);
        let id = started(app, GIFTS, json!([]), 600);
        assert_eq!(dealt(&run(app, &id)), json!({"custom": [2, {}], "message": [2, {}], "task": [2, {}]}));
        assert_eq!((tasks(app).len(), outgoing(app, "message", "pending").len()), (2, 2));
        // A sale afterwards gives nothing twice, and a replay takes nothing back.
        app.purchase(&ids[0], "more", 100);
        let at = START.parse::<Instant>().unwrap().plus(HOUR_US).to_string();
        let late = json!({"customer": {"id": ids[0]}, "kind": "purchase", "amount": 100, "currency": "CNY",
            "source": "till", "source_id": "late", "occurred_at": at});
        app.post("/v1/events", late).expect(201);
        assert_eq!((tasks(app).len(), outgoing(app, "voucher", "pending").len()), (2, 2));
    }

    /// What was taken back is given again, once it follows again: a what-if says so before.
    fn what_was_withdrawn_counts_as_not_given(place: Place) {
        let app = &shop(place);
        let id = regular(app, "east-1", 60_000);
        app.advance_clock(HOUR_US);
        let back_at = app.now().to_string();
        app.advance_clock(HOUR_US);
        app.purchase(&id, "second", 60_000);
        assert_eq!((tasks(app).len(), outgoing(app, "voucher", "pending").len()), (1, 1));
        // The first had been given back before the second was bought.
        let refund = json!({"customer": {"id": id}, "kind": "refund", "source": "till", "source_id": "back",
            "amount": 60_000, "currency": "CNY", "store": "east-1", "occurred_at": back_at,
            "refers_to": {"source": "till", "source_id": format!("first-{id}")}});
        app.post("/v1/events", refund).expect(201);
        assert_eq!((tasks(app).len(), outgoing(app, "voucher", "withdrawn").len()), (0, 1));
        app.advance_days(1);
        let job = app.post("/v1/what-if", json!({"plugin": GIFTS, "set": {"from": "500.00"}}));
        let answer = ended(app, job);
        let told = answer["answer"]["work"].as_array().unwrap().iter();
        let told: Vec<_> = told.map(|own| json!([own["sort"], own["after"]])).collect();
        set(app, GIFTS, json!({"from": "500.00"}));
        let issue = create(app, json!({"plugin": GIFTS, "per_minute": 600})).expect(201);
        let counted = issue.at("/counted").as_array().unwrap().iter();
        let counted = counted.filter(|own| own["count"] != 0);
        let counted: Vec<_> = counted.map(|own| json!([own["sort"], own["count"]])).collect();
        assert_eq!(told, counted);
        assert!(told.contains(&json!(["task", 1])) && told.contains(&json!(["voucher", 1])), "{told:?}");
    }

    fn what_may_not_be_given_is_withheld_and_says_why(place: Place) {
        let app = &shop(place);
        let [silent, late, twice] = ["east-1", "east-2", "west-1"].map(|store| regular(app, store, 60_000));
        let gone = regular(app, "west-2", 60_000);
        [&late, &twice, &gone].into_iter().for_each(|id| consent(app, id));
        app.advance_days(1);
        set(app, GIFTS, json!({"from": "500.00"}));
        app.advance_days(1);
        // No longer gold, and gold again: by then it is given as it happens.
        for (kind, source_id, amount) in [("refund", "back", 20_000), ("purchase", "again", 20_000)] {
            let body = json!({"customer": {"id": twice}, "kind": kind, "amount": amount, "currency": "CNY",
                "source": "till", "source_id": source_id, "refers_to": (kind == "refund").then(|| json!({"source": "till", "source_id": format!("first-{twice}")}))});
            app.post("/v1/events", body).expect(201);
            app.advance_clock(HOUR_US);
        }
        assert_eq!(tasks(app).len(), 1);
        let issue = create(app, json!({"plugin": GIFTS, "sorts": ["task", "message", "voucher"], "per_minute": 600})).expect(201);
        let counts: Vec<_> = issue.at("/counted").as_array().unwrap().iter().map(|own| (own["count"].clone(), own["exist"].clone())).collect();
        assert_eq!(counts, vec![(json!(3), json!(1)); 3]);
        // What was bought before the change was given back before it: gold follows no more.
        let at = START.parse::<Instant>().unwrap().plus(HOUR_US).to_string();
        let body = json!({"customer": {"id": gone}, "kind": "refund", "amount": 60_000, "currency": "CNY", "source": "till",
            "source_id": "undone", "occurred_at": at, "refers_to": {"source": "till", "source_id": format!("first-{gone}")}});
        app.post("/v1/events", body).expect(201);
        let id = issue.text("/id");
        move_on(app, &id, "start").expect(200);
        let done = run(app, &id);
        assert_eq!(dealt(&done), json!({
            "message": [1, {"exists": 1, "no_consent": 1}],
            "task": [2, {"exists": 1}],
            "voucher": [2, {"exists": 1}],
        }));
        assert_eq!(done.at("/no_longer_follow"), 3, "of the one who gave it all back");
        let kept_back = outgoing(app, "message", "not_sent");
        assert_eq!((kept_back.len(), &kept_back[0]["customer_id"]), (1, &json!(silent)));
    }

    fn it_is_judged_as_of_the_instant_it_is_given(place: Place) {
        let app = &shop(place);
        let id = regular(app, "east-1", 60_000);
        consent(app, &id);
        app.advance_days(1);
        set(app, GIFTS, json!({"from": "500.00"}));
        app.advance_days(5);
        let issue = started(app, GIFTS, json!(["message", "task"]), 600);
        assert_eq!(dealt(&run(app, &issue)), json!({"message": [0, {"expired": 1}], "task": [1, {}]}));
        assert_eq!(tasks(app)[0]["due_at"].as_str().unwrap()[..10], app.now().to_string()[..10], "nobody is late with it");
        let other = regular(app, "east-2", 40_000);
        app.advance_days(1);
        set(app, GIFTS, json!({"from": "300.00"}));
        app.advance_days(8);
        let issue = started(app, GIFTS, json!(["task", "points"]), 600);
        let done = run(app, &issue);
        assert_eq!(done.at("/counted/0/count"), 1, "of {other} alone");
        assert_eq!(dealt(&done), json!({"points": [1, {}], "task": [0, {"too_late": 1}]}));
    }
}
