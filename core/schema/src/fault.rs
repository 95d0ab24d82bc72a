//! A validator's errors as faults: a stable code, what was expected, what was found.

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use regulars_model::{Fault, fault::pointer_token};
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
            vec![Fault::new(member(name), "missing", format!("`{}` is missing", shorten(name)))]
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let unknown = unexpected.iter();
            let fault = |name: &String| {
                let message = format!("there is no `{}` here", shorten(name));
                Fault::new(member(name), "unknown_field", message)
            };
            unknown.map(fault).collect()
        }
        kind => {
            let (code, message) = explain(kind, error.instance());
            vec![Fault::new(at, code, shorten(&message))]
        }
    }
}

fn explain(kind: &Kind, found: &Json) -> (&'static str, String) {
    let expected = |code, what: String| (code, format!("expected {what}, found {}", brief(found)));
    match kind {
        Kind::Type { kind } => expected("wrong_type", types(kind)),
        Kind::Enum { options } => expected("not_in_list", format!("one of {}", list(options))),
        Kind::Constant { expected_value } => expected("not_in_list", brief(expected_value)),
        Kind::MaxLength { limit } => expected("too_long", format!("at most {limit} characters")),
        Kind::MinLength { limit } => expected("too_short", format!("at least {limit} characters")),
        Kind::Minimum { limit } => expected("out_of_range", format!("at least {limit}")),
        Kind::Maximum { limit } => expected("out_of_range", format!("at most {limit}")),
        Kind::ExclusiveMinimum { limit } => expected("out_of_range", format!("more than {limit}")),
        Kind::ExclusiveMaximum { limit } => expected("out_of_range", format!("less than {limit}")),
        Kind::MultipleOf { multiple_of } => {
            expected("out_of_range", format!("a multiple of {multiple_of}"))
        }
        Kind::Pattern { pattern } => {
            expected("wrong_format", format!("text that matches {}", cut(pattern, 120)))
        }
        Kind::Format { format } => expected("wrong_format", format_name(format).to_owned()),
        Kind::MaxItems { limit } => ("too_many", format!("expected at most {limit} items")),
        Kind::AdditionalItems { limit } => ("too_many", format!("expected at most {limit} items")),
        Kind::UnevaluatedItems { .. } => ("too_many", "there are more items than expected".into()),
        Kind::MinItems { limit } => ("too_few", format!("expected at least {limit} items")),
        Kind::MaxProperties { limit } => ("too_many", format!("expected at most {limit} members")),
        Kind::MinProperties { limit } => ("too_few", format!("expected at least {limit} members")),
        Kind::UniqueItems => ("repeated", "an item stands here twice".into()),
        Kind::Contains => ("missing", "none of the items is the one expected".into()),
        Kind::FalseSchema => ("not_allowed", "nothing may stand here".into()),
        Kind::Not { .. } => ("not_allowed", format!("{} is excluded", brief(found))),
        Kind::PropertyNames { error } => {
            let (_, message) = explain(error.kind(), error.instance());
            ("wrong_name", format!("a name here is not allowed: {message}"))
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            ("no_alternative", alternatives(context))
        }
        Kind::OneOfMultipleValid { .. } => {
            ("several_alternatives", "more than one alternative fits".into())
        }
        other => ("invalid", format!("does not satisfy `{}`", other.keyword())),
    }
}

fn alternatives(context: &[Vec<ValidationError<'static>>]) -> String {
    let firsts = context.iter().filter_map(|errors| errors.first()).take(ALTERNATIVES_MAX);
    let each: Vec<String> = firsts.flat_map(translate).map(|fault| fault.to_string()).collect();
    format!("none of {} alternatives fits: {}", context.len(), each.join("; or "))
}

fn types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => type_name(&one.to_string()),
        TypeKind::Multiple(set) => {
            let names: Vec<String> = set.iter().map(|one| type_name(&one.to_string())).collect();
            names.join(" or ")
        }
    }
}

fn type_name(name: &str) -> String {
    match name {
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "text",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
    .to_owned()
}

fn format_name(format: &str) -> &str {
    match format {
        "date-time" => "an instant with its offset, like 2026-05-03T09:30:00+08:00",
        "date" => "a date like 2026-05-03",
        "email" => "an e-mail address",
        "uri" => "a URI",
        other => other,
    }
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
