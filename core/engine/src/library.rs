//! Every plugin this process can run: what folders held when it started, and what has been installed
//! since, each version by the hash of what runs.

use crate::{Problem, configuration::PluginVersion, health::Watched, open::refused};
use regulars_host::{Host, LoadError, Plugin, pack::Pack};
use regulars_model::{
    Manifest,
    canonical::{Hash, hex, unhex},
    table::Tables,
};
use regulars_store::{PackageRow, SettingsRow, Store};
use serde_json::Value as Json;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};
use tokio::{sync::Mutex, task::spawn_blocking};

/// Of one table, as they were put.
type Rows = Arc<Vec<Json>>;

pub struct Library {
    host: Host,
    folders: RwLock<BTreeMap<String, Runnable>>,
    /// By id and hash, in hex.
    installed: RwLock<BTreeMap<(String, String), Runnable>>,
    /// Rows of reference tables, by plugin and hash.
    tables: RwLock<BTreeMap<(String, String), Rows>>,
    fetching: Mutex<()>,
}

/// One version of a plugin.
#[derive(Clone)]
pub struct Runnable {
    pub manifest: Arc<Manifest>,
    pub hash: Hash,
    pub watched: Arc<Watched>,
}

impl Library {
    pub fn open(host: Host, folders: &[PathBuf]) -> Result<Library, Problem> {
        let folders = load_folders(&host, folders)?;
        Ok(Library {
            host,
            folders: RwLock::new(folders),
            installed: RwLock::default(),
            tables: RwLock::default(),
            fetching: Mutex::default(),
        })
    }

    /// The same plugins, whose health is counted apart: for what does not happen.
    pub fn apart(&self) -> Library {
        let installed = self.installed.read().unwrap_or_else(PoisonError::into_inner);
        let installed = installed.iter().map(|(key, own)| (key.clone(), own.apart())).collect();
        let folders = self.folders.read().unwrap_or_else(PoisonError::into_inner);
        let folders = folders.iter().map(|(id, own)| (id.clone(), own.apart())).collect();
        Library {
            host: self.host.clone(),
            folders: RwLock::new(folders),
            installed: RwLock::new(installed),
            tables: RwLock::new(self.tables.read().unwrap_or_else(PoisonError::into_inner).clone()),
            fetching: Mutex::default(),
        }
    }

    pub fn in_folders(&self) -> Vec<Runnable> {
        let folders = self.folders.read().unwrap_or_else(PoisonError::into_inner);
        folders.values().cloned().collect()
    }

    pub fn in_folder(&self, id: &str) -> Option<Runnable> {
        let folders = self.folders.read().unwrap_or_else(PoisonError::into_inner);
        folders.get(id).cloned()
    }

    /// What a folder gives now, in place of what it gave before.
    pub fn put_in_folder(&self, runnable: Runnable) {
        let mut folders = self.folders.write().unwrap_or_else(PoisonError::into_inner);
        folders.insert(runnable.manifest.id.clone(), runnable);
    }

    /// The plugin of one folder, loaded beside everything else that goes on.
    pub async fn load_folder(&self, folder: &Path) -> Result<Runnable, Problem> {
        let (host, folder) = (self.host.clone(), folder.to_owned());
        let loading = spawn_blocking(move || host.load_folder(&folder));
        let plugin = loading.await.map_err(Problem::internal)?;
        plugin.map(Runnable::of).map_err(unreadable)
    }

    pub fn find(&self, id: &str, hash: &str) -> Option<Runnable> {
        let installed = self.installed.read().unwrap_or_else(PoisonError::into_inner);
        let found = installed.get(&(id.to_owned(), hash.to_owned())).cloned();
        let given = || self.in_folder(id).filter(|runnable| hex(&runnable.hash) == hash);
        found.or_else(given)
    }

    /// Compiles what is packed, beside everything else that goes on.
    pub async fn load(&self, file: Arc<[u8]>) -> Result<Runnable, Problem> {
        let host = self.host.clone();
        let loading = spawn_blocking(move || host.load_pack(&Pack::read(&file)?));
        let plugin = loading.await.map_err(Problem::internal)?;
        plugin.map(Runnable::of).map_err(unreadable)
    }

    /// Another script under a manifest.
    pub async fn load_script(&self, toml: String, script: String) -> Result<Runnable, Problem> {
        let host = self.host.clone();
        let loading = spawn_blocking(move || host.load_script(&toml, &script));
        let plugin = loading.await.map_err(Problem::internal)?;
        plugin
            .map(Runnable::of)
            .map_err(|error| Problem::invalid_at("/script", "invalid_script", error.text()))
    }

