//! The comparisons that go on record.

use super::draft::Slate;
use regulars_model::decide::Comparison;
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
    let held = holds(comparison, left, right).ok_or_else(|| {
        let (left, right) = (kind(left), kind(right));
        format!("{left} and {right} can not be put in order; only is and is_not compare them")
    })?;
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

pub(super) fn kind(value: &Dynamic) -> &'static str {
    match value.type_name() {
        "i64" => "a number",
        "string" => "a text",
        "bool" => "true or false",
        "()" => "nothing",
        "array" => "a list",
        "map" => "a record",
        _ => "something else",
    }
}
