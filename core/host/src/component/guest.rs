//! What the host keeps for one call: its log, and its grip on memory.

use super::abi;
use regulars_model::limits;
use wasmtime::{ResourceLimiter, Result};

#[derive(Default)]
pub(super) struct Guest {
    pub(super) log: String,
    /// A growth was refused: what follows is a guest without memory, whatever it says itself.
    pub(super) out_of_memory: bool,
}

impl Guest {
    /// What the guest said last: a panicking one says where and why.
    pub(super) fn last_words(&self) -> Option<&str> {
        self.log.lines().last()
    }
}

impl abi::regulars::plugin::host::Host for Guest {
    fn log(&mut self, message: String) {
        let room = limits::LOG_BYTES_PER_CALL.saturating_sub(self.log.len() + 1);
        let end = message.floor_char_boundary(room);
        if end > 0 {
            self.log.push_str(&message[..end]);
            self.log.push('\n');
        }
    }
}

impl abi::regulars::plugin::types::Host for Guest {}

impl ResourceLimiter for Guest {
    fn memory_growing(&mut self, _: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        let most = maximum.unwrap_or(usize::MAX).min(limits::MEMORY_BYTES_MAX);
        self.out_of_memory |= desired > most;
        Ok(desired <= most)
    }

    fn table_growing(&mut self, _: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        Ok(desired <= maximum.unwrap_or(usize::MAX).min(4_096))
    }
}
