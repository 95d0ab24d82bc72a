//! Reading an input, and saying what is wrong with one.

use super::{AGGREGATES, Input, InputForm, Measure, WindowRef};
use crate::{
    duration::{LIFETIME, parse_duration},
    manifest::sentences,
    said::{Said, Word, nearest, unknown},
    text::Bilingual,
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The keys within the input, and what is wrong there.
type Wrong = (Vec<String>, Said);

const KEYS: [&str; 3] = ["events", "window", "where"];

pub(super) fn read(form: InputForm) -> Result<Input, Wrong> {
    let (aggregate, measure) = read_aggregate(&form)?;
    let window = match form.window.as_deref() {
        None | Some(LIFETIME) => WindowRef::Lifetime,
        Some(text) => match (text.strip_prefix("settings."), parse_duration(text)) {
            (Some(name), _) => WindowRef::Setting(name.to_owned()),
            (None, Some(micros)) if micros > 0 => WindowRef::Fixed(micros),
            _ => return Err(at(&["window"], sentences::not_a_window(text))),
        },
    };
    let mut events = form.events;
    events.sort();
    events.dedup();
    if events.is_empty() {
        return Err(at(&["events"], sentences::no_events()));
    }
    let filters = form
        .filters
        .into_iter()
        .map(|(path, rule)| Ok((read_measure(&["where", &path], &path)?, rule)))
        .collect::<Result<_, Wrong>>()?;
    Ok(Input { aggregate, measure, events, window, filters })
}

fn read_aggregate(form: &InputForm) -> Result<(super::Aggregate, Measure), Wrong> {
    let all = || AGGREGATES.map(|(name, _)| name);
    let mut chosen = None;
    for (key, of) in &form.aggregate {
        let Some((_, aggregate)) = AGGREGATES.iter().find(|(name, _)| name == key) else {
            return Err(at(&[key], unknown_key(key)));
        };
        if chosen.replace((*aggregate, key, of)).is_some() {
            return Err(at(&[key], sentences::aggregates_many(&all()[..])));
        }
    }
    let Some((aggregate, key, of)) = chosen else {
        return Err((Vec::new(), sentences::aggregate_missing(&all()[..])));
    };
    Ok((aggregate, read_measure(&[key], of)?))
}

fn unknown_key(key: &str) -> Said {
    let known = || AGGREGATES.map(|(name, _)| name).into_iter().chain(KEYS);
    match nearest(key, known()) {
        Some(_) => unknown(sentences::KEY, key, known()),
        None => sentences::no_aggregate(key, &AGGREGATES.map(|(name, _)| name)[..]),
    }
}

fn read_measure(keys: &[&str], name: &str) -> Result<Measure, Wrong> {
    let unknown = || at(keys, sentences::no_measure(name, &Measure::NAMES[..]));
    Measure::parse(name).ok_or_else(unknown)
}

fn at(keys: &[&str], said: Said) -> Wrong {
    (keys.iter().map(|key| (*key).to_owned()).collect(), said)
}

/// What is wrong with an input as it stands in TOML; nothing where these words do not say it.
pub(crate) fn faults(entry: &DeTable<'_>) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let mut form = InputForm::default();
    for (key, value) in entry {
        let key = key.get_ref().as_ref();
        match key {
            "events" => match texts(value) {
                Some(events) => form.events = events,
                None => wrong.push(at(&[key], mistyped(LIST_OF_TEXTS, value))),
            },
            "where" => filters(value, &mut form, &mut wrong),
            "window" => match value.get_ref().as_str() {
                Some(text) => form.window = Some(text.to_owned()),
                None => wrong.push(at(&[key], mistyped(TEXT, value))),
            },
            _ => match value.get_ref().as_str() {
                Some(text) => drop(form.aggregate.insert(key.to_owned(), text.to_owned())),
                None if AGGREGATES.iter().any(|(name, _)| *name == key) => {
                    wrong.push(at(&[key], mistyped(TEXT, value)));
                }
                None => wrong.push(at(&[key], unknown_key(key))),
            },
        }
    }
    // Where a key is of another type, what is left says less than is meant.
    if wrong.is_empty() {
        wrong.extend(read(form).err());
    }
    wrong
}

const TEXT: Word = Word("a text in quotes", "引号内的文本");
const LIST_OF_TEXTS: Word =
    Word("a list of texts, such as [\"purchase\"]", "文本列表，如 [\"purchase\"]");
const TABLE: Word =
    Word("a table, such as { \"line.sku\" = \"tea\" }", "表，如 { \"line.sku\" = \"tea\" }");

fn filters(value: &Spanned<DeValue<'_>>, form: &mut InputForm, wrong: &mut Vec<Wrong>) {
    let Some(table) = value.get_ref().as_table() else {
        return wrong.push(at(&["where"], mistyped(TABLE, value)));
    };
    for (measure, with) in table {
        let measure = measure.get_ref().as_ref();
        let rule = match (with.get_ref().as_str(), texts(with)) {
            (Some(text), _) => super::Match::One(text.to_owned()),
            (None, Some(texts)) => super::Match::Any(texts),
            (None, None) => {
                let said = sentences::filter_is_no_text(shown(with.get_ref()), measure);
                wrong.push(at(&["where", measure], said));
                continue;
            }
        };
        form.filters.insert(measure.to_owned(), rule);
    }
}

fn texts(value: &Spanned<DeValue<'_>>) -> Option<Vec<String>> {
    let items = value.get_ref().as_array()?.iter();
    items.map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
}

fn mistyped(expected: Word, value: &Spanned<DeValue<'_>>) -> Said {
    let found = match value.get_ref() {
        DeValue::String(_) => Word("the text", "文本"),
        DeValue::Integer(_) | DeValue::Float(_) => Word("the number", "数字"),
        DeValue::Boolean(_) => Word("the boolean", "布尔值"),
        DeValue::Datetime(_) => Word("the date", "日期"),
        DeValue::Array(_) => return sentences::wrong_type(expected, Word("a list", "列表")),
        DeValue::Table(_) => return sentences::wrong_type(expected, Word("a table", "表")),
    };
    let value = shown(value.get_ref());
    let [en, zh_cn] = [found.0, found.1].map(|kind| format!("{kind} `{value}`"));
    sentences::wrong_type(expected, Bilingual { en, zh_cn })
}

fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(boolean) => boolean.to_string(),
        DeValue::Datetime(instant) => instant.to_string(),
        DeValue::Array(_) => "[…]".to_owned(),
        DeValue::Table(_) => "{…}".to_owned(),
    }
}
