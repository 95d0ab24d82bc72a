//! Scenario files: settings, a customer, steps with a moving clock, and what must come of them.
//! One runner for Rust (native and WebAssembly) and Rhai, on the same [`play`](crate::play) as the
//! server.

mod check;
pub mod coverage;
mod expect;
mod file;
mod observe;
pub mod record;
pub mod report;
mod run;
mod sentences;
mod stage;

use regulars_model::{Decider, Manifest, document::Document, text::Bilingual};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

pub use check::{check_folder, check_text};
pub use file::Scenario;
pub use observe::Taken;
pub use report::{Ran, Report};

/// Runs a scenario, or every `*.toml` of a folder in the order of their names.
pub fn run_path(path: &Path, manifest: &Arc<Manifest>, decider: &Arc<dyn Decider>) -> Report {
    let mut report = Report::default();
    let files = match list(path) {
        Ok(files) => files,
        Err(error) => {
            report.scenarios.push(unreadable(path.display().to_string(), &error));
            return report;
        }
    };
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match fs::read_to_string(&path) {
            Ok(text) => run_text(&name, &text, manifest, decider, &mut report),
            Err(error) => report.scenarios.push(unreadable(name, &error)),
        }
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
        run_text(name, text, manifest, decider, &mut report);
    }
    report
}

fn unreadable(name: String, error: &std::io::Error) -> Ran {
    let said = check::unreadable(error.to_string()).text;
    let failure = Some(Bilingual { en: error.to_string(), ..said });
    Ran { name: Bilingual::same(&name), failure, taken: Taken::default() }
}

/// As `check` says it.
fn fault(name: &str, toml: &str, error: &toml::de::Error) -> Bilingual {
    let document = Document::read(name, toml);
    let found = document.broken().into_iter().next();
    found.unwrap_or_else(|| document.fault(error)).text()
}

fn list(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files: Vec<_> =
        fs::read_dir(path)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    Ok(files)
}

fn run_text(
    name: &str,
    toml: &str,
    manifest: &Arc<Manifest>,
    decider: &Arc<dyn Decider>,
    report: &mut Report,
) {
    let scenario: Scenario = match toml::from_str(toml) {
        Ok(scenario) => scenario,
        Err(error) => {
            let failure = Some(Bilingual { en: error.to_string(), ..fault(name, toml, &error) });
            let name = Bilingual::same(name);
            report.scenarios.push(Ran { name, failure, taken: Taken::default() });
            return;
        }
    };
    let runs = std::iter::once(None).chain(scenario.what_ifs.iter().map(Some));
    for what_if in runs {
        let name = match what_if {
            None => Bilingual::same(name),
            Some(what_if) => sentences::variant(name, &what_if.title).text,
        };
        let ran = run::run(&scenario, what_if, manifest, decider);
        report.coverage.add(ran.coverage);
        report.scenarios.push(Ran { name, failure: ran.failure, taken: ran.taken });
    }
}
