//! Reference tables as large as they may be, in both runtimes.

use regulars_host::{Host, HostOptions, Plugin};
use regulars_model::{
    Call, Cause, Effect, Instant, Manifest, Row, Value,
    limits::{TABLE_BYTES_MAX, TABLE_ROWS_MAX},
    table::Tables,
};
use regulars_tests::root;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// As many rows as there may be, as long as they may be together.
fn largest() -> Vec<Json> {
    let row = |number: usize| {
        let family = format!("family-{number:05}-{}", "x".repeat(24));
        json!({"sku": format!("sku-{number:05}"), "family": family, "worth": "1.00", "sweet": true})
    };
    let rows: Vec<Json> = (0..TABLE_ROWS_MAX).rev().map(row).collect();
    let bytes: usize = rows.iter().map(|row| row.to_string().len()).sum();
    assert!((TABLE_BYTES_MAX * 9 / 10..TABLE_BYTES_MAX).contains(&bytes), "{bytes}");
    rows
}

fn values(manifest: &Manifest, rows: Vec<Json>) -> Arc<[Value]> {
    let tables = Tables::from([("families".to_owned(), Arc::new(rows))]);
    let currency = "CNY".parse().expect("a currency");
    let settings = serde_json::Map::new();
    manifest.read_configuration(&settings, &tables, currency).expect("settings and tables")
}

fn row(sku: &str) -> Row {
    Row {
        cause: Cause::Settings,
        now: Instant(0),
        offset_seconds: 0,
        settings: 0,
        inputs: vec![Value::text(sku)],
        customer: Vec::new(),
        event: vec![Value::Null, Value::Null],
    }
}

fn families(plugin: &Plugin, settings: Arc<[Value]>, skus: &[&str]) -> Vec<Value> {
    let rows = skus.iter().map(|sku| row(sku)).collect();
    let decisions = plugin.decider.decide(&Call { settings: vec![settings], rows });
    let family = |decision: Result<regulars_model::Decision, regulars_model::PluginFault>| {
        let effects = decision.expect("within its limits").effects;
        match effects.into_iter().next().map(|own| own.effect) {
            Some(Effect::SetField { value, .. }) => value,
            other => panic!("{other:?}"),
        }
    };
    decisions.into_iter().map(family).collect()
}

#[test]
fn the_largest_table_is_looked_up() {
    let host = Host::new(HostOptions::default()).expect("a host");
    for folder in ["tests/tables/families", "tests/twins/families"] {
        let plugin = host.load_folder(&root().join(folder)).expect("a plugin");
        let settings = values(&plugin.manifest, largest());
        let checked = plugin.decider.check_settings(&settings).expect("within its limits");
        assert!(checked.is_empty(), "{folder}");
        let found =
            families(&plugin, settings, &["sku-00000", "sku-02500", "sku-04999", "sku-05000"]);
        let starts = ["family-00000-", "family-02500-", "family-04999-", "other"];
        for (value, start) in found.iter().zip(starts) {
            assert!(
                value.as_text().is_some_and(|text| text.starts_with(start)),
                "{folder}: {value:?}"
            );
        }
        assert_eq!(found.len(), starts.len());
    }
}
