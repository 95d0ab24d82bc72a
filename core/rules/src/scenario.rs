//! Scenario files: settings, a customer, steps with a moving clock, and what must come of them.
//! One runner for Rust (native and WebAssembly) and Rhai, on the same [`play`](crate::play) as the server.

mod check;
mod expect;
mod file;
mod run;

use regulars_model::{Decider, Manifest};
use std::{fmt, path::Path, sync::Arc};

pub use check::{check_folder, check_text};
pub use file::Scenario;

/// What came of a folder of scenarios.
#[derive(Debug, Default)]
pub struct Report {
    pub passed: Vec<String>,
    /// File and step, with what was expected and what was found.
    pub failed: Vec<String>,
}

impl Report {
    /// For tests: panics with the whole report unless everything passed and something ran.
    pub fn assert_passed(&self) {
        assert!(self.failed.is_empty() && !self.passed.is_empty(), "{self}");
    }

    fn note(&mut self, name: String, outcome: Result<(), String>) {
        match outcome {
            Ok(()) => self.passed.push(name),
            Err(difference) => self.failed.push(format!("{name}: {difference}")),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for name in &self.passed {
            writeln!(f, "ok      {name}")?;
        }
        for failure in &self.failed {
            writeln!(f, "FAILED  {failure}")?;
        }
        let (passed, failed) = (self.passed.len(), self.failed.len());
        let plural = if passed == 1 { "" } else { "s" };
        write!(f, "{passed} scenario{plural} passed, {failed} failed")
    }
}

/// Runs every `*.toml` of a folder, in the order of their names.
pub fn run_folder(folder: &Path, manifest: &Arc<Manifest>, decider: &Arc<dyn Decider>) -> Report {
    let mut report = Report::default();
    let mut files: Vec<_> = match std::fs::read_dir(folder) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
        Err(error) => {
            report.failed.push(format!("{}: {error}", folder.display()));
            return report;
        }
    };
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    for path in files {
        let name =
            path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string());
        report.note(name, text.and_then(|text| run_text(&text, manifest, decider)));
    }
    report
}

/// Runs scenarios that are at hand, each a name and its text.
pub fn run_texts<'a>(
    scenarios: impl Iterator<Item = (&'a str, &'a str)>,
    manifest: &Arc<Manifest>,
    decider: &Arc<dyn Decider>,
) -> Report {
    let mut report = Report::default();
    for (name, text) in scenarios {
        report.note(name.to_owned(), run_text(text, manifest, decider));
    }
    report
}

/// Runs one scenario; the error says which step, what was expected and what was found.
pub fn run_text(
    toml: &str,
    manifest: &Arc<Manifest>,
    decider: &Arc<dyn Decider>,
) -> Result<(), String> {
    let scenario: Scenario = toml::from_str(toml).map_err(|error| error.to_string())?;
    run::run(&scenario, manifest, decider)
}
