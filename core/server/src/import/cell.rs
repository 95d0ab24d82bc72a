//! One value of a row: a column, an expression over columns, or the same for every row.

use super::rows::Row;
use regulars_host::expression::Expression;
use serde::{Deserialize, Deserializer, de};
use serde_json::Value as Json;
use std::borrow::Cow;

/// As the map says it.
#[derive(Clone, Debug)]
pub enum CellMap {
    Literal(Json),
    Looked(Lookup),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    pub column: Option<String>,
    pub expression: Option<String>,
    /// Of data: what the text is read as.
    pub r#type: Option<DataType>,
    /// Of a time: how it is written, as in `strptime`.
    pub format: Option<String>,
    /// Of a time: the instant from which the hours are counted.
    pub hours_from: Option<regulars_model::Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataType {
    Text,
    Integer,
    Boolean,
    /// Decimal text into minor units.
    Amount,
}

/// Ready to be read from rows; messages begin with the key it stands under.
#[derive(Debug)]
pub struct Cell {
    pub key: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Literal(Json),
    Column(usize),
    Expression(Box<Expression>),
}

impl Cell {
    /// `columns` are those of the file.
    pub fn compile(key: &str, map: &CellMap, columns: &[String]) -> Result<Cell, String> {
        let kind = match map {
            CellMap::Literal(literal) => Kind::Literal(literal.clone()),
            CellMap::Looked(Lookup { column: Some(name), expression: None, .. }) => {
                Kind::Column(find_column(name, columns).map_err(|wrong| format!("{key}: {wrong}"))?)
            }
            CellMap::Looked(Lookup { column: None, expression: Some(text), .. }) => {
                let compiled = Expression::compile(text, columns);
                Kind::Expression(Box::new(compiled.map_err(|error| {
                    format!("{key}: expression: {error}; columns are {}", columns.join(", "))
                })?))
            }
            CellMap::Looked(_) => {
                return Err(format!("{key}: give either a column or an expression"));
            }
        };
        Ok(Cell { key: key.to_owned(), kind })
    }

    /// Trimmed; None where there is nothing.
    pub fn text<'r>(&'r self, row: &'r Row) -> Result<Option<Cow<'r, str>>, String> {
        if let Kind::Column(index) = self.kind {
            let text = row.cell(index).trim();
            return Ok(if text.is_empty() { None } else { Some(Cow::Borrowed(text)) });
        }
        Ok(match self.json(row)? {
            Json::Null => None,
            Json::String(text) => match text.trim() {
                "" => None,
                trimmed => Some(Cow::Owned(trimmed.to_owned())),
            },
            other => Some(Cow::Owned(other.to_string())),
        })
    }

    /// As the expression gives it; of a column its text.
    pub fn json(&self, row: &Row) -> Result<Json, String> {
        match &self.kind {
            Kind::Literal(literal) => Ok(literal.clone()),
            Kind::Column(index) => Ok(match row.cell(*index).trim() {
                "" => Json::Null,
                text => Json::String(text.to_owned()),
            }),
            Kind::Expression(expression) => {
                let cells: Vec<&str> = row.cells().collect();
                expression.evaluate(&cells).map_err(|error| self.fault(error))
            }
        }
    }

    pub fn fault(&self, reason: impl std::fmt::Display) -> String {
        format!("{}: {reason}", self.key)
    }

    pub fn missing(&self) -> String {
        self.fault("is empty")
    }
}

impl DataType {
    /// None for an amount, which needs a currency.
    pub fn read(self, text: &str) -> Option<Result<Json, String>> {
        Some(match self {
            DataType::Text => Ok(Json::String(text.to_owned())),
            DataType::Integer => text
                .parse::<i64>()
                .map(Json::from)
                .map_err(|_| format!("`{text}` is not a whole number")),
            DataType::Boolean => match text {
                "true" | "TRUE" | "True" | "1" | "yes" => Ok(Json::Bool(true)),
                "false" | "FALSE" | "False" | "0" | "no" => Ok(Json::Bool(false)),
                _ => Err(format!("`{text}` is neither true nor false")),
            },
            DataType::Amount => return None,
        })
    }
}

fn find_column(name: &str, columns: &[String]) -> Result<usize, String> {
    let mut places = columns.iter().enumerate().filter(|(_, column)| *column == name);
    match (places.next(), places.next()) {
        (Some((index, _)), None) => Ok(index),
        (Some(_), Some(_)) => Err(format!("the file has two columns `{name}`")),
        (None, _) => {
            Err(format!("there is no column `{name}`; the columns are {}", columns.join(", ")))
        }
    }
}

impl<'de> Deserialize<'de> for CellMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<CellMap, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = CellMap;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(
                    "{ column = … }, { expression = … }, a text, a whole number, true or false",
                )
            }
            fn visit_str<E>(self, text: &str) -> Result<CellMap, E> {
                Ok(CellMap::Literal(text.into()))
            }
            fn visit_i64<E>(self, int: i64) -> Result<CellMap, E> {
                Ok(CellMap::Literal(int.into()))
            }
            fn visit_bool<E>(self, bool: bool) -> Result<CellMap, E> {
                Ok(CellMap::Literal(bool.into()))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, access: A) -> Result<CellMap, A::Error> {
                let access = de::value::MapAccessDeserializer::new(access);
                Ok(CellMap::Looked(Lookup::deserialize(access)?))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
