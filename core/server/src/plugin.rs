//! Commands for whoever writes a plugin; they need no database.

mod pack;
mod starter;

pub use pack::{make_key, pack};
pub use starter::new;

use crate::Fault;
use regulars_host::{Host, HostOptions, Plugin};
use std::{path::Path, process::ExitCode};

pub fn wrap(module: &Path, manifest: &Path, out: &Path) -> Result<(), Fault> {
    let bytes = std::fs::read(module).map_err(|error| unreadable(module, error))?;
    let toml = std::fs::read_to_string(manifest).map_err(|error| unreadable(manifest, error))?;
    let component = regulars_host::wrap(&bytes, &toml).map_err(|error| Fault(error.to_string()))?;
    std::fs::write(out, &component)
        .map_err(|error| Fault(format!("cannot write {}: {error}", out.display())))
}

pub fn check(folder: &Path) -> Result<(), Fault> {
    let plugin = load(folder)?;
    println!("{} {} is in order", plugin.manifest.id, plugin.manifest.version);
    Ok(())
}

pub fn test(folder: &Path) -> Result<ExitCode, Fault> {
    let plugin = load(folder)?;
    let scenarios = folder.join("scenarios");
    let report =
        regulars_rules::scenario::run_folder(&scenarios, &plugin.manifest, &plugin.decider);
    println!("{report}");
    Ok(if report.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn load(folder: &Path) -> Result<Plugin, Fault> {
    host()?.load_folder(folder).map_err(|error| Fault(error.to_string()))
}

fn host() -> Result<Host, Fault> {
    Host::new(HostOptions { cache: None }).map_err(|error| Fault(error.to_string()))
}

fn unreadable(path: &Path, error: std::io::Error) -> Fault {
    Fault(format!("cannot read {}: {error}", path.display()))
}
