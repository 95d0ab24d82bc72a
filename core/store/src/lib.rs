//! The only SQL: SQLite and Postgres behind one API.
//!
//! A write is a [`Changeset`] for one customer; [`Store::commit_group`] commits many of them in one
//! short transaction, one multi-row statement per table. Reads stand in files by noun.

mod audit;
mod backup;
mod batch;
mod commit;
mod configuration;
mod counts;
mod customers;
mod db;
mod decisions;
mod dialect;
mod drafts;
mod due;
mod error;
mod held;
mod history;
mod idempotency;
mod issues;
mod jobs;
mod keys;
mod load;
mod lock;
mod migrate;
mod mishap;
mod outbox;
mod packages;
mod packed;
mod password_rule;
#[cfg(test)]
mod plans;
mod provider_log_ins;
mod put;
mod read;
mod rows;
mod scan;
mod seen;
mod shadows;
mod staff;
mod tables;
mod tasks;
mod timeline;

pub use audit::{AuditQuery, Chain, Misfit, Unsealed};
pub use backup::BackedUp;
pub use counts::FieldCounts;
pub use customers::CustomerFilter;
pub use dialect::without_password;
pub use error::StoreError;
pub use held::HeldQuery;
pub use history::Histories;
pub use issues::{LeftOutPlace, LeftOutQuery};
pub use lock::{Contact, Holder, StoreLock, read_contact};
pub use mishap::{Befall, Mishap, Mishaps};
pub use outbox::OutboxQuery;
pub use rows::*;
pub use scan::{CustomerRange, Given};
pub use seen::{Homes, Seen};
pub use staff::Ending;
pub use tasks::{TaskQuery, TaskScope};
pub use timeline::{CorrectionQuery, TimelineQuery};

use db::Db;

/// An open database; clones share its connections.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
}

impl Store {
    /// Opens `sqlite:PATH` (made where it is missing) or `postgres://…`, and migrates it.
    pub async fn open(url: &str) -> Result<Store, StoreError> {
        let db = dialect::open(url).await?;
        migrate::migrate(&db).await?;
        Ok(Store { db })
    }

    /// The same, where things go wrong as they are told to: what a crash leaves behind can only be
    /// played again if it is known to the commit when it came.
    pub async fn open_with(url: &str, mishaps: Mishaps) -> Result<Store, StoreError> {
        let Store { db } = Store::open(url).await?;
        Ok(Store { db: db.befallen(mishaps) })
    }

    pub fn is_sqlite(&self) -> bool {
        self.db.is_sqlite()
    }

    pub async fn close(&self) {
        if let Err(error) = self.db.close().await {
            tracing::warn!(%error, "the database did not close cleanly");
        }
    }

    pub async fn ping(&self) -> Result<(), StoreError> {
        self.db.fetch("SELECT 1", Vec::new(), |_| Ok(())).await.map(|_| ())
    }
}
