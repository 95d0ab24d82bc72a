//! What is versioned of a plugin, as it stands in a row of its settings.

use crate::{Problem, problem::Code};
use regulars_model::{
    DraftId, Instant, Manifest, PluginFault, UnitId, Units,
    canonical::{Hash, hex},
};
use regulars_store::SettingsRow;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

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
    /// What parts of the organisation have set otherwise, field by field: a store's own value stands
    /// before its region's.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub overrides: BTreeMap<UnitId, Map<String, Json>>,
    /// Hashes of the reference tables that were put, by name, in hex.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<String, String>,
    /// It is off, and no longer among the plugins there are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub uninstalled: bool,
    /// What was set aside: this version itself, or the one that it was put back in place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<Quarantine>,
    /// What is tried in some stores before it is in force everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial: Option<Trial>,
}

/// A draft on its way: in force for customers who are at home in these parts of the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    pub draft: DraftId,
    pub units: Vec<UnitId>,
    pub candidate: Box<PluginVersion>,
}

/// Why a version was set aside, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantine {
    pub version: String,
    /// In hex.
    pub hash: String,
    pub actor: String,
    pub at: Instant,
    /// When the first of the faults in a row was recorded.
    pub since: Instant,
    pub faults: u32,
    /// The last of them.
    pub fault: PluginFault,
}

/// What is in force in some home stores.
pub struct Variant<'v> {
    pub homes: Vec<UnitId>,
    pub version: &'v PluginVersion,
    /// Only what differs from the defaults.
    pub values: Map<String, Json>,
}

impl PluginVersion {
    pub fn first(hash: &Hash) -> PluginVersion {
        PluginVersion {
            enabled: true,
            units: Vec::new(),
            hash: hex(hash),
            values: Map::new(),
            overrides: BTreeMap::new(),
            tables: BTreeMap::new(),
            uninstalled: false,
            quarantine: None,
            trial: None,
        }
    }

    pub fn is_quarantined(&self) -> bool {
        self.quarantine.as_ref().is_some_and(|quarantine| quarantine.hash == self.hash)
    }

    pub fn read(row: &SettingsRow) -> Result<PluginVersion, Problem> {
        serde_json::from_str(&row.settings).map_err(|error| {
            let what = format!("settings {} of plugin {}", row.version, row.plugin_id);
            Problem::new(Code::Internal, format!("{what} cannot be read: {error}"))
        })
    }

    /// Every setting with its value where nobody has set otherwise, defaults included.
    pub fn settings(&self, manifest: &Manifest) -> Map<String, Json> {
        let mut settings = manifest.default_settings();
        settings.extend(self.values.clone());
        settings
    }

    /// What customers of a home store are decided by.
    pub fn at_home(&self, units: &Units, home: Option<UnitId>) -> &PluginVersion {
        let is_tried =
            |trial: &&Trial| home.is_some_and(|home| units.is_within_any(home, &trial.units));
        let tried = self.trial.as_ref().filter(is_tried);
        tried.map_or(self, |trial| &trial.candidate)
    }

    /// The settings of a part of the organisation: only what differs from the defaults.
    pub fn values_at(&self, units: &Units, unit: Option<UnitId>) -> Map<String, Json> {
        let mut values = self.values.clone();
        let up: Vec<_> = unit.into_iter().flat_map(|unit| units.path_up(unit)).collect();
        for part in up.into_iter().rev() {
            values.extend(self.overrides.get(&part.id).cloned().unwrap_or_default());
        }
        values
    }

    /// The home stores for whose customers something else is in force than for everybody's, by what it
    /// is. Each part of the organisation may be somebody's home.
    pub fn variants(&self, units: &Units) -> Vec<Variant<'_>> {
        let mut variants: Vec<Variant> = Vec::new();
        if self.overrides.is_empty() && self.trial.is_none() {
            return variants;
        }
        for unit in units.all() {
            let version = self.at_home(units, Some(unit.id));
            let values = version.values_at(units, Some(unit.id));
            if std::ptr::eq(version, self) && values == self.values {
                continue;
            }
            let known = variants
                .iter_mut()
                .find(|variant| std::ptr::eq(variant.version, version) && variant.values == values);
            match known {
                Some(known) => known.homes.push(unit.id),
                None => variants.push(Variant { homes: vec![unit.id], version, values }),
            }
        }
        variants
    }
}
