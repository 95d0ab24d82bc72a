//! Files as they come, with every fault that is known, and one import against a real database.

mod engine;
mod formats;
mod mapped;
mod staged;

use super::{
    ImportError,
    map::Map,
    mapping::{Defaults, Mapping},
    rows::{Row, Rows},
    stage::Staged,
};
use jiff::tz::TimeZone;
use std::{io::Write, path::Path};
use tempfile::NamedTempFile;

pub const PURCHASES: &str = r#"
source = "shop"
time_zone = "Asia/Shanghai"
currency = "CNY"
[identity]
own = { system = "shop", column = "customer" }
[event]
kind = "purchase"
occurred_at = { column = "date" }
amount = { column = "amount" }
"#;

pub fn file(content: impl AsRef<[u8]>) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(content.as_ref()).unwrap();
    file
}

pub fn map(text: &str) -> Map {
    Map::parse(text, Path::new("map.toml")).unwrap()
}

/// A delimited file of `customer,date,amount` with a header.
pub fn delimited() -> Map {
    map(&format!("format = \"delimited\"\n{PURCHASES}"))
}

pub fn defaults() -> Defaults {
    Defaults { zone: TimeZone::UTC, currency: "USD".parse().unwrap() }
}

/// A row with its line: mapped, left out (None), or the reason.
type Read = (u64, Result<Option<Staged>, String>);

pub fn read_all(content: impl AsRef<[u8]>, map: &Map) -> Result<Vec<Read>, ImportError> {
    let file = file(content);
    let mut rows = Rows::open(file.path(), map)?;
    let mut mapping = Mapping::compile(map, rows.columns(), &defaults())?;
    let mut row = Row::default();
    let mut all = Vec::new();
    while let Some(taken) = rows.next_row(&mut row)? {
        all.push((row.line, taken.and_then(|()| mapping.take(&row))));
    }
    Ok(all)
}

pub fn staged(content: &str, map: &Map) -> Vec<Staged> {
    let all = read_all(content, map).unwrap();
    all.into_iter().filter_map(|(_, taken)| taken.unwrap()).collect()
}

/// (line, customer, minor units) or (line, reason).
pub fn shown(content: impl AsRef<[u8]>, map: &Map) -> Vec<String> {
    let all = read_all(content, map).unwrap();
    all.into_iter()
        .map(|(line, taken)| match taken {
            Ok(None) => format!("{line} left out"),
            Ok(Some(staged)) => {
                let amount = staged.event.and_then(|event| event.amount);
                format!("{line} {} {}", staged.identities[0].value, amount.unwrap_or(-1))
            }
            Err(reason) => format!("{line} {reason}"),
        })
        .collect()
}
