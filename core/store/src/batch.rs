//! Arguments of a statement, engine-neutral: single values for `$1, $2, …`, columns for `{rows}`.

use regulars_model::canonical::Hash;
use regulars_model::{Instant, ids};
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, error::BoxDynError};
use std::{borrow::Cow, sync::Arc};
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
    &[u8] => Bytes, |value| value.to_vec();
    Uuid => Uuid, |value| value;
    ids::CustomerId => Uuid, |value| value.0;
    ids::UnitId => Uuid, |value| value.0;
    ids::StaffId => Uuid, |value| value.0;
    ids::TaskId => Uuid, |value| value.0;
    ids::MessageId => Uuid, |value| value.0;
    ids::DecisionId => Uuid, |value| value.0;
    ids::KeyId => Uuid, |value| value.0;
    ids::DraftId => Uuid, |value| value.0;
    ids::JobId => Uuid, |value| value.0;
    ids::IssueId => Uuid, |value| value.0;
    ids::SessionId => Uuid, |value| value.0;
    ids::AuditId => Uuid, |value| value.0;
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

/// Rows by column: Postgres takes each column as one array, SQLite takes them row by row. The first
/// column has no gaps: a row without it is padding.
#[derive(Debug, Default)]
pub(crate) struct Batch<'a> {
    columns: Vec<Column<'a>>,
}

#[derive(Debug)]
enum Column<'a> {
    Int(Vec<Option<i64>>),
    Text(Vec<Option<Cow<'a, str>>>),
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
    column!(uuids, Uuid, Uuid);
    column!(bytes, Bytes, &'a [u8]);

    pub fn texts<T: Into<Option<&'a str>>>(self, cells: impl Iterator<Item = T>) -> Self {
        self.add_texts(cells.map(|cell| cell.into().map(Cow::Borrowed)).collect())
    }

    /// Texts made for this statement, such as JSON.
    pub fn made_texts(self, cells: impl Iterator<Item = Option<String>>) -> Self {
        self.add_texts(cells.map(|cell| cell.map(Cow::Owned)).collect())
    }

    fn add_texts(mut self, cells: Vec<Option<Cow<'a, str>>>) -> Self {
        debug_assert!(self.columns.is_empty() || cells.len() == self.len());
        self.columns.push(Column::Text(cells));
        self
    }

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

    /// Some of the rows, filled up to `length` of them.
    pub fn bind_sqlite(
        &self,
        bound: &mut SqliteArguments,
        rows: std::ops::Range<usize>,
        length: usize,
    ) -> Result<(), BoxDynError> {
        Arguments::reserve(bound, length * self.width(), 0);
        let padding = (length - rows.len()) * self.width();
        let mut above: Vec<Option<Arc<str>>> = vec![None; self.width()];
        for row in rows {
            for (column, above) in self.columns.iter().zip(&mut above) {
                match column {
                    Column::Int(cells) => Arguments::add(bound, cells[row])?,
                    Column::Text(cells) => Arguments::add(bound, share(above, &cells[row]))?,
                    Column::Uuid(cells) => Arguments::add(bound, cells[row])?,
                    Column::Bytes(cells) => Arguments::add(bound, cells[row])?,
                }
            }
        }
        (0..padding).try_for_each(|_| Arguments::add(bound, None::<i64>))
    }

    pub fn bind_postgres(&self, bound: &mut PgArguments) -> Result<(), BoxDynError> {
        for column in &self.columns {
            match column {
                Column::Int(cells) => Arguments::add(bound, cells)?,
                Column::Text(cells) => Arguments::add(bound, cells)?,
                Column::Uuid(cells) => Arguments::add(bound, cells)?,
                Column::Bytes(cells) => Arguments::add(bound, cells)?,
            }
        }
        Ok(())
    }
}

/// A text as an argument that is copied only where it differs from the one bound above it: names and
/// versions repeat all the way down a column.
fn share(above: &mut Option<Arc<str>>, cell: &Option<Cow<'_, str>>) -> Option<Arc<str>> {
    let text = cell.as_deref()?;
    if above.as_deref() != Some(text) {
        *above = Some(text.into());
    }
    above.clone()
}
