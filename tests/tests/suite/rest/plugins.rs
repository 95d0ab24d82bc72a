//! /v1/plugins

use regulars_tests::{Answer, App, START, on_both, root};
use serde_json::{Value as Json, json};

const SETTINGS: &str = "/v1/plugins/spend-tiers/settings";

/// With two plugins that want the same tag and the same vote, one of which reads the other's field.
fn with_rivals(place: regulars_tests::Place) -> App {
    App::start(place, vec![root().join("tests/rivals")], START.parse().expect("an instant"))
}

/// Kind, severity and thing of a plugin's conflicts.
fn conflicts(plugin: &Answer) -> Json {
    let conflicts = plugin.at("/conflicts").as_array().unwrap().iter();
    conflicts.map(|one| json!([one["kind"], one["severity"], one["thing"]])).collect()
}

on_both! {
    fn they_are_listed_with_settings_and_health(app) {
        let plugins = app.get("/v1/plugins").expect(200);
        let ids: Vec<_> = plugins.items().iter().map(|plugin| plugin["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["cafe-frequency", "spend-tiers", "stamp-card"]);
        let plugin = app.get("/v1/plugins/spend-tiers").expect(200);
        assert_eq!((plugin.at("/enabled"), plugin.at("/runtime")), (&json!(true), &json!("rhai")));
        assert_eq!(plugin.at("/settings/high_above"), "1000.00");
        assert_eq!(plugin.at("/health/faults"), 0);
        assert_eq!(plugin.at("/conflicts"), &json!([]));
        app.get("/v1/plugins/nobody").refused(404, "not_found");
    }

    fn changed_settings_decide_again_and_ask_nobody_to_work(app) {
        let id = app.customer();
        app.purchase(&id, "1", 60_000);
        let tier = || app.get(&format!("/v1/customers/{id}")).expect(200).text("/fields/spend-tiers/tier");
        assert_eq!(tier(), "low");
        let before = app.get("/v1/plugins/spend-tiers").expect(200).at("/settings_version").as_i64().unwrap();
        let changed = app.call("PATCH", SETTINGS).json(json!({"high_above": "500.00"})).send().expect(200);
        assert_eq!(changed.at("/settings_version"), before + 1);
        assert_eq!((changed.at("/settings/high_above"), changed.at("/customers")), (&json!("500.00"), &json!(1)));
        app.decide_due();
        assert_eq!(tier(), "high");
        assert!(app.get("/v1/tasks").expect(200).items().is_empty(), "state only");
        let back = app.post(&format!("{SETTINGS}/patch"), json!({"high_above": null})).expect(200);
        assert_eq!(back.at("/settings/high_above"), "1000.00");
        app.decide_due();
        assert_eq!(tier(), "low");
    }

    fn settings_that_cannot_be_are_refused_and_change_nothing(app) {
        let change = |body| app.call("PATCH", SETTINGS).json(body).send();
        change(json!({"high_abve": "1.00"})).faults(&["/high_abve"]);
        change(json!({"high_above": 7})).refused(422, "invalid_value");
        change(json!({"high_above": "1,000"})).refused(422, "invalid_value");
        change(json!({"low_above": "2000.00"})).faults(&["/low_above"]);
        change(json!([])).refused(422, "invalid_value");
        app.call("PATCH", "/v1/plugins/nobody/settings").json(json!({})).send().refused(404, "not_found");
        let plugin = app.get("/v1/plugins/spend-tiers").expect(200);
        assert_eq!(plugin.at("/settings"), &json!({"high_above": "1000.00", "low_above": "0.00"}));
    }

    fn switched_off_it_decides_nothing(app) {
        let path = "/v1/plugins/spend-tiers/units";
        let off = app.put(path, json!({"enabled": false})).expect(200);
        assert_eq!(off.at("/enabled"), false);
        let id = app.customer();
        app.purchase(&id, "1", 200_000);
        let customer = app.get(&format!("/v1/customers/{id}")).expect(200);
        assert!(customer.json["fields"].get("spend-tiers").is_none(), "{}", customer.body);
        app.put(path, json!({"enabled": true, "units": ["nowhere"]})).faults(&["/units/0"]);
    }

    fn switched_off_it_leaves_nothing_behind_and_on_again_decides_again(app) {
        let path = "/v1/plugins/spend-tiers/units";
        let id = app.customer();
        app.purchase(&id, "1", 200_000);
        let tier = || {
            let explained = app.get(&format!("/v1/customers/{id}/explain?field=spend-tiers.tier")).expect(200);
            (explained.at("/value").clone(), explained.text("/sentence/en"))
        };
        assert_eq!(tier().0, "high");
        app.advance_days(1);
        app.put(path, json!({"enabled": false})).expect(200);
        app.decide_due();
        let (value, sentence) = tier();
        assert_eq!(value, json!(null));
        assert!(sentence.contains("switched off"), "{sentence}");
        assert_eq!(app.get("/v1/counts?by=spend-tiers.tier").expect(200).at("/none"), 1);
        app.advance_days(1);
        app.put(path, json!({"enabled": true})).expect(200);
        app.decide_due();
        assert_eq!(tier().0, "high");
    }

    fn narrowed_it_forgets_whom_it_no_longer_sees(app) {
        for store in ["store-1", "store-2"] {
            app.put(&format!("/v1/units/{store}"), json!({"name": store, "kind": "store"})).expect(200);
        }
        let buyer = |store: &str| {
            let id = app.customer();
            let body = json!({"customer": {"id": id}, "kind": "purchase", "amount": 80_000, "currency": "CNY", "store": store, "source": "till", "source_id": id});
            app.post("/v1/events", body).expect(201);
            id
        };
        let tier = |id: &str| app.get(&format!("/v1/customers/{id}")).expect(200).json["fields"]["spend-tiers"]["tier"].clone();
        let [stays, goes] = ["store-1", "store-2"].map(buyer);
        assert_eq!([tier(&stays), tier(&goes)], [json!("low"), json!("low")]);
        app.put("/v1/plugins/spend-tiers/units", json!({"enabled": true, "units": ["store-1"]})).expect(200);
        app.decide_due();
        assert_eq!([tier(&stays), tier(&goes)], [json!("low"), json!(null)]);
    }

    fn for_a_part_of_the_tree_it_sees_only_events_of_that_part(app) {
        for store in ["store-1", "store-2"] {
            app.put(&format!("/v1/units/{store}"), json!({"name": store, "kind": "store"})).expect(200);
        }
        app.put("/v1/plugins/spend-tiers/units", json!({"enabled": true, "units": ["store-1"]})).expect(200);
        let id = app.customer();
        let buy = |store: &str| {
            let body = json!({"customer": {"id": id}, "kind": "purchase", "amount": 80_000, "currency": "CNY", "store": store, "source": "till", "source_id": store});
            app.post("/v1/events", body).expect(201);
            app.get(&format!("/v1/customers/{id}")).expect(200).json["fields"]["spend-tiers"]["tier"].clone()
        };
        assert_eq!(buy("store-2"), json!(null));
        assert_eq!(buy("store-1"), json!("low"), "only one of the two counts");
    }
}

on_both! {
    fn where_they_meet_is_said_with_how_they_combine(place: Place) {
        let app = with_rivals(place);
        let listed = app.get("/v1/plugins").expect(200);
        let early = app.get("/v1/plugins/early-birds").expect(200);
        assert_eq!(listed.at("/items/0"), &early.json);
        let meet = json!([["lifecycle_tie", "warning", "lifecycle"], ["tag_shared", "note", "regular"]]);
        assert_eq!(conflicts(&early), meet);
        assert_eq!(conflicts(&app.get("/v1/plugins/night-owls").expect(200)), meet);
        assert_eq!(early.at("/conflicts/0/plugins"), &json!(["early-birds", "night-owls"]));
        let sentence = early.text("/conflicts/0/sentence");
        assert!(sentence.starts_with("Early birds (priority 0) and Night owls (priority 0) vote"), "{sentence}");
        let chinese = app.call("GET", "/v1/plugins").header("accept-language", "zh-CN").send().expect(200);
        let sentence = chinese.text("/items/0/conflicts/1/sentence");
        assert!(sentence.starts_with("“早鸟”和“夜猫子”都可以设置标签“regular”。"), "{sentence}");
    }

    fn where_they_work_decides_whether_they_meet(place: Place) {
        let app = with_rivals(place);
        app.put("/v1/units/store-1", json!({"name": "One", "kind": "store"})).expect(200);
        let put = |body| app.put("/v1/plugins/night-owls/units", body).expect(200);
        let read = |kind, severity| json!([kind, severity, "night-owls.seen"]);
        let narrow = put(json!({"enabled": true, "units": ["store-1"]}));
        assert_eq!(conflicts(&narrow)[2], read("read_uncovered", "note"));
        let off = put(json!({"enabled": false}));
        assert_eq!(conflicts(&off), json!([read("read_disabled", "warning")]));
        assert_eq!(conflicts(&app.get("/v1/plugins/early-birds").expect(200)), conflicts(&off));
    }

    fn the_plugin_that_loses_a_vote_has_it_on_record(place: Place) {
        let app = with_rivals(place);
        let id = app.customer();
        let recorded = app.purchase(&id, "1", 100);
        let customer = app.get(&format!("/v1/customers/{id}")).expect(200);
        assert_eq!((customer.at("/lifecycle"), customer.at("/tags")), (&json!("interested"), &json!(["regular"])));
        let votes = |effects: &Json| -> Json {
            let votes = effects.as_array().unwrap().iter().filter(|one| one["effect"] == "set_lifecycle");
            votes.map(|one| json!([one["plugin"], one["outcome"]])).collect()
        };
        assert_eq!(votes(&recorded["effects"]), json!([["early-birds", "applied"], ["night-owls", "lost_vote"]]));
        let decisions = app.get(&format!("/v1/customers/{id}/decisions")).expect(200);
        let lost = decisions.items().iter().find(|one| one["plugin"] == "night-owls").unwrap();
        assert_eq!(votes(&lost["effects"]), json!([["night-owls", "lost_vote"]]));
        app.put("/v1/plugins/early-birds/units", json!({"enabled": false})).expect(200);
        app.advance_days(1);
        let customer = app.get(&format!("/v1/customers/{id}")).expect(200);
        assert_eq!((customer.at("/lifecycle"), customer.at("/tags")), (&json!("dormant"), &json!(["regular"])));
    }
}
