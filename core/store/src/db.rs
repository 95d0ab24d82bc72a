//! The seam: one SQL text per statement, run on whichever engine is open.
//!
//! A text takes single values as `$1, $2, …` or, as `{rows}`, a whole batch: see `put`.

use crate::batch::{Arg, bind_postgres, bind_sqlite};
use crate::dialect;
use crate::mishap::{Mishap, Mishaps};
use crate::read::Columns;
use crate::{IdempotencyRow, StoreError};
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool};
use sqlx::{Transaction, query_with};
use std::pin::Pin;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub(crate) struct Db {
    pools: Pools,
    /// What befalls its transactions, where that is played.
    mishaps: Option<Mishaps>,
    /// What is answered about what is written through it.
    answer: Option<Arc<IdempotencyRow>>,
}

#[derive(Clone, Debug)]
pub(crate) enum Pools {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

/// Boxed, for the sake of whoever builds: the state machines of sqlx are then compiled once, in this
/// crate, and not again in every crate and test that awaits the store.
pub(crate) type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

impl Db {
    pub fn new(pools: Pools) -> Db {
        Db { pools, mishaps: None, answer: None }
    }

    pub fn befallen(self, mishaps: Mishaps) -> Db {
        Db { mishaps: Some(mishaps), ..self }
    }

    pub fn answering(&self, answer: IdempotencyRow) -> Db {
        Db { answer: Some(Arc::new(answer)), ..self.clone() }
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self.pools, Pools::Sqlite { .. })
    }

    pub fn begin(&self) -> Answer<'_, Tx> {
        Box::pin(async move {
            if let Some(mishaps) = &self.mishaps {
                mishaps.before_writing().await.or_broken()?;
            }
            let open = match &self.pools {
                Pools::Sqlite { writer, .. } => {
                    Open::Sqlite(writer.begin_with(dialect::SQLITE_BEGIN).await?)
                }
                Pools::Postgres(pool) => {
                    Open::Postgres(pool.begin_with(dialect::POSTGRES_BEGIN).await?)
                }
            };
            Ok(Tx { open, mishaps: self.mishaps.clone(), answer: self.answer.clone() })
        })
    }

    /// A transaction that sees everything as of its first statement, and writes nothing.
    pub fn begin_snapshot(&self) -> Answer<'_, Tx> {
        Box::pin(async move {
            let open = match &self.pools {
                Pools::Sqlite { readers, .. } => {
                    Open::Sqlite(readers.begin_with(dialect::SQLITE_SNAPSHOT).await?)
                }
                Pools::Postgres(pool) => {
                    Open::Postgres(pool.begin_with(dialect::POSTGRES_SNAPSHOT).await?)
                }
            };
            Ok(Tx { open, mishaps: None, answer: None })
        })
    }

    pub fn lease(&self) -> Answer<'_, Lease> {
        Box::pin(async move {
            Ok(match &self.pools {
                Pools::Sqlite { readers, .. } => Lease::Sqlite(readers.acquire().await?),
                Pools::Postgres(pool) => Lease::Postgres(pool.acquire().await?),
            })
        })
    }

    /// The connection that writes. What it has read stays in its cache over its own commits, while
    /// every commit empties the caches of the others.
    pub fn lease_writer(&self) -> Answer<'_, Lease> {
        Box::pin(async move {
            Ok(match &self.pools {
                Pools::Sqlite { writer, .. } => Lease::Sqlite(writer.acquire().await?),
                Pools::Postgres(pool) => Lease::Postgres(pool.acquire().await?),
            })
        })
    }

    pub fn close(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            match &self.pools {
                Pools::Sqlite { writer, readers } => {
                    readers.close().await;
                    // The last connection to close folds the log into the file.
                    writer.close().await;
                }
                Pools::Postgres(pool) => pool.close().await,
            }
            Ok(())
        })
    }

    fn rows(&self, sql: String, args: Vec<Arg>) -> Answer<'_, Rows> {
        Box::pin(async move { self.lease().await?.connection().rows(sql, args).await })
    }

    pub async fn fetch<T>(
        &self,
        sql: impl Into<String>,
        args: Vec<Arg>,
        read: impl Fn(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.rows(sql.into(), args).await?.read(read)
    }

    pub async fn fetch_one<T>(
        &self,
        sql: impl Into<String>,
        args: Vec<Arg>,
        read: impl Fn(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.fetch(sql, args, read).await?.pop())
    }
}

/// A transaction that may write; rolled back unless committed.
pub(crate) struct Tx {
    open: Open,
    mishaps: Option<Mishaps>,
    /// Written with the entry in the audit; see [`Store::answering`](crate::Store::answering).
    pub answer: Option<Arc<IdempotencyRow>>,
}

