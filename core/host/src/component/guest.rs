//! What the host keeps for one call: its log, and its grip on memory.

use super::abi::regulars::plugin::{host, types};
use regulars_model::limits;
use wasmtime::{ResourceLimiter, Result, Trap};

/// What taking one line costs the host, in instructions of a guest; a byte costs one more.
const LOG_FUEL: u64 = 1_000;
pub(super) const TABLE_ELEMENTS_MAX: usize = 4_096;

#[derive(Default)]
pub(super) struct Guest {
    pub(super) log: String,
    /// Fuel that logging has cost.
    logged: u64,
    /// A growth was refused: what follows is a guest without memory, whatever it says itself.
    pub(super) out_of_memory: bool,
    /// The most it had.
    pub(super) memory_bytes: usize,
}

impl Guest {
    fn grow(&mut self, desired: usize, maximum: Option<usize>, most: usize) -> Result<bool> {
        let most = maximum.map_or(most, |maximum| maximum.min(most));
        self.out_of_memory |= desired > most;
        Ok(desired <= most)
    }

    /// What the guest said last: a panicking one says where and why.
    pub(super) fn last_words(&self) -> Option<&str> {
        self.log.lines().last()
    }
}

impl host::Host for Guest {
    /// Past the room there is, the log is cut; a guest that goes on and on is out of fuel, of which
    /// logging has as much as computing.
    fn log(&mut self, message: String) -> Result<()> {
        self.logged += LOG_FUEL + message.len() as u64;
        if self.logged > limits::FUEL_PER_CALL {
            return Err(Trap::OutOfFuel.into());
        }
        let room = limits::LOG_BYTES_PER_CALL.saturating_sub(self.log.len() + 1);
        let end = message.floor_char_boundary(room);
        if end > 0 {
            self.log.push_str(&message[..end]);
            self.log.push('\n');
        }
        Ok(())
    }
}

impl types::Host for Guest {}

impl ResourceLimiter for Guest {
    fn memory_growing(&mut self, _: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        let granted = self.grow(desired, maximum, limits::MEMORY_BYTES_MAX)?;
        if granted {
            self.memory_bytes = self.memory_bytes.max(desired);
        }
        Ok(granted)
    }

    fn table_growing(&mut self, _: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        self.grow(desired, maximum, TABLE_ELEMENTS_MAX)
    }
}
