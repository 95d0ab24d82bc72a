//! Backups: every row of every table as of one instant, in lines of JSON that either engine reads.
//!
//! A header with the migrations applied; per table a line with its columns, then a line per row; at the
//! end how many rows there were, and the SHA-256 of all that stands before.

mod restore;
pub(crate) mod tables;

use crate::batch::{Arg, args};
use crate::db::Connection;
use crate::read::{Columns, Reader};
use crate::{AuditRow, Store, StoreError, dialect, migrate};
use regulars_model::{Instant, canonical::hex};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::io::Write;
use tables::{TABLES, Table};

const FORMAT: u32 = 1;
/// Rows read or written by one statement.
const PAGE: usize = 500;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    regulars_backup: u32,
    made_at: Instant,
    /// Names of the migrations applied, in order.
    migrations: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Heading {
    table: String,
    /// `id uuid`: name and kind, `int`, `text`, `uuid` or `bytes`.
    columns: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    rows: u64,
    sha256: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Int,
    Text,
    Uuid,
    Bytes,
}

impl Store {
    /// Everything there is, as of one instant, however long it takes and whoever writes meanwhile. That
    /// it was read is entered before anything of it is given out, and is not part of it.
    pub async fn back_up(
        url: &str,
        made_at: Instant,
        entry: &AuditRow,
        out: &mut (dyn Write + Send),
    ) -> Result<BackedUp, StoreError> {
        let db = dialect::open_existing(url).await?;
        let mut tx = db.begin_snapshot().await?;
        let migrations = migrate::list_current(&mut tx).await?;
        let store = Store { db: db.clone() };
        let not_entered = store.add_audit(entry).await.err();
        let mut writer = Writer { out, hash: Sha256::new(), rows: 0 };
        writer.line(&Header { regulars_backup: FORMAT, made_at, migrations })?;
        for table in TABLES {
            writer.line(&table.heading())?;
            let (kinds, mut last) = (table.kinds()?, None);
            loop {
                let page = read_page(tx.connection(), table, &kinds, last).await?;
                for row in &page {
                    writer.row(row)?;
                }
                match page.into_iter().nth(PAGE - 1) {
                    Some(mut row) => {
                        row.truncate(table.key);
                        last = Some(row);
                    }
                    None => break,
                }
            }
        }
        let rows = writer.end()?;
        tx.rollback().await?;
        db.close().await?;
        Ok(BackedUp { rows, not_entered })
    }
}

pub struct BackedUp {
    pub rows: u64,
    /// Why the audit does not know of it, as where the database can only be read.
    pub not_entered: Option<StoreError>,
}

/// The rows after the one with this key.
async fn read_page(
    connection: Connection<'_>,
    table: &Table,
    kinds: &[Kind],
    last: Option<Vec<Arg>>,
) -> Result<Vec<Vec<Arg>>, StoreError> {
    let names: Vec<&str> = table.names().collect();
    let (name, columns, key) = (table.name, names.join(", "), names[..table.key].join(", "));
    let mut args = last.unwrap_or_default();
    let places: Vec<String> = (1..=args.len()).map(|place| format!("${place}")).collect();
    let after = match places.as_slice() {
        [] => String::new(),
        places => format!(" WHERE ({key}) > ({})", places.join(", ")),
    };
    args.append(&mut args![PAGE as i64]);
    let limit = args.len();
    let sql = format!("SELECT {columns} FROM {name}{after} ORDER BY {key} LIMIT ${limit}");
    connection.fetch(sql, args, |row| read_row(row, table.name, kinds)).await
}

fn read_row(
    row: &dyn Columns,
    table: &'static str,
    kinds: &[Kind],
) -> Result<Vec<Arg>, StoreError> {
    let mut row = Reader::new(row, table);
    let cell = |kind: &Kind| {
        Ok(match kind {
            Kind::Int => Arg::Int(row.opt_int()?),
            Kind::Text => Arg::Text(row.opt_text()?.map(str::to_owned)),
            Kind::Uuid => Arg::Uuid(row.opt_uuid()?),
            Kind::Bytes => Arg::Bytes(row.opt_bytes()?.map(<[u8]>::to_vec)),
        })
    };
    kinds.iter().map(cell).collect()
}

impl Table {
    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|column| column.split(' ').next().unwrap_or_default())
    }

    fn kinds(&self) -> Result<Vec<Kind>, StoreError> {
        self.columns.iter().map(|column| Kind::of(column).map(|(_, kind)| kind)).collect()
    }

    fn heading(&self) -> Heading {
        let columns = self.columns.iter().map(ToString::to_string);
        Heading { table: self.name.to_owned(), columns: columns.collect() }
    }
}

impl Kind {
    /// Of a column written as `id uuid`, with its name.
    fn of(column: &str) -> Result<(&str, Kind), StoreError> {
        let unknown = || StoreError::Backup(format!("`{column}` is not a column and its kind"));
        let (name, kind) = column.split_once(' ').ok_or_else(unknown)?;
        let kind = match kind {
            "int" => Kind::Int,
            "text" => Kind::Text,
            "uuid" => Kind::Uuid,
            "bytes" => Kind::Bytes,
            _ => return Err(unknown()),
        };
        Ok((name, kind))
    }
}

struct Writer<'w> {
    out: &'w mut (dyn Write + Send),
    hash: Sha256,
    rows: u64,
}

impl Writer<'_> {
    fn line(&mut self, line: &impl Serialize) -> Result<(), StoreError> {
        let mut text = serde_json::to_vec(line).map_err(|error| failed(error.into()))?;
        text.push(b'\n');
        self.hash.update(&text);
        self.out.write_all(&text).map_err(failed)
    }

    fn row(&mut self, row: &[Arg]) -> Result<(), StoreError> {
        self.rows += 1;
        let cells: Vec<Json> = row.iter().map(to_json).collect();
        self.line(&cells)
    }

    fn end(mut self) -> Result<u64, StoreError> {
        let sha256 = hex(&self.hash.clone().finalize());
        self.line(&End { rows: self.rows, sha256 })?;
        self.out.flush().map_err(failed)?;
        Ok(self.rows)
    }
}

fn to_json(cell: &Arg) -> Json {
    match cell {
        Arg::Int(value) => Json::from(*value),
        Arg::Text(value) => Json::from(value.clone()),
        Arg::Uuid(value) => Json::from(value.map(|value| value.to_string())),
        Arg::Bytes(value) => Json::from(value.as_deref().map(hex)),
    }
}

fn failed(source: std::io::Error) -> StoreError {
    StoreError::Backup(format!("it cannot be written: {source}"))
}
