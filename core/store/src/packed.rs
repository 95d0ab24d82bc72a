//! Rows packed into one text by the database: a row for each costs several times as much to hand over.
//!
//! Numbers end with a blank, and each text says before its colon how long it is, or nothing where there is
//! none. So a row tells its own end, and several need nothing between them.

use crate::db::Db;
use crate::dialect;
use std::str::FromStr;

/// The expression for a row of these columns. Ids count as numbers: see [`id`].
pub(crate) fn packed(numbers: &[&str], texts: &[&str]) -> String {
    let numbers = numbers.iter().map(|column| format!("{column}, ' '"));
    let texts = texts.iter().map(|text| format!("octet_length({text}), ':', {text}"));
    format!("concat({})", numbers.chain(texts).collect::<Vec<_>>().join(", "))
}

/// An id as digits, or nothing.
pub(crate) fn id(db: &Db, column: &str) -> String {
    match db.is_sqlite() {
        true => dialect::sqlite_id_text(column),
        false => column.to_owned(),
    }
}

/// What is left to read. None where what is there is not what was packed.
pub(crate) struct Unpack<'t>(pub &'t str);

impl<'t> Unpack<'t> {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Or none, where there is nothing before the blank.
    pub fn number<T: FromStr>(&mut self) -> Option<Option<T>> {
        let (word, rest) = self.0.split_once(' ')?;
        self.0 = rest;
        if word.is_empty() { Some(None) } else { word.parse().ok().map(Some) }
    }

    pub fn text(&mut self) -> Option<Option<&'t str>> {
        let (length, rest) = self.0.split_once(':')?;
        if length.is_empty() {
            self.0 = rest;
            return Some(None);
        }
        let (text, rest) = rest.split_at_checked(length.parse().ok()?)?;
        self.0 = rest;
        Some(Some(text))
    }

    pub fn json<T: serde::de::DeserializeOwned + Default>(&mut self) -> Option<T> {
        match self.text()? {
            Some(text) => serde_json::from_str(text).ok(),
            None => Some(T::default()),
        }
    }
}
