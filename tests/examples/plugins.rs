//! What a plugin costs, beside the same rule compiled natively in the same run: `cargo xtask bench
//! plugins` builds and runs it.

use regulars_host::{Host, HostOptions};
use regulars_model::{
    Call, Cause, Decider, Instant, Manifest, Row, Shape, Value, limits,
    wire::{Layout, Slot},
};
use regulars_tests::root;
use std::{error::Error, hint::black_box, sync::Arc, time::Instant as Clock};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const ROWS: usize = 20_000;
/// Of these the median counts.
const TURNS: usize = 5;
const DAY: i64 = 86_400_000_000;
/// Years from 1970 in which the rows stand.
const START: i64 = 20_000 * DAY;
const PLUGINS: usize = 20;

fn main() -> Outcome {
    let host = Host::new(HostOptions::default())?;
    let load = |folder: &str| host.load_folder(&root().join(folder));
    let numeric = load("plugins/jewellery-tiers")?;
    let scripted = load("tests/twins/jewellery-tiers")?;
    let with_text = load("plugins/furniture-nurture")?;
    let native = jewellery_tiers::native();
    let native_with_text = furniture_nurture::native();

    let alone = micros(&*numeric.decider, &numeric.manifest, 1)?;
    println!("one call, fresh instance, one event      {alone:>8.2} µs");
    let batch = limits::BATCH_ROWS_MAX;
    let plain = micros(&native, &numeric.manifest, batch)?;
    let plain_text = micros(&native_with_text, &with_text.manifest, batch)?;
    let line = |what: &str, micros: f64, native: f64| {
        let times = micros / native;
        println!("{what:<40} {micros:>8.2} µs  native {native:.2} µs, {times:.1} times");
    };
    let of_batch = micros(&*numeric.decider, &numeric.manifest, batch)?;
    line("batch of 256, numeric rule, WASM", of_batch, plain);
    let text = micros(&*with_text.decider, &with_text.manifest, batch)?;
    line("batch of 256, rule with text, WASM", text, plain_text);
    let script = micros(&*scripted.decider, &scripted.manifest, batch)?;
    line("batch of 256, numeric rule, Rhai", script, plain);
    installing()
}

/// Time of one decision in calls of so many rows.
fn micros(decider: &dyn Decider, manifest: &Manifest, batch: usize) -> Outcome<f64> {
    let layout = Layout::new(manifest);
    let settings = manifest.read_settings(&serde_json::Map::new(), "CNY".parse()?);
    let settings = settings.map_err(|faults| format!("{faults:?}"))?;
    let kind: Arc<str> = manifest.on.events.first().map_or("purchase", String::as_str).into();
    let rows: Vec<Row> =
        (0..ROWS).map(|index| row(&layout, Cause::Event(kind.clone()), index)).collect();
    let calls: Vec<Call> = rows
        .chunks(batch)
        .map(|rows| Call { settings: vec![settings.clone()], rows: rows.to_vec() })
        .collect();
    let mut turns = Vec::new();
    for _ in 0..TURNS {
        let began = Clock::now();
        for call in &calls {
            if let Some(fault) = black_box(decider.decide(call)).into_iter().find_map(Result::err) {
                return Err(format!("{}: {fault}", manifest.id).into());
            }
        }
        turns.push(began.elapsed().as_secs_f64() * 1e6 / ROWS as f64);
    }
    Ok(median(turns))
}

fn row(layout: &Layout, cause: Cause, index: usize) -> Row {
    let values = |slots: &[Slot]| slots.iter().map(|slot| value(&slot.shape, index)).collect();
    Row {
        cause,
        now: Instant(START + index as i64),
        offset_seconds: 0,
        settings: 0,
        inputs: values(&layout.inputs),
        customer: values(&layout.customer),
        event: values(&layout.event),
    }
}

fn value(shape: &Shape, index: usize) -> Value {
    let number = (index % 7) as i64;
    match shape {
        Shape::Boolean => Value::Bool(number % 2 == 0),
        Shape::Integer { .. } => Value::Int(number),
        Shape::Money => Value::Int(number * 1_000_000),
        Shape::Instant => Value::Int(START - number * 10 * DAY),
        Shape::Date => Value::Int(19_990 + number),
        Shape::Choice { values } => Value::text(&values[index % values.len()].value),
        Shape::List { .. } => Value::List(Vec::new()),
        _ => Value::Null,
    }
}

/// Compiling a component, and loading compiled ones from the cache.
fn installing() -> Outcome {
    let folder = root().join("plugins/jewellery-tiers");
    let size = std::fs::metadata(folder.join("jewellery_tiers.wasm"))?.len();
    let plain = Host::new(HostOptions::default())?;
    let turns = (0..TURNS).map(|_| {
        let began = Clock::now();
        black_box(plain.load_folder(&folder)?);
        Ok(began.elapsed().as_secs_f64() * 1e3)
    });
    let compiled = median(turns.collect::<Outcome<_>>()?);
    println!("install of a component of {} KB          {compiled:>8.1} ms", size / 1_000);

    let cache = tempfile::tempdir()?;
    let options = || HostOptions { cache: Some(cache.path().to_owned()) };
    Host::new(options())?.load_folder(&folder)?;
    let began = Clock::now();
    let host = Host::new(options())?;
    let first = host.load_folder(&folder)?;
    let before = resident();
    let more = (1..PLUGINS).map(|_| host.load_folder(&folder)).collect::<Result<Vec<_>, _>>()?;
    let took = began.elapsed().as_secs_f64() * 1e3;
    println!("start with {PLUGINS} installed, from the cache     {took:>8.1} ms");
    if let (Some(before), Some(after)) = (before, resident()) {
        let each = after.saturating_sub(before) as f64 / more.len() as f64 / 1e3;
        println!("memory of an idle plugin                 {each:>8.0} KB");
    }
    drop((first, more));
    Ok(())
}

fn median(mut turns: Vec<f64>) -> f64 {
    turns.sort_by(f64::total_cmp);
    turns[turns.len() / 2]
}

/// Bytes in memory, where the system says so.
fn resident() -> Option<u64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4_096)
}
