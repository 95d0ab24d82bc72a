//! `regulars serve`.

use crate::plugin::watch::{LOOK_EVERY, Marks, entry_marks};
use crate::{
    Fault,
    cli::{Place, ServeArgs},
    sentences,
    session::{open_engine, own_lock},
};
use regulars_engine::{Engine, World, plugin_folders};
use regulars_oidc::{Oidc, Settings};
use regulars_system::terminated;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::{net::TcpListener, signal, time::sleep};

pub async fn serve(place: &Place, args: &ServeArgs) -> Result<(), Fault> {
    if args.dev && !args.listen.ip().is_loopback() {
        return Err(sentences::dev_elsewhere(args.listen.to_string()).into());
    }
    let provider = args.oidc.as_deref().map(read_provider).transpose()?;
    let mut lock = own_lock(place)?;
    let folders = place.plugin_folders();
    let marks = marks_of(&folders);
    let engine = open_engine(place, World::real()).await?;
    if let Some(provider) = provider {
        engine.use_provider(provider);
    }
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(|error| sentences::not_listening(args.listen.to_string(), error.to_string()))?;
    let address = listener.local_addr().map_err(|error| Fault(error.to_string()))?;
    if let Some(lock) = &mut lock {
        let key = engine.make_local_key();
        lock.write_contact(&address.to_string(), &key).map_err(|error| Fault(error.to_string()))?;
    }
    if !address.ip().is_loopback() {
        tracing::warn!(%address, "listening beyond this machine; put TLS in front");
    }
    tracing::info!(%address, "serving");
    let schedule = tokio::spawn({
        let engine = engine.clone();
        async move { engine.run_schedule().await }
    });
    let dev = args.dev.then(|| {
        tracing::info!("folders of plugins are read again when they change");
        tokio::spawn(follow(engine.clone(), folders, marks))
    });
    let served = regulars_api::serve(listener, engine.clone(), stopped()).await;
    schedule.abort();
    if let Some(dev) = dev {
        dev.abort();
    }
    engine.close().await;
    served.map_err(|error| sentences::server_failed(error.to_string()).into())
}

/// Its secret comes from a file or the environment, never as an argument, which every user of the machine
/// could read.
fn read_provider(file: &Path) -> Result<Arc<Oidc>, Fault> {
    let secret = std::env::var(Settings::SECRET_VARIABLE).ok();
    Ok(Arc::new(Oidc::new(Settings::read(file, secret)?)))
}

/// Takes what changes in the folders, once it has stayed the same for a moment.
async fn follow(engine: Engine, folders: Vec<PathBuf>, mut taken: BTreeMap<PathBuf, Marks>) {
    let mut before = taken.clone();
    loop {
        sleep(LOOK_EVERY).await;
        let now = marks_of(&folders);
        for (folder, marks) in &now {
            if taken.get(folder) == Some(marks) || before.get(folder) != Some(marks) {
                continue;
            }
            taken.insert(folder.clone(), marks.clone());
            match engine.reread_plugin(folder).await {
                Ok(done) => {
                    let (plugin, version) = (done.plugin, done.settings_version);
                    tracing::info!(plugin, settings_version = version, "taken from its folder");
                }
                Err(problem) => {
                    let folder = folder.display();
                    tracing::warn!(%folder, %problem, "what was in force stays");
                }
            }
        }
        before = now;
    }
}

/// A folder that can not be read now holds nothing new.
fn marks_of(folders: &[PathBuf]) -> BTreeMap<PathBuf, Marks> {
    let all = folders.iter().filter_map(|folder| plugin_folders(folder).ok()).flatten();
    all.map(|folder| (folder.clone(), entry_marks(&folder))).collect()
}

/// Ready at Ctrl-C, and where there are signals at SIGTERM.
async fn stopped() {
    tokio::select! {
        _ = signal::ctrl_c() => {}
        () = terminated() => {}
    }
}
