//! Settings that a part of the organisation has of its own, and customers who move between parts.

use regulars_model::duration::DAY_US;
use regulars_tests::{App, on_both};
use serde_json::{Value as Json, json};

const AT: &str = "/v1/plugins/spend-tiers/units";

/// Two regions of two stores each.
pub fn grow(app: &App) {
    for region in ["east", "west"] {
        app.put(&format!("/v1/units/{region}"), json!({"name": region, "kind": "region"}))
            .expect(200);
        for store in ["1", "2"] {
            let code = format!("{region}-{store}");
            app.put(
                &format!("/v1/units/{code}"),
                json!({"name": code, "kind": "store", "parent": region}),
            )
            .expect(200);
        }
    }
}

/// Somebody at home in a store, with one purchase there.
pub fn regular(app: &App, store: &str, amount: i64) -> String {
    let body = json!({"identities": [app.phone()], "home_store": store});
    let id = app.post("/v1/customers", body).expect(201).text("/id");
    buy(app, &id, store, &format!("first-{id}"), amount);
    id
}

fn buy(app: &App, id: &str, store: &str, source_id: &str, amount: i64) {
    let body = json!({"customer": {"id": id}, "kind": "purchase", "amount": amount, "currency": "CNY",
        "source": "till", "source_id": source_id, "store": store});
    app.post("/v1/events", body).expect(201);
}

pub fn tier(app: &App, id: &str) -> Json {
    app.get(&format!("/v1/customers/{id}")).expect(200).json["fields"]["spend-tiers"]["tier"]
        .clone()
}

fn change(app: &App, unit: &str, body: Json) -> regulars_tests::Answer {
    app.call("PATCH", &format!("{AT}/{unit}/settings")).json(body).send()
}

fn setting(app: &App, unit: &str, name: &str) -> Json {
    let all = app.get(&format!("{AT}/{unit}/settings")).expect(200);
    let all = all.at("/settings").as_array().unwrap().clone();
    all.into_iter().find(|own| own["name"] == name).unwrap()
}

fn move_home(app: &App, id: &str, store: &str) {
    let path = format!("/v1/customers/{id}");
    let tag = app.get(&path).expect(200).header("etag").to_owned();
    app.call("PATCH", &path)
        .header("if-match", &tag)
        .json(json!({"home_store": store}))
        .send()
        .expect(200);
}

/// Each decision is run again under the settings of where its customer was at home then.
#[track_caller]
fn all_verify(app: &App) {
    let verified = app.get("/v1/decisions/verify?sample=1000").expect(200);
    assert!(verified.at("/decisions").as_u64() > Some(2), "{}", verified.body);
    assert_eq!(verified.at("/agreed"), verified.at("/decisions"), "{}", verified.body);
    assert_eq!(verified.at("/not_run"), &json!([]));
}

/// What stands of the decisions about a customer: when, on account of what, which tier.
fn decided(app: &App, id: &str) -> Vec<Json> {
    let all = app.get(&format!("/v1/customers/{id}/decisions")).expect(200);
    let standing = all
        .items()
        .iter()
        .filter(|one| one["voided_at"].is_null() && one["plugin"] == "spend-tiers");
    standing.map(|one| json!([one["at"], one["cause"], one["effects"][0]["detail"]])).collect()
}

