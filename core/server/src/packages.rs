//! `regulars plugin install`, `upgrade`, `rollback`, `release` and `uninstall`: here, or by the server that holds
//! the database.

use crate::{
    Fault,
    cli::Place,
    session::{Session, open, read},
};
use regulars_engine::{
    request::Rollback,
    view::{PluginView, VersionInForce},
};
use regulars_host::pack::Pack;
use regulars_model::limits::PACK_BYTES_MAX;
use serde_json::json;
use std::path::Path;

const MEDIA_TYPE: &str = "application/vnd.regulars.plugin";

pub async fn install(place: &Place, file: &Path) -> Result<(), Fault> {
    let bytes = read_file(file)?;
    print(&install_in(&open(place).await?, bytes).await?);
    Ok(())
}

/// As an installation, for whoever means to change what is there and not to add to it.
pub async fn upgrade(place: &Place, file: &Path) -> Result<(), Fault> {
    let bytes = read_file(file)?;
    let pack = Pack::read(&bytes).map_err(|error| Fault(format!("{}: {error}", file.display())))?;
    let (id, version) = (pack.manifest.id, pack.manifest.version);
    let session = open(place).await?;
    let there = load(&session, &id).await?;
    if there.version == version {
        return Err(Fault(format!("{id} {version} is in force already")));
    }
    print(&install_in(&session, bytes).await?);
    Ok(())
}

pub async fn rollback(place: &Place, plugin: &str) -> Result<(), Fault> {
    let session = open(place).await?;
    let draft = Rollback { from: Some(load(&session, plugin).await?.version) };
    let done = match session {
        Session::Local(local) => local.engine.rollback_plugin(&local.ctx(), plugin, &draft).await?,
        Session::Remote(remote) => {
            let path = format!("/plugins/{plugin}/rollback");
            read(remote.call("POST", &path, Some(json!(draft))).await?)?
        }
    };
    print(&done);
    Ok(())
}

pub async fn release(place: &Place, plugin: &str) -> Result<(), Fault> {
    let done: VersionInForce = match open(place).await? {
        Session::Local(local) => local.engine.release_plugin(&local.ctx(), plugin).await?,
        Session::Remote(remote) => {
            read(remote.call("POST", &format!("/plugins/{plugin}/release"), None).await?)?
        }
    };
    println!("{plugin} {} decides again", done.version);
    println!("{} customers will be decided again", done.customers);
    Ok(())
}

pub async fn uninstall(place: &Place, plugin: &str) -> Result<(), Fault> {
    match open(place).await? {
        Session::Local(local) => local.engine.uninstall_plugin(&local.ctx(), plugin).await?,
        Session::Remote(remote) => {
            remote.call("DELETE", &format!("/plugins/{plugin}"), None).await?;
        }
    }
    println!("{plugin} is uninstalled; what it decided stays on record");
    Ok(())
}

async fn install_in(session: &Session, bytes: Vec<u8>) -> Result<VersionInForce, Fault> {
    match session {
        Session::Local(local) => Ok(local.engine.install_plugin(&local.ctx(), &bytes).await?),
        Session::Remote(remote) => read(remote.send("POST", "/plugins", MEDIA_TYPE, bytes).await?),
    }
}

async fn load(session: &Session, plugin: &str) -> Result<PluginView, Fault> {
    match session {
        Session::Local(local) => Ok(local.engine.load_plugin(&local.ctx(), plugin).await?),
        Session::Remote(remote) => {
            read(remote.call("GET", &format!("/plugins/{plugin}"), None).await?)
        }
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, Fault> {
    let unreadable = |error| Fault(format!("cannot read {}: {error}", path.display()));
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if length > PACK_BYTES_MAX as u64 {
        let shown = path.display();
        return Err(Fault(format!(
            "{shown} has {length} bytes; a packed plugin may have {PACK_BYTES_MAX}"
        )));
    }
    std::fs::read(path).map_err(unreadable)
}

fn print(done: &VersionInForce) {
    let VersionInForce { plugin, version, before, publisher, customers, changed, .. } = done;
    let by = publisher.as_ref().map(|own| format!(" by {}", own.name)).unwrap_or_default();
    match before {
        _ if !changed => return println!("{plugin} {version}{by} is in force already"),
        Some(before) => println!("{plugin} {version}{by} is in force, in place of {before}"),
        None => println!("{plugin} {version}{by} is in force"),
    }
    println!("{customers} customers will be decided again");
}
