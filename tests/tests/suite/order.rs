//! The events of one customer, sent in any order, end in the same state: the one they come to when
//! each arrives as it happens, with the clock beside it.

use proptest::{
    collection::vec,
    prelude::{Just, Strategy, prop_oneof},
    test_runner::{Config, FileFailurePersistence, TestCaseError, TestRunner},
};
use regulars_model::duration::MINUTE_US;
use regulars_tests::{App, Place, START, on_both, root, shipped_plugins};
use serde_json::{Value as Json, json};
use std::{cell::Cell, collections::BTreeSet};

/// Each makes two customers of up to twelve events. More: `REGULARS_TEST_CASES=500`.
const CASES: u32 = 12;
/// Longer than every window of the plugins, so that all of them slide.
const DAYS: i64 = 45;

#[derive(Clone, Debug)]
enum What {
    Purchase {
        amount: i64,
        category: &'static str,
    },
    /// Of the purchase that comes so many events later or earlier, when it is one.
    Refund {
        amount: i64,
        of: usize,
    },
    Void {
        of: usize,
    },
    Inquiry {
        category: &'static str,
    },
    Quote {
        category: &'static str,
    },
    Consent {
        state: &'static str,
    },
    Visit,
}

#[derive(Clone, Debug)]
struct Happened {
    minute: i64,
    what: What,
}

const CATEGORIES: [&str; 2] = ["furniture/sofa", "furniture/table"];

fn happened() -> impl Strategy<Value = Happened> {
    let category = || (0..CATEGORIES.len()).prop_map(|index| CATEGORIES[index]);
    let amount = || prop_oneof![Just(0_i64), 1..10_000_i64, 900_000..6_000_000_i64];
    let states = ["granted", "withdrawn", "asked"];
    let what = prop_oneof![
        6 => (amount(), category()).prop_map(|(amount, category)| What::Purchase { amount, category }),
        2 => (amount(), 0..12_usize).prop_map(|(amount, of)| What::Refund { amount, of }),
        1 => (0..12_usize).prop_map(|of| What::Void { of }),
        2 => category().prop_map(|category| What::Inquiry { category }),
        1 => category().prop_map(|category| What::Quote { category }),
        1 => (0..states.len()).prop_map(move |index| What::Consent { state: states[index] }),
        1 => Just(What::Visit),
    ];
    // Half of them on whole days: events at one instant, and at the edges of windows.
    let minute = prop_oneof![0..DAYS * 1_440, (0..DAYS).prop_map(|day| day * 1_440)];
    (minute, what).prop_map(|(minute, what)| Happened { minute, what })
}

/// A history and an order to send it in.
fn history() -> impl Strategy<Value = (Vec<Happened>, Vec<usize>)> {
    vec(happened(), 2..12).prop_flat_map(|all| {
        let order: Vec<usize> = (0..all.len()).collect();
        (Just(all), Just(order).prop_shuffle())
    })
}

