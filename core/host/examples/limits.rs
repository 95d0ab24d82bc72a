//! What limits cost where they are not reached, and what they protect: how long a healthy plugin takes while
//! another is endless. `cargo xtask bench plugins` builds and runs it.

#![expect(clippy::unwrap_used, reason = "what is shared with the tests is written like them")]

#[path = "../tests/guest/mod.rs"]
mod guest;
#[path = "../tests/sample/mod.rs"]
mod sample;

use guest::{core_module, folder, healthy, manifest};
use regulars_host::{Decider, Host, HostOptions, wrap};
use regulars_model::{Call, Cause, Manifest, Row, Value, limits::BATCH_ROWS_MAX, wire::Layout};
use sample::{MANIFEST, call, row};
use std::{
    error::Error,
    fs,
    hint::black_box,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Of these the median counts.
const TURNS: usize = 9;
const TURN: Duration = Duration::from_millis(500);

/// 300,000 steps over 64 KiB of memory: a fourth of the fuel there is.
const LONG: &str = "(func $trap (param i32) (local $left i32) (local $at i32) (local $sum i64)
  (local.set $left (i32.const 300000))
  (loop $more
    (local.set $at (i32.add (i32.const 65536)
      (i32.and (i32.mul (local.get $left) (i32.const 40)) (i32.const 0xfff8))))
    (local.set $sum (i64.add
      (i64.mul (local.get $sum) (i64.const 31)) (i64.load (local.get $at))))
    (i64.store (local.get $at) (local.get $sum))
    (br_if $more (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))";

fn main() -> Outcome {
    cost()?;
    hammering()
}

fn cost() -> Outcome {
    let hosts = [Host::new(HostOptions::default())?, Host::without_limits()?];
    let long = wrap(&core_module(LONG), &manifest())?;
    let [with, without] = [hosts[0].load_component(&long)?, hosts[1].load_component(&long)?];
    compare("long rule, 300,000 steps", &with.decider, &without.decider, &call(vec![row(1)]))?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/jewellery-tiers");
    let [with, without] = [hosts[0].load_folder(&folder)?, hosts[1].load_folder(&folder)?];
    for (what, rows) in
        [("numeric rule, batch of 256", BATCH_ROWS_MAX), ("numeric rule, one event", 1)]
    {
        let asked = purchases(&with.manifest, rows)?;
        compare(what, &with.decider, &without.decider, &asked)?;
    }
    Ok(())
}

/// A call with limits beside one without, again and again: a machine's speed changes by half within seconds, so
/// it is each pair that is compared.
fn compare(
    what: &str,
    with: &Arc<dyn Decider>,
    without: &Arc<dyn Decider>,
    asked: &Call,
) -> Outcome {
    let (mut limited, mut free, mut more) = (Vec::new(), Vec::new(), Vec::new());
    let end = Instant::now() + TURN * TURNS as u32;
    while Instant::now() < end {
        let (one, other) = (micros(&**with, asked)?, micros(&**without, asked)?);
        limited.push(one);
        free.push(other);
        more.push((one / other - 1.0) * 100.0);
    }
    let [limited, free, more] = [limited, free, more].map(|values| quantile(values, 0.5));
    println!("limits, {what:<32} {limited:>8.1} µs  without {free:.1} µs, {more:+.1} %");
    Ok(())
}

fn micros(decider: &dyn Decider, asked: &Call) -> Outcome<f64> {
    let began = Instant::now();
    let verdicts = black_box(decider.decide(asked));
    let took = began.elapsed();
    verdicts.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(took.as_secs_f64() * 1e6)
}

/// Microseconds of each call, one after the other for so long.
fn calls(decider: &dyn Decider, asked: &Call, time: Duration) -> Outcome<Vec<f64>> {
    let mut times = Vec::new();
    let end = Instant::now() + time;
    while Instant::now() < end {
        times.push(micros(decider, asked)?);
    }
    Ok(times)
}

/// A healthy plugin asked by one thread, while another asks a hostile one again and again.
fn hammering() -> Outcome {
    let host = Host::new(HostOptions::default())?;
    let healthy = host.load_component(&healthy())?;
    let asked = call(vec![row(100)]);
    for file in ["wasm/endless-loop.wat", "wasm/memory-bomb.wat", "rhai/endless-loop.rhai"] {
        let text = fs::read_to_string(folder().join(file))?;
        let hostile = match file.ends_with(".rhai") {
            true => host.load_script(MANIFEST, &text)?,
            false => host.load_component(&wrap(&core_module(&text), &manifest())?)?,
        };
        let mut turns: [Vec<f64>; 2] = Default::default();
        let mut sprung = 0;
        for _ in 0..TURNS {
            turns[0].push(quantile(calls(&*healthy.decider, &asked, TURN)?, 0.99));
            let (times, count) =
                beside(&hostile.decider, || calls(&*healthy.decider, &asked, TURN));
            turns[1].push(quantile(times?, 0.99));
            sprung += count;
        }
        let [alone, beside] = turns.map(|turns| quantile(turns, 0.5));
        let (times, each) = (beside / alone, TURN.as_secs_f64() * TURNS as f64 / sprung as f64);
        println!(
            "p99 beside {file:<28} {beside:>8.1} µs  alone {alone:.1} µs, {times:.2} times \
             (sprung every {:.2} ms)",
            each * 1e3
        );
    }
    Ok(())
}

/// How often the hostile one was asked meanwhile, too.
fn beside<T>(hostile: &Arc<dyn Decider>, measure: impl FnOnce() -> T) -> (T, u64) {
    let (over, sprung) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            let asked = call(vec![row(1)]);
            while !over.load(Relaxed) {
                assert!(hostile.decide(&asked)[0].is_err());
                sprung.fetch_add(1, Relaxed);
            }
        });
        let measured = measure();
        over.store(true, Relaxed);
        (measured, sprung.load(Relaxed).max(1))
    })
}

fn purchases(manifest: &Manifest, rows: usize) -> Outcome<Call> {
    let layout = Layout::new(manifest);
    let settings = manifest.read_settings(&serde_json::Map::new(), "CNY".parse()?);
    let settings = settings.map_err(|faults| format!("{faults:?}"))?;
    let row = |index: usize| Row {
        cause: Cause::Event("purchase".into()),
        inputs: vec![Value::Int(index as i64 % 7 * 1_000_000); layout.inputs.len()],
        customer: vec![Value::Null; layout.customer.len()],
        event: vec![Value::Null; layout.event.len()],
        ..row(0)
    };
    Ok(Call { settings: vec![settings], rows: (0..rows).map(row).collect() })
}

fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share) as usize]
}
