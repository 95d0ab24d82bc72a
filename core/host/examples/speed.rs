//! Time per decision of a plugin, in batches and alone: `cargo run --example speed -- FOLDER…`.

use regulars_host::{Host, HostOptions, Plugin};
use regulars_model::{Call, Cause, Instant, Row, Shape, Value, limits, wire::Layout, wire::Slot};
use std::{path::Path, time::Instant as Clock};

const ROWS: usize = 50_000;
const DAY: i64 = 86_400_000_000;
/// Years from 1970 in which the rows stand.
const START: i64 = 20_000 * DAY;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let host = Host::new(HostOptions::default())?;
    for folder in std::env::args().skip(1) {
        let plugin = host.load_folder(Path::new(&folder))?;
        for batch in [1, limits::BATCH_ROWS_MAX] {
            measure(&plugin, batch)?;
        }
    }
    Ok(())
}

fn measure(plugin: &Plugin, batch: usize) -> Result<(), Box<dyn std::error::Error>> {
    let layout = Layout::new(&plugin.manifest);
    let settings = plugin.manifest.read_settings(&Default::default(), "CNY".parse()?);
    let settings = settings.map_err(|faults| format!("{faults:?}"))?;
    let kind = plugin.manifest.on.events.first().map_or("purchase", String::as_str).into();
    let rows: Vec<Row> = (0..ROWS)
        .map(|index| row(&layout, Cause::Event(std::sync::Arc::clone(&kind)), index))
        .collect();
    let calls: Vec<Call> = rows
        .chunks(batch)
        .map(|rows| Call { settings: vec![settings.clone()], rows: rows.to_vec() })
        .collect();
    let started = Clock::now();
    let verdicts: Vec<_> = calls.iter().flat_map(|call| plugin.decider.decide(call)).collect();
    let took = started.elapsed();
    let faults: Vec<_> = verdicts.iter().filter_map(|verdict| verdict.as_ref().err()).collect();
    let effects: usize = verdicts.iter().flatten().map(|decision| decision.effects.len()).sum();
    let micros = took.as_secs_f64() * 1e6 / ROWS as f64;
    println!(
        "{} at {batch}: {micros:.2} µs per decision, {effects} effects, {} faults {:?}",
        plugin.manifest.id,
        faults.len(),
        faults.first()
    );
    Ok(())
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