    pub fn add(&self, runnable: Runnable) {
        let key = (runnable.manifest.id.clone(), hex(&runnable.hash));
        let mut installed = self.installed.write().unwrap_or_else(PoisonError::into_inner);
        // What is there has its health counted.
        installed.entry(key).or_insert(runnable);
    }

    /// Loads what was installed and is not at hand yet. Workers that see a change at the same time
    /// wait for the first of them. What does not load is held and not in anybody's way: neither a
    /// sale nor whoever would put another version in its place.
    pub async fn fetch(&self, store: &Store, packages: &[PackageRow]) -> Result<(), Problem> {
        let _turn = self.fetching.lock().await;
        for package in packages {
            let (id, version) = (&package.plugin_id, &package.version);
            if self.find(id, &hex(&package.hash)).is_some() {
                continue;
            }
            let file = store.find_package_file(id, &package.hash).await?;
            match self.load(file.unwrap_or_default().into()).await {
                Ok(runnable) if runnable.hash == package.hash => self.add(runnable),
                Ok(_) => tracing::error!(plugin = id, version, "it is not what was installed"),
                Err(problem) => {
                    tracing::error!(plugin = id, version, %problem, "it does not load here");
                }
            }
        }
        Ok(())
    }
}

/// Reference tables, which never change under their hash.
impl Library {
    /// All that a version of a plugin reads.
    pub fn tables(&self, id: &str, version: &PluginVersion) -> Tables {
        let named = version.tables.iter();
        named.filter_map(|(name, hash)| Some((name.clone(), self.find_table(id, hash)?))).collect()
    }

    pub fn find_table(&self, id: &str, hash: &str) -> Option<Arc<Vec<Json>>> {
        let tables = self.tables.read().unwrap_or_else(PoisonError::into_inner);
        tables.get(&(id.to_owned(), hash.to_owned())).cloned()
    }

    pub fn add_table(&self, id: &str, hash: &str, rows: Arc<Vec<Json>>) {
        let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        tables.entry((id.to_owned(), hash.to_owned())).or_insert(rows);
    }

    /// Reads those that settings name and that are not at hand yet. Without its rows a rule would
    /// quietly answer otherwise, so one that is missing is an error.
    pub async fn fetch_tables(&self, store: &Store, rows: &[SettingsRow]) -> Result<(), Problem> {
        for row in rows {
            let id = &row.plugin_id;
            for hash in PluginVersion::read(row)?.tables.values() {
                if self.find_table(id, hash).is_some() {
                    continue;
                }
                let corrupt =
                    |why: String| Problem::internal(format!("table {hash} of {id}: {why}"));
                let bytes = unhex(hash).and_then(|bytes| Hash::try_from(bytes).ok());
                let bytes = bytes.ok_or_else(|| corrupt("not a hash".to_owned()))?;
                let content = store.find_table(id, &bytes).await?;
                let content = content.ok_or_else(|| corrupt("it is missing".to_owned()))?;
                let rows = serde_json::from_str(&content);
                let rows = rows.map_err(|error| corrupt(error.to_string()))?;
                self.add_table(id, hash, Arc::new(rows));
            }
        }
        Ok(())
    }
}

impl Runnable {
    fn apart(&self) -> Runnable {
        Runnable { watched: Arc::new(self.watched.apart()), ..self.clone() }
    }

    fn of(plugin: Plugin) -> Runnable {
        let watched = Watched::new(&plugin.manifest.id, plugin.decider);
        Runnable { manifest: plugin.manifest, hash: plugin.hash, watched: Arc::new(watched) }
    }
}

/// A packed plugin that somebody sent, and that is none.
pub fn unreadable(error: LoadError) -> Problem {
    match error {
        LoadError::TooLarge { .. } => Problem::new(crate::Code::TooLarge, error.text()),
        _ => Problem::invalid_at("", "invalid_plugin", error.text()),
    }
}

fn load_folders(host: &Host, folders: &[PathBuf]) -> Result<BTreeMap<String, Runnable>, Problem> {
    let mut loaded = BTreeMap::new();
    for folder in folders {
        for folder in plugin_folders(folder)? {
            let plugin = host.load_folder(&folder).map_err(|error| {
                refused(format!("plugin {} is refused: {error}", folder.display()))
            })?;
            let id = plugin.manifest.id.clone();
            if loaded.insert(id.clone(), Runnable::of(plugin)).is_some() {
                return Err(refused(format!("plugin {id} is found in two folders")));
            }
        }
    }
    Ok(loaded)
}

/// Itself, where it is one, or else those in it.
pub fn plugin_folders(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    if folder.join("plugin.toml").is_file() {
        return Ok(vec![folder.to_owned()]);
    }
    let unreadable =
        |error| refused(format!("cannot read plugins folder {}: {error}", folder.display()));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.join("plugin.toml").is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
