//! The comparisons that go on record.

use super::{draft::Slate, sentences};
use regulars_model::{
    decide::Comparison,
    said::{Said, Word},
};
use rhai::{Dynamic, Engine, EvalAltResult, ImmutableString, NativeCallContext};
use std::{any::TypeId, cmp::Ordering};

const NAMES: [(&str, Comparison); 6] = [
    ("is", Comparison::Equal),
    ("is_not", Comparison::NotEqual),
    ("is_over", Comparison::Over),
    ("is_from", Comparison::From),
    ("is_under", Comparison::Under),
    ("is_up_to", Comparison::UpTo),
];

pub(super) fn register(engine: &mut Engine) {
    let any = TypeId::of::<Dynamic>();
    let (int, text, unit) =
        (TypeId::of::<i64>(), TypeId::of::<ImmutableString>(), TypeId::of::<()>());
    for (name, comparison) in NAMES {
        // The first pairs are found at once, the last after a search through all of them.
        for types in [[int, int], [text, text], [unit, int], [any, any]] {
            engine.register_raw_fn(name, types, move |context, args| {
                compare(&context, comparison, args[0], args[1])
            });
        }
    }
}

fn compare(
    context: &NativeCallContext,
    comparison: Comparison,
    left: &Dynamic,
    right: &Dynamic,
) -> Result<bool, Box<EvalAltResult>> {
    let held = holds(comparison, left, right)
        .ok_or_else(|| sentences::not_comparable(kind(left), kind(right)).text.en)?;
    Slate::write(context, |draft| draft.record(left, comparison, right, held))?;
    Ok(held)
}

/// `None` where the two have no order.
fn holds(comparison: Comparison, left: &Dynamic, right: &Dynamic) -> Option<bool> {
    let ordering = order(left, right);
    match comparison {
        Comparison::Equal => Some(ordering == Some(Ordering::Equal)),
        Comparison::NotEqual => Some(ordering != Some(Ordering::Equal)),
        _ if left.is_unit() || right.is_unit() => Some(false),
        _ => ordering.map(|ordering| comparison.holds(&(ordering as i8), &0)),
    }
}

fn order(left: &Dynamic, right: &Dynamic) -> Option<Ordering> {
    if let (Ok(left), Ok(right)) = (left.as_int(), right.as_int()) {
        return Some(left.cmp(&right));
    }
    if let (Ok(left), Ok(right)) = (left.as_bool(), right.as_bool()) {
        return Some(left.cmp(&right));
    }
    if let (Ok(left), Ok(right)) = (left.as_immutable_string_ref(), right.as_immutable_string_ref())
    {
        return Some(left.as_str().cmp(right.as_str()));
    }
    (left.is_unit() && right.is_unit()).then_some(Ordering::Equal)
}

const KINDS: [(&str, Word); 6] = [
    ("i64", Word("a number", "数字")),
    ("string", Word("a text", "文本")),
    ("bool", Word("true or false", "是或否")),
    ("()", Word("nothing", "空值")),
    ("array", Word("a list", "列表")),
    ("map", Word("a record", "记录")),
];
const OTHER: Word = Word("something else", "其他类型");

pub(super) fn kind(value: &Dynamic) -> Word {
    let found = KINDS.iter().find(|(name, _)| *name == value.type_name());
    found.map_or(OTHER, |(_, word)| *word)
}

/// The sentence above, which a script's run brings back in English alone.
pub(super) fn find_said(message: &str) -> Option<Said> {
    let kinds = || KINDS.map(|(_, word)| word).into_iter().chain([OTHER]);
    let mut all = kinds().flat_map(|left| kinds().map(move |right| (left, right)));
    all.find_map(|(left, right)| {
        let said = sentences::not_comparable(left, right);
        message.ends_with(said.text.en.as_str()).then_some(said)
    })
}
