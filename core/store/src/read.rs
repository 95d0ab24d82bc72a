//! Rows of either engine, read column by column in the order of the statement.

use crate::StoreError;
use regulars_model::Instant;
use regulars_model::canonical::{Hash, hex};
use sqlx::{Row, postgres::PgRow, sqlite::SqliteRow};
use uuid::Uuid;

pub(crate) trait Columns {
    fn int(&self, at: usize) -> Result<Option<i64>, sqlx::Error>;
    fn text(&self, at: usize) -> Result<Option<&str>, sqlx::Error>;
    fn uuid(&self, at: usize) -> Result<Option<Uuid>, sqlx::Error>;
    fn bytes(&self, at: usize) -> Result<Option<&[u8]>, sqlx::Error>;
}

macro_rules! columns {
    ($row:ty) => {
        impl Columns for $row {
            fn int(&self, at: usize) -> Result<Option<i64>, sqlx::Error> {
                self.try_get(at)
            }
            fn text(&self, at: usize) -> Result<Option<&str>, sqlx::Error> {
                self.try_get(at)
            }
            fn uuid(&self, at: usize) -> Result<Option<Uuid>, sqlx::Error> {
                self.try_get(at)
            }
            fn bytes(&self, at: usize) -> Result<Option<&[u8]>, sqlx::Error> {
                self.try_get(at)
            }
        }
    };
}
columns!(SqliteRow);
columns!(PgRow);

/// A cursor over the columns of one row. The first id or hash it meets names the row in errors.
pub(crate) struct Reader<'r> {
    row: &'r dyn Columns,
    table: &'static str,
    at: usize,
    id: RowId,
}

#[derive(Clone, Copy)]
enum RowId {
    Unknown,
    Uuid(Uuid),
    Hash(Hash),
}

macro_rules! cell {
    ($optional:ident, $required:ident, $column:ident, $cell:ty) => {
        pub fn $optional(&mut self) -> Result<Option<$cell>, StoreError> {
            let cell = self.row.$column(self.at);
            self.at += 1;
            cell.map_err(|error| self.corrupt(error.to_string()))
        }

        pub fn $required(&mut self) -> Result<$cell, StoreError> {
            self.$optional()?.ok_or_else(|| self.corrupt("a value is missing"))
        }
    };
}

impl<'r> Reader<'r> {
    pub fn new(row: &'r dyn Columns, table: &'static str) -> Self {
        Reader { row, table, at: 0, id: RowId::Unknown }
    }

    /// For one statement that answers with rows of several tables.
    pub fn rename(&mut self, table: &'static str) {
        self.table = table;
    }

    /// Goes on at this column.
    pub fn seek(&mut self, column: usize) {
        self.at = column;
    }

    cell!(opt_int, int, int, i64);
    cell!(opt_text, text, text, &'r str);
    cell!(opt_uuid, any_uuid, uuid, Uuid);
    cell!(opt_bytes, bytes, bytes, &'r [u8]);

    pub fn uuid(&mut self) -> Result<Uuid, StoreError> {
        let uuid = self.any_uuid()?;
        if matches!(self.id, RowId::Unknown) {
            self.id = RowId::Uuid(uuid);
        }
        Ok(uuid)
    }

    pub fn hash(&mut self) -> Result<Hash, StoreError> {
        self.opt_hash()?.ok_or_else(|| self.corrupt("a value is missing"))
    }

    pub fn opt_hash(&mut self) -> Result<Option<Hash>, StoreError> {
        let Some(bytes) = self.opt_bytes()? else { return Ok(None) };
        let hash = Hash::try_from(bytes).map_err(|_| self.corrupt("not a hash of 32 bytes"))?;
        if matches!(self.id, RowId::Unknown) {
            self.id = RowId::Hash(hash);
        }
        Ok(Some(hash))
    }

    pub fn string(&mut self) -> Result<String, StoreError> {
        self.text().map(str::to_owned)
    }

    pub fn opt_string(&mut self) -> Result<Option<String>, StoreError> {
        Ok(self.opt_text()?.map(str::to_owned))
    }

    pub fn instant(&mut self) -> Result<Instant, StoreError> {
        self.int().map(Instant)
    }

    pub fn opt_instant(&mut self) -> Result<Option<Instant>, StoreError> {
        Ok(self.opt_int()?.map(Instant))
    }

    pub fn bool(&mut self) -> Result<bool, StoreError> {
        self.int().map(|int| int != 0)
    }

    /// A word of a closed set.
    pub fn word<T>(&mut self, find: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        let text = self.text()?;
        find(text).ok_or_else(|| self.corrupt(format!("`{text}` has no meaning here")))
    }

    pub fn json<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, StoreError> {
        let text = self.text()?;
        serde_json::from_str(text).map_err(|error| self.corrupt(error.to_string()))
    }

    pub fn opt_json<T: serde::de::DeserializeOwned>(&mut self) -> Result<Option<T>, StoreError> {
        let Some(text) = self.opt_text()? else { return Ok(None) };
        serde_json::from_str(text).map(Some).map_err(|error| self.corrupt(error.to_string()))
    }

    pub fn narrow<T: TryFrom<i64>>(&mut self) -> Result<T, StoreError> {
        let int = self.int()?;
        T::try_from(int).map_err(|_| self.corrupt(format!("{int} is out of range")))
    }

    pub fn corrupt(&self, fault: impl Into<String>) -> StoreError {
        let id = match self.id {
            RowId::Unknown => format!("column {}", self.at),
            RowId::Uuid(uuid) => uuid.to_string(),
            RowId::Hash(hash) => hex(&hash),
        };
        StoreError::Corrupt { table: self.table, id, fault: fault.into() }
    }
}
