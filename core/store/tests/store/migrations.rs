//! A database is brought up to date once, and refused where it is not this program's.

use crate::rows::*;
use regulars_store::*;

const NAMES: &str = "SELECT name FROM migration ORDER BY number";

on_both! {
    async fn a_second_opening_finds_everything_in_place(db: &Database) {
        commit(&db.store, everything(1)).await;
        let again = db.open_again().await.unwrap();
        assert!(again.load_full(customer_id(1)).await.unwrap().is_some());
        again.ping().await.unwrap();
        again.close().await;
        assert_eq!(db.texts(NAMES).await, ["first", "sorts_of_outbox", "packages", "jobs", "held", "tables", "roles", "audit", "held_customers", "people",
            "drafts", "password_rule", "issues", "shadows", "corrections", "assignment", "decision_by_id", "provider_log_ins"]);
    }

    async fn a_key_of_a_role_that_went_keeps_what_it_might(db: &Database) {
        let (roles, bytes, unit) = match db.store.is_sqlite() {
            true => (include_str!("../../../../migrations/sqlite/0007_roles.sql"), "BLOB", "x'07'"),
            false => (
                include_str!("../../../../migrations/postgres/0007_roles.sql"),
                "BYTEA",
                "'01900000-0000-7000-8000-000000000007'",
            ),
        };
        let id = if db.store.is_sqlite() { "BLOB" } else { "UUID" };
        db.execute("DROP TABLE api_key").await;
        db.execute(&format!(
            "CREATE TABLE api_key (id {id} NOT NULL PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL,
            key_hash {bytes} NOT NULL, unit_id {id}, created_at BIGINT NOT NULL, revoked_at BIGINT)"
        ))
        .await;
        db.execute(&format!(
            "INSERT INTO unit (id, code, name, kind, parent_id, time_zone, currency, cutoff_hour)
            VALUES ({unit}, 'store-7', 'Seven', 'store', NULL, 'UTC', 'CNY', 0)"
        ))
        .await;
        for (number, role, unit) in [(1, "staff", unit), (2, "admin", "NULL")] {
            let id = id_text(db, number);
            db.execute(&format!(
                "INSERT INTO api_key (id, name, role, key_hash, unit_id, created_at)
                VALUES ({id}, 'k', '{role}', '{number}', {unit}, 1)"
            ))
            .await;
        }
        for statement in roles.split(";\n").filter(|statement| !statement.trim().is_empty()) {
            db.execute(statement).await;
        }
        let kept = "SELECT role || ' ' || units || ' ' || coalesce(actions, 'all') FROM api_key ORDER BY id";
        let kept = db.texts(kept).await;
        assert!(kept[0].starts_with("customer_service [\"store-7\"] [\"create_customer\""), "{kept:?}");
        assert!(!kept[0].contains("list_customers"), "{kept:?}");
        assert_eq!(kept[1], "admin [] all");
    }

    async fn a_newer_database_is_refused(db: &Database) {
        db.execute(
            "INSERT INTO migration (number, name, checksum, applied_at) VALUES (999, 'later', '', 0)",
        )
        .await;
        let error = db.open_again().await.unwrap_err();
        assert!(matches!(error, StoreError::Newer { found: 999, .. }), "{error}");
        assert!(error.to_string().contains("newer version"), "{error}");
    }

    async fn a_changed_migration_is_refused(db: &Database) {
        db.execute("UPDATE migration SET checksum = 'other' WHERE number = 1").await;
        let error = db.open_again().await.unwrap_err();
        assert!(matches!(error, StoreError::ChangedMigration { number: 1, .. }), "{error}");
    }

    async fn processes_that_start_at_once_migrate_once(db: &Database) {
        let applied = db.texts(NAMES).await.len();
        db.execute("DROP TABLE migration").await;
        for table in crate::catalogue::TABLES {
            db.execute(&format!("DROP TABLE {table}")).await;
        }
        let openings: Vec<_> = (0..4)
            .map(|_| {
                let url = db.url.clone();
                tokio::spawn(async move { Store::open(&url).await })
            })
            .collect();
        for opening in openings {
            opening.await.unwrap().expect("a database").close().await;
        }
        assert_eq!(db.texts(NAMES).await.len(), applied);
    }
}

fn id_text(db: &crate::database::Database, number: u32) -> String {
    match db.store.is_sqlite() {
        true => format!("x'0{number}'"),
        false => format!("'01900000-0000-7000-8000-00000000000{number}'"),
    }
}

#[tokio::test]
async fn an_address_of_no_known_database_is_refused() {
    let error = Store::open("mysql://localhost/regulars").await.unwrap_err();
    assert!(error.to_string().contains("expected sqlite:PATH"), "{error}");
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_is_named_without_its_password() {
    let error = Store::open("postgres://app:s3cret@127.0.0.1:1/regulars").await.unwrap_err();
    let sentence = error.to_string();
    assert!(matches!(error, StoreError::Open { .. }), "{sentence}");
    assert!(sentence.contains("127.0.0.1:1") && !sentence.contains("s3cret"), "{sentence}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("not a database");
    std::fs::write(&file, "something else, long enough to be read as a header").unwrap();
    let error = Store::open(&format!("sqlite:{}", file.display())).await.unwrap_err();
    assert!(error.to_string().contains("not a database"), "{error}");
}
