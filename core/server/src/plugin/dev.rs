//! `regulars plugin dev`: the author's side of a server that runs with `serve --dev`.

use super::{
    build::{build, is_crate},
    check::load_in_order,
    watch::Watch,
};
use crate::{
    Fault,
    cli::Place,
    language::language,
    sentences,
    session::{Running, find_running},
};
use regulars_host::Plugin;
use regulars_model::{canonical::hex, said::Said};
use regulars_rules::scenario::run_path;
use std::{path::Path, time::Duration};
use tokio::time::{Instant, sleep};

/// The server looks five times a second, and then loads.
const TAKEN_WITHIN: Duration = Duration::from_secs(5);

pub async fn dev(place: &Place, folder: &Path) -> Result<(), Fault> {
    let mut watch = Watch::new(folder);
    loop {
        if let Err(fault) = round(place, folder).await {
            eprintln!("regulars: {fault}");
            println!("{}", sentences::in_force_stays().get(language()));
        }
        println!("{}", watch.said().get(language()));
        println!("{}", sentences::changed(&watch.changed().await[..]).get(language()));
    }
}

async fn round(place: &Place, folder: &Path) -> Result<(), Fault> {
    if is_crate(folder) {
        build(folder)?;
    }
    let plugin = load_in_order(folder)?;
    let report = run_path(&folder.join("scenarios"), &plugin.manifest, &plugin.decider);
    println!("{report}");
    println!("{}", taken(place, folder, &plugin).await?.get(language()));
    Ok(())
}

/// Waits until the server runs what the folder holds.
async fn taken(place: &Place, folder: &Path, plugin: &Plugin) -> Result<Said, Fault> {
    let Some(Running { remote, address }) = find_running(place) else {
        // One on Postgres leaves no note of where it listens.
        return Ok(sentences::no_server(folder.display().to_string()));
    };
    let (id, hash) = (&plugin.manifest.id, hex(&plugin.hash));
    let began = Instant::now();
    while began.elapsed() < TAKEN_WITHIN {
        // An unknown plugin is one that is still to come.
        if let Ok(there) = remote.call("GET", &format!("/plugins/{id}"), None).await
            && there["hash"] == hash.as_str()
        {
            let version = there["settings_version"].to_string();
            return Ok(sentences::taken(address.to_string(), version));
        }
        sleep(Duration::from_millis(50)).await;
    }
    Err(sentences::not_taken(address.to_string(), folder.display().to_string()).into())
}
