//! Reference tables: data a rule may look up by key, such as the family of a product or the name of a
//! holiday.
//!
//! In JSON a table is a list of objects, one a row. In a call it is one list of cells: row after row
//! in the order of the keys, each row's cells in the byte order of the columns' names. So a rule finds
//! a row by halving, and nothing is built before it asks.

use crate::{
    Currency, Fault, Shape, Value,
    fault::{pointer_token, sentences},
    limits::{TABLE_BYTES_MAX, TABLE_ROWS_MAX},
    text::Bilingual,
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::{cmp::Ordering, collections::BTreeMap, sync::Arc};

/// What a manifest declares of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Table {
    /// The column that tells one row from another: a text, an integer or a date.
    pub key: String,
    /// Every row has all of them.
    pub columns: BTreeMap<String, Shape>,
    pub label: Bilingual,
}

/// Rows of the tables that somebody put, by name.
pub type Tables = BTreeMap<String, Arc<Vec<Json>>>;

/// More would tell nobody more.
const FAULTS_MAX: usize = 20;

impl Table {
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// Position of the key among the columns.
    pub fn key_position(&self) -> usize {
        self.columns.keys().position(|name| *name == self.key).unwrap_or_default()
    }

    /// Rows as people write them, into cells; every fault with its pointer.
    pub fn read(&self, rows: &[Json], currency: Currency) -> Result<Value, Vec<Fault>> {
        if rows.len() > TABLE_ROWS_MAX {
            let message = sentences::too_many_rows(rows.len(), TABLE_ROWS_MAX);
            return Err(vec![Fault::new("", "too_large", message)]);
        }
        let bytes: usize = rows.iter().map(|row| row.to_string().len()).sum();
        if bytes > TABLE_BYTES_MAX {
            let message = sentences::too_many_bytes(bytes, TABLE_BYTES_MAX);
            return Err(vec![Fault::new("", "too_large", message)]);
        }
        let mut read = Vec::with_capacity(rows.len());
        let mut faults = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            match self.read_row(row, currency) {
                Ok(cells) => read.push((index, cells)),
                Err(inner) => {
                    faults.extend(inner.into_iter().map(|fault| fault.under(&format!("/{index}"))));
                }
            }
        }
        let key = self.key_position();
        read.sort_by(|(_, left), (_, right)| left[key].cmp(&right[key]));
        for pair in read.windows(2).filter(|pair| pair[0].1[key] == pair[1].1[key]) {
            let (first, again) = (pair[0].0.min(pair[1].0), pair[0].0.max(pair[1].0));
            let message = sentences::same_key(first, &self.key);
            faults.push(Fault::new(
                format!("/{again}{}", pointer_token(&self.key)),
                "twice",
                message,
            ));
        }
        faults.truncate(FAULTS_MAX);
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Value::List(read.into_iter().flat_map(|(_, cells)| cells).collect()))
    }

    fn read_row(&self, row: &Json, currency: Currency) -> Result<Vec<Value>, Vec<Fault>> {
        let shape = Shape::Record { fields: self.columns.clone() };
        match shape.read(row, currency)? {
            Value::Record(record) => Ok(record.into_values().collect()),
            _ => Ok(Vec::new()),
        }
    }

    /// JSON Schema of its rows, with the label in both languages.
    pub fn json_schema(&self) -> Json {
        let rows = Shape::Record { fields: self.columns.clone() };
        serde_json::json!({
            "type": "array",
            "items": rows.json_schema(),
            "maxItems": TABLE_ROWS_MAX,
            "title": self.label.en,
            "x-title-zh-CN": self.label.zh_cn,
            "x-key": self.key,
        })
    }
}

/// The cells of the row whose key is asked for; `order` says how that of a row compares with it.
pub fn find_row<T>(
    cells: &[T],
    width: usize,
    key: usize,
    order: impl Fn(&T) -> Ordering,
) -> Option<&[T]> {
    let rows = cells.len().checked_div(width).unwrap_or_default();
    let (mut low, mut high) = (0, rows);
    while low < high {
        let middle = low + (high - low) / 2;
        let row = &cells[middle * width..(middle + 1) * width];
        match order(&row[key]) {
            Ordering::Equal => return Some(row),
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn families() -> Table {
        let columns = BTreeMap::from([
            ("family".to_owned(), Shape::Text { max_chars: None }),
            ("sku".to_owned(), Shape::Text { max_chars: None }),
            ("worth".to_owned(), Shape::Money),
        ]);
        Table { key: "sku".to_owned(), columns, label: Bilingual::same("Families") }
    }

    fn read(rows: Json) -> Result<Value, Vec<String>> {
        let rows = rows.as_array().expect("rows").clone();
        let read = families().read(&rows, "CNY".parse().expect("a currency"));
        read.map_err(|faults| faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn rows_are_found_by_their_key_in_whatever_order_they_came() {
        let rows = json!([
            {"sku": "b", "family": "tea", "worth": "2.00"},
            {"sku": "c", "family": "juice", "worth": "3.00"},
            {"sku": "a", "family": "tea", "worth": "1.00"},
        ]);
        let Ok(Value::List(cells)) = read(rows) else { panic!("it reads") };
        let find = |sku: &str| find_row(&cells, 3, 1, |cell| cell.cmp(&sku.into()));
        for (sku, family, worth) in [("a", "tea", 100), ("b", "tea", 200), ("c", "juice", 300)] {
            let row = [Value::from(family), Value::from(sku), Value::from(worth)];
            assert_eq!(find(sku), Some(&row[..]), "{sku}");
        }
        for sku in ["", "aa", "d"] {
            assert_eq!(find(sku), None, "{sku}");
        }
        assert_eq!(find_row(&[] as &[Value], 3, 1, |_| Ordering::Equal), None);
    }

    #[test]
    fn what_is_wrong_with_rows_is_said_with_its_place() {
        let row = |sku: &str| json!({"sku": sku, "family": "tea", "worth": "1.00"});
        let faults = read(json!([row("a"), row("b"), row("a"), {"sku": 7, "famly": "tea"}]));
        let faults = faults.expect_err("wrong");
        for expected in
            ["/2/sku: row 0 has the same sku", "/3/sku: expected text", "/3/famly: unknown"]
        {
            assert!(
                faults.iter().any(|fault| fault.contains(expected)),
                "{expected} in {faults:#?}"
            );
        }
        let many: Vec<Json> = (0..=TABLE_ROWS_MAX).map(|number| row(&number.to_string())).collect();
        assert!(read(many.into()).expect_err("too many")[0].contains("5001 rows, at most 5000"));
        let long: Vec<Json> = (0..400).map(|number| row(&"x".repeat(1_500 + number))).collect();
        assert!(read(long.into()).expect_err("too long")[0].contains("bytes, at most"));
    }
}
