//! Commands for whoever writes a plugin; they need no database.

mod check;
mod pack;
mod starter;

pub use check::check;
pub use pack::{make_key, pack};
pub use starter::new;

use crate::{Fault, sentences};
use check::load;
use regulars_host::{Host, HostOptions};
use std::{path::Path, process::ExitCode};

pub fn wrap(module: &Path, manifest: &Path, out: &Path) -> Result<(), Fault> {
    let bytes = std::fs::read(module).map_err(|error| unreadable(module, error))?;
    let toml = std::fs::read_to_string(manifest).map_err(|error| unreadable(manifest, error))?;
    let component = regulars_host::wrap(&bytes, &toml)?;
    std::fs::write(out, &component).map_err(|error| unwritable(out.display(), error))
}

pub fn test(folder: &Path) -> Result<ExitCode, Fault> {
    let plugin = load(folder)?;
    let scenarios = folder.join("scenarios");
    let report =
        regulars_rules::scenario::run_folder(&scenarios, &plugin.manifest, &plugin.decider);
    println!("{report}");
    if report.passed.is_empty() && report.failed.is_empty() {
        return Err(sentences::no_scenario(scenarios.display().to_string()).into());
    }
    Ok(if report.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn host() -> Result<Host, Fault> {
    Host::new(HostOptions { cache: None }).map_err(|error| Fault(error.to_string()))
}

fn unreadable(path: &Path, error: std::io::Error) -> Fault {
    sentences::unreadable(path.display().to_string(), error.to_string()).into()
}

fn unwritable(path: impl std::fmt::Display, error: std::io::Error) -> Fault {
    sentences::unwritable(path.to_string(), error.to_string()).into()
}
