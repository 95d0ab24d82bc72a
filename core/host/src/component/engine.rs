//! The one wasmtime engine: what guests may do, and what they may use of the machine.

use super::guest::TABLE_ELEMENTS_MAX;
use regulars_model::limits::MEMORY_BYTES_MAX;
use std::{thread, time::Duration};
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Result,
};

/// How often the epoch advances.
const TICK: Duration = Duration::from_millis(100);
/// Fuel ends a guest long before; this only rescues a thread from what fuel does not count.
pub(super) const DEADLINE_TICKS: u64 = 50;

const INSTANCES: u32 = 128;
/// A component of the SDK has three: the rule, and two small ones that pass on its import.
const CORE_INSTANCES_PER_COMPONENT: u32 = 8;
const KEEP_RESIDENT: usize = 2 << 20;
const STACK_BYTES: usize = 512 << 10;

/// Of what a guest computes and of the memory it takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limits {
    On,
    Off,
}

pub(super) fn start(limits: Limits) -> Result<Engine> {
    let mut config = Config::new();
    // A memory has addresses for 4 GiB, as wasmtime reserves them, whatever it may fill of them: no access
    // needs a check then.
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool()))
        .memory_may_move(false)
        .consume_fuel(limits == Limits::On)
        .epoch_interruption(limits == Limits::On)
        .max_wasm_stack(STACK_BYTES)
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_backtrace_max_frames(None);
    let engine = Engine::new(&config)?;
    let ticking = engine.weak();
    thread::spawn(move || {
        while let Some(engine) = ticking.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(TICK);
        }
    });
    Ok(engine)
}

fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(INSTANCES)
        .total_core_instances(INSTANCES * CORE_INSTANCES_PER_COMPONENT)
        .max_core_instances_per_component(CORE_INSTANCES_PER_COMPONENT)
        .total_memories(INSTANCES)
        .max_memories_per_component(1)
        .max_memory_size(MEMORY_BYTES_MAX)
        .total_tables(INSTANCES * 4)
        .max_tables_per_component(4)
        .table_elements(TABLE_ELEMENTS_MAX)
        .linear_memory_keep_resident(KEEP_RESIDENT)
        .table_keep_resident(64 << 10)
        .pagemap_scan(Enabled::Auto);
    pool
}
