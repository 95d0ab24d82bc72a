//! Arguments of a statement, engine-neutral: single values for `$1, $2, …`, columns for `{rows}`.

use regulars_model::canonical::Hash;
use regulars_model::{Instant, ids};
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, error::BoxDynError};
use uuid::Uuid;

#[derive(Clone, Debug)]
pub(crate) enum Arg {
    Int(Option<i64>),
    Text(Option<String>),
    Uuid(Option<Uuid>),
    Bytes(Option<Vec<u8>>),
}

/// `args![id, after, limit]`
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::batch::Arg::from($value)),*] };
}
pub(crate) use args;

macro_rules! arg_from {
    ($($source:ty => $variant:ident, |$value:ident| $into:expr;)+) => {$(
        impl From<$source> for Arg {
            fn from($value: $source) -> Arg {
                Arg::$variant(Some($into))
            }
        }
        impl From<Option<$source>> for Arg {
            fn from(value: Option<$source>) -> Arg {
                Arg::$variant(value.map(|$value| $into))
            }
        }
    )+};
}

arg_from! {
    i64 => Int, |value| value;
    u32 => Int, |value| value.into();
    bool => Int, |value| value.into();
    Instant => Int, |value| value.0;
    &str => Text, |value| value.to_owned();
    &String => Text, |value| value.clone();
    String => Text, |value| value;
    &Hash => Bytes, |value| value.to_vec();
    Uuid => Uuid, |value| value;
    ids::CustomerId => Uuid, |value| value.0;
    ids::UnitId => Uuid, |value| value.0;
    ids::StaffId => Uuid, |value| value.0;
    ids::TaskId => Uuid, |value| value.0;
    ids::MessageId => Uuid, |value| value.0;
    ids::DecisionId => Uuid, |value| value.0;
    ids::KeyId => Uuid, |value| value.0;
}

/// Appends placeholders for a list to the arguments, for `IN ({kinds})`. Short lists only: a long
/// one is a batch.
pub(crate) fn list<T: Into<Arg>>(
    args: &mut Vec<Arg>,
    values: impl IntoIterator<Item = T>,
) -> String {
    let mut text = String::new();
    for value in values {
        args.push(value.into());
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(&format!("${}", args.len()));
    }
    text
}

macro_rules! bind_all {
    ($args:expr) => {{
        let mut bound = Default::default();
        for arg in $args {
            match arg {
                Arg::Int(value) => Arguments::add(&mut bound, value)?,
                Arg::Text(value) => Arguments::add(&mut bound, value)?,
                Arg::Uuid(value) => Arguments::add(&mut bound, value)?,
                Arg::Bytes(value) => Arguments::add(&mut bound, value)?,
            }
        }
        Ok(bound)
    }};
}

pub(crate) fn bind_sqlite(args: Vec<Arg>) -> Result<SqliteArguments, BoxDynError> {
    bind_all!(args)
}

pub(crate) fn bind_postgres(args: Vec<Arg>) -> Result<PgArguments, BoxDynError> {
    bind_all!(args)
}

/// Rows by column: Postgres takes each column as one array, SQLite takes them row by row.
#[derive(Debug, Default)]
pub(crate) struct Batch<'a> {
    columns: Vec<Column<'a>>,
}

#[derive(Debug)]
enum Column<'a> {
    Int(Vec<Option<i64>>),
    Text(Vec<Option<&'a str>>),
    Uuid(Vec<Option<Uuid>>),
    Bytes(Vec<Option<&'a [u8]>>),
}

macro_rules! column {
    ($name:ident, $variant:ident, $cell:ty) => {
        pub fn $name<T: Into<Option<$cell>>>(mut self, cells: impl Iterator<Item = T>) -> Self {
            let cells: Vec<Option<$cell>> = cells.map(Into::into).collect();
            debug_assert!(self.columns.is_empty() || cells.len() == self.len());
            self.columns.push(Column::$variant(cells));
            self
        }
    };
}

impl<'a> Batch<'a> {
    column!(ints, Int, i64);
    column!(texts, Text, &'a str);
    column!(uuids, Uuid, Uuid);
    column!(bytes, Bytes, &'a [u8]);

    pub fn instants(self, cells: impl Iterator<Item = Instant>) -> Self {
        self.ints(cells.map(|at| at.0))
    }

    pub fn len(&self) -> usize {
        self.columns.first().map_or(0, |column| match column {
            Column::Int(cells) => cells.len(),
            Column::Text(cells) => cells.len(),
            Column::Uuid(cells) => cells.len(),
            Column::Bytes(cells) => cells.len(),
        })
    }

    pub fn width(&self) -> usize {
        self.columns.len()
    }

    pub fn bind_sqlite(
        &self,
        rows: std::ops::Range<usize>,
    ) -> Result<SqliteArguments, BoxDynError> {
        let mut bound = SqliteArguments::default();
        Arguments::reserve(&mut bound, rows.len() * self.width(), 0);
        for row in rows {
            for column in &self.columns {
                match column {
                    Column::Int(cells) => Arguments::add(&mut bound, cells[row])?,
                    Column::Text(cells) => Arguments::add(&mut bound, cells[row])?,
                    Column::Uuid(cells) => Arguments::add(&mut bound, cells[row])?,
                    Column::Bytes(cells) => Arguments::add(&mut bound, cells[row])?,
                }
            }
        }
        Ok(bound)
    }

    pub fn bind_postgres(&self) -> Result<PgArguments, BoxDynError> {
        let mut bound = PgArguments::default();
        for column in &self.columns {
            match column {
                Column::Int(cells) => Arguments::add(&mut bound, cells)?,
                Column::Text(cells) => Arguments::add(&mut bound, cells)?,
                Column::Uuid(cells) => Arguments::add(&mut bound, cells)?,
                Column::Bytes(cells) => Arguments::add(&mut bound, cells)?,
            }
        }
        Ok(bound)
    }
}
