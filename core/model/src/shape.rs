//! The type of a setting, a plugin's field or an argument of a text, as a manifest declares it.
//!
//! A shape knows how its value stands in JSON (what people and REST write), as a [`Value`] (what
//! rules and the engine use) and as a JSON Schema.

use crate::{
    Currency, Fault, Instant, Money, Value,
    duration::{LIFETIME, format_duration, parse_duration},
    fault::{pointer_token, sentences},
    said::{Said, Say},
    text::Bilingual,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Shape {
    Boolean,
    Integer {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minimum: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        maximum: Option<i64>,
    },
    /// JSON: a decimal text, `"50000.00"`. Value: minor units.
    Money,
    /// JSON: `"14d"`. Value: microseconds.
    Duration,
    /// JSON: `"365d"` or `"lifetime"`. Value: microseconds, or null for lifetime.
    Window,
    /// JSON: RFC 3339. Value: microseconds since 1970.
    Instant,
    /// JSON: `"2026-05-03"`. Value: days since 1970.
    Date,
    Text {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_chars: Option<usize>,
    },
    /// One of a closed list of words.
    Choice {
        values: Vec<Choice>,
    },
    List {
        items: Box<Shape>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_items: Option<usize>,
    },
    /// Every field is present; an optional one is written as null.
    Record {
        fields: BTreeMap<String, Shape>,
    },
}

/// A word of a choice, with what people call it. In a manifest: `"low"` or
/// `{ value = "low", en = "Low", zh-CN = "低" }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "ChoiceForm", into = "ChoiceForm")]
pub struct Choice {
    pub value: String,
    pub label: Bilingual,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum ChoiceForm {
    Word(String),
    Labelled {
        value: String,
        #[serde(flatten)]
        label: Bilingual,
    },
}

impl From<ChoiceForm> for Choice {
    fn from(form: ChoiceForm) -> Self {
        match form {
            ChoiceForm::Word(value) => Choice { label: Bilingual::same(&value), value },
            ChoiceForm::Labelled { value, label } => Choice { value, label },
        }
    }
}

impl From<Choice> for ChoiceForm {
    fn from(Choice { value, label }: Choice) -> Self {
        ChoiceForm::Labelled { value, label }
    }
}

impl Shape {
    /// JSON as people write it, into a value; every fault with its pointer.
    pub fn read(&self, json: &Json, currency: Currency) -> Result<Value, Vec<Fault>> {
        let fault = |expected: &dyn Say| {
            let message = sentences::wrong_value(expected, brief(json));
            Err(vec![Fault::new("", "wrong_value", message)])
        };
        let text = json.as_str();
        match self {
            Shape::Boolean => match json.as_bool() {
                Some(bool) => Ok(Value::Bool(bool)),
                None => fault(&sentences::BOOLEAN),
            },
            Shape::Integer { minimum, maximum } => match json.as_i64() {
                Some(int)
                    if minimum.is_none_or(|least| int >= least)
                        && maximum.is_none_or(|most| int <= most) =>
                {
                    Ok(Value::Int(int))
                }
                _ => fault(&integer_range(*minimum, *maximum)),
            },
            Shape::Money => match text.map(|text| Money::parse(text, currency)) {
                Some(Ok(money)) => Ok(Value::Int(money.amount)),
                Some(Err(error)) => Err(vec![Fault::new("", "wrong_value", error.said())]),
                None => fault(&sentences::AMOUNT),
            },
            Shape::Duration => match text.and_then(parse_duration) {
                Some(micros) => Ok(Value::Int(micros)),
                None => fault(&sentences::DURATION),
            },
            Shape::Window => match text {
                Some(LIFETIME) => Ok(Value::Null),
                Some(text) if parse_duration(text).is_some_and(|micros| micros > 0) => {
                    Ok(parse_duration(text).map_or(Value::Null, Value::Int))
                }
                _ => fault(&sentences::WINDOW),
            },
            Shape::Instant => match text.and_then(|text| text.parse::<Instant>().ok()) {
                Some(at) => Ok(Value::Int(at.0)),
                None => fault(&sentences::INSTANT),
            },
            Shape::Date => match text.and_then(|text| text.parse::<jiff::civil::Date>().ok()) {
                Some(date) => Ok(Value::Int(days_of(date))),
                None => fault(&sentences::DATE),
            },
            Shape::Text { max_chars } => match text {
                Some(text) if text.chars().count() <= text_max(*max_chars) => Ok(text.into()),
                _ => fault(&sentences::text_up_to(text_max(*max_chars))),
            },
            Shape::Choice { values } => match text {
                Some(text) if values.iter().any(|choice| choice.value == text) => Ok(text.into()),
                _ => fault(&sentences::one_of(&words(values)[..])),
            },
            Shape::List { items, max_items } => {
                let most = max_items.unwrap_or(crate::limits::SET_INPUT_VALUES_MAX);
                match json.as_array() {
                    Some(list) if list.len() <= most => read_list(items, list, currency),
                    _ => fault(&sentences::list_up_to(most)),
                }
            }
            Shape::Record { fields } => match json.as_object() {
                Some(object) => read_record(fields, object, currency),
                None => fault(&sentences::OBJECT),
            },
        }
    }

    /// A value into the JSON that [`Shape::read`] reads back.
    pub fn write(&self, value: &Value, currency: Currency) -> Json {
        match (self, value) {
            (Shape::Window, Value::Null) => json!(LIFETIME),
            (_, Value::Null) => Json::Null,
            (Shape::Money, Value::Int(amount)) => {
                json!(Money { amount: *amount, currency }.to_decimal())
            }
            (Shape::Duration | Shape::Window, Value::Int(micros)) => {
                json!(format_duration(*micros))
            }
            (Shape::Instant, Value::Int(micros)) => json!(Instant(*micros).to_string()),
            (Shape::Date, Value::Int(days)) => {
                let days = i32::try_from(*days).unwrap_or_default();
                json!(crate::BusinessDay(days).to_string())
            }
            (Shape::List { items, .. }, Value::List(list)) => {
                list.iter().map(|item| items.write(item, currency)).collect()
            }
            (Shape::Record { fields }, Value::Record(record)) => fields
                .iter()
                .map(|(name, shape)| {
                    let value = record.get(name.as_str()).unwrap_or(&Value::Null);
                    (name.clone(), shape.write(value, currency))
                })
                .collect::<serde_json::Map<_, _>>()
                .into(),
            (_, other) => json!(other),
        }
    }

    /// Whether a value that came from a plugin is one of this shape.
    pub fn admits(&self, value: &Value) -> bool {
        match (self, value) {
            (Shape::Boolean, Value::Bool(_)) => true,
            (Shape::Integer { minimum, maximum }, Value::Int(int)) => {
                minimum.is_none_or(|least| *int >= least) && maximum.is_none_or(|most| *int <= most)
            }
            (Shape::Money, Value::Int(minor)) => {
                minor.unsigned_abs() <= crate::limits::MONEY_MINOR_MAX.unsigned_abs()
            }
            (Shape::Date, Value::Int(days)) => (-719_162..=2_932_896).contains(days),
            (Shape::Duration | Shape::Window | Shape::Instant, Value::Int(_)) => true,
            (Shape::Window, Value::Null) => true,
            (Shape::Text { max_chars }, Value::Text(text)) => {
                text.chars().count() <= text_max(*max_chars)
            }
            (Shape::Choice { values }, Value::Text(text)) => {
                values.iter().any(|choice| *choice.value == **text)
            }
            (Shape::List { items, max_items }, Value::List(list)) => {
                list.len() <= max_items.unwrap_or(crate::limits::SET_INPUT_VALUES_MAX)
                    && list.iter().all(|item| items.admits(item))
            }
            (Shape::Record { fields }, Value::Record(record)) => {
                record.keys().all(|name| fields.contains_key(&**name))
                    && fields.iter().all(|(name, shape)| {
                        record.get(name.as_str()).is_some_and(|value| shape.admits(value))
                    })
            }
            _ => false,
        }
    }

    /// The same as a JSON Schema (2020-12), for clients and forms.
    pub fn json_schema(&self) -> Json {
        match self {
            Shape::Boolean => json!({"type": "boolean"}),
            Shape::Integer { minimum, maximum } => {
                let mut schema = json!({"type": "integer"});
                if let Some(least) = minimum {
                    schema["minimum"] = json!(least);
                }
                if let Some(most) = maximum {
                    schema["maximum"] = json!(most);
                }
                schema
            }
            Shape::Money => {
                json!({"type": "string", "format": "money", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"})
            }
            Shape::Duration => {
                json!({"type": "string", "format": "duration-short", "pattern": "^[0-9]+[smhdw]$"})
            }
            Shape::Window => {
                json!({"type": "string", "format": "window", "pattern": "^([0-9]+[smhdw]|lifetime)$"})
            }
            Shape::Instant => json!({"type": "string", "format": "date-time"}),
            Shape::Date => json!({"type": "string", "format": "date"}),
            Shape::Text { max_chars } => {
                json!({"type": "string", "maxLength": text_max(*max_chars)})
            }
            Shape::Choice { values } => {
                let words: Vec<_> = values.iter().map(|choice| &choice.value).collect();
                json!({"type": "string", "enum": words})
            }
            Shape::List { items, max_items } => json!({
                "type": "array",
                "items": items.json_schema(),
                "maxItems": max_items.unwrap_or(crate::limits::SET_INPUT_VALUES_MAX),
            }),
            Shape::Record { fields } => {
                let properties: serde_json::Map<_, _> = fields
                    .iter()
                    .map(|(name, shape)| (name.clone(), shape.json_schema()))
                    .collect();
                let required: Vec<_> = fields.keys().collect();
                json!({
                    "type": "object",
                    "properties": properties,
                    "required": required,
                    "additionalProperties": false,
                })
            }
        }
    }
}

fn read_list(items: &Shape, list: &[Json], currency: Currency) -> Result<Value, Vec<Fault>> {
    let mut values = Vec::with_capacity(list.len());
    let mut faults = Vec::new();
    for (index, json) in list.iter().enumerate() {
        match items.read(json, currency) {
            Ok(value) => values.push(value),
            Err(inner) => {
                faults.extend(inner.into_iter().map(|fault| fault.under(&format!("/{index}"))))
            }
        }
    }
    if faults.is_empty() { Ok(Value::List(values)) } else { Err(faults) }
}

fn read_record(
    fields: &BTreeMap<String, Shape>,
    object: &serde_json::Map<String, Json>,
    currency: Currency,
) -> Result<Value, Vec<Fault>> {
    let mut record = BTreeMap::new();
    let mut faults = Vec::new();
    for (name, shape) in fields {
        let json = object.get(name).unwrap_or(&Json::Null);
        match shape.read(json, currency) {
            Ok(value) => drop(record.insert(name.as_str().into(), value)),
            Err(inner) => {
                faults.extend(inner.into_iter().map(|fault| fault.under(&pointer_token(name))));
            }
        }
    }
    for name in object.keys().filter(|name| !fields.contains_key(*name)) {
        let known: Vec<_> = fields.keys().map(String::as_str).collect();
        let message = sentences::unknown_name(&known[..]);
        faults.push(Fault::new(pointer_token(name), "unknown_field", message));
    }
    if faults.is_empty() { Ok(Value::Record(record)) } else { Err(faults) }
}

fn days_of(date: jiff::civil::Date) -> i64 {
    date.since(jiff::civil::date(1970, 1, 1))
        .map(|span| i64::from(span.get_days()))
        .unwrap_or_default()
}

fn text_max(max_chars: Option<usize>) -> usize {
    max_chars.unwrap_or(crate::limits::PLUGIN_TEXT_CHARS_MAX)
}

fn integer_range(minimum: Option<i64>, maximum: Option<i64>) -> Said {
    match (minimum, maximum) {
        (Some(least), Some(most)) => sentences::whole_between(least, most),
        (Some(least), None) => sentences::whole_from(least),
        (None, Some(most)) => sentences::whole_up_to(most),
        (None, None) => sentences::whole(),
    }
}

fn words(values: &[Choice]) -> Vec<String> {
    values.iter().map(|choice| format!("\"{}\"", choice.value)).collect()
}

/// What was found, short enough for an error message.
fn brief(json: &Json) -> String {
    let text = json.to_string();
    match text.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let currency: Currency = "CNY".parse().expect("a currency");
        let step = Shape::Record {
            fields: BTreeMap::from([
                ("after".to_owned(), Shape::Duration),
                ("spend".to_owned(), Shape::Money),
                ("period".to_owned(), Shape::Window),
            ]),
        };
        let shape = Shape::List { items: Box::new(step), max_items: None };
        let json = json!([{"after": "3d", "spend": "10.50", "period": "lifetime"}]);
        let value = shape.read(&json, currency).expect("a list of steps");
        assert!(shape.admits(&value));
        assert_eq!(shape.write(&value, currency), json);
        let faults = shape.read(&json!([{"after": 3, "spent": "1"}]), currency).expect_err("wrong");
        let pointers: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/0/after", "/0/period", "/0/spend", "/0/spent"]);
    }
}
