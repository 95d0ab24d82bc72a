//! What one run of a script may use. Counted here at every operation, because Rhai forgets what a
//! function given to `map` or `sort` has used, and knows neither memory nor stack nor time.

use super::heap::held;
use crate::sentences;
use regulars_model::{PluginFault, decide::PluginFaultCode, limits};
use rhai::{Dynamic, Engine};
use std::{
    cell::Cell,
    sync::{
        Once,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

const TICK: Duration = Duration::from_millis(100);
/// Operations are bounded; this only rescues a thread from those that take long.
const DEADLINE_TICKS: u64 = 50;
/// A script that holds no more pays for the number of its operations alone.
const FREE_BYTES: i64 = 16 << 10;
const BYTES_PER_OPERATION: u64 = 2 << 10;
/// Threads have 2 MiB.
const STACK_BYTES: usize = 1 << 20;

static TICKS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static RUN: Run = const { Run::new() };
}

struct Run {
    operations: Cell<u64>,
    held: Cell<i64>,
    stack: Cell<usize>,
    since: Cell<u64>,
    over: Cell<Option<Over>>,
}

/// What there was too much of. It stays: a script that catches the error does not go on.
#[derive(Clone, Copy)]
enum Over {
    Operations,
    Memory,
    Stack,
    Time,
}

pub(super) fn install(engine: &mut Engine) {
    engine.on_progress(|_| RUN.with(Run::count).map(|_| Dynamic::UNIT));
}

/// Runs a script, and says what it used too much of.
pub(crate) fn run<T>(script: impl FnOnce() -> T) -> (T, Option<PluginFault>) {
    RUN.with(Run::begin);
    let ran = script();
    (ran, RUN.with(Run::end).map(Over::fault))
}

/// What the last run of this thread counted.
pub(crate) fn operations() -> u64 {
    RUN.with(|run| run.operations.get())
}

impl Run {
    const fn new() -> Run {
        Run {
            operations: Cell::new(0),
            held: Cell::new(0),
            stack: Cell::new(0),
            since: Cell::new(0),
            over: Cell::new(None),
        }
    }

    fn begin(&self) {
        self.operations.set(0);
        self.held.set(held());
        self.stack.set(stack());
        start_clock();
        self.since.set(TICKS.load(Ordering::Relaxed));
        self.over.set(None);
    }

    fn end(&self) -> Option<Over> {
        self.over.take()
    }

    fn count(&self) -> Option<Over> {
        let held = held() - self.held.get();
        let operations = self.operations.get() + cost(held);
        self.operations.set(operations);
        if self.over.get().is_none() {
            self.over.set(self.judge(operations, held));
        }
        self.over.get()
    }

    fn judge(&self, operations: u64, held: i64) -> Option<Over> {
        if operations > limits::RHAI_OPERATIONS_PER_ROW {
            return Some(Over::Operations);
        }
        if held > limits::MEMORY_BYTES_MAX as i64 {
            return Some(Over::Memory);
        }
        if stack().abs_diff(self.stack.get()) > STACK_BYTES {
            return Some(Over::Stack);
        }
        let ticks = TICKS.load(Ordering::Relaxed) - self.since.get();
        (ticks > DEADLINE_TICKS).then_some(Over::Time)
    }
}

/// What an operation counts for: one on a long text takes long, and no text is longer than some.
fn cost(held: i64) -> u64 {
    let more = (held - FREE_BYTES).clamp(0, limits::RHAI_STRING_BYTES_MAX as i64);
    1 + more.cast_unsigned() / BYTES_PER_OPERATION
}

impl Over {
    fn fault(self) -> PluginFault {
        let (code, said) = match self {
            Over::Operations => {
                let most = limits::RHAI_OPERATIONS_PER_ROW;
                (PluginFaultCode::OutOfFuel, sentences::used_up_operations(most))
            }
            Over::Memory => {
                let most = limits::MEMORY_BYTES_MAX >> 20;
                (PluginFaultCode::OutOfMemory, sentences::holds_memory(most))
            }
            Over::Stack => (PluginFaultCode::LimitExceeded, sentences::nests_too_deeply()),
            Over::Time => (PluginFaultCode::TimedOut, sentences::ran_for_seconds()),
        };
        PluginFault::new(code, said)
    }
}

/// A clock that stands still while this process does: what was halted for seconds has not run for them.
fn start_clock() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        thread::spawn(|| {
            loop {
                thread::sleep(TICK);
                TICKS.fetch_add(1, Ordering::Relaxed);
            }
        });
    });
}

/// Where on its stack this thread is.
#[inline(never)]
fn stack() -> usize {
    let here = 0_u8;
    std::ptr::from_ref(&here).addr()
}
