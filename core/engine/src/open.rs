//! Opening the engine: the database, the plugins, the configuration, the workers.

use crate::{
    Ctx, Engine, Inner, Problem, Trust, World,
    audit::{self, About},
    configuration::{Configuration, PluginVersion},
    library::Library,
    record::to_json,
    sentences, write,
};
use regulars_host::{Host, HostOptions};
use regulars_model::{
    Instant, Unit, UnitId,
    canonical::hex,
    limits::WHAT_IFS_RUNNING_MAX,
    unit::{Assignment, UnitKind},
};
use regulars_store::{ConfigurationRows, PluginRow, SettingsRow, Store};
use serde_json::json;
use std::{
    path::PathBuf,
    sync::{Arc, RwLock},
};
use tokio::sync::Semaphore;

/// How an engine is opened.
pub struct Options {
    /// `sqlite:PATH` or `postgres://…`
    pub database: String,
    /// Folders whose subfolders with a `plugin.toml` are plugins.
    pub plugins: Vec<PathBuf>,
    /// Where compiled components are kept.
    pub cache: Option<PathBuf>,
    /// Whose plugins may be installed; those that are installed were trusted then, and run.
    pub trust: Trust,
    pub world: World,
}

/// What an organisation is until somebody says otherwise.
const FIRST_UNIT: (&str, &str, &str, &str) =
    ("organisation", "Organisation", "Asia/Shanghai", "CNY");

/// SQLite has one writer: a second worker would only make the groups smaller.
const WORKERS_SQLITE: usize = 1;
const WORKERS_POSTGRES: usize = 2;

impl Engine {
    /// A plugin that does not load is a refusal to start: a rule that silently does not run is worse.
    pub async fn open(options: Options) -> Result<Engine, Problem> {
        let store = Store::open(&options.database).await?;
        Engine::open_on(store, options).await
    }

    /// On the database of `options`, which is open.
    pub async fn open_on(store: Store, options: Options) -> Result<Engine, Problem> {
        let host = Host::new(HostOptions { cache: options.cache }).map_err(refused)?;
        let library = Library::open(host, &options.plugins)?;
        let rows = sync(&store, &options.world, &library).await?;
        library.fetch(&store, &rows.packages).await?;
        library.fetch_tables(&store, &rows.settings).await?;
        let configuration = Arc::new(Configuration::build(rows, &library)?);
        let workers = if store.is_sqlite() { WORKERS_SQLITE } else { WORKERS_POSTGRES };
        let inner = Arc::new(Inner {
            store,
            world: options.world,
            queue: Arc::default(),
            keys: Default::default(),
            logins: Default::default(),
            refusals: Default::default(),
            turns: Default::default(),
            local_key: Default::default(),
            provider: Default::default(),
            library,
            trust: options.trust,
            what_ifs: Arc::new(Semaphore::new(WHAT_IFS_RUNNING_MAX)),
            configuration: RwLock::new(configuration),
        });
        for _ in 0..workers {
            tokio::spawn(write::work(inner.clone()));
        }
        Ok(Engine { inner })
    }
}

pub(crate) fn refused(error: impl std::fmt::Display) -> Problem {
    Problem::new(crate::Code::Unavailable, error.to_string())
}

/// Brings the stored configuration up to the plugins found: a new one is switched on for the whole
/// organisation with its default settings, a changed one becomes a new version of itself.
async fn sync(
    store: &Store,
    world: &World,
    library: &Library,
) -> Result<ConfigurationRows, Problem> {
    let rows = store.load_configuration().await?;
    if rows.units.is_empty() {
        store.put_unit(&first_unit(world)?, None).await?;
    }
    for plugin in library.in_folders() {
        let id = &plugin.manifest.id;
        let last = rows.settings.iter().rfind(|row| row.plugin_id == *id);
        let last = last.map(PluginVersion::read).transpose()?;
        let version = match last.filter(|last| !last.uninstalled) {
            None => PluginVersion::first(&plugin.hash),
            Some(last) if is_installed(&rows, id, &last) => return Err(given_twice(id)),
            Some(last) if last.hash == hex(&plugin.hash) => continue,
            Some(mut last) => {
                // A folder has one version, which is also what is tried of it.
                let hash = hex(&plugin.hash);
                if let Some(trial) = &mut last.trial {
                    trial.candidate.hash.clone_from(&hash);
                }
                PluginVersion { hash, quarantine: None, ..last }
            }
        };
        let from = in_force_from(store, world).await?;
        let manifest = toml_of(&plugin.manifest)?;
        store
            .put_plugin(&PluginRow {
                id: id.clone(),
                version: plugin.manifest.version.clone(),
                hash: plugin.hash,
                manifest,
                enabled: version.enabled,
                units: version.units.clone(),
                in_force_from: from,
                epoch: 0,
            })
            .await?;
        let number = &plugin.manifest.version;
        let after = json!({"version": number, "hash": version.hash, "enabled": version.enabled});
        let ctx = Ctx::of_engine(world.now());
        let audit = audit::row(world, &ctx, About::new("plugin", id), None, Some(after));
        let settings = settings_row(id, &version, from, world.now());
        store.add_settings_version(&settings, Some(&audit)).await?;
    }
    Ok(store.load_configuration().await?)
}

fn is_installed(rows: &ConfigurationRows, id: &str, version: &PluginVersion) -> bool {
    let mut packages = rows.packages.iter();
    packages.any(|package| package.plugin_id == *id && hex(&package.hash) == version.hash)
}

/// Neither is silently the one that counts.
pub(crate) fn given_twice(id: &str) -> Problem {
    Problem::new(crate::Code::Unavailable, sentences::given_twice(id))
}

/// A change is in force from now on; while there is nobody it could have decided about, since ever.
pub(crate) async fn in_force_from(store: &Store, world: &World) -> Result<Instant, Problem> {
    let nobody = store.count_customers(None).await? == 0;
    Ok(if nobody { Instant::BEGINNING } else { world.now() })
}

pub(crate) fn settings_row(
    plugin: &str,
    version: &PluginVersion,
    from: Instant,
    now: Instant,
) -> SettingsRow {
    SettingsRow {
        plugin_id: plugin.to_owned(),
        version: 0,
        settings: to_json(version),
        in_force_from: from,
        created_at: now,
        created_by: None,
        epoch: 0,
    }
}

fn toml_of(manifest: &regulars_model::Manifest) -> Result<String, Problem> {
    manifest.to_toml().map_err(Problem::internal)
}

fn first_unit(world: &World) -> Result<Unit, Problem> {
    let (code, name, time_zone, currency) = FIRST_UNIT;
    Ok(Unit {
        id: UnitId(world.new_id()),
        code: code.to_owned(),
        name: name.to_owned(),
        kind: UnitKind::Organisation,
        parent_id: None,
        time_zone: time_zone.to_owned(),
        currency: currency.parse().map_err(Problem::internal)?,
        cutoff_hour: 0,
        assignment: Assignment::ByHand,
    })
}
