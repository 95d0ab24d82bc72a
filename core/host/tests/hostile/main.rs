//! Plugins that mean harm, each stopped with an error code of its own, while other work goes on and
//! memory comes back. The traps stand in `tests/hostile`, and its README says what stops each.

#![expect(clippy::unwrap_used, reason = "a test that can not set itself up has failed")]

mod damage;
mod fuzz;
#[path = "../guest/mod.rs"]
mod guest;
mod loading;
mod memory;
mod neighbours;
#[path = "../sample/mod.rs"]
mod sample;
mod table;
mod traps;

use regulars_host::{Host, HostOptions};
use regulars_model::{Decision, Effect, PluginFault};
use std::sync::LazyLock;

static HOST: LazyLock<Host> = LazyLock::new(|| Host::new(HostOptions::default()).unwrap());

/// What a row is answered that sprang no trap.
fn is_vip(verdict: &Result<Decision, PluginFault>) -> bool {
    let tag = Effect::AddTag { tag: "vip".into() };
    let effects = verdict.as_ref().map(|decision| decision.effects.as_slice());
    matches!(effects, Ok([one]) if one.effect == tag)
}

/// Any component, with a manifest at its end.
fn with_manifest(mut component: Vec<u8>, manifest: &str) -> Vec<u8> {
    let section = [b"\x11regulars-manifest", manifest.as_bytes()].concat();
    let length = section.len();
    component.extend([0, (length & 0x7f) as u8 | 0x80, (length >> 7) as u8]);
    component.extend(section);
    component
}
