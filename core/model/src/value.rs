//! A value a rule reads or writes. No floating point: money, time and counts are integers, whose
//! meaning the declared [`Shape`](crate::Shape) gives.

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use std::{collections::BTreeMap, fmt, sync::Arc};

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    Text(Arc<str>),
    List(Vec<Value>),
    Record(BTreeMap<Arc<str>, Value>),
}

impl Value {
    pub fn text(text: impl AsRef<str>) -> Value {
        Value::Text(Arc::from(text.as_ref()))
    }

    pub fn is_null(&self) -> bool {
        *self == Value::Null
    }

    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(int) => Some(*int),
            _ => None,
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(bool) => Some(*bool),
            _ => None,
        }
    }
}

impl From<i64> for Value {
    fn from(int: i64) -> Self {
        Value::Int(int)
    }
}

impl From<bool> for Value {
    fn from(bool: bool) -> Self {
        Value::Bool(bool)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::text(text)
    }
}

/// Untagged as it is written, but by hand: serde's own would try one kind after the other, and write an
/// error for each that it is not.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Value;

    fn expecting(&self, into: &mut fmt::Formatter<'_>) -> fmt::Result {
        into.write_str("null, a boolean, a whole number of 64 bits, a text, a list or a record")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Value, E> {
        Ok(Value::Bool(bool))
    }

    fn visit_i64<E>(self, int: i64) -> Result<Value, E> {
        Ok(Value::Int(int))
    }

    fn visit_u64<E: Error>(self, int: u64) -> Result<Value, E> {
        let too_large = |_| E::invalid_value(serde::de::Unexpected::Unsigned(int), &self);
        i64::try_from(int).map(Value::Int).map_err(too_large)
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut record: A) -> Result<Value, A::Error> {
        let mut values = BTreeMap::new();
        while let Some((name, value)) = record.next_entry()? {
            values.insert(name, value);
        }
        Ok(Value::Record(values))
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn what_is_written_is_read() {
        let text = r#"[null,true,-9223372036854775808,9223372036854775807,"a",[],[1],{},{"a":{"b":null}}]"#;
        let value: Value = serde_json::from_str(text).expect("a value");
        assert_eq!(serde_json::to_string(&value).expect("JSON"), text);
    }

    #[test]
    fn neither_fractions_nor_what_has_no_room_is_a_value() {
        for text in ["1.5", "9223372036854775808", "-9223372036854775809", "[1e3]"] {
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        }
    }
}
