//! The only SQL: SQLite and Postgres behind one API.
//!
//! A write is a [`Changeset`] for one customer; [`Store::commit_group`] commits many of them in one
//! short transaction, one multi-row statement per table. Reads stand in files by noun.

mod batch;
mod commit;
mod configuration;
mod counts;
mod customers;
mod db;
mod decisions;
mod dialect;
mod due;
mod error;
mod idempotency;
mod keys;
mod load;
mod lock;
mod migrate;
mod outbox;
#[cfg(test)]
mod plans;
mod read;
mod rows;
mod scan;
mod tasks;
mod timeline;

pub use counts::FieldCounts;
pub use customers::CustomerFilter;
pub use error::StoreError;
pub use lock::{Contact, Holder, StoreLock, read_contact};
pub use outbox::OutboxQuery;
pub use rows::*;
pub use tasks::{TaskQuery, TaskScope};
pub use timeline::TimelineQuery;

use db::Db;

/// An open database; clones share its connections.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
}

impl Store {
    /// Opens `sqlite:PATH` (made where it is missing) or `postgres://…`, and migrates it.
    pub async fn open(url: &str) -> Result<Store, StoreError> {
        let db = if url.starts_with("sqlite:") {
            let (writer, readers) = dialect::open_sqlite(url).await?;
            Db::Sqlite { writer, readers }
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Db::Postgres(dialect::open_postgres(url).await?)
        } else {
            return Err(StoreError::UnknownAddress(url.to_owned()));
        };
        migrate::migrate(&db).await?;
        Ok(Store { db })
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self.db, Db::Sqlite { .. })
    }

    pub async fn close(&self) {
        match &self.db {
            Db::Sqlite { writer, readers } => {
                readers.close().await;
                // The last connection to close folds the log into the file.
                writer.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }

    pub async fn ping(&self) -> Result<(), StoreError> {
        self.db.fetch("SELECT 1", Vec::new(), |_| Ok(())).await.map(|_| ())
    }
}
