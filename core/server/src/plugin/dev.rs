//! `regulars plugin dev`: the author's side of a server that runs with `serve --dev`.

use super::{
    build::{build, is_crate},
    check::load_in_order,
    watch::Watch,
};
use crate::{
    Fault,
    cli::{DevArgs, Place},
    language::language,
    remote::Remote,
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

/// Holds an API key of the server that `--server` names.
const KEY: &str = "REGULARS_KEY";

pub async fn dev(place: &Place, args: &DevArgs) -> Result<(), Fault> {
    // What is wrong with it stays wrong, whatever the author changes.
    let named = args.server.as_deref().map(named_server).transpose()?;
    let folder = &args.folder;
    let mut watch = Watch::new(folder);
    loop {
        let server = named.clone().or_else(|| find_running(place));
        if let Err(fault) = round(server, folder).await {
            eprintln!("regulars: {fault}");
            println!("{}", sentences::in_force_stays().get(language()));
        }
        println!("{}", watch.said().get(language()));
        println!("{}", sentences::changed(&watch.changed().await[..]).get(language()));
    }
}

fn named_server(url: &str) -> Result<Running, Fault> {
    let key = std::env::var(KEY).map_err(|_| sentences::needs_key(KEY))?;
    let remote = Remote::at(url, key).ok_or_else(|| sentences::no_url(url))?;
    Ok(Running { remote, address: url.to_owned() })
}

async fn round(server: Option<Running>, folder: &Path) -> Result<(), Fault> {
    if is_crate(folder) {
        build(folder)?;
    }
    let plugin = load_in_order(folder)?;
    let report = run_path(&folder.join("scenarios"), &plugin.manifest, &plugin.decider);
    println!("{}", report.write(language()));
    println!("{}", taken(server, folder, &plugin).await?.get(language()));
    Ok(())
}

/// Waits until the server runs what the folder holds.
async fn taken(server: Option<Running>, folder: &Path, plugin: &Plugin) -> Result<Said, Fault> {
    let Some(Running { remote, address }) = server else {
        // One on Postgres leaves no note of where it listens.
        return Ok(sentences::no_server(folder.display().to_string(), KEY));
    };
    let (id, hash) = (&plugin.manifest.id, hex(&plugin.hash));
    let began = Instant::now();
    let mut refused = None;
    while began.elapsed() < TAKEN_WITHIN {
        // It may still be starting, and an unknown plugin be one that is still to come.
        match remote.find(&format!("/plugins/{id}")).await {
            Ok(Some(there)) if there["hash"] == hash.as_str() => {
                let version = there["settings_version"].to_string();
                return Ok(sentences::taken(address, version));
            }
            Ok(_) => refused = None,
            Err(fault) => refused = Some(fault),
        }
        sleep(Duration::from_millis(50)).await;
    }
    let not_taken = || sentences::not_taken(address, folder.display().to_string()).into();
    Err(refused.unwrap_or_else(not_taken))
}
