use crate::{Instant, Measured};

/// One customer's entry to decide. `plugin!` defines `Call` with the plugin's own types.
pub struct Call<'c, Settings, Tables, Inputs, Customer, Event> {
    pub cause: Cause<'c>,
    /// The entry's own instant. There is no other clock.
    pub now: Measured<'c, Instant>,
    /// Offset of the home store's local time from UTC.
    pub offset_seconds: i32,
    pub settings: Settings,
    /// Reference data the manifest declares, as it was put: `call.tables.families.get(sku)`.
    pub tables: Tables,
    pub inputs: Inputs,
    /// What the manifest reads of the customer, as it was before this decision.
    pub customer: Customer,
    /// What the manifest reads of the event; all absent unless the cause is one.
    pub event: Event,
}

/// Why the rule is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause<'c> {
    /// An event of this kind: `Cause::Event(events::PURCHASE)`.
    Event(&'c str),
    /// A wake set under this key.
    Wake(&'c str),
    /// Something a windowed input counted has left its window.
    Expiry,
    /// Version or settings changed, or the plugin was switched on.
    Settings,
}
