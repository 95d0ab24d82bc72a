//! The rulebook of a configuration: a period for each instant at which some plugin changed.

use super::{PluginInForce, PluginVersion, Versions, currencies};
use crate::{
    Problem,
    health::Silent,
    library::{Library, Runnable},
};
use regulars_model::{Currency, Fault, Instant, Manifest, UnitId, Units, table::Tables};
use regulars_rules::{Given, Period, Rule, Rulebook};
use regulars_store::SettingsRow;
use serde_json::{Map, Value as Json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A period for each instant at which some plugin changed.
pub(super) fn build(
    units: &Units,
    plugins: &BTreeMap<String, PluginInForce>,
    versions: &Versions,
    library: &Library,
) -> Result<Rulebook, Problem> {
    let all = || versions.values().flatten();
    let mut starts: BTreeSet<Instant> = all().map(|(row, _)| row.in_force_from).collect();
    starts.insert(Instant::BEGINNING);
    let currencies = currencies(units);
    let mut built: BTreeMap<(&str, i64), Arc<Rule>> = BTreeMap::new();
    let mut periods = Vec::new();
    for from in starts {
        let before = |row: &SettingsRow| row.in_force_from <= from;
        let epoch = all().filter(|(row, _)| before(row)).map(|(row, _)| row.epoch).max();
        let mut rules = Vec::new();
        for (id, own) in versions {
            let Some(plugin) = plugins.get(id) else { continue };
            // The newest of those in force: a later version may be dated back.
            let in_force = own.iter().rev().find(|(row, _)| before(row));
            let Some((row, version)) = in_force.filter(|(_, version)| version.enabled) else {
                continue;
            };
            let rule = match built.get(&(id, row.version)) {
                Some(rule) => rule.clone(),
                None => {
                    let ran = plugin.at(version, library);
                    let tables = library.tables(id, version);
                    let rule = build_rule(units, (ran, &tables), row, version, &currencies)?;
                    let rule = Arc::new(silence(rule, version, &set_aside(own)));
                    built.insert((id, row.version), rule.clone());
                    rule
                }
            };
            rules.push(rule);
        }
        periods.push(Period { from, epoch: epoch.unwrap_or(0), rules });
    }
    Ok(Rulebook { periods })
}

fn build_rule(
    units: &Units,
    (ran, tables): (Runnable, &Tables),
    row: &SettingsRow,
    version: &PluginVersion,
    currencies: &[Currency],
) -> Result<Rule, Problem> {
    // A setting that a newer version of the plugin no longer has is left out, not an error.
    let known = version.values.iter().filter(|(name, _)| ran.manifest.settings.contains_key(*name));
    let values = known.map(|(name, value)| (name.clone(), value.clone())).collect();
    let stores = || stores_within(units, &version.units);
    let rule = |manifest, values: Map<String, Json>| {
        let watched = ran.watched.clone();
        let given = Given { settings: &values, tables };
        let made =
            Rule::with(manifest, ran.hash, watched, row.version, given, currencies, stores());
        made.map_err(|faults| unreadable(&ran.manifest.id, faults))
    };
    let made = rule(ran.manifest.clone(), values);
    if made.is_ok() || !ran.watched.is_missing() {
        return made;
    }
    // It is not asked, so it needs no settings; and one plugin must not be in the way of all.
    let without =
        Manifest { settings: BTreeMap::new(), tables: BTreeMap::new(), ..(*ran.manifest).clone() };
    rule(Arc::new(without), Map::new())
}

/// Of a plugin's versions, by hash, those that were quarantined and not let back since.
fn set_aside(versions: &[(SettingsRow, PluginVersion)]) -> BTreeSet<&str> {
    let mut hashes = BTreeSet::new();
    for (_, version) in versions {
        match &version.quarantine {
            Some(quarantine) => drop(hashes.insert(&*quarantine.hash)),
            None if version.enabled => drop(hashes.remove(&*version.hash)),
            None => {}
        }
    }
    hashes
}

/// A quarantined version is not called any more; nor, in a replay of the time before, about what it had
/// failed to decide.
fn silence(mut rule: Rule, version: &PluginVersion, set_aside: &BTreeSet<&str>) -> Rule {
    if !version.is_quarantined() && !set_aside.contains(&*version.hash) {
        return rule;
    }
    let decider = Arc::new(Silent { version: rule.manifest.version.clone() });
    let mut silent = rule.with_decider(decider);
    silent.is_silent = true;
    if version.is_quarantined() {
        return silent;
    }
    rule.silenced = Some(Arc::new(silent));
    rule
}

fn unreadable(plugin: &str, faults: Vec<Fault>) -> Problem {
    let mut problem = Problem::invalid(faults);
    problem.detail = format!("plugin {plugin}: {}", problem.detail);
    problem
}

/// Every unit at or below the chosen ones; none for the whole organisation.
fn stores_within(units: &Units, chosen: &[UnitId]) -> Option<BTreeSet<UnitId>> {
    if chosen.is_empty() {
        return None;
    }
    let all = units.all().iter().map(|unit| unit.id);
    Some(all.filter(|id| chosen.iter().any(|above| units.is_within(*id, *above))).collect())
}
