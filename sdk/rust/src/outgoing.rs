//! What leaves by the outbox: messages, vouchers and custom effects, each a declared template filled
//! in, and points.

use crate::{
    Args, Decision, Duration, Instant, Pending, Text,
    wire::{Effect, Filled, NO_POSITION, NULL_WORD, Points},
};
use std::marker::PhantomData;

/// How long it may wait when the rule says nothing.
const EXPIRES_AFTER: Duration = Duration::days(7);

macro_rules! template {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name<V> {
            position: u32,
            variables: PhantomData<fn() -> V>,
        }

        impl<V> $name<V> {
            #[doc(hidden)]
            pub const fn at(position: u32) -> $name<V> {
                $name { position, variables: PhantomData }
            }
        }
    };
}

template! {
    /// A message the manifest declares, with variables of shapes `V` in byte order of their names.
    MessageKind
}
template! {
    /// A voucher the manifest declares, with variables of shapes `V` in byte order of their names.
    VoucherKind
}
template! {
    /// An effect of the manifest's own making, with variables as of a message.
    CustomKind
}

/// An account of points the manifest grants.
#[derive(Clone, Copy, Debug)]
pub struct Account(u32);

impl Account {
    #[doc(hidden)]
    pub const fn at(position: u32) -> Account {
        Account(position)
    }
}

/// A message, voucher or custom effect that waits for its variables `V` and its reason. Unless said
/// otherwise it holds from now and expires after 7 days.
#[must_use = "it counts only with its variables and its reason"]
pub struct New<'d, 'c, V> {
    out: &'d Decision<'c>,
    sort: fn(Filled) -> Effect,
    filled: Filled,
    missing: PhantomData<fn() -> V>,
}

/// Points that wait for their reason; they never lapse unless said otherwise.
#[must_use = "points count only with their reason: add .because(texts::…, (…))"]
pub struct NewPoints<'d, 'c> {
    out: &'d Decision<'c>,
    points: Points,
}

impl<'c> Decision<'c> {
    /// `key` is the message's identity for this customer, as of a task.
    pub fn message<V>(&mut self, template: MessageKind<V>, key: &str) -> New<'_, 'c, V> {
        self.fill(Effect::Message, template.position, key)
    }

    /// `key` is the voucher's identity for this customer, as of a task.
    pub fn voucher<V>(&mut self, template: VoucherKind<V>, key: &str) -> New<'_, 'c, V> {
        self.fill(Effect::Voucher, template.position, key)
    }

    /// For whoever reads it from the outbox; `key` as of a task.
    pub fn custom<V>(&mut self, template: CustomKind<V>, key: &str) -> New<'_, 'c, V> {
        self.fill(Effect::Custom, template.position, key)
    }

    /// Adds to the balance of an account, or takes from it; `key` as of a task.
    pub fn points(&mut self, account: Account, key: &str, amount: i64) -> NewPoints<'_, 'c> {
        let key = self.writer.symbol(key);
        let points = Points { account: account.0, key, amount, expires_at: NULL_WORD };
        NewPoints { out: self, points }
    }

    fn fill<V>(&mut self, sort: fn(Filled) -> Effect, template: u32, key: &str) -> New<'_, 'c, V> {
        let filled = Filled {
            template,
            key: self.writer.symbol(key),
            variables: NO_POSITION,
            not_before: self.now.micros_since_1970(),
            expires_at: (self.now + EXPIRES_AFTER).micros_since_1970(),
        };
        New { out: self, sort, filled, missing: PhantomData }
    }
}

impl<'d, 'c, V> New<'d, 'c, V> {
    pub fn variables(self, values: impl Args<V>) -> New<'d, 'c, ()> {
        let variables = values.write(self.out.writer);
        let filled = Filled { variables, ..self.filled };
        New { out: self.out, sort: self.sort, filled, missing: PhantomData }
    }

    pub fn not_before(mut self, at: Instant) -> Self {
        self.filled.not_before = at.micros_since_1970();
        self
    }

    pub fn expires_at(mut self, at: Instant) -> Self {
        self.filled.expires_at = at.micros_since_1970();
        self
    }
}

impl New<'_, '_, ()> {
    pub fn because<A, V: Args<A>>(self, text: Text<A>, args: V) {
        let reason = text.with(args, self.out.writer);
        self.out.pending((self.sort)(self.filled)).with_reason(reason);
    }
}

impl NewPoints<'_, '_> {
    pub fn expires_at(mut self, at: Instant) -> Self {
        self.points.expires_at = at.micros_since_1970();
        self
    }

    pub fn because<A, V: Args<A>>(self, text: Text<A>, args: V) {
        let pending: Pending<'_> = self.out.pending(Effect::Points(self.points));
        pending.because(text, args);
    }
}