enum Open {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub fn is_sqlite(&self) -> bool {
        matches!(self.open, Open::Sqlite(_))
    }

    pub fn connection(&mut self) -> Connection<'_> {
        match &mut self.open {
            Open::Sqlite(tx) => Connection::Sqlite(tx),
            Open::Postgres(tx) => Connection::Postgres(tx),
        }
    }

    pub fn commit(self) -> Answer<'static, ()> {
        Box::pin(async move {
            let mishap = self.mishaps.as_ref().map_or(Mishap::None, |mishaps| mishaps.at_commit());
            match self.open {
                open if mishap == Mishap::Lost => open.rollback().await?,
                Open::Sqlite(tx) => tx.commit().await?,
                Open::Postgres(tx) => tx.commit().await?,
            }
            mishap.or_broken()
        })
    }

    pub fn rollback(self) -> Answer<'static, ()> {
        self.open.rollback()
    }
}

impl Open {
    fn rollback(self) -> Answer<'static, ()> {
        Box::pin(async move {
            match self {
                Open::Sqlite(tx) => tx.rollback().await?,
                Open::Postgres(tx) => tx.rollback().await?,
            }
            Ok(())
        })
    }
}

/// A connection to read from, outside any transaction.
pub(crate) enum Lease {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl Lease {
    pub fn connection(&mut self) -> Connection<'_> {
        match self {
            Lease::Sqlite(lease) => Connection::Sqlite(lease),
            Lease::Postgres(lease) => Connection::Postgres(lease),
        }
    }
}

/// What a statement answered, not yet read.
pub(crate) enum Rows {
    Sqlite(Vec<SqliteRow>),
    Postgres(Vec<PgRow>),
}

impl Rows {
    pub fn read<T>(
        &self,
        read: impl Fn(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        match self {
            Rows::Sqlite(rows) => rows.iter().map(|row| read(row)).collect(),
            Rows::Postgres(rows) => rows.iter().map(|row| read(row)).collect(),
        }
    }
}

pub(crate) enum Connection<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl<'c> Connection<'c> {
    pub async fn fetch<T>(
        self,
        sql: impl Into<String>,
        args: Vec<Arg>,
        read: impl Fn(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.rows(sql.into(), args).await?.read(read)
    }

    pub async fn execute(self, sql: impl Into<String>, args: Vec<Arg>) -> Result<u64, StoreError> {
        self.affected(sql.into(), args).await
    }

    fn rows(self, sql: String, args: Vec<Arg>) -> Answer<'c, Rows> {
        debug_assert_eq!(placeholders(&sql), args.len(), "{sql}");
        Box::pin(async move {
            Ok(match self {
                Connection::Sqlite(connection) => {
                    let bound = bind_sqlite(args).map_err(encoding)?;
                    let query = query_with(AssertSqlSafe(sql), bound);
                    Rows::Sqlite(query.fetch_all(connection).await?)
                }
                Connection::Postgres(connection) => {
                    let bound = bind_postgres(args).map_err(encoding)?;
                    let query = query_with(AssertSqlSafe(sql), bound);
                    Rows::Postgres(query.fetch_all(connection).await?)
                }
            })
        })
    }

    fn affected(self, sql: String, args: Vec<Arg>) -> Answer<'c, u64> {
        debug_assert_eq!(placeholders(&sql), args.len(), "{sql}");
        Box::pin(async move {
            Ok(match self {
                Connection::Sqlite(connection) => {
                    let bound = bind_sqlite(args).map_err(encoding)?;
                    let query = query_with(AssertSqlSafe(sql), bound);
                    query.execute(connection).await?.rows_affected()
                }
                Connection::Postgres(connection) => {
                    let bound = bind_postgres(args).map_err(encoding)?;
                    let query = query_with(AssertSqlSafe(sql), bound);
                    query.execute(connection).await?.rows_affected()
                }
            })
        })
    }

    /// Several statements without arguments: migrations.
    pub fn script(self, sql: &'static str) -> Answer<'c, ()> {
        Box::pin(async move {
            match self {
                Connection::Sqlite(connection) => {
                    sqlx::raw_sql(sql).execute(connection).await?;
                }
                Connection::Postgres(connection) => {
                    sqlx::raw_sql(sql).execute(connection).await?;
                }
            }
            Ok(())
        })
    }
}

pub(crate) fn encoding(error: sqlx::error::BoxDynError) -> StoreError {
    StoreError::Database(sqlx::Error::Encode(error))
}

/// The highest `$n` of a text. SQLite reads a missing argument as NULL without a word, so a
/// statement is held against its arguments here.
fn placeholders(sql: &str) -> usize {
    sql.split('$')
        .skip(1)
        .filter_map(|rest| {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            rest[..digits].parse().ok()
        })
        .max()
        .unwrap_or(0)
}
