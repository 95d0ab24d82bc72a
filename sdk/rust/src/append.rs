//! Events of the plugin's own kinds.

use crate::{
    Arg, Args, Decision, Money, Pending, Present, Text,
    wire::{Effect, NO_POSITION, NULL_WORD, NewEvent},
};
use std::marker::PhantomData;

/// A kind of event the manifest declares, with an amount of shape `A` (`()` for none) and data of
/// shapes `D` in byte order of their names.
pub struct EventKind<A, D> {
    position: u32,
    carries: PhantomData<fn() -> (A, D)>,
}

impl<A, D> EventKind<A, D> {
    #[doc(hidden)]
    pub const fn at(position: u32) -> EventKind<A, D> {
        EventKind { position, carries: PhantomData }
    }
}

/// An event that waits for its amount `A`, its data `D` and its reason.
#[must_use = "an event counts only with its amount and data, where declared, and its reason"]
pub struct Appending<'d, 'c, A, D> {
    out: &'d Decision<'c>,
    event: NewEvent,
    missing: PhantomData<fn() -> (A, D)>,
}

impl<'c> Decision<'c> {
    /// At the instant of the entry; the other plugins see it in the next round. `key` is its identity
    /// for this customer and kind, as of a task: the same key again changes nothing.
    pub fn append_event<A, D>(
        &mut self,
        kind: EventKind<A, D>,
        key: &str,
    ) -> Appending<'_, 'c, A, D> {
        let event = NewEvent {
            kind: kind.position,
            key: self.writer.symbol(key),
            amount: NULL_WORD,
            data: NO_POSITION,
        };
        Appending { out: self, event, missing: PhantomData }
    }
}

impl<'d, 'c, D> Appending<'d, 'c, Money, D> {
    /// Never negative: the kind says what it means.
    pub fn amount(self, amount: impl Arg<Money> + Present) -> Appending<'d, 'c, (), D> {
        let amount = amount.write(self.out.writer);
        let event = NewEvent { amount, ..self.event };
        Appending { out: self.out, event, missing: PhantomData }
    }
}

impl<'d, 'c, A, D> Appending<'d, 'c, A, D> {
    pub fn data(self, values: impl Args<D>) -> Appending<'d, 'c, A, ()> {
        let data = values.write(self.out.writer);
        let event = NewEvent { data, ..self.event };
        Appending { out: self.out, event, missing: PhantomData }
    }
}

impl Appending<'_, '_, (), ()> {
    pub fn because<A, V: Args<A>>(self, text: Text<A>, args: V) {
        let pending: Pending<'_> = self.out.pending(Effect::AppendEvent(self.event));
        pending.because(text, args);
    }
}
