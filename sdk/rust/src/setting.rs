use std::{cmp::Ordering, ops::Deref};

/// A setting's value, which knows where it came from: a comparison with it names the setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting<T> {
    value: T,
    position: u32,
}

impl<T: Copy> Setting<T> {
    pub(crate) fn new(value: T, position: u32) -> Setting<T> {
        Setting { value, position }
    }

    pub fn get(self) -> T {
        self.value
    }

    pub(crate) fn position(self) -> u32 {
        self.position
    }
}

impl<T> Deref for Setting<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq> PartialEq<T> for Setting<T> {
    fn eq(&self, other: &T) -> bool {
        self.value == *other
    }
}

impl<T: PartialOrd> PartialOrd<T> for Setting<T> {
    fn partial_cmp(&self, other: &T) -> Option<Ordering> {
        self.value.partial_cmp(other)
    }
}

impl<T: PartialEq> PartialEq for Setting<T> {
    fn eq(&self, other: &Setting<T>) -> bool {
        self.value == other.value
    }
}

impl<T: PartialOrd> PartialOrd for Setting<T> {
    fn partial_cmp(&self, other: &Setting<T>) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}
