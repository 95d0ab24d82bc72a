//! Numbered migrations, applied in one transaction; never changed once applied.

use crate::StoreError;
use crate::batch::args;
use crate::db::{Db, Tx};
use crate::dialect;
use crate::read::Reader;
use regulars_model::canonical::{hash_bytes, hex};
use std::cmp::Ordering;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (
    number     BIGINT NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    checksum   TEXT NOT NULL,
    applied_at BIGINT NOT NULL
)";

pub(crate) async fn migrate(db: &Db) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    apply(&mut tx, dialect::MIGRATION_NAMES.len()).await?;
    tx.commit().await
}

/// The migrations applied, which must be all there are.
pub(crate) async fn list_current(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let (applied, known) = (list_applied(tx).await?, dialect::MIGRATION_NAMES.len() as i64);
    let found = applied.last().map_or(0, |last| last.number);
    match found.cmp(&known) {
        Ordering::Greater => Err(StoreError::Newer { found, known }),
        Ordering::Less => Err(StoreError::Older { found, known }),
        Ordering::Equal => Ok(applied.into_iter().map(|row| row.name).collect()),
    }
}

/// The first of the migrations, by their names; refused where there were any before.
pub(crate) async fn apply_to_empty(tx: &mut Tx, names: &[String]) -> Result<(), StoreError> {
    let known = dialect::MIGRATION_NAMES;
    if names.len() > known.len() || names.iter().zip(known).any(|(name, own)| name != own) {
        let found = names.len() as i64;
        return Err(StoreError::Newer { found, known: known.len() as i64 });
    }
    match apply(tx, names.len()).await? {
        0 => Ok(()),
        _ => Err(StoreError::NotEmpty),
    }
}

/// The first `wanted` of them; how many had been applied before.
async fn apply(tx: &mut Tx, wanted: usize) -> Result<usize, StoreError> {
    let (migrations, now) = match tx.is_sqlite() {
        true => (dialect::SQLITE_MIGRATIONS, dialect::SQLITE_NOW_US),
        false => {
            tx.connection().script(dialect::POSTGRES_MIGRATION_LOCK).await?;
            (dialect::POSTGRES_MIGRATIONS, dialect::POSTGRES_NOW_US)
        }
    };
    tx.connection().script(TABLE).await?;
    let applied = list_applied(tx).await?;
    check(&applied, migrations)?;
    let insert = format!(
        "INSERT INTO migration (number, name, checksum, applied_at) VALUES ($1, $2, $3, {now})"
    );
    for (index, (sql, name)) in
        migrations.iter().zip(dialect::MIGRATION_NAMES).enumerate().take(wanted)
    {
        if index < applied.len() {
            continue;
        }
        let number = index as i64 + 1;
        tx.connection().script(sql).await.map_err(|source| StoreError::Migration {
            number,
            name,
            source: Box::new(source),
        })?;
        tx.connection().execute(insert.clone(), args![number, *name, checksum(sql)]).await?;
    }
    Ok(applied.len())
}

struct Applied {
    number: i64,
    name: String,
    checksum: String,
}

async fn list_applied(tx: &mut Tx) -> Result<Vec<Applied>, StoreError> {
    let sql = "SELECT number, name, checksum FROM migration ORDER BY number";
    tx.connection()
        .fetch(sql, args![], |row| {
            let mut row = Reader::new(row, "migration");
            Ok(Applied { number: row.int()?, name: row.string()?, checksum: row.string()? })
        })
        .await
}

fn check(applied: &[Applied], migrations: &[&str]) -> Result<(), StoreError> {
    let known = migrations.len() as i64;
    if let Some(last) = applied.last()
        && last.number > known
    {
        return Err(StoreError::Newer { found: last.number, known });
    }
    for (row, sql) in applied.iter().zip(migrations) {
        if row.checksum != checksum(sql) {
            return Err(StoreError::ChangedMigration {
                number: row.number,
                name: row.name.clone(),
            });
        }
    }
    Ok(())
}

fn checksum(sql: &str) -> String {
    hex(&hash_bytes(&[sql.as_bytes()]))
}
