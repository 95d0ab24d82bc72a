//! Memory comes back: what a trap took is there again for the next, however often it is sprung.

use crate::{
    HOST,
    guest::healthy,
    is_vip,
    sample::{MANIFEST, call, row},
    table::{Place, traps},
    traps::load,
};
use std::{env, fs, process::Command};

const ROUNDS: usize = 16;
/// A trap that kept what it takes would keep half a megabyte or more in each round.
const KEPT_BYTES: i64 = 4 << 20;
/// Those that take much, and one that is refused.
const GREEDY: [&str; 11] = [
    "wasm/memory-bomb.wat",
    "wasm/table-bomb.wat",
    "wasm/bulk-fill.wat",
    "wasm/log-10-mb.wat",
    "wasm/many-texts.wat",
    "wasm/same-list.wat",
    "rhai/record-by-key.rhai",
    "rhai/list-by-place.rhai",
    "rhai/many-values.rhai",
    "rhai/text-of-shared.rhai",
    "rhai/long-chain.rhai",
];

/// Memory is the whole process's: whoever measures it runs in one of its own.
pub fn alone(test: &str) -> bool {
    const ALONE: &str = "REGULARS_ALONE";
    if env::var_os(ALONE).is_some() {
        return true;
    }
    let mut command = Command::new(env::current_exe().unwrap());
    let ran = command.args(["--exact", "--nocapture", test]).env(ALONE, "").status().unwrap();
    assert!(ran.success(), "{test} has failed");
    false
}

/// The most bytes this process ever had in memory.
pub fn peak() -> u64 {
    status("VmHWM:")
}

fn resident() -> i64 {
    status("VmRSS:").cast_signed()
}

fn status(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
    kilobytes << 10
}

#[test]
fn memory_comes_back_after_each_trap() {
    if !alone("memory::memory_comes_back_after_each_trap") {
        return;
    }
    for file in GREEDY {
        let trap = traps(file).remove(0);
        let asked = call(vec![row(1)]);
        let loaded = load(&trap).ok();
        let spring = || match &loaded {
            Some(plugin) => assert_eq!(plugin.decider.decide(&asked).len(), 1),
            None => assert!(trap.place == Place::Loading && load(&trap).is_err()),
        };
        expect_nothing_kept(file, spring);
    }
}

#[test]
fn memory_comes_back_after_each_plugin() {
    if !alone("memory::memory_comes_back_after_each_plugin") {
        return;
    }
    let script = "fn decide(call, out) { out.add_tag(\"vip\").because(\"plain\"); }";
    let bytes = healthy();
    let asked = call(vec![row(100)]);
    expect_nothing_kept("a component, loaded and dropped", || {
        assert!(is_vip(&HOST.load_component(&bytes).unwrap().decider.decide(&asked)[0]));
    });
    expect_nothing_kept("a script, loaded and dropped", || {
        let plugins = (0..100).map(|_| HOST.load_script(MANIFEST, script).unwrap());
        assert!(plugins.into_iter().all(|plugin| is_vip(&plugin.decider.decide(&asked)[0])));
    });
    expect_nothing_kept("a component, cut short", || {
        (0..100).for_each(|cut| {
            assert!(HOST.load_component(&bytes[..bytes.len() - cut * 9 - 1]).is_err())
        });
    });
}

fn expect_nothing_kept(what: &str, round: impl Fn()) {
    (0..ROUNDS / 4).for_each(|_| round());
    let before = resident();
    (0..ROUNDS).for_each(|_| round());
    let kept = resident() - before;
    println!("{what}: {} KiB more after {ROUNDS} rounds", kept >> 10);
    assert!(kept < KEPT_BYTES, "{what} keeps {kept} bytes");
}
