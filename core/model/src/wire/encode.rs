//! A call of the model into words.

use super::{Call, Cause, Layout, Row, Slot, codec::Writer, codec::position};
use crate::{Value, decide};
use std::sync::Arc;

impl Layout {
    pub fn encode(&self, call: &decide::Call) -> Call {
        let mut writer = Writer::default();
        let width = self.inputs.len() + self.customer.len() + self.event.len();
        let mut words = Vec::with_capacity(width * call.rows.len());
        let mut rows = Vec::with_capacity(call.rows.len());
        let settings = call.settings.iter().map(|values| self.write_settings(&mut writer, values));
        let settings = settings.collect();
        let mut names = LastName::default();
        for row in &call.rows {
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
                settings: position(row.settings),
            });
            write(&mut words, &mut writer, &self.inputs, &row.inputs);
            write(&mut words, &mut writer, &self.customer, &row.customer);
            write(&mut words, &mut writer, &self.event, &row.event);
        }
        Call { symbols: writer.symbols, lists: writer.lists, settings, rows, words }
    }

    /// The call of `check-settings`: one settings, no rows.
    pub fn encode_settings(&self, settings: &[Value]) -> Call {
        let mut writer = Writer::default();
        let settings = vec![self.write_settings(&mut writer, settings)];
        let Writer { symbols, lists, .. } = writer;
        Call { symbols, lists, settings, rows: Vec::new(), words: Vec::new() }
    }

    fn write_settings(&self, writer: &mut Writer, values: &[Value]) -> u32 {
        let mut words = Vec::with_capacity(self.settings.len());
        write(&mut words, writer, &self.settings, values);
        writer.list(words)
    }
}

/// A missing value is null, one too many is not passed: the plugin relies on the width.
fn write(words: &mut Vec<i64>, writer: &mut Writer, slots: &[Slot], values: &[Value]) {
    for (index, slot) in slots.iter().enumerate() {
        words.push(writer.word(&slot.codec, values.get(index).unwrap_or(&Value::Null)));
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
