//! How values stand in words, and what may stand for a value of a shape.

use crate::{
    List, Maybe, Measured, Setting,
    wire::{NO_POSITION, NULL_WORD},
    writer::Writer,
};

/// Markers for shapes whose Rust type depends on where they stand.
pub mod shape {
    use std::marker::PhantomData;

    pub struct Text;
    pub struct List<S>(PhantomData<fn() -> S>);
}

/// A value of one word that means the same in every call.
pub trait Scalar: Copy + Ord {
    fn word(self) -> i64;
    fn from_word(word: i64) -> Self;
}

/// A value read from a call.
pub trait Read<'c>: Copy {
    fn read(word: i64, writer: &'c Writer<'c>) -> Self;
}

/// What an input may be compared with: a value, a setting or another input.
pub trait Threshold<T> {
    fn value(&self) -> T;
    /// Position of the setting it came from.
    fn setting(&self) -> u32;
}

/// What may be written where shape `S` is declared: a value, a setting or an input.
pub trait Arg<S> {
    fn write(&self, writer: &Writer<'_>) -> i64;
}

/// An [`Arg`] that is never absent: what a field may be set to. To take a value away, clear the field.
pub trait Present {}

/// The arguments of a text or the variables of a message: a tuple of [`Arg`]s, in order.
pub trait Args<S> {
    /// Position of the words among the lists; "none" for no arguments.
    fn write(&self, writer: &Writer<'_>) -> u32;
}

impl Scalar for i64 {
    fn word(self) -> i64 {
        self
    }

    fn from_word(word: i64) -> i64 {
        word
    }
}

impl Scalar for bool {
    fn word(self) -> i64 {
        self.into()
    }

    fn from_word(word: i64) -> bool {
        word == 1
    }
}

impl<'c, T: Scalar> Read<'c> for T {
    fn read(word: i64, _: &'c Writer<'c>) -> T {
        T::from_word(word)
    }
}

impl<'c> Read<'c> for &'c str {
    fn read(word: i64, writer: &'c Writer<'c>) -> &'c str {
        writer.text(word)
    }
}

impl<T: Scalar> Threshold<T> for T {
    fn value(&self) -> T {
        *self
    }

    fn setting(&self) -> u32 {
        NO_POSITION
    }
}

impl<T: Scalar> Threshold<T> for Setting<T> {
    fn value(&self) -> T {
        self.get()
    }

    fn setting(&self) -> u32 {
        self.position()
    }
}

impl<T: Scalar> Threshold<T> for Measured<'_, T> {
    fn value(&self) -> T {
        self.get()
    }

    fn setting(&self) -> u32 {
        NO_POSITION
    }
}

impl<T: Scalar> Arg<T> for T {
    fn write(&self, _: &Writer<'_>) -> i64 {
        self.word()
    }
}

impl<T: Scalar> Arg<T> for Setting<T> {
    fn write(&self, _: &Writer<'_>) -> i64 {
        self.get().word()
    }
}

impl<T: Scalar> Arg<T> for Measured<'_, T> {
    fn write(&self, _: &Writer<'_>) -> i64 {
        self.get().word()
    }
}

impl Arg<shape::Text> for &str {
    fn write(&self, writer: &Writer<'_>) -> i64 {
        writer.symbol(self).into()
    }
}

impl Arg<shape::Text> for String {
    fn write(&self, writer: &Writer<'_>) -> i64 {
        writer.symbol(self).into()
    }
}

impl Arg<shape::Text> for Setting<&str> {
    fn write(&self, writer: &Writer<'_>) -> i64 {
        writer.symbol(self.get()).into()
    }
}

impl<'c> Arg<shape::Text> for Measured<'c, &'c str> {
    fn write(&self, writer: &Writer<'_>) -> i64 {
        writer.symbol(self.get()).into()
    }
}

/// An absent value is written as null.
impl<S, T: Copy + Arg<S>> Arg<S> for Maybe<'_, T> {
    fn write(&self, writer: &Writer<'_>) -> i64 {
        self.get().map_or(NULL_WORD, |value| value.write(writer))
    }
}

impl<S, A: Arg<S>> Arg<shape::List<S>> for &[A] {
    fn write(&self, writer: &Writer<'_>) -> i64 {
        let words = self.iter().map(|item| item.write(writer)).collect();
        writer.list(words).into()
    }
}

impl<S, A: Arg<S>> Arg<shape::List<S>> for Vec<A> {
    fn write(&self, writer: &Writer<'_>) -> i64 {
        self.as_slice().write(writer)
    }
}

impl<T: Scalar> Present for T {}
impl<T> Present for Setting<T> {}
impl<T> Present for Measured<'_, T> {}
impl<T> Present for List<'_, T> {}
impl<A> Present for &[A] {}
impl<A> Present for Vec<A> {}
impl Present for &str {}
impl Present for String {}

impl Args<()> for () {
    fn write(&self, _: &Writer<'_>) -> u32 {
        NO_POSITION
    }
}

macro_rules! args {
    ($($shape:ident $arg:ident $index:tt),+) => {
        impl<$($shape, $arg: Arg<$shape>),+> Args<($($shape,)+)> for ($($arg,)+) {
            fn write(&self, writer: &Writer<'_>) -> u32 {
                let words = vec![$(self.$index.write(writer)),+];
                writer.list(words)
            }
        }
    };
}

args!(S0 A0 0);
args!(S0 A0 0, S1 A1 1);
args!(S0 A0 0, S1 A1 1, S2 A2 2);
args!(S0 A0 0, S1 A1 1, S2 A2 2, S3 A3 3);
args!(S0 A0 0, S1 A1 1, S2 A2 2, S3 A3 3, S4 A4 4);
args!(S0 A0 0, S1 A1 1, S2 A2 2, S3 A3 3, S4 A4 4, S5 A5 5);
args!(S0 A0 0, S1 A1 1, S2 A2 2, S3 A3 3, S4 A4 4, S5 A5 5, S6 A6 6);
args!(S0 A0 0, S1 A1 1, S2 A2 2, S3 A3 3, S4 A4 4, S5 A5 5, S6 A6 6, S7 A7 7);
