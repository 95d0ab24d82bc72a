//! Values a rule reads, which remember what they were compared with.

use crate::{
    Scalar, Threshold,
    wire::{AT_LEAST, AT_MOST, Comparison, Condition, NO_POSITION, Subject},
    writer::Writer,
};
use std::{cmp::Ordering, fmt, ops::Deref};

/// A value that is always there: a count, a sum, a consent, the instant.
#[derive(Clone, Copy)]
pub struct Measured<'c, T> {
    value: T,
    origin: Origin<'c>,
}

/// A value that may be absent: a field not set yet, the first of nothing, data an event lacks.
#[derive(Clone, Copy)]
pub struct Maybe<'c, T> {
    value: Option<T>,
    origin: Origin<'c>,
}

#[derive(Clone, Copy)]
pub(crate) struct Origin<'c> {
    pub writer: &'c Writer<'c>,
    pub row: u32,
    pub subject: Subject,
    pub position: u32,
}

impl Origin<'_> {
    fn keep(&self, comparison: Comparison, threshold: i64, setting: u32, held: bool) -> bool {
        self.writer.condition(Condition {
            row: self.row,
            subject: self.subject,
            position: self.position,
            comparison,
            threshold,
            setting,
            held,
        });
        held
    }

    fn keep_text(&self, comparison: Comparison, threshold: &str, held: bool) -> bool {
        let symbol = self.writer.symbol(threshold);
        self.keep(comparison, symbol.into(), NO_POSITION, held)
    }
}

impl<'c, T: Copy> Measured<'c, T> {
    pub(crate) fn new(value: T, origin: Origin<'c>) -> Measured<'c, T> {
        Measured { value, origin }
    }

    pub fn get(self) -> T {
        self.value
    }
}

/// Each of these is kept as a condition, whether it holds or not.
impl<T: Scalar> Measured<'_, T> {
    /// Strictly more.
    pub fn is_over(self, threshold: impl Threshold<T>) -> bool {
        self.compare(Comparison::Over, threshold, T::gt)
    }

    /// At least.
    pub fn is_from(self, threshold: impl Threshold<T>) -> bool {
        self.compare(AT_LEAST, threshold, T::ge)
    }

    /// Strictly less.
    pub fn is_under(self, threshold: impl Threshold<T>) -> bool {
        self.compare(Comparison::Under, threshold, T::lt)
    }

    /// At most.
    pub fn is_up_to(self, threshold: impl Threshold<T>) -> bool {
        self.compare(AT_MOST, threshold, T::le)
    }

    pub fn is(self, threshold: impl Threshold<T>) -> bool {
        self.compare(Comparison::Equal, threshold, T::eq)
    }

    pub fn is_not(self, threshold: impl Threshold<T>) -> bool {
        self.compare(Comparison::NotEqual, threshold, T::ne)
    }

    fn compare(
        self,
        comparison: Comparison,
        threshold: impl Threshold<T>,
        holds: fn(&T, &T) -> bool,
    ) -> bool {
        let value = threshold.value();
        let held = holds(&self.value, &value);
        self.origin.keep(comparison, value.word(), threshold.setting(), held)
    }
}

impl<'c> Measured<'c, &'c str> {
    pub fn is(self, threshold: impl AsRef<str>) -> bool {
        let held = self.value == threshold.as_ref();
        self.origin.keep_text(Comparison::Equal, threshold.as_ref(), held)
    }

    pub fn is_not(self, threshold: impl AsRef<str>) -> bool {
        let held = self.value != threshold.as_ref();
        self.origin.keep_text(Comparison::NotEqual, threshold.as_ref(), held)
    }
}

impl<'c, T: Copy> Maybe<'c, T> {
    pub(crate) fn new(value: Option<T>, origin: Origin<'c>) -> Maybe<'c, T> {
        Maybe { value, origin }
    }

    pub fn get(self) -> Option<T> {
        self.value
    }

    pub fn is_absent(self) -> bool {
        self.value.is_none()
    }

    /// The value with its comparisons, where there is one.
    pub fn known(self) -> Option<Measured<'c, T>> {
        let origin = self.origin;
        self.value.map(|value| Measured { value, origin })
    }
}

/// Kept as conditions. An absent value is not equal to any.
impl<T: Scalar> Maybe<'_, T> {
    pub fn is(self, threshold: impl Threshold<T>) -> bool {
        let value = threshold.value();
        let held = self.value == Some(value);
        self.origin.keep(Comparison::Equal, value.word(), threshold.setting(), held)
    }

    pub fn is_not(self, threshold: impl Threshold<T>) -> bool {
        let value = threshold.value();
        let held = self.value != Some(value);
        self.origin.keep(Comparison::NotEqual, value.word(), threshold.setting(), held)
    }
}

impl<'c> Maybe<'c, &'c str> {
    pub fn is(self, threshold: impl AsRef<str>) -> bool {
        let held = self.value == Some(threshold.as_ref());
        self.origin.keep_text(Comparison::Equal, threshold.as_ref(), held)
    }

    pub fn is_not(self, threshold: impl AsRef<str>) -> bool {
        let held = self.value != Some(threshold.as_ref());
        self.origin.keep_text(Comparison::NotEqual, threshold.as_ref(), held)
    }
}

impl<T> Deref for Measured<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq> PartialEq<T> for Measured<'_, T> {
    fn eq(&self, other: &T) -> bool {
        self.value == *other
    }
}

impl<T: PartialOrd> PartialOrd<T> for Measured<'_, T> {
    fn partial_cmp(&self, other: &T) -> Option<Ordering> {
        self.value.partial_cmp(other)
    }
}

impl<T: fmt::Debug> fmt::Debug for Measured<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: fmt::Debug> fmt::Debug for Maybe<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
