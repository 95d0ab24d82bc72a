//! The configuration in force: units, schemas and every version of every plugin's settings, built
//! into a rulebook. Immutable; a change makes a new one.

use crate::{
    Problem,
    health::Watched,
    library::{Library, Runnable},
    problem::Code,
};
use regulars_model::{
    Currency, Instant, Manifest, UnitId, Units,
    canonical::{Hash, hex},
};
use regulars_rules::{
    Period, Rule, Rulebook,
    conflicts::{Conflict, Installed, Standing, conflicts},
};
use regulars_schema::Registry;
use regulars_store::{ConfigurationRows, ConfigurationStamp, PackageRow, PluginRow, SettingsRow};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub struct Configuration {
    pub units: Units,
    pub registry: Registry,
    pub rulebook: Arc<Rulebook>,
    /// Also those that were uninstalled: their decisions are still on record.
    pub plugins: BTreeMap<String, PluginInForce>,
    /// Every packed plugin there has been, by id and time of installation.
    pub packages: Vec<PackageRow>,
    /// By plugin and version of its settings.
    versions: BTreeMap<(String, i64), Version>,
    pub stamp: ConfigurationStamp,
}

/// A version of a plugin's settings, and the manifest of what ran under it.
struct Version {
    version: PluginVersion,
    manifest: Arc<Manifest>,
}

/// A plugin as it stands now.
#[derive(Clone)]
pub struct PluginInForce {
    pub manifest: Arc<Manifest>,
    pub hash: Hash,
    pub watched: Arc<Watched>,
    pub settings_version: i64,
    pub version: PluginVersion,
    /// As it was installed; none of one that a folder gives.
    pub package: Option<PackageRow>,
}

/// What is versioned of a plugin: not only its settings, but all that makes it answer otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginVersion {
    pub enabled: bool,
    /// Parts of the tree; empty for the whole organisation.
    pub units: Vec<UnitId>,
    /// Of what runs, in hex.
    pub hash: String,
    /// Only what differs from the defaults.
    pub values: Map<String, Json>,
    /// It is off, and no longer among the plugins there are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub uninstalled: bool,
}

/// Every version of each plugin's settings, oldest first.
type Versions = BTreeMap<String, Vec<(SettingsRow, PluginVersion)>>;

impl PluginVersion {
    pub fn first(hash: &Hash) -> PluginVersion {
        PluginVersion {
            enabled: true,
            units: Vec::new(),
            hash: hex(hash),
            values: Map::new(),
            uninstalled: false,
        }
    }

    pub fn read(row: &SettingsRow) -> Result<PluginVersion, Problem> {
        serde_json::from_str(&row.settings).map_err(|error| {
            let what = format!("settings {} of plugin {}", row.version, row.plugin_id);
            Problem::new(Code::Internal, format!("{what} cannot be read: {error}"))
        })
    }

    /// Every setting with its value, defaults included.
    pub fn settings(&self, manifest: &Manifest) -> Map<String, Json> {
        let mut settings = manifest.default_settings();
        settings.extend(self.values.clone());
        settings
    }
}

impl Configuration {
    pub fn build(rows: ConfigurationRows, library: &Library) -> Result<Configuration, Problem> {
        let units = Units::new(rows.units);
        let registry = Registry::new(&stored_schemas(&rows.schemas)?)
            .map_err(|error| Problem::new(Code::Internal, error.to_string()))?;
        let mut read = Versions::new();
        for row in rows.settings {
            let version = PluginVersion::read(&row)?;
            read.entry(row.plugin_id.clone()).or_default().push((row, version));
        }
        let mut plugins = BTreeMap::new();
        for stored in &rows.plugins {
            if let Some((row, version)) = read.get(&stored.id).and_then(|all| all.last()) {
                let plugin = plugin_in_force(stored, row, version, &rows.packages, library)?;
                plugins.insert(stored.id.clone(), plugin);
            }
        }
        let rulebook = Arc::new(build_rulebook(&units, &plugins, &read, library)?);
        let mut versions = BTreeMap::new();
        for (id, own) in read {
            let Some(plugin) = plugins.get(&id) else { continue };
            for (row, version) in own {
                let manifest = plugin.at(&version, library).manifest;
                versions.insert((id.clone(), row.version), Version { version, manifest });
            }
        }
        let (packages, stamp) = (rows.packages, rows.stamp);
        Ok(Configuration { units, registry, rulebook, plugins, packages, versions, stamp })
    }

    /// The manifest a decision was made with.
    pub fn manifest_then(&self, plugin: &str, settings_version: i64) -> Option<&Manifest> {
        let version = self.versions.get(&(plugin.to_owned(), settings_version));
        version.map(|version| &*version.manifest)
    }

    /// The newest version of a plugin's settings under which something of this hash ran.
    pub fn last_version_of(&self, plugin: &str, hash: &Hash) -> Option<&PluginVersion> {
        let hash = hex(hash);
        let mut newest_first = self.versions.iter().rev();
        let found = newest_first.find(|((id, _), own)| id == plugin && own.version.hash == hash);
        found.map(|(_, own)| &own.version)
    }

    pub fn package(&self, plugin: &str, hash: &Hash) -> Option<&PackageRow> {
        self.packages.iter().find(|own| own.plugin_id == plugin && own.hash == *hash)
    }

    pub fn find_plugin(&self, id: &str) -> Result<&PluginInForce, Problem> {
        let there = |plugin: &&PluginInForce| !plugin.version.uninstalled;
        self.plugins.get(id).filter(there).ok_or_else(|| {
            let known = self.plugins.values().filter(there);
            let known: Vec<_> = known.map(|plugin| plugin.manifest.id.as_str()).collect();
            Problem::new(
                Code::NotFound,
                format!("there is no plugin {id}; there are {}", known.join(", ")),
            )
        })
    }

