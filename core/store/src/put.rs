//! Statements over many rows, and lists of them that go to the database in one visit. A visit is a
//! round trip to Postgres and a change of threads, there and back, for SQLite: more than most
//! statements take.

use crate::StoreError;
use crate::batch::Batch;
use crate::db::{Answer, Connection, Rows, encoding};
use crate::dialect::{self, SQLITE_CHUNK_ROWS, SQLITE_VARIABLES_MAX};
use crate::read::{Columns, Reader};
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, query_with};
use std::{borrow::Cow, ops::Range};

/// A `{rows}` text that writes, without its RETURNING.
pub(crate) struct Statement<'a> {
    pub sql: Cow<'static, str>,
    pub rows: Batch<'a>,
    /// What each row written is to answer with.
    pub key: Option<Key>,
}

/// A column that tells the rows apart.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Key {
    Uuid(&'static str),
    Hash(&'static str),
}

/// A row that was written.
pub(crate) struct Written {
    /// The place of its statement in the list.
    pub statement: usize,
    pub key: Vec<u8>,
}

impl<'c> Connection<'c> {
    /// Runs a `{rows}` statement over the whole batch; nothing when it is empty.
    pub async fn put<T>(
        self,
        sql: &str,
        batch: &Batch<'_>,
        read: impl Fn(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.put_rows(sql, batch).await?.read(read)
    }

    /// On Postgres all of them see the table as it was before the first, so none may rest on what
    /// another of the list writes.
    pub async fn put_together(
        self,
        statements: &[&Statement<'_>],
    ) -> Result<Vec<Written>, StoreError> {
        self.rows_together(statements).await?.read(read_written)
    }

    fn put_rows<'a>(self, sql: &'a str, batch: &'a Batch<'_>) -> Answer<'a, Rows>
    where
        'c: 'a,
    {
        Box::pin(async move {
            match self {
                Connection::Sqlite(connection) => {
                    let mut answers = Vec::new();
                    for rows in chunks(batch) {
                        let length = rows.len().next_power_of_two();
                        let text = dialect::sqlite_rows(sql, batch.width(), length);
                        let mut bound = SqliteArguments::default();
                        batch.bind_sqlite(&mut bound, rows, length).map_err(encoding)?;
                        let query = query_with(AssertSqlSafe(text), bound);
                        answers.append(&mut query.fetch_all(&mut *connection).await?);
                    }
                    Ok(Rows::Sqlite(answers))
                }
                Connection::Postgres(_) if batch.len() == 0 => Ok(Rows::Postgres(Vec::new())),
                Connection::Postgres(connection) => {
                    let text = dialect::postgres_rows(sql, batch.width(), 0);
                    let mut bound = PgArguments::default();
                    batch.bind_postgres(&mut bound).map_err(encoding)?;
                    let query = query_with(AssertSqlSafe(text), bound);
                    Ok(Rows::Postgres(query.fetch_all(connection).await?))
                }
            }
        })
    }

    fn rows_together<'a>(self, statements: &'a [&'a Statement<'_>]) -> Answer<'a, Rows>
    where
        'c: 'a,
    {
        Box::pin(async move {
            let longest = statements.iter().map(|statement| statement.rows.len()).max();
            let longest = longest.unwrap_or(0);
            match self {
                Connection::Sqlite(connection) if longest <= SQLITE_CHUNK_ROWS => {
                    let (text, bound) = join_sqlite(statements, longest.next_power_of_two())?;
                    let query = query_with(AssertSqlSafe(text), bound);
                    Ok(Rows::Sqlite(query.fetch_all(connection).await?))
                }
                // Long lists have many shapes, and there the visits no longer matter.
                Connection::Sqlite(connection) => {
                    let mut answers = Vec::new();
                    for (at, statement) in statements.iter().enumerate() {
                        let text = statement.sqlite_text(at);
                        let visit = Connection::Sqlite(&mut *connection);
                        if let Rows::Sqlite(mut rows) =
                            visit.put_rows(&text, &statement.rows).await?
                        {
                            answers.append(&mut rows);
                        }
                    }
                    Ok(Rows::Sqlite(answers))
                }
                Connection::Postgres(connection) => {
                    let (text, bound) = join_postgres(statements)?;
                    let query = query_with(AssertSqlSafe(text), bound);
                    Ok(Rows::Postgres(query.fetch_all(connection).await?))
                }
            }
        })
    }
}

impl Statement<'_> {
    fn sqlite_text(&self, at: usize) -> String {
        match self.key {
            Some(Key::Uuid(key) | Key::Hash(key)) => format!("{} RETURNING {at}, {key}", self.sql),
            None => self.sql.to_string(),
        }
    }

    fn postgres_text(&self, at: usize) -> String {
        let key = match self.key {
            Some(Key::Uuid(key)) => format!("uuid_send({key})"),
            Some(Key::Hash(key)) => key.to_owned(),
            None => return self.sql.to_string(),
        };
        format!("{} RETURNING CAST({at} AS BIGINT) AS statement, {key} AS key", self.sql)
    }
}

/// All filled up to one length, so that the lists that occur have few texts.
fn join_sqlite(
    statements: &[&Statement<'_>],
    length: usize,
) -> Result<(String, SqliteArguments), StoreError> {
    let mut text = String::new();
    let mut bound = SqliteArguments::default();
    for (at, statement) in statements.iter().enumerate() {
        let rows = &statement.rows;
        text += &dialect::sqlite_rows(&statement.sqlite_text(at), rows.width(), length);
        text.push(';');
        rows.bind_sqlite(&mut bound, 0..rows.len(), length).map_err(encoding)?;
    }
    Ok((text, bound))
}

fn join_postgres(statements: &[&Statement<'_>]) -> Result<(String, PgArguments), StoreError> {
    let (mut parts, mut answers) = (Vec::new(), Vec::new());
    let mut bound = PgArguments::default();
    let mut taken = 0;
    for (at, statement) in statements.iter().enumerate() {
        let width = statement.rows.width();
        let text = dialect::postgres_rows(&statement.postgres_text(at), width, taken);
        parts.push(format!("s{at} AS ({text})"));
        if statement.key.is_some() {
            answers.push(format!("SELECT statement, key FROM s{at}"));
        }
        statement.rows.bind_postgres(&mut bound).map_err(encoding)?;
        taken += width;
    }
    if answers.is_empty() {
        answers.push("SELECT CAST(0 AS BIGINT), CAST(NULL AS BYTEA) WHERE FALSE".to_owned());
    }
    Ok((format!("WITH {} {}", parts.join(", "), answers.join(" UNION ALL ")), bound))
}

/// The batch cut into what one statement takes.
fn chunks(batch: &Batch<'_>) -> Vec<Range<usize>> {
    let widest = 1 << (SQLITE_VARIABLES_MAX / batch.width()).ilog2();
    let size = SQLITE_CHUNK_ROWS.min(widest);
    (0..batch.len()).step_by(size).map(|start| start..batch.len().min(start + size)).collect()
}

fn read_written(row: &dyn Columns) -> Result<Written, StoreError> {
    let mut row = Reader::new(row, "written");
    let statement = row.int()? as usize;
    Ok(Written { statement, key: row.bytes()?.to_vec() })
}
