//! Everything in which SQLite and Postgres differ.

use crate::StoreError;
use crate::db::{Answer, Db, Pools};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use std::str::FromStr;
use std::time::Duration;

/// Rows of one SQLite statement, filled up to a power of two, so that each statement has few texts
/// and stays in the cache.
pub(crate) const SQLITE_CHUNK_ROWS: usize = 128;
/// SQLite refuses more variables in one statement.
pub(crate) const SQLITE_VARIABLES_MAX: usize = 32_766;
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
const STATEMENTS_CACHED: usize = 512;
const PATIENCE: Duration = Duration::from_secs(10);

/// The writer must not wait for itself to find out that it reads first.
pub(crate) const SQLITE_BEGIN: &str = "BEGIN IMMEDIATE";
pub(crate) const POSTGRES_BEGIN: &str = "BEGIN";
pub(crate) const SQLITE_SNAPSHOT: &str = "BEGIN DEFERRED";
pub(crate) const POSTGRES_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// Two processes that start at once migrate one after the other.
pub(crate) const POSTGRES_MIGRATION_LOCK: &str = "SELECT pg_advisory_xact_lock(7278656417213)";
/// Of two that would seal, the second has nothing left to do when it gets its turn. SQLite's writer
/// has its turn from the beginning.
pub(crate) const POSTGRES_SEAL_LOCK: &str = "SELECT pg_advisory_xact_lock(7278656417214)";

pub(crate) const SQLITE_NOW_US: &str = "CAST(unixepoch('subsec') * 1000000 AS INTEGER)";
pub(crate) const POSTGRES_NOW_US: &str = "CAST(extract(epoch FROM now()) * 1000000 AS BIGINT)";

pub(crate) const SQLITE_MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/sqlite/0001_first.sql"),
    include_str!("../../../migrations/sqlite/0002_sorts_of_outbox.sql"),
    include_str!("../../../migrations/sqlite/0003_packages.sql"),
    include_str!("../../../migrations/sqlite/0004_jobs.sql"),
    include_str!("../../../migrations/sqlite/0005_held.sql"),
    include_str!("../../../migrations/sqlite/0006_tables.sql"),
    include_str!("../../../migrations/sqlite/0007_roles.sql"),
    include_str!("../../../migrations/sqlite/0008_audit.sql"),
    include_str!("../../../migrations/sqlite/0009_held_customers.sql"),
    include_str!("../../../migrations/sqlite/0010_people.sql"),
    include_str!("../../../migrations/sqlite/0011_drafts.sql"),
    include_str!("../../../migrations/sqlite/0012_password_rule.sql"),
    include_str!("../../../migrations/sqlite/0013_issues.sql"),
    include_str!("../../../migrations/sqlite/0014_shadows.sql"),
    include_str!("../../../migrations/sqlite/0015_corrections.sql"),
    include_str!("../../../migrations/sqlite/0016_assignment.sql"),
    include_str!("../../../migrations/sqlite/0017_decision_by_id.sql"),
    include_str!("../../../migrations/sqlite/0018_provider_log_ins.sql"),
];
pub(crate) const POSTGRES_MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/postgres/0001_first.sql"),
    include_str!("../../../migrations/postgres/0002_sorts_of_outbox.sql"),
    include_str!("../../../migrations/postgres/0003_packages.sql"),
    include_str!("../../../migrations/postgres/0004_jobs.sql"),
    include_str!("../../../migrations/postgres/0005_held.sql"),
    include_str!("../../../migrations/postgres/0006_tables.sql"),
    include_str!("../../../migrations/postgres/0007_roles.sql"),
    include_str!("../../../migrations/postgres/0008_audit.sql"),
    include_str!("../../../migrations/postgres/0009_held_customers.sql"),
    include_str!("../../../migrations/postgres/0010_people.sql"),
    include_str!("../../../migrations/postgres/0011_drafts.sql"),
    include_str!("../../../migrations/postgres/0012_password_rule.sql"),
    include_str!("../../../migrations/postgres/0013_issues.sql"),
    include_str!("../../../migrations/postgres/0014_shadows.sql"),
    include_str!("../../../migrations/postgres/0015_corrections.sql"),
    include_str!("../../../migrations/postgres/0016_assignment.sql"),
    include_str!("../../../migrations/postgres/0017_decision_by_id.sql"),
    include_str!("../../../migrations/postgres/0018_provider_log_ins.sql"),
];
pub(crate) const MIGRATION_NAMES: &[&str] = &[
    "first",
    "sorts_of_outbox",
    "packages",
    "jobs",
    "held",
    "tables",
    "roles",
    "audit",
    "held_customers",
    "people",
    "drafts",
    "password_rule",
    "issues",
    "shadows",
    "corrections",
    "assignment",
    "decision_by_id",
    "provider_log_ins",
];

