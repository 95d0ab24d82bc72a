//! Reference tables: plain columns, and one of them to look a row up by.

use super::{Manifest, Wrong, is_word, sentences};
use crate::{limits, shape::Shape};

pub(super) fn check(manifest: &Manifest, wrong: &mut Vec<Wrong>) {
    for (name, table) in &manifest.tables {
        let (count, most) = (table.columns.len(), limits::TABLE_COLUMNS_MAX);
        if count > most {
            let said = sentences::too_many(count, most);
            wrong.push(Wrong::new(&["tables", name, "columns"], said));
        }
        for (column, shape) in &table.columns {
            let keys = ["tables", name, "columns", column];
            if !is_word(column, '_') {
                wrong.push(Wrong::new(&keys, sentences::not_snake(column)));
            }
            if matches!(shape, Shape::List { .. } | Shape::Record { .. }) {
                wrong.push(Wrong::new(&keys, sentences::cell_of_many()));
            }
        }
        let said = match table.columns.get(&table.key) {
            Some(Shape::Text { .. } | Shape::Integer { .. } | Shape::Date) => continue,
            Some(_) => sentences::key_unfit(&table.key),
            None => {
                let known: Vec<_> = table.columns.keys().map(String::as_str).collect();
                sentences::no_such_column(&table.key, known.join(", "))
            }
        };
        wrong.push(Wrong::new(&["tables", name, "key"], said));
    }
}
