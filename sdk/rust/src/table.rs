//! Reference tables.

use crate::{Date, writer::Writer};
use std::{cmp::Ordering, marker::PhantomData};

/// A table of the call. Rows are read as they are asked for, and its texts stand in the call once.
pub struct Table<'c, R> {
    words: &'c [i64],
    writer: &'c Writer<'c>,
    rows: PhantomData<fn() -> R>,
}

/// A row of a declared table; `plugin!` makes one for each.
pub trait Row<'c>: Sized {
    /// Of the column that tells rows apart.
    type Key: TableKey;
    const WIDTH: usize;
    const KEY: usize;

    fn read(words: &'c [i64], writer: &'c Writer<'c>) -> Self;
}

/// What a table may be looked up by: `&str`, `i64` or a [`Date`].
pub trait TableKey: Copy {
    /// How the key in a word compares with this one.
    fn order(self, word: i64, writer: &Writer<'_>) -> Ordering;
}

impl TableKey for &str {
    fn order(self, word: i64, writer: &Writer<'_>) -> Ordering {
        writer.text(word).cmp(self)
    }
}

impl TableKey for i64 {
    fn order(self, word: i64, _: &Writer<'_>) -> Ordering {
        word.cmp(&self)
    }
}

impl TableKey for Date {
    fn order(self, word: i64, _: &Writer<'_>) -> Ordering {
        word.cmp(&crate::Scalar::word(self))
    }
}

impl<R> Clone for Table<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Table<'_, R> {}

impl<'c, R: Row<'c>> Table<'c, R> {
    pub(crate) fn new(words: &'c [i64], writer: &'c Writer<'c>) -> Table<'c, R> {
        Table { words, writer, rows: PhantomData }
    }

    /// The row with this key.
    pub fn get(self, key: R::Key) -> Option<R> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let row = &self.words[middle * R::WIDTH..(middle + 1) * R::WIDTH];
            match key.order(row[R::KEY], self.writer) {
                Ordering::Equal => return Some(R::read(row, self.writer)),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    pub fn len(self) -> usize {
        self.words.len() / R::WIDTH
    }

    pub fn is_empty(self) -> bool {
        self.words.is_empty()
    }

    /// In the order of the keys.
    pub fn iter(self) -> impl Iterator<Item = R> + 'c
    where
        R: 'c,
    {
        let writer = self.writer;
        self.words.chunks_exact(R::WIDTH).map(move |row| R::read(row, writer))
    }
}
