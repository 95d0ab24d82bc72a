//! `call.tables.NAME[key]`: a row of a reference table as a map, `()` where there is none.

use super::{
    call::{dynamic, value},
    compare::kind,
};
use regulars_model::{Value, table::find_row, wire::Layout};
use rhai::{Dynamic, Engine, EvalAltResult, Map};
use std::sync::Arc;

/// The settings of a call, after which the tables stand, and which of them this is.
#[derive(Clone)]
pub(super) struct Table {
    values: Arc<[Value]>,
    at: usize,
    layout: Arc<Layout>,
    position: usize,
}

pub(super) fn register(engine: &mut Engine) {
    engine
        .register_type_with_name::<Table>("table")
        .register_indexer_get(|table: &mut Table, key: Dynamic| table.row(&key))
        .register_fn("len", |table: &mut Table| table.len());
}

impl Table {
    pub(super) fn new(
        values: &Arc<[Value]>,
        settings: usize,
        layout: &Arc<Layout>,
        position: usize,
    ) -> Table {
        let (values, layout) = (Arc::clone(values), Arc::clone(layout));
        Table { values, at: settings + position, layout, position }
    }

    fn cells(&self) -> &[Value] {
        match self.values.get(self.at) {
            Some(Value::List(cells)) => cells,
            _ => &[],
        }
    }

    fn len(&self) -> i64 {
        let width = self.layout.tables[self.position].columns.len();
        self.cells().len().checked_div(width).unwrap_or_default() as i64
    }

    /// What is not known is in no row.
    fn row(&self, key: &Dynamic) -> Result<Dynamic, Box<EvalAltResult>> {
        let slot = &self.layout.tables[self.position];
        let wanted = match value(key) {
            Some(Value::Null) => return Ok(Dynamic::UNIT),
            Some(wanted @ (Value::Int(_) | Value::Text(_))) => wanted,
            _ => return Err(format!("table `{}` has no rows by {}", slot.name, kind(key).0).into()),
        };
        let order = |cell: &Value| cell.cmp(&wanted);
        let found = find_row(self.cells(), slot.columns.len(), slot.key, order);
        Ok(found.map_or(Dynamic::UNIT, |cells| {
            let columns = slot.columns.iter().zip(cells);
            let cells = columns.map(|(slot, cell)| (slot.name.as_ref().into(), dynamic(cell)));
            Dynamic::from_map(cells.collect::<Map>())
        }))
    }
}
