//! What a rule answers: effects, each with its reason.

use crate::{
    Arg, Args, Instant, Present,
    wire::{self, Effect, Reason, RowEffect},
    writer::Writer,
};
use std::marker::PhantomData;

/// A field of the plugin's own namespace, of shape `S`.
pub struct Field<S> {
    position: u32,
    shape: PhantomData<fn() -> S>,
}

/// A tag the manifest grants.
#[derive(Clone, Copy, Debug)]
pub struct Tag(u32);

/// A lifecycle the manifest grants.
#[derive(Clone, Copy, Debug)]
pub struct Stage(u32);

/// A sentence of the manifest that takes arguments of shapes `A`.
pub struct Text<A> {
    position: u32,
    args: PhantomData<fn() -> A>,
}

impl<S> Field<S> {
    #[doc(hidden)]
    pub const fn at(position: u32) -> Field<S> {
        Field { position, shape: PhantomData }
    }
}

impl Tag {
    #[doc(hidden)]
    pub const fn at(position: u32) -> Tag {
        Tag(position)
    }
}

impl Stage {
    #[doc(hidden)]
    pub const fn at(position: u32) -> Stage {
        Stage(position)
    }
}

impl<A> Text<A> {
    #[doc(hidden)]
    pub const fn at(position: u32) -> Text<A> {
        Text { position, args: PhantomData }
    }

    pub(crate) fn with<V: Args<A>>(&self, args: V, writer: &Writer<'_>) -> Reason {
        Reason { text: self.position, args: args.write(writer) }
    }
}

/// The answer to one row. An effect counts once it has its reason.
pub struct Decision<'c> {
    pub(crate) writer: &'c Writer<'c>,
    pub(crate) now: Instant,
    row: u32,
}

/// An effect that waits for its reason.
#[must_use = "an effect counts only with its reason: add .because(texts::…, (…))"]
pub struct Pending<'d> {
    writer: &'d Writer<'d>,
    row: u32,
    effect: Effect,
}

impl<'c> Decision<'c> {
    pub(crate) fn new(writer: &'c Writer<'c>, row: u32, now: Instant) -> Decision<'c> {
        Decision { writer, now, row }
    }

    pub fn set_field<S>(&mut self, field: Field<S>, value: impl Arg<S> + Present) -> Pending<'c> {
        let value = value.write(self.writer);
        self.pending(wire::set_field(field.position, value))
    }

    pub fn clear_field<S>(&mut self, field: Field<S>) -> Pending<'c> {
        self.pending(Effect::ClearField(field.position))
    }

    /// Present while any plugin or person asks for it.
    pub fn add_tag(&mut self, tag: Tag) -> Pending<'c> {
        self.pending(Effect::AddTag(tag.0))
    }

    pub fn remove_tag(&mut self, tag: Tag) -> Pending<'c> {
        self.pending(Effect::RemoveTag(tag.0))
    }

    pub fn set_lifecycle(&mut self, to: Stage) -> Pending<'c> {
        self.pending(Effect::SetLifecycle(to.0))
    }

    /// Takes its vote for the lifecycle back.
    pub fn clear_lifecycle(&mut self) -> Pending<'c> {
        self.pending(Effect::ClearLifecycle)
    }

    /// Asks to be called for this customer at an instant; the same key again moves it.
    pub fn wake(&mut self, key: &str, at: Instant) -> Pending<'c> {
        let key = self.writer.symbol(key);
        self.pending(wire::wake(key, at.micros_since_1970()))
    }

    pub fn cancel_wake(&mut self, key: &str) -> Pending<'c> {
        let key = self.writer.symbol(key);
        self.pending(Effect::CancelWake(key))
    }

    pub(crate) fn pending(&self, effect: Effect) -> Pending<'c> {
        Pending { writer: self.writer, row: self.row, effect }
    }
}

impl Pending<'_> {
    /// The sentence people read when they ask why, and its arguments in the manifest's order.
    pub fn because<A, V: Args<A>>(self, text: Text<A>, args: V) {
        let reason = text.with(args, self.writer);
        self.with_reason(reason);
    }

    pub(crate) fn with_reason(self, reason: Reason) {
        self.writer.effect(RowEffect { row: self.row, reason, effect: self.effect });
    }
}
