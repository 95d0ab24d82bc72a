//! The seam: one SQL text per statement, run on whichever engine is open.
//!
//! A text takes single values as `$1, $2, …` or, as `{rows}`, a whole [`Batch`].

use crate::StoreError;
use crate::batch::{Arg, Batch, bind_postgres, bind_sqlite};
use crate::dialect::{self, SQLITE_CHUNK_ROWS, SQLITE_VARIABLES_MAX};
use crate::read::Columns;
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool};
use sqlx::{Transaction, query_with};

#[derive(Clone, Debug)]
pub(crate) enum Db {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

impl Db {
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Db::Sqlite { writer, .. } => {
                Tx::Sqlite(writer.begin_with(dialect::SQLITE_BEGIN).await?)
            }
            Db::Postgres(pool) => Tx::Postgres(pool.begin_with(dialect::POSTGRES_BEGIN).await?),
        })
    }

    pub async fn lease(&self) -> Result<Lease, StoreError> {
        Ok(match self {
            Db::Sqlite { readers, .. } => Lease::Sqlite(readers.acquire().await?),
            Db::Postgres(pool) => Lease::Postgres(pool.acquire().await?),
        })
    }

    pub async fn fetch<T>(
        &self,
        sql: impl Into<String>,
        args: Vec<Arg>,
        read: impl Fn(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.lease().await?.connection().fetch(sql, args, read).await
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
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub fn connection(&mut self) -> Connection<'_> {
        match self {
            Tx::Sqlite(tx) => Connection::Sqlite(tx),
            Tx::Postgres(tx) => Connection::Postgres(tx),
        }
    }

    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Tx::Sqlite(tx) => tx.commit().await?,
            Tx::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    pub async fn rollback(self) -> Result<(), StoreError> {
        match self {
            Tx::Sqlite(tx) => tx.rollback().await?,
            Tx::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
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

pub(crate) enum Connection<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Connection<'_> {
    pub async fn fetch<T>(
        self,
        sql: impl Into<String>,
        args: Vec<Arg>,
        read: impl Fn(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let sql = sql.into();
        debug_assert_eq!(placeholders(&sql), args.len(), "{sql}");
        match self {
            Connection::Sqlite(connection) => {
                let query = query_with(AssertSqlSafe(sql), bind_sqlite(args).map_err(encoding)?);
                let rows = query.fetch_all(connection).await?;
                rows.iter().map(|row| read(row)).collect()
            }
            Connection::Postgres(connection) => {
                let query = query_with(AssertSqlSafe(sql), bind_postgres(args).map_err(encoding)?);
                let rows = query.fetch_all(connection).await?;
                rows.iter().map(|row| read(row)).collect()
            }
        }
    }

    pub async fn execute(self, sql: impl Into<String>, args: Vec<Arg>) -> Result<u64, StoreError> {
        let sql = sql.into();
        debug_assert_eq!(placeholders(&sql), args.len(), "{sql}");
        Ok(match self {
            Connection::Sqlite(connection) => {
                let query = query_with(AssertSqlSafe(sql), bind_sqlite(args).map_err(encoding)?);
                query.execute(connection).await?.rows_affected()
            }
            Connection::Postgres(connection) => {
                let query = query_with(AssertSqlSafe(sql), bind_postgres(args).map_err(encoding)?);
                query.execute(connection).await?.rows_affected()
            }
        })
    }

    /// Runs a `{rows}` statement over the whole batch; nothing when it is empty.
    pub async fn put(self, sql: &str, batch: &Batch<'_>) -> Result<(), StoreError> {
        if batch.len() == 0 {
            return Ok(());
        }
        match self {
            Connection::Sqlite(connection) => {
                for rows in chunks(batch) {
                    let text = dialect::sqlite_rows(sql, batch.width(), rows.len());
                    let bound = batch.bind_sqlite(rows).map_err(encoding)?;
                    query_with(AssertSqlSafe(text), bound).execute(&mut *connection).await?;
                }
            }
            Connection::Postgres(connection) => {
                let text = dialect::postgres_rows(sql, batch.width());
                let bound = batch.bind_postgres().map_err(encoding)?;
                query_with(AssertSqlSafe(text), bound).execute(connection).await?;
            }
        }
        Ok(())
    }

    /// Like [`put`](Self::put), with the rows it answers.
    pub async fn put_returning<T>(
        self,
        sql: &str,
        batch: &Batch<'_>,
        read: impl Fn(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut answers = Vec::new();
        if batch.len() == 0 {
            return Ok(answers);
        }
        match self {
            Connection::Sqlite(connection) => {
                for rows in chunks(batch) {
                    let text = dialect::sqlite_rows(sql, batch.width(), rows.len());
                    let bound = batch.bind_sqlite(rows).map_err(encoding)?;
                    let query = query_with(AssertSqlSafe(text), bound);
                    for row in query.fetch_all(&mut *connection).await? {
                        answers.push(read(&row)?);
                    }
                }
            }
            Connection::Postgres(connection) => {
                let text = dialect::postgres_rows(sql, batch.width());
                let bound = batch.bind_postgres().map_err(encoding)?;
                let query = query_with(AssertSqlSafe(text), bound);
                for row in query.fetch_all(connection).await? {
                    answers.push(read(&row)?);
                }
            }
        }
        Ok(answers)
    }

    /// Several statements without arguments: migrations.
    pub async fn script(self, sql: &'static str) -> Result<(), sqlx::Error> {
        match self {
            Connection::Sqlite(connection) => {
                sqlx::raw_sql(sql).execute(connection).await?;
            }
            Connection::Postgres(connection) => {
                sqlx::raw_sql(sql).execute(connection).await?;
            }
        }
        Ok(())
    }
}

fn encoding(error: sqlx::error::BoxDynError) -> StoreError {
    StoreError::Database(sqlx::Error::Encode(error))
}

/// The batch cut into powers of two, the largest first.
fn chunks(batch: &Batch<'_>) -> Vec<std::ops::Range<usize>> {
    let widest = SQLITE_VARIABLES_MAX / batch.width();
    let mut size = SQLITE_CHUNK_ROWS.min(1 << widest.ilog2());
    let (mut start, mut ranges) = (0, Vec::new());
    while start < batch.len() {
        while start + size > batch.len() {
            size /= 2;
        }
        ranges.push(start..start + size);
        start += size;
    }
    ranges
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
