//! A plugin as it stands now, and what ran under its earlier versions.

use super::{Configuration, PluginVersion};
use crate::{
    Code, Problem,
    health::Watched,
    library::{Library, Runnable},
    sentences,
};
use regulars_model::{Manifest, canonical::Hash};
use regulars_store::{PackageRow, PluginRow, SettingsRow};
use std::sync::Arc;

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
    /// Of other code than this, and tried beside it.
    pub tried: Option<Runnable>,
}

impl PluginInForce {
    pub(super) fn new(
        stored: &PluginRow,
        row: &SettingsRow,
        version: &PluginVersion,
        packages: &[PackageRow],
        library: &Library,
    ) -> PluginInForce {
        let found = library.find(&stored.id, &version.hash);
        let found = found.or_else(|| library.in_folder(&stored.id));
        let Runnable { manifest, hash, watched } = found.unwrap_or_else(|| missing(stored));
        let given = library.in_folder(&stored.id).is_some();
        let mut packages = packages.iter().filter(|own| own.plugin_id == stored.id && !given);
        let package = packages.find(|own| own.hash == hash);
        PluginInForce {
            manifest,
            hash,
            watched,
            settings_version: row.version,
            version: version.clone(),
            package: package.cloned(),
            tried: None,
        }
        .with_tried(library)
    }

    fn with_tried(self, library: &Library) -> PluginInForce {
        let trial = self.version.trial.as_ref();
        let tried = trial.map(|trial| self.at(&trial.candidate, library));
        PluginInForce { tried: tried.filter(|tried| tried.hash != self.hash), ..self }
    }

    /// What ran under one of its versions: what that names, where it is at hand. A folder holds only
    /// one version, which then stands for those before it.
    pub fn at(&self, version: &PluginVersion, library: &Library) -> Runnable {
        library.find(&self.manifest.id, &version.hash).unwrap_or_else(|| self.runnable())
    }

    /// While something of it is tried in some stores, nothing else of it may change.
    pub fn check_untried(&self, configuration: &Configuration) -> Result<(), Problem> {
        let Some(trial) = &self.version.trial else { return Ok(()) };
        let stores = configuration.units.codes(&trial.units);
        let (id, draft) = (&self.manifest.id, trial.draft);
        let detail = sentences::being_tried(draft.to_string(), id, &stores[..]);
        Err(Problem::new(Code::Conflict, detail).with("draft", draft))
    }

    pub fn runnable(&self) -> Runnable {
        Runnable { manifest: self.manifest.clone(), hash: self.hash, watched: self.watched.clone() }
    }
}

/// Its files are gone, or do not load: what it is asked is held until they do. Its manifest may be of
/// another version of the contract, so it is not checked; nothing of it runs.
fn missing(stored: &PluginRow) -> Runnable {
    let manifest = Manifest::of_stored(&stored.id, &stored.version, &stored.manifest);
    let watched = Arc::new(Watched::missing(&stored.id));
    Runnable { manifest: Arc::new(manifest), hash: stored.hash, watched }
}
