//! Cursors: the place a page ended, as opaque text that only this server can have made sense of.

use crate::{Code, Problem, record::to_json};
use regulars_model::limits::{PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX};
use serde::{Serialize, de::DeserializeOwned};

/// Hex of JSON, with the name of the list, so that the cursor of one list is refused by another.
pub fn write(list: &str, place: &impl Serialize) -> String {
    regulars_model::canonical::hex(to_json(&(list, place)).as_bytes())
}

pub fn read<T: DeserializeOwned>(list: &str, cursor: Option<&str>) -> Result<Option<T>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    let invalid = || {
        let detail = "the cursor is not one this list gave; start without one";
        Problem::new(Code::InvalidCursor, detail)
    };
    let bytes = unhex(cursor).ok_or_else(invalid)?;
    let (own, place): (String, T) = serde_json::from_slice(&bytes).map_err(|_| invalid())?;
    if own == list { Ok(Some(place)) } else { Err(invalid()) }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || text.len() > 4_096 {
        return None;
    }
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
    Some(digits?.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

pub fn limit(asked: u32) -> u32 {
    match asked {
        0 => PAGE_SIZE_DEFAULT,
        _ => asked.min(PAGE_SIZE_MAX),
    }
}

/// Splits one item too many off, which says that there is a next page.
pub fn page<T>(
    mut items: Vec<T>,
    limit: u32,
    place: impl Fn(&T) -> String,
) -> (Vec<T>, Option<String>) {
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = if more { items.last().map(place) } else { None };
    (items, next)
}
