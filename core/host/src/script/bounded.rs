//! Functions of Rhai's packages that make much out of little, or never end, written anew with a bound.
//! Registered with an engine, they come before those of its packages.

use regulars_model::limits;
use rhai::{Array, Dynamic, Engine, EvalAltResult, FnPtr, ImmutableString, Map, Position};
use std::{
    any::TypeId,
    fmt::{self, Write},
};

type Text = ImmutableString;
type Rhai<T> = Result<T, Box<EvalAltResult>>;
type Context<'a> = rhai::NativeCallContext<'a>;

pub(super) fn register(engine: &mut Engine) {
    engine
        .register_fn("replace", |text: &mut Text, find: &str, by: &str| replace(text, find, by))
        .register_fn("replace", |text: &mut Text, find: char, by: &str| {
            replace(text, find.encode_utf8(&mut [0; 4]), by)
        })
        .register_fn("pad", |text: &mut Text, length: i64, with: &str| pad(text, length, with))
        .register_fn("pad", |list: &mut Array, length: i64, item: Dynamic| {
            pad_list(list, length, &item)
        });
    engine.register_fn("to_json", |_: &mut Map| -> Rhai<Text> {
        Err("a record is not written as JSON".into())
    });
    let functions = TypeId::of::<FnPtr>();
    for name in ["to_string", "to_debug"] {
        for of in [TypeId::of::<Array>(), TypeId::of::<Map>(), functions] {
            engine.register_raw_fn(name, [of], |_, values| Ok(written(values[0])));
        }
    }
    for name in ["sort", "sort_by"] {
        engine.register_fn(name, |context: Context, list: &mut Array, comparer: FnPtr| {
            sort(&context, list, &comparer)
        });
    }
    for name in ["order", "order_by"] {
        engine.register_fn(name, |context: Context, mut list: Array, comparer: FnPtr| {
            sort(&context, &mut list, &comparer).map(|()| list)
        });
    }
}

/// As Rhai writes it, as far as a text may go; one byte too many is then Rhai's to refuse.
pub(super) fn written(value: &Dynamic) -> String {
    let mut text = Bounded(String::new());
    // What does not fit ends the writing, nothing else does.
    let _ = write_value(value, &mut text);
    text.0
}

fn write_value(value: &Dynamic, text: &mut Bounded) -> fmt::Result {
    if let Ok(list) = value.as_array_ref() {
        text.write_str("[")?;
        for (index, item) in list.iter().enumerate() {
            text.write_str(if index == 0 { "" } else { ", " })?;
            write_value(item, text)?;
        }
        return text.write_str("]");
    }
    if let Ok(record) = value.as_map_ref() {
        text.write_str("#{")?;
        for (index, (name, field)) in record.iter().enumerate() {
            write!(text, "{}{name:?}: ", if index == 0 { "" } else { ", " })?;
            write_value(field, text)?;
        }
        return text.write_str("}");
    }
    // The name of a closure is a hash, which is no business of a rule.
    if value.is_fnptr() { text.write_str("Fn") } else { write!(text, "{value:?}") }
}

struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let room = (limits::RHAI_STRING_BYTES_MAX + 4).saturating_sub(self.0.len());
        self.0.push_str(&more[..more.floor_char_boundary(room)]);
        if more.len() > room { Err(fmt::Error) } else { Ok(()) }
    }
}

fn replace(text: &mut Text, find: &str, by: &str) -> Rhai<()> {
    if text.is_empty() {
        return Ok(());
    }
    let found = text.matches(find).count();
    check_text((text.len() - found * find.len()).saturating_add(found.saturating_mul(by.len())))?;
    *text = text.replace(find, by).into();
    Ok(())
}

fn pad(text: &mut Text, length: i64, with: &str) -> Rhai<()> {
    let present = text.chars().count();
    let missing = usize::try_from(length).unwrap_or(0).saturating_sub(present);
    check_text(text.len().saturating_add(missing))?;
    let padding: String = with.chars().cycle().take(missing).collect();
    *text = format!("{text}{padding}").into();
    Ok(())
}

fn pad_list(list: &mut Array, length: i64, item: &Dynamic) -> Rhai<()> {
    let length = usize::try_from(length).unwrap_or(0);
    if length > limits::RHAI_ARRAY_ITEMS_MAX {
        return Err(too_large("Size of array/BLOB"));
    }
    if length > list.len() {
        list.resize(length, item.clone());
    }
    Ok(())
}

/// Stable, and an error of the comparer is the sort's. It says whether the first comes before the
/// second, or gives a negative number where it does.
fn sort(context: &Context, list: &mut Array, comparer: &FnPtr) -> Rhai<()> {
    for at in 1..list.len() {
        let (mut low, mut high) = (0, at);
        while low < high {
            let middle = (low + high) / 2;
            let pair = (list[at].clone(), list[middle].clone());
            let answer: Dynamic = comparer.call_within_context(context, pair)?;
            let before = answer.as_bool().or_else(|_| answer.as_int().map(|sign| sign < 0));
            match before.map_err(|found| format!("expected a number to sort by, found {found}"))? {
                true => high = middle,
                false => low = middle + 1,
            }
        }
        list[low..=at].rotate_right(1);
    }
    Ok(())
}

fn check_text(bytes: usize) -> Rhai<()> {
    if bytes <= limits::RHAI_STRING_BYTES_MAX {
        return Ok(());
    }
    Err(too_large("Length of string"))
}

fn too_large(what: &str) -> Box<EvalAltResult> {
    EvalAltResult::ErrorDataTooLarge(what.to_owned(), Position::NONE).into()
}
