//! How a plugin is doing: counts since this server started.

use crate::view::HealthView;
use regulars_model::{Call, Decider, Decision, Fault, PluginFault, Value, decide::PluginFaultCode};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

/// A plugin's decider, watched.
pub struct Watched {
    decider: Option<Arc<dyn Decider>>,
    plugin: String,
    decisions: AtomicU64,
    faults: AtomicU64,
    last_fault: Mutex<Option<String>>,
}

impl Watched {
    pub fn new(plugin: &str, decider: Arc<dyn Decider>) -> Watched {
        Watched { decider: Some(decider), ..Watched::missing(plugin) }
    }

    /// Its files are gone: every decision is held.
    pub fn missing(plugin: &str) -> Watched {
        Watched {
            decider: None,
            plugin: plugin.to_owned(),
            decisions: AtomicU64::new(0),
            faults: AtomicU64::new(0),
            last_fault: Mutex::new(None),
        }
    }

    /// The same decider with counts of its own.
    pub fn apart(&self) -> Watched {
        Watched { decider: self.decider.clone(), ..Watched::missing(&self.plugin) }
    }

    pub fn is_missing(&self) -> bool {
        self.decider.is_none()
    }

    pub fn health(&self) -> HealthView {
        let last = self.last_fault.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let faults = self.faults.load(Ordering::Relaxed);
        let state = match &self.decider {
            None => "missing",
            Some(_) if faults > 0 => "failing",
            Some(_) => "healthy",
        };
        HealthView {
            state: state.to_owned(),
            decisions: self.decisions.load(Ordering::Relaxed),
            faults,
            last_fault: last,
        }
    }

    fn gone(&self) -> PluginFault {
        let message = format!("the files of plugin {} are missing", self.plugin);
        PluginFault { code: PluginFaultCode::Panicked, message }
    }
}

impl Decider for Watched {
    fn decide(&self, call: &Call) -> Vec<Result<Decision, PluginFault>> {
        let answers = match &self.decider {
            Some(decider) => decider.decide(call),
            None => call.rows.iter().map(|_| Err(self.gone())).collect(),
        };
        self.decisions.fetch_add(answers.len() as u64, Ordering::Relaxed);
        let faults = answers.iter().filter_map(|answer| answer.as_ref().err());
        if let Some(last) = faults.clone().next_back() {
            self.faults.fetch_add(faults.count() as u64, Ordering::Relaxed);
            tracing::warn!(plugin = self.plugin, code = %last.code, "a decision is held");
            let mut kept = self.last_fault.lock().unwrap_or_else(PoisonError::into_inner);
            *kept = Some(last.to_string());
        }
        answers
    }

    fn check_settings(&self, settings: &[Value]) -> Result<Vec<Fault>, PluginFault> {
        match &self.decider {
            Some(decider) => decider.check_settings(settings),
            None => Err(self.gone()),
        }
    }
}
