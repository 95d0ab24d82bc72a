//! One call and the answer that grows beside it.

use crate::wire::{Answer, Call, Condition, RowEffect};
use std::cell::RefCell;

/// What every value of a call can reach: the call's texts and lists, and the answer.
pub struct Writer<'c> {
    call: &'c Call,
    answer: RefCell<Answer>,
}

impl<'c> Writer<'c> {
    pub(crate) fn new(call: &'c Call) -> Writer<'c> {
        let answer = Answer {
            symbols: Vec::new(),
            lists: Vec::new(),
            effects: Vec::new(),
            conditions: Vec::new(),
        };
        Writer { call, answer: RefCell::new(answer) }
    }

    pub(crate) fn call(&self) -> &'c Call {
        self.call
    }

    pub(crate) fn text(&self, word: i64) -> &'c str {
        &self.call.symbols[position(word)]
    }

    /// The words of a list or of a record.
    pub fn words(&self, word: i64) -> &'c [i64] {
        &self.call.lists[position(word)]
    }

    /// Position of a text in the answer, which continues the call's.
    pub(crate) fn symbol(&self, text: &str) -> u32 {
        let symbols = &mut self.answer.borrow_mut().symbols;
        let known = symbols.last().is_some_and(|last| last == text);
        if !known {
            symbols.push(text.to_owned());
        }
        (self.call.symbols.len() + symbols.len() - 1) as u32
    }

    /// Position of new words in the answer, which continues the call's lists.
    pub fn list(&self, words: Vec<i64>) -> u32 {
        let lists = &mut self.answer.borrow_mut().lists;
        lists.push(words);
        (self.call.lists.len() + lists.len() - 1) as u32
    }

    pub(crate) fn condition(&self, condition: Condition) {
        self.answer.borrow_mut().conditions.push(condition);
    }

    pub(crate) fn effect(&self, effect: RowEffect) {
        self.answer.borrow_mut().effects.push(effect);
    }

    pub(crate) fn into_answer(self) -> Answer {
        self.answer.into_inner()
    }
}

/// A word that is no position is the host's mistake; the index then panics, and the host reports it.
fn position(word: i64) -> usize {
    usize::try_from(word).unwrap_or(usize::MAX)
}
