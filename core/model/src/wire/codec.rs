//! Values as words and back, by shape.

use super::NULL;
use super::sentences;
use crate::{PluginFault, Shape, Value, decide::PluginFaultCode, limits, said::Said};
use std::{cell::Cell, collections::HashMap, sync::Arc};

/// How a shape reads as a word.
#[derive(Debug)]
pub(super) enum Codec {
    Boolean,
    /// Whatever is one integer: counts, money, dates, durations, windows, instants.
    Number,
    Text,
    /// Text that may have been written as a number or a boolean.
    Scalar,
    Choice(Vec<Arc<str>>),
    List {
        items: Box<Codec>,
        max_items: usize,
    },
    Record(Vec<(Arc<str>, Codec)>),
}

impl Codec {
    pub(super) fn of(shape: &Shape) -> Codec {
        match shape {
            Shape::Boolean => Codec::Boolean,
            Shape::Integer { .. }
            | Shape::Money
            | Shape::Duration
            | Shape::Window
            | Shape::Instant
            | Shape::Date => Codec::Number,
            Shape::Text { .. } => Codec::Text,
            Shape::Choice { values } => {
                Codec::Choice(values.iter().map(|choice| choice.value.as_str().into()).collect())
            }
            Shape::List { items, max_items } => Codec::List {
                items: Box::new(Codec::of(items)),
                max_items: max_items.unwrap_or(limits::SET_INPUT_VALUES_MAX),
            },
            Shape::Record { fields } => Codec::Record(
                fields
                    .iter()
                    .map(|(name, shape)| (name.as_str().into(), Codec::of(shape)))
                    .collect(),
            ),
        }
    }
}

/// The texts and lists a call collects while it is written.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) symbols: Vec<String>,
    pub(super) lists: Vec<Vec<i64>>,
    known: HashMap<Arc<str>, u32>,
}

impl Writer {
    /// What does not fit the shape is written as null: a rule never sees a value it did not declare.
    pub(super) fn word(&mut self, codec: &Codec, value: &Value) -> i64 {
        match (codec, value) {
            (Codec::Number, Value::Int(int)) => *int,
            (_, Value::Null) => NULL,
            (Codec::Boolean, Value::Bool(bool)) => i64::from(*bool),
            (Codec::Text | Codec::Scalar, Value::Text(text)) => self.symbol(text).into(),
            (Codec::Scalar, Value::Int(int)) => self.symbol(&int.to_string().into()).into(),
            (Codec::Scalar, Value::Bool(bool)) => self.symbol(&bool.to_string().into()).into(),
            (Codec::Choice(words), Value::Text(text)) => {
                words.iter().position(|word| word == text).map_or(NULL, |at| at as i64)
            }
            (Codec::List { items, .. }, Value::List(values)) => {
                let words = values.iter().map(|value| self.word(items, value)).collect();
                self.list(words).into()
            }
            (Codec::Record(fields), Value::Record(record)) => {
                let words = fields.iter().map(|(name, codec)| {
                    self.word(codec, record.get(name).unwrap_or(&Value::Null))
                });
                let words = words.collect();
                self.list(words).into()
            }
            _ => NULL,
        }
    }

    pub(super) fn symbol(&mut self, text: &Arc<str>) -> u32 {
        if let Some(known) = self.known.get(text) {
            return *known;
        }
        let position = position(self.symbols.len());
        self.symbols.push(text.as_ref().to_owned());
        self.known.insert(Arc::clone(text), position);
        position
    }

    pub(super) fn list(&mut self, words: Vec<i64>) -> u32 {
        self.lists.push(words);
        position(self.lists.len() - 1)
    }
}

/// The texts and lists an answer refers to: the call's, continued by its own.
pub(super) struct Reader<'a> {
    symbols: [&'a [String]; 2],
    lists: [&'a [Vec<i64>]; 2],
    /// Bytes the values read may still take: an answer may name one list or text many times.
    room: Cell<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(symbols: [&'a [String]; 2], lists: [&'a [Vec<i64>]; 2]) -> Reader<'a> {
        Reader { symbols, lists, room: Cell::new(limits::ANSWER_BYTES_MAX) }
    }

    /// Whether the answer turned out too large to be read; what was read of it is then worth nothing.
    pub(super) fn overrun(&self) -> Option<PluginFault> {
        (self.room.get() == 0).then(too_large)
    }

    fn take(&self, bytes: usize) -> Result<(), PluginFault> {
        self.room.set(self.room.get().saturating_sub(bytes));
        self.overrun().map_or(Ok(()), Err)
    }

    pub(super) fn symbol(&self, position: u32) -> Result<&'a str, PluginFault> {
        let found = nth(self.symbols, position);
        let text = found.ok_or_else(|| invalid(sentences::no_symbol(position)))?;
        self.take(text.len())?;
        Ok(text)
    }

    pub(super) fn list(&self, position: u32) -> Result<&'a [i64], PluginFault> {
        let found = nth(self.lists, position);
        found.map(Vec::as_slice).ok_or_else(|| invalid(sentences::no_list(position)))
    }

    pub(super) fn value(&self, codec: &Codec, word: i64) -> Result<Value, PluginFault> {
        self.take(size_of::<Value>())?;
        if word == NULL {
            return Ok(Value::Null);
        }
        match codec {
            Codec::Number => Ok(Value::Int(word)),
            Codec::Boolean => match word {
                0 | 1 => Ok(Value::Bool(word == 1)),
                _ => Err(invalid(sentences::no_boolean(word))),
            },
            Codec::Text | Codec::Scalar => self.text(word),
            Codec::Choice(words) => {
                let found = usize::try_from(word).ok().and_then(|at| words.get(at));
                found
                    .map(|word| Value::Text(Arc::clone(word)))
                    .ok_or_else(|| invalid(sentences::no_choice(word, words.len())))
            }
            Codec::List { items, max_items } => {
                let words = self.list(as_position(word)?)?;
                if words.len() > *max_items {
                    return Err(invalid(sentences::long_list(words.len(), *max_items)));
                }
                let values = words.iter().map(|word| self.value(items, *word));
                values.collect::<Result<_, _>>().map(Value::List)
            }
            Codec::Record(fields) => {
                let words = self.list(as_position(word)?)?;
                if words.len() != fields.len() {
                    let (found, declared) = (words.len(), fields.len());
                    return Err(invalid(sentences::other_record(found, declared)));
                }
                let values = fields.iter().zip(words).map(|((name, codec), word)| {
                    self.value(codec, *word).map(|value| (Arc::clone(name), value))
                });
                values.collect::<Result<_, _>>().map(Value::Record)
            }
        }
    }

    fn text(&self, word: i64) -> Result<Value, PluginFault> {
        let text = self.symbol(as_position(word)?)?;
        if text.len() > 4 * limits::PLUGIN_TEXT_CHARS_MAX {
            return Err(invalid(sentences::long_text(text.len())));
        }
        Ok(Value::text(text))
    }
}

pub(super) fn invalid(said: Said) -> PluginFault {
    PluginFault::new(PluginFaultCode::InvalidAnswer, said)
}

pub(super) fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(super::NONE)
}

fn too_large() -> PluginFault {
    invalid(sentences::too_large(limits::ANSWER_BYTES_MAX))
}

fn as_position(word: i64) -> Result<u32, PluginFault> {
    u32::try_from(word).map_err(|_| invalid(sentences::no_position(word)))
}

fn nth<T>([first, second]: [&[T]; 2], position: u32) -> Option<&T> {
    let position = position as usize;
    match position.checked_sub(first.len()) {
        None => first.get(position),
        Some(rest) => second.get(rest),
    }
}
