//! /v1/tasks

use regulars_tests::{App, on_both};
use serde_json::{Value as Json, json};

/// A customer of the store who rose to high: one task.
fn rise(app: &App, store: &str) -> Json {
    app.put(&format!("/v1/units/{store}"), json!({"name": store, "kind": "store"})).expect(200);
    let body = json!({"identities": [app.phone()], "home_store": store});
    let id = app.post("/v1/customers", body).expect(201).text("/id");
    app.purchase(&id, &format!("rise-{id}"), 200_000);
    let tasks = app.get(&format!("/v1/tasks?store={store}&limit=200")).expect(200);
    tasks.items().iter().find(|task| task["customer_id"] == json!(id)).expect("a task").clone()
}

fn path(task: &Json) -> String {
    format!("/v1/tasks/{}", task["id"].as_str().unwrap())
}

on_both! {
    fn a_task_stands_in_its_store_until_it_is_done(app) {
        let task = rise(app, "store-1");
        assert_eq!((&task["kind"], &task["state"], &task["store"]), (&json!("call"), &json!("open"), &json!("store-1")));
        assert_eq!(task["due_at"], "2026-03-04T04:00:00Z");
        assert!(app.get("/v1/tasks?mine=true").expect(200).items().is_empty());
        let claimed = app.call("POST", &format!("{}/claim", path(&task))).key(&app.staff).send().expect(200);
        assert_eq!(claimed.at("/state"), "claimed");
        let mine = app.call("GET", "/v1/tasks?mine=true").key(&app.staff).send().expect(200);
        assert_eq!(mine.items().len(), 1);
        let body = json!({"outcome": "reached", "note": "was glad"});
        let done = app.call("POST", &format!("{}/complete", path(&task))).key(&app.staff).json(body).send().expect(200);
        assert_eq!((done.at("/state"), done.at("/outcome")), (&json!("done"), &json!("reached")));
        assert!(app.get("/v1/tasks?store=store-1").expect(200).items().is_empty());
        assert_eq!(app.get("/v1/tasks?store=store-1&state=done").expect(200).items().len(), 1);
        let events = format!("/v1/customers/{}/timeline?kind=task-completed", task["customer_id"].as_str().unwrap());
        let events = app.get(&events).expect(200);
        assert_eq!(events.at("/items/0/data/outcome"), "reached");
        assert_eq!(events.at("/items/0/data/task"), &task["id"]);
    }

    fn one_claims_it_and_the_other_is_told(app) {
        let task = rise(app, "store-1");
        let claim = |key: &str| app.call("POST", &format!("{}/claim", path(&task))).key(key).send();
        claim(&app.staff).expect(200);
        claim(&app.staff).expect(200);
        assert_eq!(claim(&app.admin).refused(409, "conflict").at("/state"), "claimed");
    }

    fn a_task_done_stays_done(app) {
        let task = rise(app, "store-1");
        let complete = |outcome: &str| app.post(&format!("{}/complete", path(&task)), json!({"outcome": outcome}));
        complete("reached").expect(200);
        complete("reached").expect(200);
        complete("no-answer").refused(409, "conflict");
        app.post(&format!("{}/postpone", path(&task)), json!({"due_at": "2026-04-01T00:00:00Z"})).refused(409, "conflict");
        let events = format!("/v1/customers/{}/timeline?kind=task-completed", task["customer_id"].as_str().unwrap());
        assert_eq!(app.get(&events).expect(200).items().len(), 1);
    }

    fn postponing_moves_the_due_time_ahead_only(app) {
        let task = rise(app, "store-1");
        let postpone = |body: Json| app.post(&format!("{}/postpone", path(&task)), body);
        let moved = postpone(json!({"due_at": "2026-03-09T10:00:00+08:00"})).expect(200);
        assert_eq!(moved.at("/due_at"), "2026-03-09T02:00:00Z");
        let read = app.get(&path(&task)).expect(200);
        assert_eq!((read.at("/due_at"), read.header("etag")), (moved.at("/due_at"), moved.header("etag")));
        postpone(json!({"due_at": "2026-03-01T00:00:00Z"})).faults(&["/due_at"]);
        postpone(json!({"due_at": "soon"})).faults(&["/due_at"]);
        postpone(json!({})).faults(&["/due_at"]);
    }

    fn tasks_of_a_region_are_those_of_its_stores(app) {
        app.put("/v1/units/east", json!({"name": "East", "kind": "region"})).expect(200);
        let one = rise(app, "store-1");
        rise(app, "store-2");
        app.put("/v1/units/store-1", json!({"name": "One", "kind": "store", "parent": "east"})).expect(200);
        let east = app.get("/v1/tasks?store=east").expect(200);
        assert_eq!(east.items().len(), 1);
        assert_eq!(east.at("/items/0/id"), &one["id"]);
        let all = app.get("/v1/tasks?limit=1").expect(200);
        let rest = app.get(&format!("/v1/tasks?limit=1&cursor={}", all.text("/next"))).expect(200);
        assert_ne!(all.at("/items/0/id"), rest.at("/items/0/id"));
        assert!(rest.json.get("next").is_none());
    }


    fn what_is_no_task_or_no_state_is_refused(app) {
        let nobody = "/v1/tasks/tsk_01890a5d-ac96-774b-bcce-b302099a8057";
        app.get(nobody).refused(404, "not_found");
        app.call("POST", &format!("{nobody}/claim")).send().refused(404, "not_found");
        app.get("/v1/tasks?state=lost").refused(400, "invalid_request");
        app.get("/v1/tasks?mine=perhaps").refused(400, "invalid_request");
        app.get("/v1/tasks?store=nowhere").refused(404, "not_found");
        let task = rise(app, "store-1");
        app.post(&format!("{}/complete", path(&task)), json!({"outcome": ""})).faults(&["/outcome"]);
        app.post(&format!("{}/claim", path(&task)), json!({"for": "me"})).faults(&["/for"]);
        app.post(&format!("{}/claim", path(&task)), json!({})).expect(200);
    }
}
