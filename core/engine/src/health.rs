//! How a plugin is doing: counts since this server started.

use crate::{sentences, view::HealthView};
use regulars_model::{
    Call, CustomerId, Decider, Decision, Fault, Instant, PluginFault, Value,
    decide::PluginFaultCode, limits::FAULTS_IN_A_ROW_MAX, text::Language,
};
use regulars_rules::play::Fared;
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
    last_fault: Mutex<Option<PluginFault>>,
    row: Mutex<FaultsInARow>,
}

/// Faults with no success between, under one version of the settings.
#[derive(Default)]
struct FaultsInARow {
    settings_version: i64,
    faults: u32,
    since: Option<Instant>,
    customer: Option<CustomerId>,
    /// About more than one customer: one alone may be the odd one.
    several: bool,
    reported: bool,
}

/// A version that has failed too often.
pub struct Failing {
    pub settings_version: i64,
    pub since: Instant,
    pub faults: u32,
    pub fault: PluginFault,
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
            row: Mutex::default(),
        }
    }

    /// The same decider with counts of its own.
    pub fn apart(&self) -> Watched {
        Watched { decider: self.decider.clone(), ..Watched::missing(&self.plugin) }
    }

    pub fn is_missing(&self) -> bool {
        self.decider.is_none()
    }

    pub fn health(&self, language: Language) -> HealthView {
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
            last_fault: last.map(|fault| fault.write(language)),
        }
    }

    /// Counts what came of a customer's play once it is committed; the version's failing is told once.
    pub fn count(&self, fared: &Fared, customer: CustomerId, now: Instant) -> Option<Failing> {
        if self.is_missing() {
            return None;
        }
        let mut row = self.row.lock().unwrap_or_else(PoisonError::into_inner);
        let settings_version = fared.rule.settings_version;
        if fared.has_succeeded || row.settings_version != settings_version {
            *row = FaultsInARow { settings_version, ..FaultsInARow::default() };
        }
        let fault = fared.fault.as_ref()?;
        row.faults = row.faults.saturating_add(fared.faults);
        row.several |= row.customer.is_some_and(|other| other != customer);
        row.customer = Some(customer);
        let since = *row.since.get_or_insert(now);
        let keeps_state = fault.code == PluginFaultCode::NotDeterministic;
        let too_often = row.several && row.faults >= FAULTS_IN_A_ROW_MAX;
        if row.reported || !(keeps_state || too_often) {
            return None;
        }
        row.reported = true;
        Some(Failing { settings_version, since, faults: row.faults, fault: fault.clone() })
    }

    /// What was told could not be acted on, and is told again at the next fault.
    pub fn tell_again(&self) {
        self.row.lock().unwrap_or_else(PoisonError::into_inner).reported = false;
    }

    fn gone(&self) -> PluginFault {
        PluginFault::new(PluginFaultCode::Missing, sentences::files_missing(&self.plugin))
    }
}

/// A version that was set aside: it is not called, so that it costs the till nothing.
pub struct Silent {
    pub version: String,
}

impl Silent {
    fn fault(&self) -> PluginFault {
        PluginFault::new(PluginFaultCode::Quarantined, sentences::set_aside(&self.version))
    }
}

impl Decider for Silent {
    fn decide(&self, call: &Call) -> Vec<Result<Decision, PluginFault>> {
        call.rows.iter().map(|_| Err(self.fault())).collect()
    }

    fn check_settings(&self, _: &[Value]) -> Result<Vec<Fault>, PluginFault> {
        Err(self.fault())
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
            *kept = Some(last.clone());
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
