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
    check_defaults(&plugin)?;
    println!("{} {} is in order", plugin.manifest.id, plugin.manifest.version);
    Ok(())
}

/// Whether the rule accepts its own defaults: a chain begins with them.
fn check_defaults(plugin: &Plugin) -> Result<(), Fault> {
    let manifest = &plugin.manifest;
    let refused = |error: &dyn std::fmt::Display| Fault(format!("its default settings: {error}"));
    // As in the manifest's own check: defaults of money are read in a currency of two decimals.
    let currency = "CNY".parse().map_err(|error| Fault(format!("{error}")))?;
    let settings = manifest.read_settings(&serde_json::Map::new(), currency);
    let settings = settings.map_err(|faults| refused(&join(&faults)))?;
    let complaints = plugin.decider.check_settings(&settings).map_err(|fault| refused(&fault))?;
    if complaints.is_empty() { Ok(()) } else { Err(refused(&join(&complaints))) }
}

fn join(faults: &[regulars_model::Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

pub fn test(folder: &Path) -> Result<ExitCode, Fault> {
    let plugin = load(folder)?;
    let scenarios = folder.join("scenarios");
    let report =
        regulars_rules::scenario::run_folder(&scenarios, &plugin.manifest, &plugin.decider);
    println!("{report}");
    if report.passed.is_empty() && report.failed.is_empty() {
        return Err(Fault(format!("{} holds no scenario", scenarios.display())));
    }
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
