//! A row as the script sees it: maps of values, each tagged with where it came from. Maps, because
//! reading one costs a tenth of calling a getter. (`Dynamic::from_map`, because `into` builds the
//! map anew.)

use super::{sentences, table::Table};
use regulars_model::{
    Row, Value,
    decide::Cause,
    said::Said,
    wire::{Layout, Slot},
};
use rhai::{Array, Dynamic, ImmutableString, Map};
use std::sync::Arc;

/// Where a value came from: rides along in the value's tag until it is computed with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Input(usize),
    Customer(usize),
    Event(usize),
    Setting(usize),
    Now,
}

pub(super) struct CallMaps {
    layout: Arc<Layout>,
    pub(super) settings: Group,
    pub(super) inputs: Group,
    pub(super) customer: Group,
    pub(super) event: Group,
    whole: Map,
    causes: [Dynamic; 4],
}

/// One of `call.settings`, `call.inputs`, `call.customer`, `call.event`.
pub(super) struct Group {
    template: Map,
    /// For each name in the order of the map, its position in the manifest.
    positions: Vec<usize>,
    origin: fn(usize) -> Origin,
}

const KIND_BITS: i32 = 16;

impl Origin {
    fn tag(self) -> i32 {
        let (kind, position) = match self {
            Origin::Input(position) => (1, position),
            Origin::Customer(position) => (2, position),
            Origin::Event(position) => (3, position),
            Origin::Setting(position) => (4, position),
            Origin::Now => (5, 0),
        };
        kind << KIND_BITS | i32::try_from(position).unwrap_or_default()
    }

    pub(super) fn of(value: &Dynamic) -> Option<Origin> {
        let tag = value.tag();
        let position = usize::try_from(tag & ((1 << KIND_BITS) - 1)).unwrap_or_default();
        Some(match tag >> KIND_BITS {
            1 => Origin::Input(position),
            2 => Origin::Customer(position),
            3 => Origin::Event(position),
            4 => Origin::Setting(position),
            5 => Origin::Now,
            _ => return None,
        })
    }
}

impl CallMaps {
    pub(super) fn new(plugin: &str, layout: &Arc<Layout>) -> Result<CallMaps, Said> {
        let keys = [
            "cause",
            "customer",
            "event",
            "inputs",
            "name",
            "now",
            "offset_seconds",
            "settings",
            "tables",
        ];
        Ok(CallMaps {
            layout: Arc::clone(layout),
            settings: Group::new(plugin, &layout.settings, Origin::Setting)?,
            inputs: Group::new(plugin, &layout.inputs, Origin::Input)?,
            customer: Group::new(plugin, &layout.customer, Origin::Customer)?,
            event: Group::new(plugin, &layout.event, Origin::Event)?,
            whole: keys.into_iter().map(|key| (key.into(), Dynamic::UNIT)).collect(),
            causes: ["event", "wake", "expiry", "settings"]
                .map(|name| ImmutableString::from(name).into()),
        })
    }

    pub(super) fn settings(&self, values: &[Value]) -> Map {
        self.settings.map(values)
    }

    /// Each a handle on the cells, so that nothing of a table is copied until it is looked up.
    pub(super) fn tables(&self, values: &Arc<[Value]>) -> Map {
        let tables = self.layout.tables.iter().enumerate().map(|(position, slot)| {
            let table = Table::new(values, self.layout.settings.len(), &self.layout, position);
            (slot.name.as_ref().into(), Dynamic::from(table))
        });
        tables.collect()
    }

    pub(super) fn row(&self, row: &Row, settings: Map, tables: Map) -> Map {
        let (cause, name) = match &row.cause {
            Cause::Event(kind) => (0, text(kind)),
            Cause::Wake(key) => (1, text(key)),
            Cause::Expiry => (2, Dynamic::UNIT),
            Cause::Settings => (3, Dynamic::UNIT),
        };
        let mut now = Dynamic::from_int(row.now.0);
        now.set_tag(Origin::Now.tag());
        let parts = [
            self.causes[cause].clone(),
            Dynamic::from_map(self.customer.map(&row.customer)),
            Dynamic::from_map(self.event.map(&row.event)),
            Dynamic::from_map(self.inputs.map(&row.inputs)),
            name,
            now,
            Dynamic::from_int(row.offset_seconds.into()),
            Dynamic::from_map(settings),
            Dynamic::from_map(tables),
        ];
        let mut whole = self.whole.clone();
        whole.values_mut().zip(parts).for_each(|(slot, part)| *slot = part);
        whole
    }
}

impl Group {
    fn new(plugin: &str, slots: &[Slot], origin: fn(usize) -> Origin) -> Result<Group, Said> {
        let mut named: Vec<_> = slots
            .iter()
            .enumerate()
            .map(|(position, slot)| (identifier(plugin, &slot.name), position, &slot.name))
            .collect();
        named.sort();
        for pair in named.windows(2) {
            if pair[0].0 == pair[1].0 {
                let (one, other, name) = (pair[0].2, pair[1].2, &pair[0].0);
                return Err(sentences::seen_as_one(one, other, name));
            }
        }
        Ok(Group {
            template: named.iter().map(|(name, ..)| (name.into(), Dynamic::UNIT)).collect(),
            positions: named.iter().map(|(_, position, _)| *position).collect(),
            origin,
        })
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.template.keys().map(|name| name.as_str())
    }

    /// The position in the layout of what a script calls so.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let at = self.names().position(|own| own == name)?;
        self.positions.get(at).copied()
    }

    fn map(&self, values: &[Value]) -> Map {
        let mut map = self.template.clone();
        for (slot, position) in map.values_mut().zip(&self.positions) {
            *slot = values.get(*position).map_or(Dynamic::UNIT, dynamic);
            slot.set_tag((self.origin)(*position).tag());
        }
        map
    }
}

/// `consent.marketing` → `consent_marketing`; the plugin's own `cafe-frequency.band` → `band`.
fn identifier(plugin: &str, name: &str) -> String {
    let own = name.strip_prefix(plugin).and_then(|rest| rest.strip_prefix('.'));
    own.unwrap_or(name).replace(['.', '-'], "_")
}

fn text(text: &Arc<str>) -> Dynamic {
    ImmutableString::from(&**text).into()
}

pub(super) fn dynamic(value: &Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(bool) => Dynamic::from_bool(*bool),
        Value::Int(int) => Dynamic::from_int(*int),
        Value::Text(string) => text(string),
        Value::List(list) => Dynamic::from_array(list.iter().map(dynamic).collect::<Array>()),
        Value::Record(record) => {
            let fields = record.iter().map(|(name, value)| (name.as_ref().into(), dynamic(value)));
            Dynamic::from_map(fields.collect::<Map>())
        }
    }
}

/// What a script gives back; `None` for what is no value, such as a function or a range.
pub(super) fn value(dynamic: &Dynamic) -> Option<Value> {
    if let Ok(int) = dynamic.as_int() {
        return Some(Value::Int(int));
    }
    if let Ok(bool) = dynamic.as_bool() {
        return Some(Value::Bool(bool));
    }
    if let Ok(text) = dynamic.as_immutable_string_ref() {
        return Some(Value::text(text.as_str()));
    }
    if let Ok(list) = dynamic.as_array_ref() {
        return list.iter().map(value).collect::<Option<_>>().map(Value::List);
    }
    if let Ok(map) = dynamic.as_map_ref() {
        let fields = map.iter().map(|(name, field)| Some((name.as_str().into(), value(field)?)));
        return fields.collect::<Option<_>>().map(Value::Record);
    }
    dynamic.is_unit().then_some(Value::Null)
}
