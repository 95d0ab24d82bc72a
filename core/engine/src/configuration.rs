//! The configuration in force: units, schemas and every version of every plugin's settings, built
//! into a rulebook. Immutable; a change makes a new one.

mod apart;
mod in_force;
mod rules;
mod version;

use crate::{Problem, library::Library, problem::Code, sentences};
use regulars_model::{
    Currency, Instant, Manifest, StaffId, UnitId, Units,
    canonical::{Hash, hex},
};
use regulars_rules::{
    Decided, Rule, Rulebook,
    conflicts::{Conflict, Installed, Standing, conflicts},
};
use regulars_schema::Registry;
use regulars_store::{ConfigurationRows, ConfigurationStamp, PackageRow, SettingsRow};
use serde_json::{Map, Value as Json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub use in_force::PluginInForce;
pub use version::{PluginVersion, Quarantine, Trial};

pub struct Configuration {
    pub units: Units,
    pub registry: Registry,
    pub rulebook: Arc<Rulebook>,
    /// Also those that were uninstalled: their decisions are still on record.
    pub plugins: BTreeMap<String, PluginInForce>,
    /// Every packed plugin there has been, by id and time of installation.
    pub packages: Vec<PackageRow>,
    /// By plugin and version of its settings.
    versions: BTreeMap<(String, i64), VersionOfSettings>,
    pub stamp: ConfigurationStamp,
}

/// A version of a plugin's settings, as it was put, and the manifest of what ran under it.
pub struct VersionOfSettings {
    pub number: i64,
    pub version: PluginVersion,
    pub in_force_from: Instant,
    pub created_at: Instant,
    pub created_by: Option<StaffId>,
    epoch: i64,
    manifest: Arc<Manifest>,
    /// Of what was tried beside it.
    tried: Option<Arc<Manifest>>,
}

/// Every version of each plugin's settings, oldest first.
type Versions = BTreeMap<String, Vec<(SettingsRow, PluginVersion)>>;

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
                let plugin = PluginInForce::new(stored, row, version, &rows.packages, library);
                plugins.insert(stored.id.clone(), plugin);
            }
        }
        let rulebook = Arc::new(rules::build(&units, &plugins, &read, library)?);
        let mut versions = BTreeMap::new();
        for (id, own) in read {
            let Some(plugin) = plugins.get(&id) else { continue };
            for (row, version) in own {
                let manifest = plugin.at(&version, library).manifest;
                let tried = version.trial.as_ref();
                let tried = tried.map(|trial| plugin.at(&trial.candidate, library).manifest);
                let version = VersionOfSettings {
                    number: row.version,
                    version,
                    in_force_from: row.in_force_from,
                    created_at: row.created_at,
                    created_by: row.created_by,
                    epoch: row.epoch,
                    manifest,
                    tried,
                };
                versions.insert((id.clone(), row.version), version);
            }
        }
        let (packages, stamp) = (rows.packages, rows.stamp);
        Ok(Configuration { units, registry, rulebook, plugins, packages, versions, stamp })
    }

    /// The manifest a decision was made with.
    pub fn manifest_then(&self, decided: &Decided) -> Option<&Manifest> {
        let then = self.versions.get(&(decided.plugin.clone(), decided.settings_version))?;
        let tried = then.tried.as_deref().filter(|tried| tried.version == decided.plugin_version);
        Some(tried.unwrap_or(&then.manifest))
    }

    /// The rule a decision was made with, about a customer of that home store.
    pub fn rule_of(&self, decided: &Decided, home: Option<UnitId>) -> Option<&Arc<Rule>> {
        let periods = self.rulebook.periods.iter();
        let mut rules = periods.flat_map(|period| period.rules_at(home));
        rules.find(|rule| {
            rule.id() == decided.plugin
                && rule.settings_version == decided.settings_version
                && rule.manifest.version == decided.plugin_version
        })
    }

    /// The hash of what ran for a decision, in hex.
    pub fn hash_then(&self, decided: &Decided) -> Option<&str> {
        let then = self.versions.get(&(decided.plugin.clone(), decided.settings_version))?;
        let tried = then.tried.as_ref().zip(then.version.trial.as_ref());
        let tried = tried.filter(|(manifest, _)| manifest.version == decided.plugin_version);
        Some(tried.map_or(&then.version.hash, |(_, trial)| &trial.candidate.hash))
    }

    /// Hashes of the tables a decision about a customer of a home store was made with, by name.
    pub fn tables_then(
        &self,
        plugin: &str,
        settings_version: i64,
        home: Option<UnitId>,
    ) -> BTreeMap<String, String> {
        let then = self.versions.get(&(plugin.to_owned(), settings_version));
        let tables = then.map(|then| then.version.at_home(&self.units, home).tables.clone());
        tables.unwrap_or_default()
    }

    /// The settings a plugin has had at a home store while it was on, and since when; only what differs
    /// from the defaults.
    pub fn settings_of(
        &self,
        plugin: &str,
        home: Option<UnitId>,
    ) -> Vec<(Instant, Map<String, Json>)> {
        let in_force = self.rulebook.periods.iter().filter_map(|period| {
            let rule = period.rules_at(home).iter().find(|rule| rule.id() == plugin)?;
            let version = self.versions.get(&(plugin.to_owned(), rule.settings_version))?;
            let own = version.version.at_home(&self.units, home);
            Some((period.from, own.values_at(&self.units, home)))
        });
        in_force.collect()
    }

    /// The newest version of a plugin's settings under which something of this hash ran.
    pub fn last_version_of(&self, plugin: &str, hash: &Hash) -> Option<&PluginVersion> {
        let hash = hex(hash);
        let versions = self.versions_of(plugin).map(|own| &own.version);
        { versions }.find(|version| version.hash == hash)
    }

    /// Newest first.
    pub fn versions_of(&self, plugin: &str) -> impl Iterator<Item = &VersionOfSettings> {
        let newest_first = self.versions.iter().rev();
        newest_first.filter(move |((id, _), _)| id == plugin).map(|(_, own)| own)
    }

    /// With their plugins, those that somebody decided under an older epoch has not seen.
    pub fn versions_since(&self, epoch: i64) -> impl Iterator<Item = (&str, &VersionOfSettings)> {
        let newer = self.versions.iter().filter(move |(_, own)| own.epoch > epoch);
        newer.map(|((plugin, _), own)| (plugin.as_str(), own))
    }

    pub fn version_of(&self, plugin: &str, number: i64) -> Option<&VersionOfSettings> {
        self.versions.get(&(plugin.to_owned(), number))
    }

    pub fn package(&self, plugin: &str, hash: &Hash) -> Option<&PackageRow> {
        self.packages.iter().find(|own| own.plugin_id == plugin && own.hash == *hash)
    }

    pub fn find_plugin(&self, id: &str) -> Result<&PluginInForce, Problem> {
        let there = |plugin: &&PluginInForce| !plugin.version.uninstalled;
        self.plugins.get(id).filter(there).ok_or_else(|| {
            let known = self.plugins.values().filter(there);
            let known: Vec<_> = known.map(|plugin| plugin.manifest.id.as_str()).collect();
            Problem::new(Code::NotFound, sentences::no_plugin(id, &known[..]))
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
        let mut rules = self.rulebook.rules_now(None).iter();
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

    /// The rule of a plugin that was in force at an instant, for customers of a home store.
    pub fn rule_at(&self, plugin: &str, at: Instant, home: Option<UnitId>) -> Option<&Arc<Rule>> {
        let period = &self.rulebook.periods[self.rulebook.position_at(at)];
        period.rules_at(home).iter().find(|rule| rule.id() == plugin)
    }
}

pub fn currencies(units: &Units) -> Vec<Currency> {
    let all: BTreeSet<_> = units.all().iter().map(|unit| unit.currency).collect();
    all.into_iter().collect()
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
