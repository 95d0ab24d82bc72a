//! `regulars plugin bench`: what a rule costs on the entries that its own scenarios bring, beside a
//! script that does nothing with them, on this machine and in this run.

use super::{check::load, host};
use crate::{Fault, language::language, sentences};
use regulars_host::Plugin;
use regulars_model::{
    Call, Decider, Decision, Fault as Complaint, Manifest, PluginFault, Row, Value,
    limits::BATCH_ROWS_MAX, manifest::Runtime,
};
use regulars_rules::scenario::{
    report::{fuel_limit, number},
    run_path,
};
use std::{
    hint::black_box,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Of these the median counts.
const TURNS: usize = 5;
const TURN: Duration = Duration::from_millis(200);
const NOTHING: &str = "fn decide(call, out) {}";

pub fn bench(folder: &Path) -> Result<(), Fault> {
    let plugin = load(folder)?;
    let rows = rows_of_scenarios(folder, &plugin)?;
    let manifest = &plugin.manifest;
    let script =
        Manifest { runtime: Runtime::Rhai, entry: "nothing.rhai".into(), ..(**manifest).clone() };
    let toml = script.to_toml().map_err(|error| Fault(error.to_string()))?;
    let nothing = host()?.load_script(&toml, NOTHING)?;
    let said = sentences::measured(&manifest.id, &manifest.version, rows.len());
    println!("{}", said.get(language()));
    for batch in [1, BATCH_ROWS_MAX] {
        let [own, other] = [&plugin, &nothing].map(|plugin| micros(&*plugin.decider, &rows, batch));
        let (own, other) = (own?, other?);
        let [own_us, other_us] = [own, other].map(|micros| format!("{micros:.2}"));
        let a_second = number((1e6 / own) as u64);
        let said = sentences::a_call(format!("{batch:>3}"), own_us, a_second, other_us);
        println!("{}", said.get(language()));
    }
    print_fuel(&plugin, &rows);
    Ok(())
}

/// With the settings each was asked under.
type Asked = (Arc<[Value]>, Row);

/// Passes on to a plugin, and keeps what was asked.
struct Listener {
    plugin: Arc<dyn Decider>,
    asked: Mutex<Vec<Asked>>,
}

impl Decider for Listener {
    fn decide(&self, call: &Call) -> Vec<Result<Decision, PluginFault>> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = call.rows.iter();
        asked.extend(rows.map(|row| (call.settings[row.settings].clone(), row.clone())));
        self.plugin.decide(call)
    }

    fn check_settings(&self, settings: &[Value]) -> Result<Vec<Complaint>, PluginFault> {
        self.plugin.check_settings(settings)
    }
}

fn rows_of_scenarios(folder: &Path, plugin: &Plugin) -> Result<Vec<Asked>, Fault> {
    let listener = Arc::new(Listener { plugin: plugin.decider.clone(), asked: Mutex::default() });
    let decider: Arc<dyn Decider> = listener.clone();
    let report = run_path(&folder.join("scenarios"), &plugin.manifest, &decider);
    if report.failed() > 0 {
        return Err(sentences::not_measured(report.text()).into());
    }
    let asked = std::mem::take(&mut *listener.asked.lock().unwrap_or_else(PoisonError::into_inner));
    if asked.is_empty() {
        let scenarios = folder.join("scenarios");
        return Err(sentences::nothing_asked(scenarios.display().to_string()).into());
    }
    Ok(asked)
}

/// Time of an entry in calls of so many.
fn micros(decider: &dyn Decider, rows: &[Asked], batch: usize) -> Result<f64, Fault> {
    let calls = calls(rows, batch);
    let mut turns = Vec::with_capacity(TURNS);
    for _ in 0..TURNS {
        let (began, mut entries) = (Instant::now(), 0);
        while began.elapsed() < TURN {
            for call in &calls {
                entries += call.rows.len();
                if let Some(fault) =
                    black_box(decider.decide(call)).into_iter().find_map(Result::err)
                {
                    return Err(sentences::plugin_failed(fault.said()).into());
                }
            }
        }
        turns.push(began.elapsed().as_secs_f64() * 1e6 / entries as f64);
    }
    turns.sort_by(f64::total_cmp);
    Ok(turns[TURNS / 2])
}

/// Every entry at least once, and every call full. Equal entries of a call need be answered only
/// once, so each is a microsecond later than the one before.
fn calls(rows: &[Asked], batch: usize) -> Vec<Call> {
    let count = rows.len().div_ceil(batch) * batch;
    let asked: Vec<&Asked> = rows.iter().cycle().take(count).collect();
    asked.chunks(batch).map(call).collect()
}

fn call(asked: &[&Asked]) -> Call {
    let mut call = Call::default();
    for (later, (settings, row)) in (0..).zip(asked) {
        let known = call.settings.iter().position(|own| own == settings);
        let settings = known.unwrap_or_else(|| {
            call.settings.push(settings.clone());
            call.settings.len() - 1
        });
        call.rows.push(Row { settings, now: row.now.plus(later), ..row.clone() });
    }
    call
}

fn print_fuel(plugin: &Plugin, rows: &[Asked]) {
    let used =
        rows.iter().filter_map(|asked| plugin.decider.decide_measured(&call(&[asked])).1.fuel);
    let mut used: Vec<u64> = used.collect();
    used.sort_unstable();
    let (most, unit) = fuel_limit(plugin.manifest.runtime);
    if let (Some(highest), median) = (used.last(), used.get(used.len() / 2)) {
        let median = median.copied().unwrap_or_default();
        let said = sentences::fuel_taken(number(most), unit, number(*highest), number(median));
        println!("{}", said.get(language()));
    }
}