/// Bare question marks: SQLite looks a numbered variable up by walking all of them. Rows without a
/// first column are padding.
pub(crate) fn sqlite_rows(sql: &str, width: usize, rows: usize) -> String {
    let row = format!("({}?),", "?,".repeat(width - 1));
    let values = row.repeat(rows);
    let values = values.trim_end_matches(',');
    sql.replace("{rows}", &format!("SELECT * FROM (VALUES {values}) WHERE column1 IS NOT NULL"))
}

/// One text whatever the number of rows, and parsed once. The arguments before these are `taken`.
pub(crate) fn postgres_rows(sql: &str, width: usize, taken: usize) -> String {
    let arrays: Vec<String> = (taken + 1..=taken + width).map(|i| format!("${i}")).collect();
    sql.replace("{rows}", &format!("SELECT * FROM UNNEST({})", arrays.join(",")))
}

pub(crate) fn open(url: &str) -> Answer<'_, Db> {
    Box::pin(async move {
        if url.starts_with("sqlite:") {
            let (writer, readers) = open_sqlite(url).await?;
            Ok(Db::new(Pools::Sqlite { writer, readers }))
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Ok(Db::new(Pools::Postgres(open_postgres(url).await?)))
        } else {
            Err(StoreError::UnknownAddress(url.to_owned()))
        }
    })
}

/// One that must be there; nothing is made.
pub(crate) fn open_existing(url: &str) -> Answer<'_, Db> {
    Box::pin(async move {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if !std::path::Path::new(path).is_file() {
                return Err(StoreError::NoDatabase(path.to_owned()));
            }
        }
        open(url).await
    })
}

async fn open_sqlite(url: &str) -> Result<(SqlitePool, SqlitePool), StoreError> {
    let refused = |source| StoreError::Open { address: url.to_owned(), source };
    let options = SqliteConnectOptions::from_str(url)
        .map_err(refused)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit that was answered survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(false)
        .busy_timeout(PATIENCE)
        .pragma("wal_autocheckpoint", "4000")
        .pragma("cache_size", "-16384")
        .pragma("temp_store", "MEMORY")
        .statement_cache_capacity(STATEMENTS_CACHED)
        .row_buffer_size(1_024);
    if let Some(folder) = options.get_filename().parent() {
        std::fs::create_dir_all(folder)
            .map_err(|source| StoreError::Folder { path: folder.to_owned(), source })?;
    }
    let pool = |connections, options| {
        SqlitePoolOptions::new()
            .max_connections(connections)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(PATIENCE * 6)
            .test_before_acquire(false)
            .connect_with(options)
    };
    let writer = options.clone().pragma("cache_size", "-65536");
    let writer = pool(1, writer).await.map_err(refused)?;
    let readers = pool(SQLITE_READERS, options.pragma("query_only", "ON")).await;
    Ok((writer, readers.map_err(refused)?))
}

async fn open_postgres(url: &str) -> Result<PgPool, StoreError> {
    let refused = |source| StoreError::Open { address: without_password(url), source };
    // Plans are cached while tables grow from empty, and every statement here is meant to go by an
    // index: a plan that reads whole tables must not be kept from the time they were small.
    let plans = [
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        // Only where no index has the order.
        ("enable_sort", "off"),
        ("jit", "off"),
    ];
    let options = PgConnectOptions::from_str(url)
        .map_err(refused)?
        .application_name("regulars")
        .options(plans)
        .statement_cache_capacity(STATEMENTS_CACHED);
    PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(PATIENCE * 3)
        .test_before_acquire(false)
        .connect_with(options)
        .await
        .map_err(refused)
}

/// For whoever reads what was done where.
pub fn without_password(url: &str) -> String {
    match url.split_once("://").and_then(|(scheme, rest)| {
        let (user, place) = rest.rsplit_once('@')?;
        let (user, _) = user.split_once(':')?;
        Some(format!("{scheme}://{user}@{place}"))
    }) {
        Some(safe) => safe,
        None => url.to_owned(),
    }
}

/// An id as a text, or nothing. On Postgres it becomes one by itself.
pub(crate) fn sqlite_id_text(column: &str) -> String {
    format!("hex({column})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        let url = "postgres://app:s3cr@t@db.local:5432/regulars";
        assert_eq!(without_password(url), "postgres://app@db.local:5432/regulars");
        assert_eq!(without_password("postgres://db/regulars"), "postgres://db/regulars");
    }

    #[test]
    fn rows_are_spelled_for_each_engine() {
        let sql = "INSERT INTO t (a, b) {rows} ON CONFLICT DO NOTHING";
        assert_eq!(
            sqlite_rows(sql, 2, 3),
            "INSERT INTO t (a, b) SELECT * FROM (VALUES (?,?),(?,?),(?,?)) WHERE column1 IS NOT NULL \
             ON CONFLICT DO NOTHING"
        );
        assert_eq!(
            postgres_rows(sql, 2, 3),
            "INSERT INTO t (a, b) SELECT * FROM UNNEST($4,$5) ON CONFLICT DO NOTHING"
        );
    }
}
