//! The map file: what the columns of a file mean.

use super::{ImportError, cell::CellMap};
use regulars_model::Currency;
use serde::{Deserialize, Deserializer, de};
use std::{collections::BTreeMap, path::Path, path::PathBuf};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// Where the map was read from, for messages.
    #[serde(skip)]
    pub path: PathBuf,
    pub format: Format,
    #[serde(default)]
    pub columns: Vec<Column>,
    pub delimiter: Option<char>,
    pub quote: Option<char>,
    /// Whether the first line names the columns.
    pub header: Option<bool>,
    #[serde(default)]
    pub skip_lines: u64,
    /// Of format `fixed`: columns stand apart by runs of blanks.
    #[serde(default)]
    pub whitespace: bool,
    #[serde(default = "yes")]
    pub skip_blank: bool,
    /// Of the events.
    pub source: String,
    /// For times without offset; the organisation's by default.
    pub time_zone: Option<String>,
    /// The organisation's by default.
    pub currency: Option<Currency>,
    pub shift: Option<ShiftTo>,
    #[serde(rename = "where")]
    pub condition: Option<Condition>,
    pub identity: IdentityMap,
    #[serde(default)]
    pub customer: CustomerMap,
    /// Without it the rows are customers only.
    pub event: Option<EventMap>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    Delimited,
    Fixed,
    JsonLines,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShiftTo {
    NewestIsToday,
}

/// A name, and in fixed-width files the first and last byte, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub place: Option<(usize, usize)>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub expression: String,
}

/// At least one; the first that a row has, in this order, says whose row it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IdentityMap {
    pub own: Option<OwnMap>,
    pub card: Option<CellMap>,
    pub wechat_union: Option<CellMap>,
    pub phone: Option<CellMap>,
    pub email: Option<CellMap>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnMap {
    pub system: String,
    pub column: Option<String>,
    pub expression: Option<String>,
}

/// Of customers that are new.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerMap {
    pub name: Option<CellMap>,
    pub birthday: Option<CellMap>,
    pub gender: Option<CellMap>,
    pub language: Option<CellMap>,
    pub address: Option<CellMap>,
    pub note: Option<CellMap>,
    /// Code of a store.
    pub home_store: Option<CellMap>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventMap {
    pub kind: CellMap,
    pub occurred_at: CellMap,
    pub amount: Option<CellMap>,
    pub paid: Option<CellMap>,
    pub currency: Option<CellMap>,
    /// Code of the store.
    pub store: Option<CellMap>,
    /// By default the hash of the mapped row and its ordinal among equal rows.
    pub source_id: Option<CellMap>,
    /// Source id of the event this one corrects.
    pub refers_to: Option<CellMap>,
    #[serde(default)]
    pub data: BTreeMap<String, CellMap>,
    #[serde(default)]
    pub lines: Vec<LineMap>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineMap {
    pub sku: Option<CellMap>,
    pub category: Option<CellMap>,
    pub quantity: Option<CellMap>,
    pub amount: Option<CellMap>,
}

impl Map {
    pub fn load(path: &Path) -> Result<Map, ImportError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ImportError::File { path: path.to_owned(), error })?;
        Map::parse(&text, path)
    }

    pub fn parse(text: &str, path: &Path) -> Result<Map, ImportError> {
        let mut map: Map = toml::from_str(text).map_err(|error| ImportError::Map {
            path: path.to_owned(),
            message: error.to_string(),
        })?;
        map.path = path.to_owned();
        map.check()?;
        Ok(map)
    }

    pub fn fault(&self, message: impl Into<String>) -> ImportError {
        ImportError::Map { path: self.path.clone(), message: message.into() }
    }

    /// A key that would do nothing is a mistake.
    fn check(&self) -> Result<(), ImportError> {
        let delimited = self.format == Format::Delimited;
        let named = self.columns.iter().any(|column| column.place.is_none());
        let wrong = match self.format {
            _ if !delimited && self.delimiter.is_some() => "delimiter is for format delimited",
            _ if !delimited && self.quote.is_some() => "quote is for format delimited",
            _ if !delimited && self.header.is_some() => "header is for format delimited",
            _ if self.whitespace && self.format != Format::Fixed => {
                "whitespace is for format fixed"
            }
            Format::Delimited if self.header.unwrap_or(true) && !self.columns.is_empty() => {
                "columns: with header = true the first line names them"
            }
            Format::Delimited if self.header.unwrap_or(true) => return Ok(()),
            _ if self.columns.is_empty() => "columns are missing",
            Format::Fixed if !self.whitespace && named => {
                "columns: format fixed needs from and to of each, or whitespace = true"
            }
            Format::Fixed if !self.whitespace => return Ok(()),
            _ if self.columns.iter().any(|column| column.place.is_some()) => {
                "columns: from and to are for format fixed without whitespace"
            }
            _ => return Ok(()),
        };
        Err(self.fault(wrong))
    }
}

fn yes() -> bool {
    true
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Column, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Placed {
            name: String,
            from: usize,
            to: usize,
        }
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Column;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a name or { name = …, from = …, to = … }")
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<Column, E> {
                Ok(Column { name: name.to_owned(), place: None })
            }
            fn visit_map<A: de::MapAccess<'de>>(self, access: A) -> Result<Column, A::Error> {
                let placed = Placed::deserialize(de::value::MapAccessDeserializer::new(access))?;
                if placed.from == 0 || placed.to < placed.from {
                    let message = format!(
                        "column `{}`: bytes are counted from 1, and `to` is not before `from`",
                        placed.name
                    );
                    return Err(de::Error::custom(message));
                }
                Ok(Column { name: placed.name, place: Some((placed.from, placed.to)) })
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
