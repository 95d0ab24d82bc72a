//! What `#[check_settings]` has against settings no schema can refuse.

use crate::{
    Args, Setting, Text,
    wire::{self, Reason},
    writer::Writer,
};

pub struct Complaints<'c> {
    writer: &'c Writer<'c>,
    list: Vec<wire::Complaint>,
}

/// A complaint that waits for its sentence.
#[must_use = "a complaint counts only with its sentence: add .because(texts::…, (…))"]
pub struct Complaint<'d, 'c> {
    out: &'d mut Complaints<'c>,
    setting: u32,
}

impl<'c> Complaints<'c> {
    pub(crate) fn new(writer: &'c Writer<'c>) -> Complaints<'c> {
        Complaints { writer, list: Vec::new() }
    }

    pub(crate) fn into_list(self) -> Vec<wire::Complaint> {
        self.list
    }

    pub fn complain<T: Copy>(&mut self, setting: Setting<T>) -> Complaint<'_, 'c> {
        Complaint { setting: setting.position(), out: self }
    }
}

impl Complaint<'_, '_> {
    pub fn because<A, V: Args<A>>(self, text: Text<A>, args: V) {
        let reason: Reason = text.with(args, self.out.writer);
        self.out.list.push(wire::Complaint { setting: self.setting, reason });
    }
}