on_both! {
    fn a_store_inherits_field_by_field_and_says_from_where(app) {
        grow(app);
        let ids: Vec<_> = ["east-1", "east-2", "west-1"].iter().map(|store| regular(app, store, 60_000)).collect();
        assert_eq!(ids.iter().map(|id| tier(app, id)).collect::<Vec<_>>(), ["low", "low", "low"]);
        app.advance_days(1);
        change(app, "east", json!({"high_above": "500.00", "low_above": "10.00"})).expect(200);
        app.advance_days(1);
        change(app, "east-2", json!({"high_above": "700.00"})).expect(200);
        app.decide_due();
        assert_eq!(ids.iter().map(|id| tier(app, id)).collect::<Vec<_>>(), ["high", "low", "low"]);
        assert!(app.get("/v1/tasks").expect(200).items().is_empty(), "state only");

        let own = setting(app, "east-2", "high_above");
        assert_eq!((&own["value"], &own["set_at"], &own["differs"]), (&json!("700.00"), &json!("east-2"), &json!(true)));
        let now = app.get("/v1/plugins/spend-tiers").expect(200).at("/settings_version").clone();
        assert_eq!((&own["settings_version"], &own["since"]), (&now, &json!(app.now().to_string())));
        assert!(own["by"].as_str().unwrap().starts_with("stf_"), "{own}");
        let inherited = setting(app, "east-2", "low_above");
        assert_eq!((&inherited["value"], &inherited["set_at"]), (&json!("10.00"), &json!("east")));
        assert_eq!(inherited["since"], json!(app.now().minus(DAY_US).to_string()));
        let default = setting(app, "west-1", "high_above");
        assert_eq!((&default["value"], &default["set_at"], &default["differs"], &default["since"]), (&json!("1000.00"), &Json::Null, &json!(false), &Json::Null));

        change(app, "east-2", json!({"high_above": null})).expect(200);
        app.decide_due();
        assert_eq!(tier(app, &ids[1]), "high", "as its region has it");
        let changed = app.get("/v1/plugins/spend-tiers").expect(200);
        assert_eq!(changed.at("/settings/high_above"), "1000.00", "nobody else's");
        let explained = app.get(&format!("/v1/customers/{}/explain?field=spend-tiers.tier", ids[1])).expect(200);
        assert_eq!(explained.at("/settings/high_above"), "500.00");
    }

    fn who_is_not_concerned_is_not_asked_again(app) {
        grow(app);
        let (east, west) = (regular(app, "east-1", 60_000), regular(app, "west-1", 60_000));
        app.advance_days(1);
        change(app, "east", json!({"high_above": "500.00"})).expect(200);
        app.decide_due();
        assert_eq!((decided(app, &east).len(), decided(app, &west).len()), (2, 1));
        // A purchase that comes late is decided as if it had come in time, each under its own settings.
        let late = json!({"customer": {"id": west}, "kind": "purchase", "amount": 1, "currency": "CNY",
            "source": "till", "source_id": "late", "store": "west-1", "occurred_at": app.now().minus(DAY_US / 2).to_string()});
        app.post("/v1/events", late).expect(201);
        assert_eq!((tier(app, &east), tier(app, &west)), (json!("high"), json!("low")));
    }

    fn what_can_not_be_is_refused_and_changes_nothing(app) {
        grow(app);
        let before = app.get("/v1/plugins/spend-tiers").expect(200).json;
        change(app, "nowhere", json!({"high_above": "500.00"})).refused(404, "not_found");
        change(app, "east", json!({"high_abve": "500.00"})).faults(&["/high_abve"]);
        change(app, "east", json!({"high_above": 5})).refused(422, "invalid_value");
        change(app, "east-1", json!({"low_above": "1000.00"})).faults(&["/low_above"]);
        change(app, "east-1", json!({"low_above": "400.00"})).expect(200);
        // Alone it would do; together with what a store below has set it does not.
        let refused = change(app, "east", json!({"high_above": "300.00"})).faults(&["/low_above"]);
        assert!(refused.text("/detail").contains("east-1"), "{}", refused.body);
        app.call("PATCH", "/v1/plugins/spend-tiers/settings").json(json!({"high_above": "300.00"})).send().faults(&["/low_above"]);
        app.call("PATCH", &format!("{AT}/east/settings")).key(&app.integration).json(json!({})).send().refused(403, "forbidden");
        let after = app.get("/v1/plugins/spend-tiers").expect(200).json;
        assert_eq!(after["settings_version"], json!(before["settings_version"].as_i64().unwrap() + 1));
    }

    fn who_moves_is_decided_by_the_rules_of_the_new_store_from_then_on(app) {
        grow(app);
        change(app, "east", json!({"high_above": "500.00"})).expect(200);
        let ids = [regular(app, "west-1", 60_000), regular(app, "west-1", 60_000)];
        app.advance_days(2);
        for id in &ids {
            move_home(app, id, "east-1");
            assert_eq!(tier(app, id), "high");
        }
        assert!(app.get("/v1/tasks").expect(200).items().is_empty(), "state only");
        app.advance_days(2);
        // Both bought once more a day after the first time, before they moved; of one it is known late.
        let at = app.now().minus(3 * DAY_US).to_string();
        let late = json!({"customer": {"id": ids[0]}, "kind": "purchase", "amount": 100, "currency": "CNY",
            "source": "till", "source_id": "late", "store": "west-1", "occurred_at": at});
        app.post("/v1/events", late).expect(201);
        assert_eq!(tier(app, &ids[0]), "high");
        let causes = |id: &String| decided(app, id).iter().map(|one| one[1].clone()).collect::<Vec<_>>();
        assert_eq!(causes(&ids[0]), causes(&ids[1]), "what was low in the west stays so");
        move_home(app, &ids[0], "west-2");
        assert_eq!(tier(app, &ids[0]), "low");
        all_verify(app);
    }

    fn a_store_with_another_currency_counts_its_own_money(app) {
        grow(app);
        app.put("/v1/units/hk-1", json!({"name": "Central", "kind": "store", "currency": "HKD"})).expect(200);
        let id = regular(app, "west-1", 200_000);
        assert_eq!(tier(app, &id), "high");
        app.advance_days(1);
        move_home(app, &id, "hk-1");
        assert_eq!(tier(app, &id), "low", "what was spent in CNY is no HKD");
        app.advance_days(1);
        move_home(app, &id, "west-2");
        assert_eq!(tier(app, &id), "high");
        all_verify(app);
    }
}
