//! A call of the model into words.

use super::{Call, Cause, Layout, NONE, Row, Slot, TableSlot, codec::Writer, codec::position};
use crate::{Value, decide};
use std::sync::Arc;

impl Layout {
    pub fn encode(&self, call: &decide::Call) -> Call {
        self.encode_rows(&call.settings, &call.rows)
    }

    /// Some rows of a call, with the settings they name and no others: a row alone is the same call
    /// whatever batch it came from.
    pub fn encode_rows(&self, settings: &[Arc<[Value]>], of: &[decide::Row]) -> Call {
        let mut writer = Writer::default();
        let mut used = Used { written: Vec::new(), positions: vec![NONE; settings.len()] };
        let width = self.inputs.len() + self.customer.len() + self.event.len();
        let mut words = Vec::with_capacity(width * of.len());
        let mut rows = Vec::with_capacity(of.len());
        let mut names = LastName::default();
        for row in of {
            let (cause, name) = match &row.cause {
                decide::Cause::Event(kind) => (Cause::Event, names.symbol(&mut writer, kind)),
                decide::Cause::Wake(key) => (Cause::Wake, names.symbol(&mut writer, key)),
                decide::Cause::Expiry => (Cause::Expiry, 0),
                decide::Cause::Settings => (Cause::Settings, 0),
            };
            rows.push(Row {
                cause,
                name,
                now: row.now.0,
                offset_seconds: row.offset_seconds,
                settings: used.position(row.settings, || {
                    let values = settings.get(row.settings).map_or(&[][..], |values| values);
                    self.write_settings(&mut writer, values)
                }),
            });
            write(&mut words, &mut writer, &self.inputs, &row.inputs);
            write(&mut words, &mut writer, &self.customer, &row.customer);
            write(&mut words, &mut writer, &self.event, &row.event);
        }
        Call { symbols: writer.symbols, lists: writer.lists, settings: used.written, rows, words }
    }

    /// The call of `check-settings`: one settings, no rows.
    pub fn encode_settings(&self, settings: &[Value]) -> Call {
        let mut writer = Writer::default();
        let settings = vec![self.write_settings(&mut writer, settings)];
        let Writer { symbols, lists, .. } = writer;
        Call { symbols, lists, settings, rows: Vec::new(), words: Vec::new() }
    }

    fn write_settings(&self, writer: &mut Writer, values: &[Value]) -> u32 {
        let mut words = Vec::with_capacity(self.settings.len() + self.tables.len());
        write(&mut words, writer, &self.settings, values);
        for (index, table) in self.tables.iter().enumerate() {
            let cells = values.get(self.settings.len() + index);
            words.push(write_table(writer, table, cells).into());
        }
        writer.list(words)
    }
}

fn write_table(writer: &mut Writer, table: &TableSlot, cells: Option<&Value>) -> u32 {
    let cells = match cells {
        Some(Value::List(cells)) => cells.as_slice(),
        _ => &[],
    };
    let slots = table.columns.iter().cycle();
    let words = cells.iter().zip(slots).map(|(cell, slot)| writer.word(&slot.codec, cell));
    let words = words.collect();
    writer.list(words)
}

/// A missing value is null, one too many is not passed: the plugin relies on the width.
fn write(words: &mut Vec<i64>, writer: &mut Writer, slots: &[Slot], values: &[Value]) {
    for (index, slot) in slots.iter().enumerate() {
        words.push(writer.word(&slot.codec, values.get(index).unwrap_or(&Value::Null)));
    }
}

/// The settings written so far, and where each of the call's stands among them.
struct Used {
    written: Vec<u32>,
    positions: Vec<u32>,
}

impl Used {
    fn position(&mut self, settings: usize, write: impl FnOnce() -> u32) -> u32 {
        match self.positions.get_mut(settings) {
            Some(known) if *known != NONE => *known,
            found => {
                let next = position(self.written.len());
                self.written.push(write());
                if let Some(known) = found {
                    *known = next;
                }
                next
            }
        }
    }
}

/// Most rows of a call have the same cause: its name is looked up once.
#[derive(Default)]
struct LastName(Option<(Arc<str>, u32)>);

impl LastName {
    fn symbol(&mut self, writer: &mut Writer, name: &Arc<str>) -> u32 {
        match &self.0 {
            Some((last, symbol)) if Arc::ptr_eq(last, name) => *symbol,
            _ => {
                let symbol = writer.symbol(name);
                self.0 = Some((Arc::clone(name), symbol));
                symbol
            }
        }
    }
}
