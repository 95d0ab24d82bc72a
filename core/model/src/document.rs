//! A TOML file and the places in it: where a key stands, and what serde has against it.

mod words;

use crate::{
    finding::{Finding, Place},
    limits,
    text::Bilingual,
};
use std::ops::Range;
use toml::{
    Spanned,
    de::{DeTable, DeValue, Error},
};

pub(crate) use words::missing;

crate::sentences! {
    not_toml(message) "this is no TOML: {message}" "不是有效的 TOML：{message}";
}

/// What serde says of a value; in Chinese as far as its words are known.
pub fn serde_said(message: &str) -> Bilingual {
    let (said, _) = words::said(message);
    Bilingual { en: message.to_owned(), ..said.text }
}

pub struct Document<'s> {
    file: &'s str,
    source: &'s str,
    pub(crate) table: Spanned<DeTable<'s>>,
    broken: Vec<Error>,
}

impl<'s> Document<'s> {
    pub fn read(file: &'s str, source: &'s str) -> Document<'s> {
        let (table, broken) = DeTable::parse_recoverable(source);
        Document { file, source, table, broken }
    }

    /// What keeps it from being TOML at all.
    pub fn broken(&self) -> Vec<Finding> {
        let broken = self.broken.iter().take(limits::MANIFEST_FAULTS_MAX + 1);
        let found = broken.map(|error| {
            let at = error.span().map_or(0, |span| span.start);
            Finding::error(self.place_at(at), not_toml(error.message()))
        });
        found.collect()
    }

    /// What serde found wrong, with the keys that lead there.
    pub fn fault(&self, error: &Error) -> Finding {
        let keys = self.keys_of(error);
        let (said, named) = words::said(error.message());
        // serde blames the whole entry where it knows only that one key of it is wrong.
        let inner = named.filter(|named| {
            let inside: Vec<_> = keys.iter().cloned().chain([named.clone()]).collect();
            keys.last() != Some(named) && self.has(&inside)
        });
        let place = match (inner, error.span()) {
            (None, Some(span)) => self.place_at(span.start).with_key(keys.join(".")),
            (inner, _) => self.place(&keys.into_iter().chain(inner).collect::<Vec<_>>()),
        };
        Finding::error(place, said)
    }

    /// Where these keys lead, or as far as they do; an item of a list is named by its number from 0,
    /// or by its text.
    pub fn place(&self, keys: &[impl AsRef<str>]) -> Place {
        let keys: Vec<&str> = keys.iter().map(AsRef::as_ref).collect();
        let at = find(self.table.get_ref(), &keys).map_or(0, |span| span.start);
        self.place_at(at).with_key(keys.join("."))
    }

    /// As [`Document::place`], of the key itself and not of its value.
    pub fn place_of_key(&self, keys: &[&str]) -> Place {
        let place = self.place(keys);
        let Some((last, above)) = keys.split_last() else { return place };
        let above: Vec<String> = above.iter().map(|key| (*key).to_owned()).collect();
        let table = self.table_in(&above).and_then(|table| table.get_key_value(*last));
        match table {
            Some((key, _)) => self.place_at(key.span().start).with_key(place.key),
            None => place,
        }
    }

    fn place_at(&self, byte: usize) -> Place {
        Place::of(self.file, self.source, byte)
    }

    fn has(&self, keys: &[String]) -> bool {
        let Some((last, above)) = keys.split_last() else { return false };
        self.table_at(above).is_some_and(|table| table.contains_key(last.as_str()))
    }

    pub(crate) fn table_at(&self, keys: &[String]) -> Option<&DeTable<'s>> {
        let mut table = self.table.get_ref();
        for key in keys {
            table = table.get(key.as_str())?.get_ref().as_table()?;
        }
        Some(table)
    }

    /// As [`Document::table_at`], through lists of tables too.
    fn table_in(&self, keys: &[String]) -> Option<&DeTable<'s>> {
        let (first, rest) = match keys.split_first() {
            Some((first, rest)) => (first, rest),
            None => return Some(self.table.get_ref()),
        };
        let mut value = self.table.get_ref().get(first.as_str())?.get_ref();
        for key in rest {
            value = match value {
                DeValue::Array(items) => items.get(key.parse::<usize>().ok()?)?.get_ref(),
                other => other.as_table()?.get(key.as_str())?.get_ref(),
            };
        }
        value.as_table()
    }

    /// The keys that lead to the smallest entry around an error.
    pub(crate) fn keys_of(&self, error: &Error) -> Vec<String> {
        let Some(span) = error.span() else { return Vec::new() };
        let mut best = None;
        look_for(self.table.get_ref(), &span, &mut Vec::new(), &mut best);
        best.map_or_else(Vec::new, |(_, keys)| keys)
    }
}

type Best = Option<(usize, Vec<String>)>;

fn look_for(table: &DeTable<'_>, span: &Range<usize>, keys: &mut Vec<String>, best: &mut Best) {
    for (key, value) in table {
        keys.push(key.get_ref().to_string());
        look_at(key.span(), span, keys, best);
        look_into(value, span, keys, best);
        keys.pop();
    }
}

fn look_into(
    value: &Spanned<DeValue<'_>>,
    span: &Range<usize>,
    keys: &mut Vec<String>,
    best: &mut Best,
) {
    look_at(value.span(), span, keys, best);
    match value.get_ref() {
        DeValue::Table(inner) => look_for(inner, span, keys, best),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate().filter(|(_, item)| is_whole(item)) {
                keys.push(index.to_string());
                look_into(item, span, keys, best);
                keys.pop();
            }
        }
        _ => {}
    }
}

/// Texts and numbers of a list are shown with the key of the list.
fn is_whole(item: &Spanned<DeValue<'_>>) -> bool {
    item.get_ref().is_table() || item.get_ref().is_array()
}

fn look_at(around: Range<usize>, span: &Range<usize>, keys: &[String], best: &mut Best) {
    let width = around.len();
    let holds = around.start <= span.start && span.end <= around.end && width > 0;
    if holds && best.as_ref().is_none_or(|(least, _)| width <= *least) {
        *best = Some((width, keys.to_vec()));
    }
}

fn find(table: &DeTable<'_>, keys: &[&str]) -> Option<Range<usize>> {
    let (first, rest) = keys.split_first()?;
    let (key, value) = table.get_key_value(*first)?;
    let at = if value.get_ref().is_table() { key.span() } else { value.span() };
    find_in(value, rest).or(Some(at))
}

fn find_in(value: &Spanned<DeValue<'_>>, keys: &[&str]) -> Option<Range<usize>> {
    match value.get_ref() {
        DeValue::Table(inner) => find(inner, keys),
        DeValue::Array(items) => {
            let (wanted, rest) = keys.split_first()?;
            let by_number = wanted.parse::<usize>().ok().and_then(|index| items.get(index));
            let named = || items.iter().find(|item| item.get_ref().as_str() == Some(wanted));
            let item = by_number.or_else(named)?;
            find_in(item, rest).or_else(|| Some(item.span()))
        }
        _ => None,
    }
}
