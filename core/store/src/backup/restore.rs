//! A backup read back into an empty database: wholly, in one transaction, or not at all.

use super::{End, FORMAT, Header, Heading, Kind, PAGE};
use crate::batch::{Arg, Batch, args};
use crate::db::Tx;
use crate::{Store, StoreError, dialect, migrate};
use regulars_model::canonical::hex;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::io::BufRead;

/// Longer than any row; a line beyond it is no backup.
const LINE_BYTES_MAX: u64 = 64 << 20;

impl Store {
    /// How many rows it was. The database is then as it was, and is migrated from there when it is next
    /// opened.
    pub async fn restore(url: &str, input: &mut (dyn BufRead + Send)) -> Result<u64, StoreError> {
        let mut lines = Lines { input, hash: Sha256::new(), number: 0 };
        let header: Header = read(&lines.next()?, "not a backup of Regulars")?;
        if header.regulars_backup != FORMAT {
            let format = header.regulars_backup;
            return Err(refused(format!("its format is {format}; this program knows {FORMAT}")));
        }
        let db = dialect::open(url).await?;
        let mut tx = db.begin().await?;
        migrate::apply_to_empty(&mut tx, &header.migrations).await?;
        let rows = fill(&mut tx, &mut lines).await?;
        tx.commit().await?;
        db.close().await?;
        Ok(rows)
    }
}

/// All tables, up to the last line.
async fn fill(tx: &mut Tx, lines: &mut Lines<'_>) -> Result<u64, StoreError> {
    let mut filling: Option<Filling> = None;
    let mut rows = 0;
    loop {
        let hash = lines.hash.clone();
        let line = lines.next()?;
        match &line {
            Json::Array(cells) => {
                let Some(filling) = &mut filling else {
                    return Err(lines.wrong("a row before any table"));
                };
                filling.add(cells).map_err(|fault| lines.wrong(&fault))?;
                rows += 1;
                if filling.rows.len() == PAGE {
                    filling.write(tx).await?;
                }
            }
            Json::Object(members) if members.contains_key("table") => {
                if let Some(mut filled) = filling.take() {
                    filled.write(tx).await?;
                }
                let heading = read(&line, "not the heading of a table")?;
                filling = Some(Filling::begin(tx, heading).await?);
            }
            _ => {
                if let Some(mut filled) = filling.take() {
                    filled.write(tx).await?;
                }
                let end: End =
                    read(&line, &lines.wrong("neither a table, a row nor the end").to_string())?;
                if end.rows != rows || end.sha256 != hex(&hash.finalize()) {
                    return Err(refused("it was changed since it was made: its checksum differs"));
                }
                return lines.expect_no_more().map(|()| rows);
            }
        }
    }
}

/// A table being filled.
struct Filling {
    sql: String,
    kinds: Vec<Kind>,
    rows: Vec<Vec<Arg>>,
}

impl Filling {
    /// Empties it first: a migration may have put its first rows there.
    async fn begin(tx: &mut Tx, heading: Heading) -> Result<Filling, StoreError> {
        let read = heading.columns.iter().map(|column| Kind::of(column));
        let columns = read.collect::<Result<Vec<_>, _>>()?;
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let table = &heading.table;
        if let Some(odd) = names.iter().chain([&table.as_str()]).find(|name| !is_name(name)) {
            return Err(refused(format!("`{odd}` is not the name of a table or a column")));
        }
        tx.connection().execute(format!("DELETE FROM {table}"), args![]).await?;
        Ok(Filling {
            sql: format!("INSERT INTO {table} ({}) {{rows}}", names.join(", ")),
            kinds: columns.into_iter().map(|(_, kind)| kind).collect(),
            rows: Vec::with_capacity(PAGE),
        })
    }

    fn add(&mut self, cells: &[Json]) -> Result<(), String> {
        if cells.len() != self.kinds.len() {
            return Err(format!(
                "{} cells, where there are {} columns",
                cells.len(),
                self.kinds.len()
            ));
        }
        let row = cells.iter().zip(&self.kinds).map(|(cell, kind)| read_cell(cell, *kind));
        self.rows.push(row.collect::<Option<_>>().ok_or("a cell is not of its column's kind")?);
        Ok(())
    }

    async fn write(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        for (at, kind) in self.kinds.iter().enumerate() {
            let cells = self.rows.iter().map(|row| &row[at]);
            batch = match kind {
                Kind::Int => batch.ints(cells.map(|cell| match cell {
                    Arg::Int(value) => *value,
                    _ => None,
                })),
                Kind::Text => batch.texts(cells.map(|cell| match cell {
                    Arg::Text(value) => value.as_deref(),
                    _ => None,
                })),
                Kind::Uuid => batch.uuids(cells.map(|cell| match cell {
                    Arg::Uuid(value) => *value,
                    _ => None,
                })),
                Kind::Bytes => batch.bytes(cells.map(|cell| match cell {
                    Arg::Bytes(value) => value.as_deref(),
                    _ => None,
                })),
            };
        }
        tx.connection().put(&self.sql, &batch, |_| Ok(())).await?;
        self.rows.clear();
        Ok(())
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn read_cell(cell: &Json, kind: Kind) -> Option<Arg> {
    let text = cell.as_str();
    Some(match kind {
        Kind::Int if cell.is_null() => Arg::Int(None),
        Kind::Int => Arg::Int(Some(cell.as_i64()?)),
        Kind::Text if cell.is_null() => Arg::Text(None),
        Kind::Text => Arg::Text(Some(text?.to_owned())),
        Kind::Uuid if cell.is_null() => Arg::Uuid(None),
        Kind::Uuid => Arg::Uuid(Some(text?.parse().ok()?)),
        Kind::Bytes if cell.is_null() => Arg::Bytes(None),
        Kind::Bytes => Arg::Bytes(Some(read_hex(text?)?)),
    })
}

fn read_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(byte).collect())?
}

struct Lines<'r> {
    input: &'r mut (dyn BufRead + Send),
    /// Of all lines taken.
    hash: Sha256,
    number: u64,
}

impl Lines<'_> {
    fn next(&mut self) -> Result<Json, StoreError> {
        let line = self.read()?;
        if line.last() != Some(&b'\n') {
            return Err(refused("it ends too soon: nothing was restored"));
        }
        self.hash.update(&line);
        serde_json::from_slice(&line).map_err(|_| self.wrong("not JSON"))
    }

    fn expect_no_more(&mut self) -> Result<(), StoreError> {
        match self.read()?.is_empty() {
            true => Ok(()),
            false => Err(self.wrong("more after the end")),
        }
    }

    fn read(&mut self) -> Result<Vec<u8>, StoreError> {
        use std::io::Read;
        let mut line = Vec::new();
        self.number += 1;
        let mut limited = (&mut *self.input).take(LINE_BYTES_MAX);
        let read = limited.read_until(b'\n', &mut line);
        read.map_err(|error| refused(format!("it cannot be read: {error}")))?;
        Ok(line)
    }

    fn wrong(&self, what: &str) -> StoreError {
        refused(format!("line {}: {what}", self.number))
    }
}

fn read<T: DeserializeOwned>(line: &Json, what: &str) -> Result<T, StoreError> {
    T::deserialize(line).map_err(|_| refused(what))
}

fn refused(why: impl Into<String>) -> StoreError {
    StoreError::Backup(why.into())
}
