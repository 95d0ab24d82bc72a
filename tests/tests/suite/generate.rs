//! The chain that is made up for measuring: the same from the same seed, on either database.

use regulars_engine::{
    Origin, World,
    audit::{BACK_UP, of_command_line},
};
use regulars_generate::{Plan, generate};
use regulars_model::Instant;
use regulars_store::Store;
use regulars_tests::{Place, root};
use serde_json::Value as Json;
use std::sync::LazyLock;
use tempfile::TempDir;
use tokio::runtime::Runtime;

static CACHE: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());

const AS_OF: &str = "2026-03-02T00:00:00Z";

fn plan(place: &Place, seed: u64, customers: u64) -> Plan {
    Plan {
        database: place.url(),
        plugins: root().join("plugins"),
        cache: Some(CACHE.path().to_owned()),
        customers,
        events: customers * 7,
        seed,
        as_of: AS_OF.parse().unwrap(),
    }
}

/// Every row there is, as a backup has it, but for who did it from where.
fn made(place: &Place, seed: u64) -> Vec<String> {
    let runtime = Runtime::new().unwrap();
    let imported = runtime.block_on(generate(&plan(place, seed, 450), |_| {})).unwrap();
    assert_eq!(imported.rejected, []);
    assert_eq!((imported.created, imported.events), (450, 3_150));
    rows(place)
}

fn rows(place: &Place) -> Vec<String> {
    let mut backup = Vec::new();
    let url = place.url();
    let entry = of_command_line(&World::real(), Origin::command_line(None), BACK_UP, Json::Null);
    let written = Store::back_up(&url, Instant(0), &entry, &mut backup);
    Runtime::new().unwrap().block_on(written).unwrap();
    let mut rows: Vec<String> = Vec::new();
    let mut is_audit = false;
    for line in String::from_utf8(backup).unwrap().lines() {
        is_audit = if line.starts_with(r#"{"table":"#) { line.contains("audit") } else { is_audit };
        rows.extend((!is_audit).then(|| line.to_owned()));
    }
    rows
}

#[test]
fn equal_seeds_make_equal_databases() {
    let first = made(&Place::sqlite(), 3);
    assert!(first.len() > 450 + 2 * 3_150, "{} rows", first.len());
    assert_eq!(made(&Place::postgres(), 3), first);
    assert_ne!(made(&Place::sqlite(), 4), first);
}

#[test]
fn a_database_with_customers_is_left_alone() {
    let place = Place::sqlite();
    let before = made(&place, 3).len();
    let runtime = Runtime::new().unwrap();
    let refused = runtime.block_on(generate(&plan(&place, 4, 10), |_| {})).unwrap_err();
    assert_eq!(refused.detail.en, "there are 450 customers already; give a database without any");
    assert_eq!(rows(&place).len(), before);
}
