//! Plugins the database knows and this server can not run.

use regulars_model::{Instant, canonical::hash_bytes};
use regulars_store::{PluginRow, SettingsRow, Store};
use regulars_tests::{App, Place, on_both};
use serde_json::json;

/// As a server of another contract may have left it.
const MANIFEST: &str = r#"
id = "bakery"
version = "3.1.0"
abi = "regulars:plugin@0.9.0"
runtime = "rhai"
entry = "rules.rhai"
title = { en = "Bakery", zh-CN = "面包店" }
on = { events = ["purchase"], mood = "sweet" }

[settings.loaves]
type = "integer"
default = "many"
label = { en = "Loaves", zh-CN = "面包数" }

[fields.regular]
type = "boolean"
label = { en = "Regular", zh-CN = "常客" }

[hooks]
dream = true
"#;

fn write_by_hand(place: &Place, manifest: &str, values: serde_json::Value) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let hash = hash_bytes(&[b"gone"]);
    let plugin = PluginRow {
        id: "bakery".into(),
        version: "3.1.0".into(),
        hash,
        manifest: manifest.into(),
        enabled: true,
        units: Vec::new(),
        in_force_from: Instant::BEGINNING,
        epoch: 0,
    };
    let hash = regulars_model::canonical::hex(&hash);
    let version = json!({"enabled": true, "units": [], "hash": hash, "values": values});
    let settings = SettingsRow {
        plugin_id: "bakery".into(),
        version: 0,
        settings: version.to_string(),
        in_force_from: Instant::BEGINNING,
        created_at: Instant::BEGINNING,
        created_by: None,
        epoch: 0,
    };
    runtime.block_on(async {
        let store = Store::open(&place.url()).await.unwrap();
        store.put_plugin(&plugin).await.unwrap();
        store.add_settings_version(&settings, None).await.unwrap();
        store.close().await;
    });
}

/// The server starts, the plugin is there and shown as missing, and all others decide.
fn others_decide(place: Place, held: bool) {
    let app = App::on(place);
    let plugin = app.get("/v1/plugins/bakery").expect(200);
    assert_eq!(plugin.at("/health/state"), "missing");
    assert_eq!(plugin.at("/version"), "3.1.0");
    let id = app.customer();
    app.purchase(&id, "1", 200_000);
    let customer = app.get(&format!("/v1/customers/{id}")).expect(200);
    assert_eq!(customer.at("/fields/spend-tiers/tier"), "high");
    let decisions = app.get(&format!("/v1/customers/{id}/decisions")).expect(200);
    let mut own = decisions.items().iter().filter(|one| one["plugin"] == "bakery");
    assert_eq!(own.any(|one| one["outcome"] == "held"), held, "{}", decisions.body);
    app.put("/v1/plugins/bakery/units", json!({"enabled": false})).expect(200);
    assert_eq!(app.get("/v1/plugins/bakery").expect(200).at("/enabled"), false);
}

on_both! {
    fn a_manifest_of_another_contract_is_in_nobodys_way(place: Place) {
        write_by_hand(&place, MANIFEST, json!({}));
        others_decide(place, true);
    }

    fn settings_that_its_manifest_does_not_take_are_in_nobodys_way(place: Place) {
        write_by_hand(&place, MANIFEST, json!({"loaves": "several", "crumbs": 3}));
        others_decide(place, true);
    }

    fn one_without_any_manifest_is_asked_nothing(place: Place) {
        write_by_hand(&place, "not = ", json!({"loaves": 3}));
        others_decide(place, false);
    }
}
