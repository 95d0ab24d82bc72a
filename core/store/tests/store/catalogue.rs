//! What the catalogue says: whose tables these are, and that both engines have the same.

use crate::database::Database;

/// Everything about one customer, under its id.
const OF_CUSTOMERS: [(&str, &str); 9] = [
    ("correction", "customer_id"),
    ("decision", "customer_id"),
    ("event", "customer_id"),
    ("field_value", "customer_id"),
    ("identity", "customer_id"),
    ("issued", "customer_id"),
    ("message", "customer_id"),
    ("task", "customer_id"),
    ("customer", "id"),
];
/// Claims, by the hash of what is claimed.
const CLAIMS: [(&str, &str); 5] = [
    ("idempotency", "key_hash"),
    ("identity_claim", "hash"),
    ("source_claim", "hash"),
    ("session", "hash"),
    ("provider_log_in", "hash"),
];
/// What head office decides; the same for all customers.
const CONFIGURATION: [(&str, &str); 12] = [
    ("api_key", "id"),
    ("draft", "id"),
    ("field_schema", "entity"),
    ("meta", "key"),
    ("migration", "number"),
    ("password_rule", "version"),
    ("plugin", "id"),
    ("plugin_package", "plugin_id"),
    ("plugin_settings", "plugin_id"),
    ("plugin_table", "plugin_id"),
    ("staff", "id"),
    ("unit", "id"),
];
/// What somebody asked, and what came of it.
const JOBS: [(&str, &str); 3] = [("issue", "id"), ("job", "id"), ("shadow", "draft_id")];
/// Who did what to which record: one chain for the whole organisation.
const AUDIT: [(&str, &str); 1] = [("audit", "id")];
pub const TABLES: [&str; 29] = [
    "audit",
    "issue",
    "issued",
    "job",
    "shadow",
    "correction",
    "decision",
    "event",
    "field_value",
    "identity",
    "message",
    "task",
    "customer",
    "idempotency",
    "identity_claim",
    "source_claim",
    "api_key",
    "draft",
    "field_schema",
    "meta",
    "password_rule",
    "provider_log_in",
    "plugin",
    "plugin_package",
    "plugin_settings",
    "plugin_table",
    "session",
    "staff",
    "unit",
];

on_both! {
    async fn every_table_has_an_owner(db: &Database) {
        let mut expected: Vec<String> = OF_CUSTOMERS
            .iter()
            .chain(&CLAIMS)
            .chain(&CONFIGURATION)
            .chain(&JOBS)
            .chain(&AUDIT)
            .map(|(table, column)| format!("{table}.{column}"))
            .collect();
        expected.sort();
        assert_eq!(leading_key_columns(db).await, expected);
        assert_eq!(TABLES.len() + 1, expected.len());
    }

    /// A foreign key would tie rows of one customer to those of another.
    async fn there_are_no_foreign_keys(db: &Database) {
        let sql = if db.store.is_sqlite() {
            "SELECT m.name FROM sqlite_schema m, pragma_foreign_key_list(m.name) WHERE m.type = 'table'"
        } else {
            "SELECT conname::text FROM pg_constraint WHERE contype = 'f'"
        };
        assert_eq!(db.texts(sql).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn both_engines_have_the_same_columns_and_indexes() {
    let (sqlite, postgres) = (Database::sqlite().await, Database::postgres().await);
    let columns = [columns(&sqlite).await, columns(&postgres).await];
    let indexes = [indexes(&sqlite).await, indexes(&postgres).await];
    sqlite.remove().await;
    postgres.remove().await;
    assert_eq!(columns[0], columns[1]);
    assert!(columns[0].len() > 100);
    assert_eq!(indexes[0], indexes[1]);
    assert!(indexes[0].len() > 10);
}

/// `table.column` of the first column of each primary key.
async fn leading_key_columns(db: &Database) -> Vec<String> {
    let sql = if db.store.is_sqlite() {
        "SELECT m.name || '.' || c.name FROM sqlite_schema m, pragma_table_info(m.name) c
        WHERE m.type = 'table' AND c.pk = 1 ORDER BY 1"
    } else {
        "SELECT c.relname || '.' || a.attname FROM pg_index i
        JOIN pg_class c ON c.oid = i.indrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
        WHERE i.indisprimary"
    };
    let mut found = db.texts(sql).await;
    found.sort();
    found
}

async fn columns(db: &Database) -> Vec<String> {
    let sql = if db.store.is_sqlite() {
        "SELECT m.name || '.' || c.name || CASE c.\"notnull\" WHEN 1 THEN ' NOT NULL' ELSE '' END
        FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'"
    } else {
        "SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
        FROM information_schema.columns WHERE table_schema = current_schema()"
    };
    let mut found = db.texts(sql).await;
    found.sort();
    found
}

async fn indexes(db: &Database) -> Vec<String> {
    let sql = if db.store.is_sqlite() {
        "SELECT name || ' on ' || tbl_name FROM sqlite_schema
        WHERE type = 'index' AND name NOT LIKE 'sqlite_autoindex%'"
    } else {
        "SELECT indexname || ' on ' || tablename FROM pg_indexes
        WHERE schemaname = current_schema() AND indexname NOT LIKE '%_pkey'"
    };
    let mut found = db.texts(sql).await;
    found.sort();
    found
}
