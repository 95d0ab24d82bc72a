//! `regulars plugin install`, `upgrade`, `rollback`, `release` and `uninstall`: here, or by the server that holds
//! the database.

use crate::{
    Fault,
    cli::Place,
    language::tell,
    sentences,
    session::{Session, open, read},
};
use regulars_engine::{
    request::Rollback,
    view::{PluginView, VersionInForce},
};
use regulars_host::pack::Pack;
use regulars_model::{
    limits::PACK_BYTES_MAX,
    text::{Bilingual, Language},
};
use serde_json::json;
use std::path::Path;

const MEDIA_TYPE: &str = "application/vnd.regulars.plugin";

pub async fn install(place: &Place, file: &Path, hold: bool) -> Result<(), Fault> {
    let bytes = read_file(file)?;
    if hold {
        let held = hold_in(&open(place).await?, bytes).await?;
        tell(&sentences::at_hand(held.plugin, held.version));
        return Ok(());
    }
    print(&install_in(&open(place).await?, bytes).await?);
    Ok(())
}

/// As an installation, for whoever means to change what is there and not to add to it.
pub async fn upgrade(place: &Place, file: &Path) -> Result<(), Fault> {
    let bytes = read_file(file)?;
    let refused = |error: regulars_host::LoadError| {
        let said =
            Bilingual { en: error.write(Language::English), zh_cn: error.write(Language::Chinese) };
        Fault::from(sentences::in_file(file.display().to_string(), said))
    };
    let pack = Pack::read(&bytes).map_err(refused)?;
    let (id, version) = (pack.manifest.id, pack.manifest.version);
    let session = open(place).await?;
    let there = load(&session, &id).await?;
    if there.version == version {
        return Err(sentences::in_force_already(id, version, "").into());
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
    tell(&sentences::decides_again(plugin, done.version));
    tell(&sentences::decided_again(done.customers.to_string()));
    Ok(())
}

pub async fn uninstall(place: &Place, plugin: &str) -> Result<(), Fault> {
    match open(place).await? {
        Session::Local(local) => local.engine.uninstall_plugin(&local.ctx(), plugin).await?,
        Session::Remote(remote) => {
            remote.call("DELETE", &format!("/plugins/{plugin}"), None).await?;
        }
    }
    tell(&sentences::uninstalled(plugin));
    Ok(())
}

async fn install_in(session: &Session, bytes: Vec<u8>) -> Result<VersionInForce, Fault> {
    match session {
        Session::Local(local) => Ok(local.engine.install_plugin(&local.ctx(), &bytes).await?),
        Session::Remote(remote) => read(remote.send("POST", "/plugins", MEDIA_TYPE, bytes).await?),
    }
}

async fn hold_in(session: &Session, bytes: Vec<u8>) -> Result<VersionInForce, Fault> {
    match session {
        Session::Local(local) => Ok(local.engine.hold_plugin(&local.ctx(), &bytes).await?),
        Session::Remote(remote) => {
            read(remote.send("POST", "/plugins?hold=true", MEDIA_TYPE, bytes).await?)
        }
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

pub fn read_file(path: &Path) -> Result<Vec<u8>, Fault> {
    let shown = path.display().to_string();
    let unreadable =
        |error: std::io::Error| Fault::from(sentences::unreadable(&shown, error.to_string()));
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if length > PACK_BYTES_MAX as u64 {
        let (length, most) = (length.to_string(), PACK_BYTES_MAX);
        return Err(sentences::pack_too_large(shown, length, most).into());
    }
    std::fs::read(path).map_err(unreadable)
}

fn print(done: &VersionInForce) {
    let VersionInForce { plugin, version, before, publisher, customers, changed, .. } = done;
    let by = publisher.as_ref().map(|own| sentences::by(own.name.as_str()));
    let by = by.map_or_else(Bilingual::default, |said| said.text);
    let said = match before {
        _ if !changed => sentences::in_force_already(plugin, version, by),
        Some(before) => sentences::in_place_of(plugin, version, by, before),
        None => sentences::in_force(plugin, version, by),
    };
    tell(&said);
    if *changed {
        tell(&sentences::decided_again(customers.to_string()));
    }
}
