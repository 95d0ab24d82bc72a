//! Cursors: the place a page ended, as opaque text that only this server can have made sense of.

use crate::{Code, Problem, record::to_json, sentences};
use regulars_model::{
    canonical::unhex,
    limits::{PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX},
};
use serde::{Serialize, de::DeserializeOwned};

/// What a place comes to is far shorter.
const CURSOR_BYTES_MAX: usize = 2_048;

/// Hex of JSON, with the name of the list, so that the cursor of one list is refused by another.
pub fn write(list: &str, place: &impl Serialize) -> String {
    regulars_model::canonical::hex(to_json(&(list, place)).as_bytes())
}

pub fn read<T: DeserializeOwned>(list: &str, cursor: Option<&str>) -> Result<Option<T>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    let invalid = || {
        let detail = sentences::bad_cursor();
        Problem::new(Code::InvalidCursor, detail)
    };
    let bytes =
        unhex(cursor).filter(|bytes| bytes.len() <= CURSOR_BYTES_MAX).ok_or_else(invalid)?;
    let (own, place): (String, T) = serde_json::from_slice(&bytes).map_err(|_| invalid())?;
    if own == list { Ok(Some(place)) } else { Err(invalid()) }
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
