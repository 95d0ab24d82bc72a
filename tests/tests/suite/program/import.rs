//! `regulars import` on the samples.

use regulars_model::{Instant, duration::MINUTE_US};
use regulars_tests::{App, Program, on_both, shipped_plugins};
use serde_json::{Value as Json, json};
use std::{thread::sleep, time::Duration};

const SAMPLE: &str = "samples/cdnow/CDNOW_sample.txt";
const EVENTS: u64 = 6_919;
const AS_OF: &str = "1998-07-01T00:00:00Z";

fn arguments() -> [&'static str; 8] {
    let map = "samples/cdnow/map.toml";
    ["import", SAMPLE, "--map", map, "--as-of", AS_OF, "--json", "--no-progress"]
}

fn import(program: &Program) -> Json {
    serde_json::from_str(&program.run(&arguments())).expect("JSON")
}

/// Equal to what `tests/truth/cdnow.py` counts, apart from the product.
fn assert_tiers(program: &Program) {
    let tiers = program.count_by("jewellery-tiers.tier");
    assert_eq!(tiers["counts"], json!({"high": 76, "mid": 539, "low": 1_742}));
    assert_eq!(tiers["none"], 0);
}

fn kill_while_it_commits(program: &Program, later: Duration) {
    let mut child = program.command(&arguments()).spawn().expect("it starts");
    let before = program.place().written();
    while program.place().written() == before && child.try_wait().expect("its state").is_none() {
        sleep(Duration::from_millis(2));
    }
    sleep(later);
    let _ = child.kill();
    child.wait().expect("it is gone");
}

on_both! {
    fn killed_at_any_moment_it_completes_when_run_again(place: Place) {
        let program = Program::on(place);
        program.set_up_music_shop();
        // While a part of it is being committed, and then later each time, until a part is there.
        let mut later = Duration::ZERO;
        while program.count_by("lifecycle")["total"] == 0 {
            kill_while_it_commits(&program, later);
            later += Duration::from_millis(150);
        }
        let rest = import(&program);
        let number = |name: &str| rest[name].as_u64().expect("a number");
        assert_eq!(number("repeated") + number("events"), EVENTS);
        assert!(number("repeated") > 0, "something was committed before it was killed");
        assert_tiers(&program);
        let again = import(&program);
        assert_eq!((&again["events"], &again["created"]), (&json!(0), &json!(0)));
        assert_eq!((&again["repeated"], &again["rejected"]), (&json!(EVENTS), &json!(0)));
    }

    /// The leads of the second file would be written to within three days of their inquiry, and the
    /// first customers to reach a tier would be called.
    fn history_gives_nobody_work(place: Place) {
        let program = Program::on(place);
        program.set_up_music_shop();
        let done = import(&program);
        assert_eq!((&done["read"], &done["events"]), (&json!(EVENTS), &json!(EVENTS)));
        let (leads, map) = ("samples/furniture/inquiries.csv", "samples/furniture/map.toml");
        program.run(&["import", leads, "--map", map, "--as-of", AS_OF, "--no-progress"]);
        let as_of: Instant = AS_OF.parse().expect("an instant");
        let app = App::start(program.into_place(), shipped_plugins(), as_of);
        app.advance(MINUTE_US);
        assert!(app.get("/v1/outbox").expect(200).items().is_empty());
        assert!(app.get("/v1/tasks").expect(200).items().is_empty());
        // It was the import that kept still, not the rules: who rises now is called.
        let purchase = json!({
            "customer": {"identities": [app.phone()], "create": true}, "kind": "purchase",
            "amount": 50_001, "currency": "USD",
        });
        app.post("/v1/events", purchase).expect(201);
        assert_eq!(app.get("/v1/tasks").expect(200).items().len(), 1);
    }
}
