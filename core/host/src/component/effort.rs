//! How hard a component is to compile, judged before it is compiled: a few kilobytes, well chosen, keep a
//! compiler busy for hours. A rough measure, fitted to what such components took.

use super::{
    section::{length, section},
    sentences,
};
use crate::LoadError;
use regulars_model::limits;

const CORE_MODULE: u8 = 1;
const COMPONENT: u8 = 4;
const TYPES: u8 = 1;
const CODE: u8 = 10;
const FUNCTION_TYPE: u8 = 0x60;
const HEADER_BYTES: usize = 8;
/// A component of the SDK has one component inside, which renames what it exports.
const NESTED_MAX: usize = 8;
/// What any function takes, however small.
const FUNCTION_BYTES: usize = 200;
const FUNCTION_VALUES: usize = 20;
/// Parameters and results are moved about at each call and branch, a local only where it is named.
const LOCALS_PER_PARAMETER: usize = 64;
/// A function this long takes twice the time for each of its bytes, and so on.
const LONG_BYTES: usize = 4_096;

pub(super) fn check(component: &[u8]) -> Result<(), LoadError> {
    let effort =
        of_component(component, 0).ok_or_else(|| LoadError::of(sentences::odd_layout()))?;
    let most = limits::COMPILE_EFFORT_MAX;
    if effort > most {
        return Err(LoadError::of(sentences::too_much_effort(effort, most)));
    }
    Ok(())
}

fn of_component(component: &[u8], depth: usize) -> Option<usize> {
    let mut effort = 0_usize;
    for each in sections(component) {
        let (id, content) = each?;
        effort = effort.saturating_add(match id {
            CORE_MODULE => of_module(content)?,
            COMPONENT if depth < NESTED_MAX => of_component(content, depth + 1)?,
            COMPONENT => return None,
            _ => 0,
        });
    }
    Some(effort)
}

fn of_module(module: &[u8]) -> Option<usize> {
    let (mut effort, mut arity) = (0_usize, 0);
    for each in sections(module) {
        let (id, content) = each?;
        match id {
            TYPES => arity = largest_arity(content)?,
            CODE => effort = of_code(content, arity)?,
            _ => {}
        }
    }
    Some(effort)
}

fn of_code(content: &[u8], arity: usize) -> Option<usize> {
    let (count, mut rest) = length(content)?;
    let mut effort = 0_usize;
    for _ in 0..count {
        let (size, after) = length(rest)?;
        let (body, after) = after.split_at_checked(size)?;
        let values = FUNCTION_VALUES
            .saturating_add(arity.saturating_mul(LOCALS_PER_PARAMETER))
            .saturating_add(locals(body)?);
        let bytes = (size + FUNCTION_BYTES).saturating_mul(1 + size / LONG_BYTES);
        effort = effort.saturating_add(bytes.saturating_mul(values));
        rest = after;
    }
    Some(effort)
}

fn locals(body: &[u8]) -> Option<usize> {
    let (groups, mut rest) = length(body)?;
    let mut locals = 0_usize;
    for _ in 0..groups {
        let (count, after) = length(rest)?;
        locals = locals.checked_add(count)?;
        rest = after_type(after)?;
    }
    Some(locals)
}

/// Parameters and results of the type that has most of them.
fn largest_arity(content: &[u8]) -> Option<usize> {
    let (count, mut rest) = length(content)?;
    let mut largest = 0;
    for _ in 0..count {
        rest = rest.strip_prefix(&[FUNCTION_TYPE])?;
        let mut arity = 0_usize;
        for _ in ["parameters", "results"] {
            let (values, after) = length(rest)?;
            rest = (0..values).try_fold(after, |rest, _| after_type(rest))?;
            arity = arity.checked_add(values)?;
        }
        largest = largest.max(arity);
    }
    Some(largest)
}

/// Past a value type: one byte, or two and the number of a type where it is a reference to one.
fn after_type(bytes: &[u8]) -> Option<&[u8]> {
    let (first, rest) = bytes.split_first()?;
    match first {
        0x63 | 0x64 => length(rest).map(|(_, rest)| rest),
        _ => Some(rest),
    }
}

/// Each section's id and content; `None` where the bytes end within one.
fn sections(bytes: &[u8]) -> impl Iterator<Item = Option<(u8, &[u8])>> {
    let mut rest = bytes.get(HEADER_BYTES..).unwrap_or_default();
    std::iter::from_fn(move || {
        (!rest.is_empty()).then(|| {
            let found = section(rest);
            rest = found.map_or(&[][..], |(_, _, after)| after);
            found.map(|(id, content, _)| (id, content))
        })
    })
}