    /// Currencies of all units: each plugin's money settings are read in every one of them.
    pub fn currencies(&self) -> Vec<Currency> {
        currencies(&self.units)
    }

    /// Where plugins act on the same thing, as things stand now.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let there = self.plugins.values().filter(|plugin| !plugin.version.uninstalled);
        let installed: Vec<Installed> = there.map(|plugin| self.installed(plugin)).collect();
        conflicts(&installed)
    }

    fn installed<'a>(&'a self, plugin: &'a PluginInForce) -> Installed<'a> {
        let mut rules = self.rulebook.rules_now().iter();
        let rule = rules.find(|rule| rule.id() == plugin.manifest.id);
        Installed {
            manifest: &plugin.manifest,
            standing: match rule {
                None => Standing::Off,
                Some(_) if plugin.watched.is_missing() => Standing::Gone,
                Some(_) => Standing::On,
            },
            stores: rule.and_then(|rule| rule.stores.as_ref()),
        }
    }

    /// The rule of a plugin as it was for a decision made under an epoch.
    pub fn rule_at(&self, plugin: &str, at: Instant) -> Option<&Arc<Rule>> {
        let period = &self.rulebook.periods[self.rulebook.position_at(at)];
        period.rules.iter().find(|rule| rule.id() == plugin)
    }
}

pub fn currencies(units: &Units) -> Vec<Currency> {
    let all: BTreeSet<_> = units.all().iter().map(|unit| unit.currency).collect();
    all.into_iter().collect()
}

impl PluginInForce {
    /// What ran under one of its versions: what that names, where it is at hand. A folder holds only
    /// one version, which then stands for those before it.
    fn at(&self, version: &PluginVersion, library: &Library) -> Runnable {
        library.find(&self.manifest.id, &version.hash).unwrap_or_else(|| self.runnable())
    }

    pub fn runnable(&self) -> Runnable {
        Runnable { manifest: self.manifest.clone(), hash: self.hash, watched: self.watched.clone() }
    }
}

fn plugin_in_force(
    stored: &PluginRow,
    row: &SettingsRow,
    version: &PluginVersion,
    packages: &[PackageRow],
    library: &Library,
) -> Result<PluginInForce, Problem> {
    let found = library.find(&stored.id, &version.hash);
    let Runnable { manifest, hash, watched } =
        match found.or_else(|| library.in_folder(&stored.id).cloned()) {
            Some(runnable) => runnable,
            None => missing(stored)?,
        };
    let given = library.in_folder(&stored.id).is_some();
    let mut packages = packages.iter().filter(|own| own.plugin_id == stored.id && !given);
    let package = packages.find(|own| own.hash == hash);
    Ok(PluginInForce {
        manifest,
        hash,
        watched,
        settings_version: row.version,
        version: version.clone(),
        package: package.cloned(),
    })
}

/// Its files are gone: what it is asked is held until they are back.
fn missing(stored: &PluginRow) -> Result<Runnable, Problem> {
    let manifest = Manifest::parse(&stored.manifest)
        .map_err(|error| Problem::new(Code::Internal, format!("plugin {}: {error}", stored.id)))?;
    let watched = Arc::new(Watched::missing(&stored.id));
    Ok(Runnable { manifest: Arc::new(manifest), hash: stored.hash, watched })
}

/// A period for each instant at which some plugin changed.
fn build_rulebook(
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
                    let rule = Arc::new(build_rule(units, ran, row, version, &currencies)?);
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
    ran: Runnable,
    row: &SettingsRow,
    version: &PluginVersion,
    currencies: &[Currency],
) -> Result<Rule, Problem> {
    // A setting that a newer version of the plugin no longer has is left out, not an error.
    let known = version.values.iter().filter(|(name, _)| ran.manifest.settings.contains_key(*name));
    let values = known.map(|(name, value)| (name.clone(), value.clone())).collect();
    let id = ran.manifest.id.clone();
    Rule::new(
        ran.manifest,
        ran.hash,
        ran.watched,
        row.version,
        &values,
        currencies,
        stores_within(units, &version.units),
    )
    .map_err(|faults| {
        let mut problem = Problem::invalid(faults);
        problem.detail = format!("plugin {id}: {}", problem.detail);
        problem
    })
}

/// Every unit at or below the chosen ones; none for the whole organisation.
fn stores_within(units: &Units, chosen: &[UnitId]) -> Option<BTreeSet<UnitId>> {
    if chosen.is_empty() {
        return None;
    }
    let all = units.all().iter().map(|unit| unit.id);
    Some(all.filter(|id| chosen.iter().any(|above| units.is_within(*id, *above))).collect())
}

fn stored_schemas(
    rows: &[regulars_store::FieldSchemaRow],
) -> Result<Vec<regulars_schema::StoredSchema>, Problem> {
    let read = |row: &regulars_store::FieldSchemaRow| {
        Ok(regulars_schema::StoredSchema {
            entity: regulars_schema::Entity::find(&row.entity)
                .ok_or_else(|| Problem::internal(format!("unknown entity {}", row.entity)))?,
            namespace: row.namespace.clone(),
            version: row.version,
            schema: serde_json::from_str(&row.schema).map_err(|error| {
                let what = format!("schema of {} {}", row.entity, row.namespace);
                Problem::new(Code::Internal, format!("{what} cannot be read: {error}"))
            })?,
        })
    };
    rows.iter().map(read).collect()
}
