//! What is versioned of a plugin, as it stands in a row of its settings.

use crate::{Problem, problem::Code};
use regulars_model::{
    Instant, Manifest, PluginFault, UnitId,
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
    /// Hashes of the reference tables that were put, by name, in hex.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<String, String>,
    /// It is off, and no longer among the plugins there are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub uninstalled: bool,
    /// What was set aside: this version itself, or the one that it was put back in place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<Quarantine>,
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

impl PluginVersion {
    pub fn first(hash: &Hash) -> PluginVersion {
        PluginVersion {
            enabled: true,
            units: Vec::new(),
            hash: hex(hash),
            values: Map::new(),
            tables: BTreeMap::new(),
            uninstalled: false,
            quarantine: None,
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

    /// Every setting with its value, defaults included.
    pub fn settings(&self, manifest: &Manifest) -> Map<String, Json> {
        let mut settings = manifest.default_settings();
        settings.extend(self.values.clone());
        settings
    }
}