fn draft(customer: &str, source: &str, index: usize, one: &Happened, start: i64) -> Json {
    let mut body = json!({
        "customer": {"id": customer},
        "occurred_at": regulars_model::Instant(start + one.minute * MINUTE_US).to_string(),
        "source": source, "source_id": format!("{index:02}"),
    });
    let more = match &one.what {
        What::Purchase { amount, category } => json!({
            "kind": "purchase", "amount": amount, "currency": "CNY",
            "lines": [{"sku": "x", "quantity_milli": 1_000, "amount": amount, "category": category}],
        }),
        What::Refund { amount, of } => json!({
            "kind": "refund", "amount": amount, "currency": "CNY",
            "refers_to": {"source": source, "source_id": format!("{of:02}")},
        }),
        What::Void { of } => {
            json!({"kind": "void", "refers_to": {"source": source, "source_id": format!("{of:02}")}})
        }
        What::Inquiry { category } => json!({"kind": "inquiry", "data": {"category": category}}),
        What::Quote { category } => json!({
            "kind": "quote", "amount": 100, "currency": "CNY", "data": {"category": category},
        }),
        What::Consent { state } => json!({
            "kind": "consent", "data": {"channel": "sms", "purpose": "marketing", "state": state},
        }),
        What::Visit => json!({"kind": "visit"}),
    };
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// With the shipped plugins, and some that append events and count each other's.
fn start(place: Place) -> App {
    let plugins = [shipped_plugins(), vec![root().join("tests/rounds")]].concat();
    App::start(place, plugins, START.parse().expect("an instant"))
}

fn send(app: &App, body: Json) {
    app.post("/v1/events", body).expect(201);
}

/// All that a rule could have made of it. Tasks and messages are not compared: what was given to
/// people stays given, so they depend on when an event arrived.
fn state(app: &App, customer: &str) -> Json {
    let read = app.get(&format!("/v1/customers/{customer}")).expect(200);
    let consents = app.get(&format!("/v1/customers/{customer}/consents")).expect(200);
    let decisions = app.get(&format!("/v1/customers/{customer}/decisions?limit=200")).expect(200);
    let standing: BTreeSet<String> = decisions
        .items()
        .iter()
        .filter(|decision| decision["voided_at"].is_null())
        .flat_map(|decision| {
            let effects = decision["effects"].as_array().unwrap().iter();
            let state = effects
                .filter(|effect| effect["effect"] != "task" && effect["effect"] != "message");
            state.map(|effect| {
                let what = json!([effect["effect"], effect["detail"], effect["reason"]]);
                json!([decision["at"], decision["plugin"], decision["cause"], what]).to_string()
            })
        })
        .collect();
    let timeline = app.get(&format!("/v1/customers/{customer}/timeline?limit=200")).expect(200);
    // What was taken back is kept where it once stood, and counts for nothing.
    let in_force = timeline.items().iter().filter(|item| item["flags"] != json!(["withdrawn"]));
    // What was corrected depends on what came when; what it came to does not.
    let in_force = in_force.filter(|item| item["kind"] != "correction");
    let flags: Vec<_> = in_force.clone().map(|item| item["flags"].clone()).collect();
    let of_plugins = in_force.filter(|item| item.get("plugin").is_some());
    let appended: Vec<_> = of_plugins
        .map(|item| {
            let what = ["kind", "source_id", "occurred_at", "amount", "reason", "business_day"];
            json!([what.map(|name| item[name].clone()), item.get("data")])
        })
        .collect();
    json!({
        "appended": appended,
        "fields": read.at("/fields"), "tags": read.at("/tags"), "lifecycle": read.at("/lifecycle"),
        "consents": consents.items(), "decisions": standing, "flags": flags,
    })
}

on_both! {
    fn any_order_ends_in_the_same_state(place: Place) {
        let app = start(place);
        let cases = std::env::var("REGULARS_TEST_CASES").ok().and_then(|text| text.parse().ok());
        let mut runner = TestRunner::new(Config {
            cases: cases.unwrap_or(CASES),
            failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
            ..Config::default()
        });
        let number = Cell::new(0);
        let checked = runner.run(&history(), |(all, order)| {
            number.set(number.get() + 1);
            let number = number.get();
            let start = app.now().0;
            let (live, late) = (app.customer(), app.customer());
            let mut in_order: Vec<usize> = (0..all.len()).collect();
            in_order.sort_by_key(|index| all[*index].minute);
            for index in in_order {
                let until = start + all[index].minute * MINUTE_US;
                app.advance(until - app.now().0);
                send(&app, draft(&live, &format!("live-{number:06}"), index, &all[index], start));
            }
            app.advance(start + DAYS * 1_440 * MINUTE_US - app.now().0);
            for index in order {
                send(&app, draft(&late, &format!("late-{number:06}"), index, &all[index], start));
            }
            app.advance(0);
            let (live, late) = (state(&app, &live), state(&app, &late));
            if live == late {
                return Ok(());
            }
            Err(TestCaseError::fail(format!("as it happened {live:#}\nin another order {late:#}")))
        });
        if let Err(error) = checked {
            panic!("{error}");
        }
    }

    /// A refund whose purchase has left every window, and a void that happened before its purchase:
    /// the tail of the log that is read for a new event shows neither.
    fn corrections_reach_beyond_the_tail(place: Place) {
        let app = start(place);
        let day = |day: i64, what: What| Happened { minute: day * 1_440, what };
        let purchase = |amount| What::Purchase { amount, category: CATEGORIES[0] };
        let refund = What::Refund { amount: 100, of: 0 };
        let all = [
            day(0, purchase(5_100_000)),
            day(1, What::Void { of: 3 }),
            day(34, refund),
            day(35, purchase(100)),
            day(36, purchase(200)),
            day(37, purchase(300)),
            day(70, What::Visit),
        ];
        ends_alike(&app, &all);
    }

    /// A till's clock is a little ahead, and then something comes late: what lies ahead has happened all
    /// the same.
    fn a_late_event_leaves_what_lies_ahead_of_the_clock(place: Place) {
        let app = start(place);
        let minute = |minute: i64, amount| {
            let what = What::Purchase { amount, category: CATEGORIES[0] };
            Happened { minute, what }
        };
        let customer = app.customer();
        let now = app.now().0;
        for (index, one) in [minute(3, 6_000_000), minute(-60, 100)].iter().enumerate() {
            send(&app, draft(&customer, "till", index, one, now));
        }
        let read = app.get(&format!("/v1/customers/{customer}")).expect(200);
        assert_eq!(read.at("/fields/jewellery-tiers/tier"), "high");
    }

    /// It is void from the first void on, whichever of the two arrives first.
    fn a_purchase_may_be_voided_twice(place: Place) {
        let app = start(place);
        let day = |day: i64, what: What| Happened { minute: day * 1_440, what };
        let purchase = || What::Purchase { amount: 100, category: CATEGORIES[0] };
        let all = [
            day(1, What::Void { of: 3 }),
            day(30, purchase()),
            day(31, purchase()),
            day(32, purchase()),
            day(40, What::Void { of: 3 }),
        ];
        ends_alike(&app, &all);
    }
}

/// As it happened, and all of it backwards at the end.
fn ends_alike(app: &App, all: &[Happened]) {
    let start = app.now().0;
    let [live, late] = ["live", "late"].map(|source| (app.customer(), source));
    for (index, one) in all.iter().enumerate() {
        app.advance(start + one.minute * MINUTE_US - app.now().0);
        send(app, draft(&live.0, live.1, index, one, start));
    }
    for (index, one) in all.iter().enumerate().rev() {
        send(app, draft(&late.0, late.1, index, one, start));
    }
    app.advance(0);
    assert_eq!(state(app, &live.0), state(app, &late.0));
}
