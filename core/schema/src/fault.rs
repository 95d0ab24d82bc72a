//! A validator's errors as faults: a stable code, what was expected, what was found.

use crate::sentences::{self, FORMATS, TYPES};
use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use regulars_model::{
    Fault,
    fault::pointer_token,
    said::{Said, Say, Word},
    text::Bilingual,
};
use serde_json::Value as Json;

pub const FAULTS_MAX: usize = 20;
const FOUND_CHARS_MAX: usize = 60;
const MESSAGE_CHARS_MAX: usize = 400;
/// Alternatives of a choice that an error message explains.
const ALTERNATIVES_MAX: usize = 3;

pub fn collect<'a>(errors: impl Iterator<Item = ValidationError<'a>>) -> Vec<Fault> {
    let mut faults: Vec<Fault> =
        errors.flat_map(|error| translate(&error)).take(FAULTS_MAX).collect();
    faults.dedup();
    faults
}

/// What was found, short enough for an error message.
pub fn brief(value: &Json) -> String {
    cut(&value.to_string(), FOUND_CHARS_MAX)
}

pub fn shorten(message: &str) -> String {
    cut(message, MESSAGE_CHARS_MAX)
}

/// A missing or unknown member is pointed at itself, not at the object around it.
fn translate(error: &ValidationError<'_>) -> Vec<Fault> {
    let at = error.instance_path().as_str();
    let member = |name: &str| format!("{at}{}", pointer_token(name));
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![Fault::new(member(name), "missing", sentences::missing(shorten(name)))]
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let unknown = unexpected.iter();
            let fault = |name: &String| {
                Fault::new(member(name), "unknown_field", sentences::unknown(shorten(name)))
            };
            unknown.map(fault).collect()
        }
        kind => {
            let (code, said) = explain(kind, error.instance());
            let Bilingual { en, zh_cn } = said.text;
            vec![Fault::new(at, code, Bilingual { en: shorten(&en), zh_cn: shorten(&zh_cn) })]
        }
    }
}

fn explain(kind: &Kind, found: &Json) -> (&'static str, Said) {
    let expected = |code, what: &dyn Say| (code, sentences::expected(what, brief(found)));
    let number = ToString::to_string;
    match kind {
        Kind::Type { kind } => expected("wrong_type", &types(kind)),
        Kind::Enum { options } => expected("not_in_list", &sentences::one_of(list(options))),
        Kind::Constant { expected_value } => {
            let said = sentences::this_value(brief(expected_value));
            expected("not_in_list", &said)
        }
        Kind::MaxLength { limit } => expected("too_long", &sentences::chars_up_to(*limit)),
        Kind::MinLength { limit } => expected("too_short", &sentences::chars_from(*limit)),
        Kind::Minimum { limit } => expected("out_of_range", &sentences::at_least(number(limit))),
        Kind::Maximum { limit } => expected("out_of_range", &sentences::at_most(number(limit))),
        Kind::ExclusiveMinimum { limit } => {
            expected("out_of_range", &sentences::more_than(number(limit)))
        }
        Kind::ExclusiveMaximum { limit } => {
            expected("out_of_range", &sentences::less_than(number(limit)))
        }
        Kind::MultipleOf { multiple_of } => {
            expected("out_of_range", &sentences::multiple_of(multiple_of.to_string()))
        }
        Kind::Pattern { pattern } => {
            expected("wrong_format", &sentences::matching(cut(pattern, 120)))
        }
        Kind::Format { format } => expected("wrong_format", &named(&FORMATS, format)),
        Kind::MaxItems { limit } => ("too_many", sentences::items_up_to(*limit)),
        Kind::AdditionalItems { limit } => ("too_many", sentences::items_up_to(*limit)),
        Kind::UnevaluatedItems { .. } => ("too_many", sentences::more_items()),
        Kind::MinItems { limit } => ("too_few", sentences::items_from(*limit)),
        Kind::MaxProperties { limit } => ("too_many", sentences::members_up_to(*limit)),
        Kind::MinProperties { limit } => ("too_few", sentences::members_from(*limit)),
        Kind::UniqueItems => ("repeated", sentences::repeated()),
        Kind::Contains => ("missing", sentences::none_fits()),
        Kind::FalseSchema => ("not_allowed", sentences::nothing_here()),
        Kind::Not { .. } => ("not_allowed", sentences::excluded(brief(found))),
        Kind::PropertyNames { error } => {
            let (_, said) = explain(error.kind(), error.instance());
            ("wrong_name", sentences::wrong_name(said))
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            ("no_alternative", alternatives(context))
        }
        Kind::OneOfMultipleValid { .. } => ("several_alternatives", sentences::several_fit()),
        other => ("invalid", sentences::not_satisfied(other.keyword())),
    }
}

fn alternatives(context: &[Vec<ValidationError<'static>>]) -> Said {
    let firsts = context.iter().filter_map(|errors| errors.first()).take(ALTERNATIVES_MAX);
    let each = firsts.flat_map(translate).map(|fault| fault.said());
    sentences::no_alternative(context.len(), Bilingual::join(each, "; or ", "；或 "))
}

fn types(kind: &TypeKind) -> Bilingual {
    let name = |one: &dyn std::fmt::Display| named(&TYPES, &one.to_string());
    match kind {
        TypeKind::Single(one) => name(one),
        TypeKind::Multiple(set) => {
            let names: Vec<_> = set.iter().map(|one| name(&one)).collect();
            Bilingual::join(names.into_iter(), " or ", "或")
        }
    }
}

/// As people call it, where it has such a name.
fn named(known: &[(&str, Word)], name: &str) -> Bilingual {
    let found = known.iter().find(|(own, _)| *own == name);
    found.map_or_else(|| Bilingual::same(name), |(_, word)| (*word).into())
}

fn list(options: &Json) -> String {
    let words = options.as_array().map(Vec::as_slice).unwrap_or_default();
    let words: Vec<String> = words.iter().map(brief).collect();
    cut(&words.join(", "), 200)
}

fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
