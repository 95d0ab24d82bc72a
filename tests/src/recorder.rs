//! All that scenarios make a plugin say, to be compared byte for byte.

use regulars_host::Plugin;
use regulars_model::{Call, Decider, Decision, Fault, PluginFault, Value};
use regulars_rules::scenario::run_path;
use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// Passes on to a plugin, and keeps what was asked and answered.
struct Recorder {
    plugin: Arc<dyn Decider>,
    record: Mutex<Vec<String>>,
}

impl Recorder {
    fn add(&self, line: String) {
        self.record.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

impl Decider for Recorder {
    fn decide(&self, call: &Call) -> Vec<Result<Decision, PluginFault>> {
        let answers = self.plugin.decide(call);
        for (row, answer) in call.rows.iter().zip(&answers) {
            let answer = match answer {
                Ok(decision) => serde_json::to_string(decision).expect("JSON"),
                Err(fault) => fault.to_string(),
            };
            self.add(format!("{row:?}\n{answer}\n"));
        }
        answers
    }

    fn check_settings(&self, settings: &[Value]) -> Result<Vec<Fault>, PluginFault> {
        let complaints = self.plugin.check_settings(settings);
        self.add(format!("{settings:?}\n{complaints:?}\n"));
        complaints
    }
}

/// What the plugin is asked by the scenarios of a folder, which must pass, and what it answers.
pub fn record(plugin: &Plugin, scenarios: &Path) -> Vec<String> {
    let recorder = Arc::new(Recorder { plugin: plugin.decider.clone(), record: Mutex::default() });
    let decider: Arc<dyn Decider> = recorder.clone();
    run_path(scenarios, &plugin.manifest, &decider).assert_passed();
    let mut record = recorder.record.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::take(&mut record)
}
