//! The rulebook of a configuration: a period for each instant at which some plugin changed.

use super::{PluginInForce, PluginVersion, Versions, currencies, version::Variant};
use crate::{
    Problem,
    health::Silent,
    library::{Library, Runnable},
    sentences,
};
use regulars_model::{Currency, Fault, Instant, Manifest, UnitId, Units, table::Tables};
use regulars_rules::{Given, Period, Rule, Rulebook, Rules};
use regulars_store::SettingsRow;
use serde_json::{Map, Value as Json};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, btree_map::Entry},
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
    let mut built: BTreeMap<(&str, i64), Built> = BTreeMap::new();
    let mut periods = Vec::new();
    for from in starts {
        let before = |row: &SettingsRow| row.in_force_from <= from;
        let epoch = all().filter(|(row, _)| before(row)).map(|(row, _)| row.epoch).max();
        let mut in_force = Vec::new();
        for (id, own) in versions {
            let Some(plugin) = plugins.get(id) else { continue };
            // The newest of those in force: a later version may be dated back.
            let Some((row, version)) = own.iter().rev().find(|(row, _)| before(row)) else {
                continue;
            };
            if let Entry::Vacant(place) = built.entry((id, row.version)) {
                let aside = set_aside(own);
                let maker =
                    Maker { units, library, currencies: &currencies, plugin, aside: &aside };
                place.insert(maker.build(row, version)?);
            }
            in_force.push((id.as_str(), row.version));
        }
        let in_force: Vec<&Built> = in_force.iter().filter_map(|key| built.get(key)).collect();
        periods.push(period(from, epoch.unwrap_or(0), &in_force));
    }
    Ok(Rulebook::new(periods))
}

fn period(from: Instant, epoch: i64, in_force: &[&Built]) -> Period {
    let rules = in_force.iter().filter_map(|built| built.rule.clone()).collect();
    let homes: BTreeSet<UnitId> =
        in_force.iter().flat_map(|built| built.at_home.keys().copied()).collect();
    // Most stores have the same rules as some other.
    let mut known: HashMap<Vec<*const Rule>, Rules> = HashMap::new();
    let mut at_home = BTreeMap::new();
    for home in homes {
        let own = in_force.iter().filter_map(|built| built.at(home).cloned());
        let own: Vec<Arc<Rule>> = own.collect();
        let key = own.iter().map(Arc::as_ptr).collect();
        at_home.insert(home, known.entry(key).or_insert_with(|| own.into()).clone());
    }
    Period { from, epoch, rules, at_home }
}

/// What one version of a plugin's settings comes to: none where it is switched off.
struct Built {
    rule: Option<Arc<Rule>>,
    at_home: BTreeMap<UnitId, Option<Arc<Rule>>>,
}

impl Built {
    fn at(&self, home: UnitId) -> Option<&Arc<Rule>> {
        self.at_home.get(&home).unwrap_or(&self.rule).as_ref()
    }
}

/// Makes the rules of one plugin.
struct Maker<'a> {
    units: &'a Units,
    library: &'a Library,
    currencies: &'a [Currency],
    plugin: &'a PluginInForce,
    aside: &'a BTreeSet<&'a str>,
}

impl Maker<'_> {
    fn build(&self, row: &SettingsRow, version: &PluginVersion) -> Result<Built, Problem> {
        let rule = self.rule(row, version, &version.values)?;
        let mut at_home = BTreeMap::new();
        for Variant { homes, version, values } in version.variants(self.units) {
            let rule = self.rule(row, version, &values)?;
            at_home.extend(homes.into_iter().map(|home| (home, rule.clone())));
        }
        Ok(Built { rule, at_home })
    }

    fn rule(
        &self,
        row: &SettingsRow,
        version: &PluginVersion,
        values: &Map<String, Json>,
    ) -> Result<Option<Arc<Rule>>, Problem> {
        if !version.enabled {
            return Ok(None);
        }
        let ran = self.plugin.at(version, self.library);
        let tables = self.library.tables(&self.plugin.manifest.id, version);
        // A setting that a newer version of the plugin no longer has is left out, not an error.
        let known = values.iter().filter(|(name, _)| ran.manifest.settings.contains_key(*name));
        let values = known.map(|(name, value)| (name.clone(), value.clone())).collect();
        let mut made = self.make(&ran, ran.manifest.clone(), row, version, (&values, &tables));
        if made.is_err() && ran.watched.is_missing() {
            // It is not asked, so it needs no settings; and one plugin must not be in the way of all.
            let (settings, none) = (BTreeMap::new(), BTreeMap::new());
            let without = Manifest { settings, tables: none, ..(*ran.manifest).clone() };
            made = self.make(&ran, Arc::new(without), row, version, (&Map::new(), &tables));
        }
        Ok(Some(Arc::new(silence(made?, version, self.aside))))
    }

    fn make(
        &self,
        ran: &Runnable,
        manifest: Arc<Manifest>,
        row: &SettingsRow,
        version: &PluginVersion,
        (settings, tables): (&Map<String, Json>, &Tables),
    ) -> Result<Rule, Problem> {
        let given = Given { settings, tables };
        let chosen = &version.units;
        let stores = (!chosen.is_empty()).then(|| self.units.within(chosen));
        let watched = ran.watched.clone();
        Rule::with(manifest, ran.hash, watched, row.version, given, self.currencies, stores)
            .map_err(|faults| unreadable(&ran.manifest.id, faults))
    }
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
    problem.detail = sentences::of_plugin(plugin, &problem.detail).text;
    problem
}
