//! What a manifest fixes about the boundary, worked out once per plugin: every position, its name
//! and how its words read.

use super::{
    codec::Codec,
    sentences::{CUSTOM, MESSAGE, VOUCHER},
};
use crate::{Manifest, Shape, manifest, said::Word, table::Table, text::Bilingual};
use std::{collections::BTreeMap, sync::Arc};

/// Names stand in byte order, as their positions do.
#[derive(Debug)]
pub struct Layout {
    pub settings: Vec<Slot>,
    pub tables: Vec<TableSlot>,
    pub inputs: Vec<Slot>,
    pub customer: Vec<Slot>,
    pub event: Vec<Slot>,
    pub fields: Vec<Slot>,
    pub texts: Vec<TextSlot>,
    pub tags: Vec<Arc<str>>,
    pub lifecycle: Vec<Arc<str>>,
    pub tasks: Vec<Arc<str>>,
    pub points: Vec<Arc<str>>,
    pub messages: Vec<TemplateSlot>,
    pub vouchers: Vec<TemplateSlot>,
    pub custom: Vec<TemplateSlot>,
    pub events: Vec<EventSlot>,
}

/// A named position and what stands there.
#[derive(Debug)]
pub struct Slot {
    pub name: Arc<str>,
    pub shape: Shape,
    pub(super) codec: Codec,
}

/// A table, whose word is the position of a list: its rows one after the other, in the order of their
/// keys.
#[derive(Debug)]
pub struct TableSlot {
    pub name: Arc<str>,
    /// Position of the key among the columns.
    pub key: usize,
    pub columns: Vec<Slot>,
}

#[derive(Debug)]
pub struct TemplateSlot {
    /// What it is a template of: a message, a voucher, a custom effect.
    pub sort: Word,
    pub name: Arc<str>,
    pub variables: Vec<Slot>,
}

/// A kind of event to append.
#[derive(Debug)]
pub struct EventSlot {
    pub name: Arc<str>,
    pub has_amount: bool,
    pub data: Vec<Slot>,
}

#[derive(Debug)]
pub struct TextSlot {
    pub name: Arc<str>,
    pub text: Bilingual,
    /// In the order the manifest gives, not sorted.
    pub args: Vec<Slot>,
}

impl Layout {
    pub fn new(manifest: &Manifest) -> Layout {
        let customer = manifest.customer_reads().into_iter().map(|name| {
            let own = name.strip_prefix(&manifest.id).is_some_and(|rest| rest.starts_with('.'));
            let shape = manifest.customer_read_shape(name);
            if own { Slot::new(name, shape) } else { Slot::scalar(name, shape) }
        });
        let event = manifest
            .event_reads()
            .into_iter()
            .map(|name| Slot::scalar(name, manifest.event_read_shape(name)));
        Layout {
            settings: slots(manifest.settings.iter().map(|(name, one)| (name, one.shape.clone()))),
            tables: manifest.tables.iter().map(table_slot).collect(),
            inputs: slots(manifest.inputs.iter().map(|(name, input)| (name, input.shape()))),
            customer: customer.collect(),
            event: event.collect(),
            fields: slots(manifest.fields.iter().map(|(name, one)| (name, one.shape.clone()))),
            texts: manifest
                .texts
                .iter()
                .map(|(name, text)| text_slot(manifest, name, text))
                .collect(),
            tags: sorted(&manifest.grants.tags),
            lifecycle: manifest
                .granted_lifecycles()
                .iter()
                .map(|stage| stage.name().into())
                .collect(),
            tasks: sorted(&manifest.grants.tasks),
            points: sorted(&manifest.grants.points),
            messages: templates(
                MESSAGE,
                manifest.messages.iter().map(|(name, one)| (name, &one.variables)),
            ),
            vouchers: templates(
                VOUCHER,
                manifest.vouchers.iter().map(|(name, one)| (name, &one.variables)),
            ),
            custom: templates(
                CUSTOM,
                manifest.custom.iter().map(|(name, one)| (name, &one.variables)),
            ),
            events: manifest.events.iter().map(event_slot).collect(),
        }
    }
}

impl Slot {
    fn new(name: &str, shape: Shape) -> Slot {
        Slot { name: name.into(), codec: Codec::of(&shape), shape }
    }

    /// What another plugin or an event's sender wrote: text by declaration, any scalar in fact.
    fn scalar(name: &str, shape: Shape) -> Slot {
        let codec = match shape {
            Shape::Text { .. } => Codec::Scalar,
            ref other => Codec::of(other),
        };
        Slot { name: name.into(), codec, shape }
    }
}

fn templates<'a>(
    sort: Word,
    declared: impl Iterator<Item = (&'a String, &'a BTreeMap<String, Shape>)>,
) -> Vec<TemplateSlot> {
    let slot = |(name, variables): (&String, &BTreeMap<String, Shape>)| TemplateSlot {
        sort,
        name: name.as_str().into(),
        variables: slots(variables.iter().map(|(name, shape)| (name, shape.clone()))),
    };
    declared.map(slot).collect()
}

fn table_slot((name, declared): (&String, &Table)) -> TableSlot {
    TableSlot {
        name: name.as_str().into(),
        key: declared.key_position(),
        columns: slots(declared.columns.iter().map(|(name, shape)| (name, shape.clone()))),
    }
}

fn event_slot((name, declared): (&String, &manifest::EventKind)) -> EventSlot {
    EventSlot {
        name: name.as_str().into(),
        has_amount: declared.amount,
        data: slots(declared.data.iter().map(|(name, shape)| (name, shape.clone()))),
    }
}

fn text_slot(manifest: &Manifest, name: &str, text: &manifest::Text) -> TextSlot {
    // A checked manifest knows every argument's shape; text is what a missing one would be shown as.
    let shape =
        |arg: &str| manifest.arg_shape(text, arg).unwrap_or(Shape::Text { max_chars: None });
    let args = text.args.iter().map(|arg| Slot::new(arg, shape(arg)));
    let sentence = Bilingual { en: text.en.clone(), zh_cn: text.zh_cn.clone() };
    TextSlot { name: name.into(), text: sentence, args: args.collect() }
}

fn slots<'a>(named: impl Iterator<Item = (&'a String, Shape)>) -> Vec<Slot> {
    named.map(|(name, shape)| Slot::new(name, shape)).collect()
}

fn sorted(names: &[String]) -> Vec<Arc<str>> {
    let mut names: Vec<Arc<str>> = names.iter().map(|name| name.as_str().into()).collect();
    names.sort_unstable();
    names.dedup();
    names
}
