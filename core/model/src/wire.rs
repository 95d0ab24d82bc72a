//! The contract of `sdk/wit/v1/plugin.wit` as plain structs, and the translation between them and the
//! model. The host moves these into wasmtime's types, the SDK's native runner uses them as they are.

mod check;
mod codec;
mod decode;
mod encode;
mod layout;
mod sentences;
#[cfg(test)]
mod tests;

pub use check::{INSTANT_MAX, INSTANT_MIN};
pub use layout::{EventSlot, Layout, Slot, TableSlot, TemplateSlot, TextSlot};

/// The word for null.
pub const NULL: i64 = i64::MIN;
/// The position for "none".
pub const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Event,
    Wake,
    Expiry,
    Settings,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub cause: Cause,
    pub name: u32,
    pub now: i64,
    pub offset_seconds: i32,
    pub settings: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    pub symbols: Vec<String>,
    pub lists: Vec<Vec<i64>>,
    pub settings: Vec<u32>,
    pub rows: Vec<Row>,
    pub words: Vec<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    pub text: u32,
    pub args: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    pub kind: u32,
    pub key: u32,
    pub title: Reason,
    pub due_at: i64,
    pub assignee: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filled {
    pub template: u32,
    pub key: u32,
    pub variables: u32,
    pub not_before: i64,
    pub expires_at: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Points {
    pub account: u32,
    pub key: u32,
    pub amount: i64,
    pub expires_at: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewEvent {
    pub kind: u32,
    pub key: u32,
    pub amount: i64,
    pub data: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    SetField { field: u32, value: i64 },
    ClearField(u32),
    AddTag(u32),
    RemoveTag(u32),
    SetLifecycle(u32),
    ClearLifecycle,
    Wake { key: u32, at: i64 },
    CancelWake(u32),
    Task(Task),
    Message(Filled),
    Voucher(Filled),
    Points(Points),
    AppendEvent(NewEvent),
    Custom(Filled),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowEffect {
    pub row: u32,
    pub reason: Reason,
    pub effect: Effect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Input,
    Customer,
    Event,
    Now,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    pub row: u32,
    pub subject: Subject,
    pub position: u32,
    pub comparison: crate::decide::Comparison,
    pub threshold: i64,
    pub setting: u32,
    pub held: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub symbols: Vec<String>,
    pub lists: Vec<Vec<i64>>,
    pub effects: Vec<RowEffect>,
    pub conditions: Vec<Condition>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Complaint {
    pub setting: u32,
    pub reason: Reason,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaints {
    pub symbols: Vec<String>,
    pub lists: Vec<Vec<i64>>,
    pub complaints: Vec<Complaint>,
}
