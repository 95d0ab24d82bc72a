//! Other work goes on: whoever asks a healthy plugin has the answer, while hostile ones are asked again and
//! again beside it.

use crate::{
    HOST,
    guest::healthy,
    is_vip,
    sample::{call, row},
    table::traps,
    traps::load,
};
use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

const CALLS: usize = 200;
/// A call takes less than a millisecond, and may have to wait for a processor. One that had to wait for its
/// neighbours to end would take a minute.
const LONGEST: Duration = Duration::from_secs(10);

#[test]
fn a_healthy_plugin_is_answered_beside_hostile_ones() {
    let healthy = HOST.load_component(&healthy()).unwrap();
    let hostile = ["wasm/endless-loop.wat", "wasm/memory-bomb.wat", "rhai/endless-loop.rhai"]
        .map(|file| load(&traps(file)[0]).unwrap());
    let (over, sprung) = (AtomicBool::new(false), [const { AtomicUsize::new(0) }; 3]);
    thread::scope(|scope| {
        for (plugin, sprung) in hostile.iter().zip(&sprung) {
            scope.spawn(|| {
                while !over.load(Relaxed) {
                    assert!(plugin.decider.decide(&call(vec![row(1)]))[0].is_err());
                    sprung.fetch_add(1, Relaxed);
                }
            });
        }
        let mut slowest = Duration::ZERO;
        let mut answers = Vec::new();
        // On until each has been asked at least once.
        while answers.len() < CALLS || sprung.iter().any(|count| count.load(Relaxed) == 0) {
            let began = Instant::now();
            answers.extend(healthy.decider.decide(&call(vec![row(100)])));
            slowest = slowest.max(began.elapsed());
        }
        over.store(true, Relaxed);
        assert!(answers.iter().all(is_vip));
        assert!(slowest < LONGEST, "{slowest:?}");
    });
}
