//! /v1/decisions/{id}/scenario

use regulars_host::{Host, HostOptions, Plugin};
use regulars_rules::scenario::run_texts;
use regulars_tests::{App, Place, on_both, root, shipped_plugins};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// As a till sends it, for one customer.
struct Shopper<'a> {
    app: &'a App,
    id: String,
    number: std::cell::Cell<u32>,
}

impl Shopper<'_> {
    fn new(app: &App) -> Shopper<'_> {
        Shopper { app, id: app.customer(), number: std::cell::Cell::new(0) }
    }

    fn sends(&self, kind: &str, more: Json) -> String {
        self.number.set(self.number.get() + 1);
        let source_id = format!("receipt of Zhang {}", self.number.get());
        let mut event = json!({
            "customer": {"id": self.id}, "kind": kind, "source": "till-of-Li", "source_id": source_id,
        });
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.app.post("/v1/events", event).expect(201);
        source_id
    }

    fn buys(&self, amount: i64, category: &str) -> String {
        let line = json!({"sku": "S-1", "category": category, "amount": amount});
        let more = json!({"amount": amount, "currency": "CNY", "lines": [line],
            "data": {"note": "for his wife Wang"}});
        self.sends("purchase", more)
    }

    fn consents(&self) {
        let path = format!("/v1/customers/{}/consents", self.id);
        let given = json!({"channel": "sms", "purpose": "marketing", "action": "grant"});
        self.app.post(&path, given).expect(201);
    }

    fn decisions(&self) -> Vec<Json> {
        let path = format!("/v1/customers/{}/decisions?limit=200", self.id);
        let all = self.app.get(&path).expect(200);
        let standing = all.items().iter().filter(|one| one["voided_at"].is_null());
        standing.cloned().collect()
    }

    fn path(&self, decision: &Json) -> String {
        let id = decision["id"].as_str().unwrap();
        format!("/v1/decisions/{id}/scenario")
    }
}

fn start(place: Place) -> App {
    App::start(place, shipped_plugins(), regulars_tests::START.parse().unwrap())
}

/// Every decision of the shopper as a scenario, which the plugin's own runner must pass; the causes
/// there were, by plugin.
fn record_all(shopper: &Shopper) -> BTreeSet<(String, String)> {
    let host = Host::new(HostOptions::default()).unwrap();
    let mut causes = BTreeSet::new();
    let mut loaded: BTreeMap<String, Plugin> = BTreeMap::new();
    for decision in shopper.decisions() {
        let plugin = decision["plugin"].as_str().unwrap();
        let recorded = shopper.app.get(&shopper.path(&decision)).expect(200);
        let scenario = recorded.text("/scenario");
        let loaded = loaded
            .entry(plugin.to_owned())
            .or_insert_with(|| host.load_folder(&root().join("plugins").join(plugin)).unwrap());
        let runs = std::iter::once(("recorded", scenario.as_str()));
        let report = run_texts(runs, &loaded.manifest, &loaded.decider);
        assert!(report.failed() == 0 && report.passed() == 1, "{report}\n{scenario}");
        assert!(scenario.contains("\nexpect."), "{scenario}");
        for personal in ["Zhang", "Li", "Wang", "till-of", "138", "cus_", &shopper.id] {
            assert!(!scenario.contains(personal), "{personal} in\n{scenario}");
        }
        let wrong = scenario.replacen("expect.", "expect.lifecycle = \"lost\"\nexpect.", 1);
        let runs = std::iter::once(("wrong", wrong.as_str()));
        assert_eq!(run_texts(runs, &loaded.manifest, &loaded.decider).failed(), 1, "{wrong}");
        causes.insert((plugin.to_owned(), decision["cause"].as_str().unwrap().to_owned()));
    }
    causes
}

#[test]
fn every_decision_of_the_shipped_plugins_becomes_a_scenario_that_passes() {
    let app = start(Place::sqlite());
    let shopper = Shopper::new(&app);
    shopper.consents();
    shopper
        .sends("inquiry", json!({"data": {"category": "furniture/sofa", "topic": "Wang's sofa"}}));
    app.advance_days(2);
    let first = shopper.buys(2_000_000, "furniture/table");
    app.advance_days(1);
    shopper.buys(4_900_000, "jewellery/ring");
    app.advance_days(1);
    shopper.buys(3_000, "coffee");
    let refund = json!({"amount": 2_000_000, "currency": "CNY",
        "refers_to": {"source": "till-of-Li", "source_id": first},
        "lines": [{"sku": "S-1", "category": "furniture/table", "amount": 2_000_000}]});
    shopper.sends("refund", refund);
    app.advance_days(3);
    shopper.sends(
        "quote",
        json!({"amount": 800_000, "currency": "CNY", "data": {"category": "furniture/bed"}}),
    );
    for _ in 0..60 {
        app.advance_days(1);
    }
    let causes = record_all(&shopper);
    let has = |plugin: &str, cause: &str| causes.contains(&(plugin.to_owned(), cause.to_owned()));
    for plugin in ["cafe-frequency", "jewellery-tiers", "furniture-nurture"] {
        assert!(has(plugin, "event"), "{causes:?}");
    }
    assert!(has("cafe-frequency", "expiry"), "{causes:?}");
    assert!(has("furniture-nurture", "wake"), "{causes:?}");
}

#[test]
fn settings_that_changed_on_the_way_are_in_it() {
    let app = start(Place::sqlite());
    let shopper = Shopper::new(&app);
    shopper.buys(2_000_000, "jewellery/ring");
    app.advance_days(1);
    let path = "/v1/plugins/jewellery-tiers/settings";
    app.call("PATCH", path).json(json!({"high_above": "15000.00"})).send().expect(200);
    app.decide_due();
    app.advance_days(1);
    shopper.buys(1_000, "jewellery/ring");
    let causes = record_all(&shopper);
    let settings = ("jewellery-tiers".to_owned(), "settings".to_owned());
    assert!(causes.contains(&settings), "{causes:?}");
}

on_both! {
    fn what_can_not_be_recorded_is_said(place: Place) {
        let app = start(place);
        let shopper = Shopper::new(&app);
        shopper.buys(2_000_000, "jewellery/ring");
        let decisions = shopper.decisions();
        let path = shopper.path(&decisions[0]);
        app.get(&path).expect(200);
        app.call("GET", &path).key(&app.staff).send().refused(403, "forbidden");
        let nowhere = "dec_01890a5d-ac96-774b-bcce-b302099a8057";
        app.get(&format!("/v1/decisions/{nowhere}/scenario")).refused(404, "not_found");
        app.get("/v1/decisions/1/scenario").refused(400, "invalid_request");
        // Decided anew, since it comes before.
        let earlier = json!({"amount": 100, "currency": "CNY", "occurred_at": "2025-01-01T00:00:00Z"});
        shopper.sends("purchase", earlier);
        app.get(&path).refused(404, "not_found");
    }
}
