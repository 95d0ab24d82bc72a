//! `regulars plugin check`: all that can be said of a plugin before it runs.

use super::host;
use crate::{Fault, language::language, sentences};
use regulars_host::Plugin;
use regulars_model::{
    Findings,
    finding::{Finding, Place},
    money::InvalidMoney,
    said::Said,
};
use regulars_rules::scenario::check_folder;
use std::path::Path;

pub fn check(folder: &Path) -> Result<(), Fault> {
    let (plugin, mut findings) = look_at(folder)?;
    if let Some(plugin) = &plugin {
        findings.append(check_folder(&folder.join("scenarios"), &plugin.manifest));
    }
    in_order(plugin, &findings).map(drop)
}

/// For what a chain is about to begin with; its scenarios are left to whoever runs them.
pub(super) fn load_in_order(folder: &Path) -> Result<Plugin, Fault> {
    let (plugin, findings) = look_at(folder)?;
    in_order(plugin, &findings)
}

fn look_at(folder: &Path) -> Result<(Option<Plugin>, Findings), Fault> {
    let checked = host()?.check_folder(folder)?;
    let mut findings = checked.findings;
    if let Some(plugin) = &checked.plugin {
        findings.extend(check_defaults(plugin)?);
    }
    Ok((checked.plugin, findings))
}

fn in_order(plugin: Option<Plugin>, findings: &Findings) -> Result<Plugin, Fault> {
    show(findings);
    let plugin = plugin.filter(|_| findings.errors() == 0).ok_or_else(|| counted(findings))?;
    let manifest = &plugin.manifest;
    println!("{}", sentences::in_order(&manifest.id, &manifest.version).get(language()));
    Ok(plugin)
}

/// For what is done with a plugin only when it is in order.
pub(super) fn load(folder: &Path) -> Result<Plugin, Fault> {
    let checked = host()?.check_folder(folder)?;
    checked.plugin.ok_or_else(|| {
        show(&checked.findings);
        counted(&checked.findings)
    })
}

fn show(findings: &Findings) {
    if !findings.is_empty() {
        eprintln!("{}", findings.write(language()));
    }
}

fn counted(findings: &Findings) -> Fault {
    sentences::found_errors(findings.errors(), findings.warnings()).into()
}

/// Whether the rule accepts its own defaults: a chain begins with them.
fn check_defaults(plugin: &Plugin) -> Result<Vec<Finding>, Fault> {
    let manifest = &plugin.manifest;
    let wrong =
        |said: Said| Finding::error(Place::in_file("plugin.toml").with_key("settings"), said);
    // As in the manifest's own check: defaults of money are read in a currency of two decimals.
    let currency = "CNY".parse().map_err(|error: InvalidMoney| Fault::from(error.said()))?;
    let none = regulars_model::table::Tables::new();
    let settings = manifest.read_configuration(&serde_json::Map::new(), &none, currency);
    let complaints = match settings {
        Ok(settings) => plugin.decider.check_settings(&settings),
        Err(faults) => Ok(faults),
    };
    Ok(match complaints {
        Ok(faults) => {
            let said = faults.iter().map(|fault| sentences::default_settings(fault.said()));
            said.map(wrong).collect()
        }
        Err(fault) => vec![wrong(sentences::default_settings(fault.said()))],
    })
}
