//! How much memory a thread holds. Rhai bounds each value of a script, but not what is put into lists
//! and maps piece by piece, and not all values together; so all allocations are counted.
//!
//! A program has one allocator, and commonly chooses it itself. Here the library does, so that no program that can
//! run a script is without the count and its limit; crates that do not link this one keep the system's.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

thread_local! {
    // Constant and without a destructor: it needs no memory of its own, and is there as long as its thread.
    static HELD: Cell<i64> = const { Cell::new(0) };
}

#[global_allocator]
static COUNTED: Counted = Counted;

struct Counted;

/// Bytes allocated by this thread, less what it gave back, wherever that came from. Only a difference of
/// two means something: what other threads gave back is missing.
pub(super) fn held() -> i64 {
    HELD.get()
}

/// Always, whether a script runs or not: to ask that would cost as much as to add.
fn count(more: usize, less: usize) {
    // No layout has more than `isize::MAX` bytes.
    HELD.set(HELD.get().wrapping_add(more as i64 - less as i64));
}

/// What was asked for, unless there was none.
fn counted(given: *mut u8, more: usize, less: usize) -> *mut u8 {
    if !given.is_null() {
        count(more, less);
    }
    given
}

#[expect(
    unsafe_code,
    reason = "an allocator can not be written otherwise; every call goes to the system's as it came, and \
              counting neither allocates nor panics"
)]
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        counted(unsafe { System.alloc(layout) }, layout.size(), 0)
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        counted(unsafe { System.alloc_zeroed(layout) }, layout.size(), 0)
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        counted(unsafe { System.realloc(pointer, layout, size) }, size, layout.size())
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, layout.size());
        unsafe { System.dealloc(pointer, layout) }
    }
}
