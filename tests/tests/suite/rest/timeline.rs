//! /v1/customers/{id}/timeline

use regulars_tests::{App, on_both};
use serde_json::{Value as Json, json};

/// `count` visits an hour apart, and a note at the very instant of each fifth.
fn fill(app: &App, id: &str, count: usize) -> usize {
    let mut made = 0;
    for n in 0..count {
        let at = format!("2026-02-{:02}T{:02}:00:00Z", 1 + n / 24, n % 24);
        let send = |kind: &str| {
            let body = json!({"customer": {"id": id}, "kind": kind, "occurred_at": at, "source": kind, "source_id": n.to_string(),
                "data": if kind == "note" { json!({"text": "x"}) } else { json!({}) }});
            app.post("/v1/events", body).expect(201);
        };
        send("visit");
        made += 1;
        if n % 5 == 0 {
            send("note");
            made += 1;
        }
    }
    made
}

fn walk(app: &App, path: &str) -> Vec<Json> {
    let mut seen = Vec::new();
    let mut next = String::new();
    loop {
        let page = app.get(&format!("{path}{next}")).expect(200);
        seen.extend(page.items().clone());
        match page.json["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return seen,
        }
    }
}

on_both! {
    fn pages_give_every_event_once_newest_first(app) {
        let id = app.customer();
        let made = fill(app, &id, 30);
        for limit in [1, 4, 7, 200] {
            let events = walk(app, &format!("/v1/customers/{id}/timeline?limit={limit}"));
            assert_eq!(events.len(), made, "pages of {limit}");
            let times: Vec<&str> = events.iter().map(|event| event["occurred_at"].as_str().unwrap()).collect();
            assert!(times.is_sorted_by(|a, b| a >= b));
            let mut ids: Vec<&str> = events.iter().map(|event| event["id"].as_str().unwrap()).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), made);
        }
    }

    fn filters_by_kind_and_time_also_across_pages(app) {
        let id = app.customer();
        fill(app, &id, 30);
        let path = format!("/v1/customers/{id}/timeline?limit=4");
        assert_eq!(walk(app, &format!("{path}&kind=note")).len(), 6);
        assert_eq!(walk(app, &format!("{path}&kind=note,visit")).len(), 36);
        assert_eq!(walk(app, &format!("{path}&kind=call")).len(), 0);
        let window = "&from=2026-02-01T05:00:00Z&to=2026-02-01T10:00:00Z";
        let within = walk(app, &format!("{path}&kind=visit{window}"));
        let times: Vec<_> = within.iter().map(|event| event["occurred_at"].as_str().unwrap()[11..13].to_owned()).collect();
        assert_eq!(times, ["09", "08", "07", "06", "05"], "from counts, to does not");
    }

    fn what_it_cannot_read_is_refused(app) {
        let path = format!("/v1/customers/{}/timeline", app.customer());
        app.get(&format!("{path}?from=2026-02-01")).refused(400, "invalid_request");
        app.get(&format!("{path}?kinds=visit")).refused(400, "invalid_request");
        app.get(&format!("{path}?cursor=00ff")).refused(400, "invalid_cursor");
        (0..2).for_each(|_| drop(app.customer()));
        let foreign = app.get("/v1/customers?limit=1").expect(200).text("/next");
        app.get(&format!("{path}?cursor={foreign}")).refused(400, "invalid_cursor");
        app.get("/v1/customers/cus_01890a5d-ac96-774b-bcce-b302099a8057/timeline").refused(404, "not_found");
    }
}
