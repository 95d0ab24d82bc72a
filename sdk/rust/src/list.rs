use crate::{Arg, Read, shape, wire::NULL_WORD, writer::Writer};
use std::marker::PhantomData;

/// A list of the call; its items are read as they are asked for.
#[derive(Clone, Copy)]
pub struct List<'c, T> {
    words: &'c [i64],
    writer: &'c Writer<'c>,
    items: PhantomData<fn() -> T>,
}

impl<'c, T: Read<'c>> List<'c, T> {
    pub fn len(self) -> usize {
        self.words.len()
    }

    pub fn is_empty(self) -> bool {
        self.words.is_empty()
    }

    pub fn get(self, index: usize) -> Option<T> {
        self.words.get(index).map(|word| T::read(*word, self.writer))
    }

    pub fn last(self) -> Option<T> {
        self.words.last().map(|word| T::read(*word, self.writer))
    }

    pub fn iter(self) -> impl ExactSizeIterator<Item = T> + 'c
    where
        T: 'c,
    {
        let writer = self.writer;
        self.words.iter().map(move |word| T::read(*word, writer))
    }
}

impl<'c, T: Read<'c>> Read<'c> for List<'c, T> {
    fn read(word: i64, writer: &'c Writer<'c>) -> List<'c, T> {
        let words = if word == NULL_WORD { &[] } else { writer.words(word) };
        List { words, writer, items: PhantomData }
    }
}

impl<'c, S, T: Read<'c> + Arg<S>> Arg<shape::List<S>> for List<'c, T> {
    fn write(&self, writer: &Writer<'_>) -> i64 {
        writer.list(self.words.to_vec()).into()
    }
}
