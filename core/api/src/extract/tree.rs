//! A JSON tree that deserialises strictly: serde's derive would also take an array for a struct,
//! field by field, and an object for a unit variant.

use serde::{
    Deserializer,
    de::{
        Error as _, Expected, IntoDeserializer, Unexpected, Visitor,
        value::{MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, Value as Json};

pub struct Tree(pub Json);

impl<'de> IntoDeserializer<'de, Error> for Tree {
    type Deserializer = Tree;
    fn into_deserializer(self) -> Tree {
        self
    }
}

impl<'de> Deserializer<'de> for Tree {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Json::Null => visitor.visit_unit(),
            Json::Bool(bool) => visitor.visit_bool(bool),
            Json::Number(number) => number.deserialize_any(visitor),
            Json::String(text) => visitor.visit_string(text),
            Json::Array(items) => {
                let mut seq = SeqDeserializer::new(items.into_iter().map(Tree));
                let value = visitor.visit_seq(&mut seq)?;
                seq.end().map(|()| value)
            }
            Json::Object(members) => {
                let members = members.into_iter().map(|(key, value)| (key, Tree(value)));
                let mut map = MapDeserializer::new(members);
                let value = visitor.visit_map(&mut map)?;
                map.end().map(|()| value)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Json::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Json::Object(_) => self.deserialize_any(visitor),
            other => Err(wrong_type(&other, &visitor)),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Json::String(name) => visitor.visit_enum(name.into_deserializer()),
            other => Err(wrong_type(&other, &visitor)),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

fn wrong_type(found: &Json, expected: &dyn Expected) -> Error {
    let found = match found {
        Json::Null => Unexpected::Unit,
        Json::Bool(bool) => Unexpected::Bool(*bool),
        Json::Number(_) => Unexpected::Other("number"),
        Json::String(text) => Unexpected::Str(text),
        Json::Array(_) => Unexpected::Seq,
        Json::Object(_) => Unexpected::Map,
    };
    Error::invalid_type(found, expected)
}
