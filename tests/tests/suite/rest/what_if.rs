//! /v1/what-if: what it says is what a publish does.

use super::shop::{PLUGIN, install, shop, version};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use regulars_engine::Actor;
use regulars_generate::{chain, people::People};
use regulars_model::text::Language;
use regulars_tests::{Answer, App, Place, START, on_both, root, shipped_plugins};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, time::Duration};

const TIER: &str = "spend-tiers.tier";
const BAND: &str = "cafe-frequency.band";
const TIERS: &str = "jewellery-tiers.tier";

pub fn ended(app: &App, started: Answer) -> Json {
    let path = started.expect(202).header("location").to_owned();
    loop {
        let job = app.get(&path).expect(200);
        if job.text("/state") != "running" {
            return job.json;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn ask(app: &App, body: Json) -> Json {
    let job = ended(app, app.post("/v1/what-if", body));
    assert_eq!(job["state"], "done", "{job}");
    assert_eq!(job["customers"], job["total"]);
    job["answer"].clone()
}

/// Three stores, and customers who bought and came, each differently often and much.
fn fill(app: &App, customers: i64) -> Vec<String> {
    for store in ["store-1", "store-2", "store-3"] {
        let unit = json!({"name": store, "kind": "store"});
        app.put(&format!("/v1/units/{store}"), unit).expect(200);
    }
    let ids = (0..customers).map(|number| {
        let home = match number % 4 {
            3 => Json::Null,
            store => json!(format!("store-{}", store + 1)),
        };
        let body = json!({"identities": [app.phone()], "home_store": home});
        let id = app.post("/v1/customers", body).expect(201).text("/id");
        for visit in 0..number % 7 {
            let days = (number * 3 + visit * 5) % 40;
            buy(app, &id, &format!("{number}-{visit}"), 10_000 + number * 3_100, days);
        }
        id
    });
    ids.collect()
}

fn buy(app: &App, id: &str, source_id: &str, amount: i64, days_ago: i64) {
    let at = app.now().minus(days_ago * 86_400_000_000);
    let body = json!({
        "customer": {"id": id}, "kind": "purchase", "amount": amount, "currency": "CNY",
        "source": "till", "source_id": source_id, "occurred_at": at,
    });
    app.post("/v1/events", body).expect(201);
}

/// Home store and value of a field.
type Standing = (Json, Json);

/// Customer by customer.
fn values(app: &App, ids: &[String], field: &str) -> Vec<Standing> {
    let (plugin, name) = field.split_once('.').unwrap();
    let read = |id: &String| {
        let customer = app.get(&format!("/v1/customers/{id}")).expect(200).json;
        (customer["home_store"].clone(), customer["fields"][plugin][name].clone())
    };
    ids.iter().map(read).collect()
}

/// Store, value before and after, and how many customers: counted here, from what REST shows.
fn moves(before: &[Standing], after: &[Standing]) -> BTreeMap<String, u64> {
    let mut moves = BTreeMap::new();
    for ((store, from), (_, to)) in before.iter().zip(after) {
        *moves.entry(json!([store, from, to]).to_string()).or_default() += 1;
    }
    moves
}

fn told(answer: &Json, field: &str) -> BTreeMap<String, u64> {
    let mut moves = BTreeMap::new();
    for store in answer["fields"][field]["by_store"].as_array().expect("stores") {
        for step in store["transitions"].as_array().unwrap() {
            let key = json!([store["store"], step["from"], step["to"]]).to_string();
            moves.insert(key, step["customers"].as_u64().unwrap());
        }
    }
    moves
}

fn tasks(app: &App) -> usize {
    app.get("/v1/tasks?limit=200").expect(200).items().len()
}

/// A chain of three brands, made up; each plugin works in its own.
fn chain(place: Place, customers: u64) -> App {
    let app = App::start(place, shipped_plugins(), regulars_tests::START.parse().unwrap());
    let ctx = app.engine.context(Actor::operator(), Language::English, None);
    app.wait(chain::set_up(&app.engine, &ctx)).unwrap();
    let people = People::new(11, customers, customers * 20, app.now());
    for block in 0..people.blocks() {
        app.import(people.block(block));
    }
    app
}

/// Of every customer there is.
fn standing(app: &App, field: &str) -> Vec<Standing> {
    let (plugin, name) = field.split_once('.').unwrap();
    let mut all = Vec::new();
    let mut next = Json::Null;
    loop {
        let cursor = next.as_str().map(|next| format!("&cursor={next}")).unwrap_or_default();
        let page = app.get(&format!("/v1/customers?limit=200{cursor}")).expect(200);
        all.extend(page.items().iter().map(|customer| {
            (customer["home_store"].clone(), customer["fields"][plugin][name].clone())
        }));
        next = page.json["next"].clone();
        if next.is_null() {
            return all;
        }
    }
}

on_both! {
    /// Mostly a customer's state says enough. Where settings of another plugin were put a moment ago, and
    /// nobody was decided again yet, everything there is of everybody is read.
    fn what_is_read_of_a_customer_changes_no_answer(place: Place) {
        let app = chain(place, 300);
        let questions = [
            (TIERS, json!({"high_above": "12000.00", "mid_from": "4000.00"})),
            (TIERS, json!({"period": "200d"})),
            (BAND, json!({"high_from": 2, "recent": "9d"})),
            (BAND, json!({"recent": "20d", "span": "60d", "count_by": "purchases"})),
            ("furniture-nurture.stage", json!({"every": "5d", "max_steps": 3})),
        ];
        let ask = |(field, set): &(&str, Json)| {
            let (plugin, _) = field.split_once('.').unwrap();
            let mut answer = ask(&app, json!({"plugin": plugin, "set": set}));
            // The last is what the answer cost, and that is what differs here.
            for own in ["snapshot", "settings_version", "decisions"] {
                answer[own] = Json::Null;
            }
            answer
        };
        for (plugin, other) in [("furniture-nurture", "quote_within"), ("jewellery-tiers", "call_within")] {
            app.decide_due();
            let questions = questions.iter().filter(|(field, _)| !field.starts_with(plugin));
            let light: Vec<(&(&str, Json), Json)> = questions.map(|own| (own, ask(own))).collect();
            let path = format!("/v1/plugins/{plugin}/settings");
            app.call("PATCH", &path).json(json!({other: "3d"})).send().expect(200);
            for (question, light) in light {
                assert!(light["changed"].as_u64() > Some(4) || question.0.starts_with("furniture"), "{light}");
                assert_eq!(ask(question), light, "{question:?}");
            }
        }
    }

    fn a_chain_moves_as_it_was_told(place: Place) {
        let app = chain(place, 300);
        app.advance_days(2);
        for (field, set) in [
            (TIERS, json!({"high_above": "12000.00", "period": "300d"})),
            (BAND, json!({"recent": "20d", "high_from": 2})),
            (TIERS, json!({"period": "lifetime"})),
        ] {
            let (plugin, _) = field.split_once('.').unwrap();
            // Some are due, and decided on both sides first.
            let answer = ask(&app, json!({"plugin": plugin, "set": set.clone()}));
            app.decide_due();
            let before = standing(&app, field);
            app.call("PATCH", &format!("/v1/plugins/{plugin}/settings")).json(set).send().expect(200);
            app.decide_due();
            let after = standing(&app, field);
            assert_eq!(told(&answer, field), moves(&before, &after));
            assert!(answer["changed"].as_u64() > Some(9), "{field}: {}", answer["changed"]);
            app.leap_days(3);
        }
    }
}

on_both! {
    fn whom_it_moves_a_publish_moves_too(app) {
        let ids = fill(app, 40);
        let before = values(app, &ids, TIER);
        let given = tasks(app);
        let answer = ask(app, json!({"plugin": "spend-tiers", "set": {"high_above": "400.00"}}));
        assert_eq!(values(app, &ids, TIER), before, "a question changes nothing");
        app.call("PATCH", "/v1/plugins/spend-tiers/settings").json(json!({"high_above": "400.00"})).send().expect(200);
        app.decide_due();
        let after = values(app, &ids, TIER);
        let moved = moves(&before, &after);
        assert!(moved.len() > 6, "{moved:?}");
        assert_eq!(told(&answer, TIER), moved);
        let changed = before.iter().zip(&after).filter(|(one, other)| one != other).count();
        assert_eq!((answer["changed"].as_u64(), answer["customers"].as_u64()), (Some(changed as u64), Some(40)));
        assert_eq!(tasks(app), given, "state only");
        let work = &answer["work"][0];
        assert_eq!((&work["sort"], &work["kind"], &work["after"]), (&json!("task"), &json!("call"), &json!(changed)));
    }

}

on_both! {
    /// Windows that slide are due on both sides first, whether or not they were decided yet.
    fn windows_that_slid_since_move_nobody_by_themselves(place: Place) {
        let app = App::on(place);
        let ids = fill(&app, 36);
        app.leap_days(9);
        let change = json!({"recent": "20d", "high_from": 2});
        let answer = ask(&app, json!({"plugin": "cafe-frequency", "set": change.clone()}));
        app.decide_due();
        let before = values(&app, &ids, BAND);
        app.call("PATCH", "/v1/plugins/cafe-frequency/settings").json(change).send().expect(200);
        app.decide_due();
        let after = values(&app, &ids, BAND);
        assert_ne!(before, after);
        assert_eq!(told(&answer, BAND), moves(&before, &after));
    }

    fn since_an_instant_is_as_if_the_rule_had_always_been_so(place: Place) {
        let app = App::on(place);
        let ids = fill(&app, 30);
        let before = values(&app, &ids, TIER);
        let from = app.now().minus(50 * 86_400_000_000);
        let set = json!({"high_above": "300.00"});
        let answer = ask(&app, json!({"plugin": "spend-tiers", "set": set.clone(), "from": from}));
        // The same history, written where that has been in force since the beginning.
        let other = App::on(regulars_tests::Place::sqlite());
        other.call("PATCH", "/v1/plugins/spend-tiers/settings").json(set).send().expect(200);
        let others = fill(&other, 30);
        let after = values(&other, &others, TIER);
        assert_eq!(told(&answer, TIER), moves(&before, &after));
        assert_eq!(answer["question"], "from");
        let work = &answer["work"][0];
        let given = |app: &App| app.get("/v1/tasks?limit=200&state=open").expect(200).items().len();
        assert!(work["after"].as_u64() > work["before"].as_u64(), "{work}");
        assert!(given(&other) > given(&app));
    }

}

on_both! {
    fn examples_explain_both_sides(app) {
        let id = app.customer();
        app.purchase(&id, "1", 60_000);
        let answer = ask(app, json!({"plugin": "spend-tiers", "set": {"high_above": "500.00"}}));
        let example = &answer["examples"][0];
        assert_eq!((&example["customer_id"], &example["field"]), (&json!(id), &json!(TIER)));
        assert_eq!(example["before"]["sentence"]["en"], "Spent 600.00 CNY: tier Low.");
        assert_eq!(example["after"]["sentence"]["zh-CN"], "累计消费600.00元，等级为“高”。");
        let condition = &example["after"]["conditions"][0];
        assert_eq!(condition, &json!({"subject": "spend", "value": "600.00", "comparison": ">", "threshold": "500.00", "setting": "high_above", "held": true}));
    }

    fn who_stands_close_to_the_edge_is_counted(app) {
        for (number, amount) in [47_499, 47_500, 52_500, 52_501].into_iter().enumerate() {
            app.purchase(&app.customer(), &number.to_string(), amount);
        }
        app.advance_days(1);
        let answer = ask(app, json!({"plugin": "spend-tiers", "set": {"high_above": "500.00"}}));
        assert_eq!(answer["near"], json!({"within_percent": 5, "customers": 2, "by_setting": {"high_above": 2}}));
    }

    fn the_snapshot_changes_when_something_was_written(app) {
        let id = app.customer();
        let ask = || ask(app, json!({"plugin": "spend-tiers", "set": {"high_above": "500.00"}}));
        let first = ask();
        assert_eq!(ask(), first);
        app.purchase(&id, "1", 60_000);
        assert_ne!(ask()["snapshot"], first["snapshot"]);
    }

    fn it_counts_nothing_as_having_happened(app) {
        app.purchase(&app.customer(), "1", 60_000);
        let health = || app.get("/v1/plugins/spend-tiers").expect(200).at("/health").clone();
        let before = health();
        ask(app, json!({"plugin": "spend-tiers", "set": {"high_above": "500.00"}}));
        assert_eq!(health(), before);
    }

    fn a_store_is_asked_about_alone(app) {
        fill(app, 16);
        let body = json!({"plugin": "spend-tiers", "set": {"high_above": "300.00"}, "stores": ["store-2"]});
        let answer = ask(app, body);
        assert_eq!(answer["customers"], 4);
        let stores = answer["fields"][TIER]["by_store"].as_array().unwrap();
        assert_eq!(stores.iter().map(|store| &store["store"]).collect::<Vec<_>>(), ["store-2"]);
    }

    fn what_could_not_be_published_is_refused_at_once(app) {
        let ask = |body| app.post("/v1/what-if", body);
        ask(json!({"plugin": "nobody", "set": {}})).refused(404, "not_found");
        ask(json!({"plugin": "spend-tiers", "set": {"high_abve": "1.00"}})).faults(&["/high_abve"]);
        ask(json!({"plugin": "spend-tiers", "set": {"high_above": 7}})).refused(422, "invalid_value");
        ask(json!({"plugin": "spend-tiers", "set": {"low_above": "2000.00"}})).faults(&["/low_above"]);
        ask(json!({"plugin": "spend-tiers", "set": {"high_above": "1000.00"}})).faults(&["/set"]);
        ask(json!({"plugin": "spend-tiers", "set": {"high_above": "1.00"}, "stores": ["store-1", "nowhere"]})).faults(&["/stores/0"]);
        ask(json!({"plugin": "spend-tiers", "set": {"high_above": "1.00"}, "from": "2027-01-01T00:00:00Z"})).faults(&["/from"]);
        ask(json!({"plugin": "spend-tiers", "sat": {}})).refused(422, "invalid_value");
        app.put("/v1/plugins/spend-tiers/units", json!({"enabled": false})).expect(200);
        ask(json!({"plugin": "spend-tiers", "set": {"high_above": "1.00"}})).refused(409, "conflict");
    }

    fn it_is_head_offices_question(app) {
        let body = json!({"plugin": "spend-tiers", "set": {"high_above": "1.00"}});
        app.call("POST", "/v1/what-if").key(&app.staff).json(body).send().refused(403, "forbidden");
        app.get("/v1/what-if/job_01890a5d-ac96-774b-bcce-b302099a8057").refused(404, "not_found");
    }

    fn cancelled_it_stays_so_and_an_ended_one_stays_done(app) {
        let body = json!({"plugin": "spend-tiers", "set": {"high_above": "1.00"}});
        let started = app.post("/v1/what-if", body.clone()).expect(202);
        let cancel = |id: &str| app.post(&format!("/v1/what-if/{id}/cancel"), json!({})).expect(200).text("/state");
        let id = started.text("/id");
        let job = ended(app, started);
        assert_eq!((cancel(&id), job["state"].as_str()), ("done".to_owned(), Some("done")));
        fill(app, 24);
        let started = app.post("/v1/what-if", body).expect(202);
        let state = cancel(&started.text("/id"));
        assert_eq!(ended(app, started)["state"], state);
    }
}

on_both! {
    fn several_stores_are_asked_about_together(app) {
        fill(app, 16);
        let ask = |stores: &[&str]| {
            ask(app, json!({"plugin": "spend-tiers", "set": {"high_above": "300.00"}, "stores": stores}))
        };
        assert_eq!((ask(&["store-1", "store-3"])["customers"].as_u64(), ask(&[])["customers"].as_u64()), (Some(8), Some(16)));
    }

    /// What happened after it makes no difference.
    fn what_is_replayed_ends_where_it_is_told(app) {
        let id = app.customer();
        let from = app.now().minus(1);
        app.purchase(&id, "1", 60_000);
        app.advance_days(2);
        let to = app.now().minus(1);
        app.purchase(&app.customer(), "2", 60_000);
        app.advance_days(1);
        let ask = |to: Json| {
            let set = json!({"high_above": "500.00"});
            ask(app, json!({"plugin": "spend-tiers", "set": set, "from": from, "to": to}))
        };
        let (earlier, now) = (ask(json!(to)), ask(Json::Null));
        assert_eq!((earlier["changed"].as_u64(), now["changed"].as_u64()), (Some(1), Some(2)));
        assert_eq!((&earlier["to"], &now["to"]), (&json!(to), &Json::Null));
        let refuse = |body: Json| app.post("/v1/what-if", body).faults(&["/to"]);
        let set = json!({"high_above": "500.00"});
        refuse(json!({"plugin": "spend-tiers", "set": set, "from": to, "to": from}));
        refuse(json!({"plugin": "spend-tiers", "set": set, "to": to}));
        refuse(json!({"plugin": "spend-tiers", "set": set, "from": from, "to": "2027-01-01T00:00:00Z"}));
    }
}

on_both! {
    /// The café's rule, but for whoever comes at all in the last days.
    fn another_script_is_tried_and_not_kept(place: Place) {
        let trust = regulars_engine::Trust::read(&["unsigned".to_owned()]).unwrap();
        let plugins = vec![regulars_tests::root().join("plugins/cafe-frequency")];
        let app = App::trusting(trust, place, plugins, regulars_tests::START.parse().unwrap());
        let ids = fill(&app, 30);
        let own = std::fs::read_to_string(regulars_tests::root().join("plugins/cafe-frequency/cafe.rhai")).unwrap();
        let other = own.replace("recent.is_from(call.settings.high_from)", "recent.is_from(1)");
        assert_ne!(own, other);
        let before = values(&app, &ids, BAND);
        let answer = ask(&app, json!({"plugin": "cafe-frequency", "script": other}));
        assert_eq!(values(&app, &ids, BAND), before, "a question changes nothing");
        let change = &answer["fields"][BAND];
        assert!(change["after"]["high"].as_u64() > change["before"]["high"].as_u64(), "{change}");
        let plugin = app.get("/v1/plugins/cafe-frequency").expect(200).json;
        assert_ne!(answer["hash"], plugin["hash"]);
        let broken = other.replace("fn decide(call, out) {", "fn decide(call, out) {\n    let x = ;");
        let refused = app.post("/v1/what-if", json!({"plugin": "cafe-frequency", "script": broken})).expect(422);
        let said = refused.at("/faults/0/message").to_string();
        assert!(said.contains("cafe.rhai:5:13"), "{said}");
    }
}

on_both! {
    /// Under 1.1.0 whoever spent over 500.00 is high; asked before it is installed, and compared with that.
    fn a_packed_version_is_tried_and_not_kept(place: Place) {
        let app = shop(place);
        install(&app, &version("1.0.0", &[])).expect(201);
        let ids = fill(&app, 30);
        let newer = version("1.1.0", &[("default = \"1000.00\"", "default = \"500.00\"")]);
        let before = values(&app, &ids, TIER);
        let package = BASE64_STANDARD.encode(&newer);
        let answer = ask(&app, json!({"plugin": "spend-tiers", "package": package}));
        assert_eq!(values(&app, &ids, TIER), before, "a question changes nothing");
        assert_eq!(app.get(PLUGIN).expect(200).at("/version"), "1.0.0");
        install(&app, &newer).expect(201);
        app.decide_due();
        let after = values(&app, &ids, TIER);
        assert_ne!(before, after);
        assert_eq!(told(&answer, TIER), moves(&before, &after));
        let moved = before.iter().zip(&after).filter(|(was, is)| was != is).count();
        assert_eq!(answer["changed"], json!(moved));
    }

    fn a_table_is_tried_and_not_kept(place: Place) {
        let app = App::start(place, vec![root().join("tests/tables")], START.parse().unwrap());
        let [latte, bread] = [app.customer(), app.customer()];
        for (id, sku) in [(&latte, "latte"), (&bread, "bread")] {
            let body = json!({"customer": {"id": id}, "kind": "purchase", "amount": 100, "currency": "CNY",
                "lines": [{"sku": sku, "amount": 100}]});
            app.post("/v1/events", body).expect(201);
        }
        app.advance_days(1);
        let rows = json!([{"sku": "latte", "family": "coffee", "worth": "3.00", "sweet": true}]);
        let answer = ask(&app, json!({"plugin": "families", "tables": {"families": rows}}));
        assert_eq!((&answer["changed"], &answer["customers"]), (&json!(1), &json!(2)));
        // A text has too many values to be counted by them, but it can be shown.
        let example = &answer["examples"][0];
        assert_eq!((&example["before"]["value"], &example["after"]["value"]), (&json!("other"), &json!("coffee")));
        let path = "/v1/plugins/families/tables/families";
        assert_eq!(app.get(path).expect(200).at("/rows"), &json!([]), "nothing is kept of it");
        app.put(path, rows).expect(200);
        app.decide_due();
        let of = |id: &str| app.get(&format!("/v1/customers/{id}")).expect(200).at("/fields/families/family").clone();
        assert_eq!([of(&latte), of(&bread)], [json!("coffee"), json!("other")]);
    }
}

on_both! {
    fn code_is_tried_only_of_whom_one_trusts(app) {
        let script = json!({"plugin": "cafe-frequency", "script": "fn decide(call, out) {}"});
        app.post("/v1/what-if", script).refused(403, "untrusted_publisher");
        let body = |package: &str| json!({"plugin": "spend-tiers", "package": package});
        app.post("/v1/what-if", body("%")).faults(&["/package"]);
        app.post("/v1/what-if", body("bm90aGluZw==")).faults(&[""]);
    }
}
