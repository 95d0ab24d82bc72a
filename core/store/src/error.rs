//! What can go wrong with the database, each a sentence for whoever runs it.

use std::path::PathBuf;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum StoreError {
    #[error("`{0}` is not a database: expected sqlite:PATH or postgres://USER@HOST/NAME")]
    UnknownAddress(String),
    #[error("cannot open the database {address}: {source}")]
    Open { address: String, source: sqlx::Error },
    #[error("cannot make the folder of the database {path}: {source}")]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("{path} is in use by another process{holder}")]
    Locked { path: PathBuf, holder: crate::lock::Holder },
    #[error("cannot lock the database through {path}: {source}")]
    Lock { path: PathBuf, source: std::io::Error },
    #[error(
        "the database was written by a newer version: it is at migration {found}, this one knows \
         {known}"
    )]
    Newer { found: i64, known: i64 },
    #[error(
        "migration {number} ({name}) of this database is not the one this program carries; \
         migrations are never changed once applied"
    )]
    ChangedMigration { number: i64, name: String },
    #[error("migration {number} ({name}) failed: {source}")]
    Migration { number: i64, name: &'static str, source: Box<StoreError> },
    #[error("a row of table {table} ({id}) cannot be read: {fault}")]
    Corrupt { table: &'static str, id: String, fault: String },
    #[error("the backup: {0}")]
    Backup(String),
    #[error("there is no database at {0}")]
    NoDatabase(String),
    #[error("the database holds data already; a backup is restored into an empty one")]
    NotEmpty,
    #[error(
        "the database is at migration {found}, this program knows {known}: start the server on it once"
    )]
    Older { found: i64, known: i64 },
    #[error("this idempotency key has been answered meanwhile")]
    Answered,
    #[error("another account is linked with this subject of the identity provider")]
    LinkTaken,
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

impl StoreError {
    /// The database refuses these rows: a fault of one member of a group, not of the database.
    pub(crate) fn constraint(&self) -> Option<String> {
        let StoreError::Database(sqlx::Error::Database(error)) = self else { return None };
        let code = error.code()?;
        let of_rows = match code.parse::<u32>() {
            // Postgres: repeated row, value it cannot hold (a NUL in a text), constraint, limit.
            _ if code.len() == 5 => ["21", "22", "23", "54"].contains(&&code[..2]),
            // SQLite: constraint, too big; the primary code is the low byte.
            Ok(code) => matches!(code & 0xff, 18 | 19),
            Err(_) => false,
        };
        of_rows.then(|| error.message().to_owned())
    }

    /// Two transactions met and one was sacrificed; the same again will do.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            StoreError::Database(sqlx::Error::Database(error)) => {
                // Postgres: serialization failure, deadlock. SQLite: busy.
                error
                    .code()
                    .is_some_and(|code| matches!(&*code, "40001" | "40P01" | "5" | "517" | "261"))
            }
            _ => false,
        }
    }
}
