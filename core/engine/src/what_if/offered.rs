//! What the question puts in the place of a plugin's rule: a script, a packed version, tables, settings.

use crate::{
    Ctx, Engine, Inner, Problem,
    configuration::{Configuration, PluginInForce, PluginVersion},
    library::{Library, Runnable},
    packages::offer::Offer,
    problem::Code,
    request::WhatIfDraft,
    sentences,
    settings::{check_settings, patch},
    tables::find_table,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use regulars_model::{
    canonical::{canonical_json, hash_bytes, hex},
    manifest::Runtime,
};
use regulars_store::PackageRow;
use std::sync::Arc;

/// The rule that is asked about; the one in force where nothing else is offered.
pub struct Offered {
    runnable: Runnable,
    pub package: Option<PackageRow>,
}

impl Offered {
    /// Nothing of it is compiled before it is known who made it, and nothing is installed.
    pub async fn read(
        inner: &Arc<Inner>,
        ctx: &Ctx,
        library: &Library,
        is: &Configuration,
        plugin: &PluginInForce,
        draft: &WhatIfDraft,
    ) -> Result<Offered, Problem> {
        let offered = match (&draft.script, &draft.package) {
            (None, None) => return Ok(Offered { runnable: plugin.runnable(), package: None }),
            (Some(_), Some(_)) => {
                let message = sentences::script_or_package();
                return Err(Problem::invalid_at("/script", "one_of_two", message));
            }
            (Some(script), None) => {
                let runnable = read_script(inner, plugin, script).await?;
                Offered { runnable, package: None }
            }
            (None, Some(package)) => {
                let Offer { runnable, package, .. } =
                    read_package(inner, ctx, library, is, plugin, package).await?;
                Offered { runnable, package: Some(package) }
            }
        };
        library.add(offered.runnable.clone());
        Ok(offered)
    }

    /// With the settings and tables it would have, which it accepts.
    pub fn version(
        &self,
        plugin: &PluginInForce,
        draft: &WhatIfDraft,
        library: &Library,
        is: &Configuration,
    ) -> Result<PluginVersion, Problem> {
        let mut next = plugin.clone();
        next.manifest = self.runnable.manifest.clone();
        next.version = plugin.version.upgraded(&self.runnable);
        let mut version = next.version.clone();
        patch(&mut version, &next.manifest, None, draft.set.clone())?;
        for (name, rows) in &draft.tables {
            let table = find_table(&next, name)?;
            for currency in is.currencies() {
                table.read(rows, currency).map_err(Problem::invalid)?;
            }
            let hash = hex(&hash_bytes(&[canonical_json(rows).as_bytes()]));
            library.add_table(&draft.plugin, &hash, Arc::new(rows.clone()));
            version.tables.insert(name.clone(), hash);
        }
        let (manifest, decider) = (&self.runnable.manifest, &*self.runnable.watched);
        check_settings(manifest, decider, &version, library, is)?;
        Ok(version)
    }
}

/// A script comes unsigned, so only where such are trusted.
async fn read_script(
    inner: &Inner,
    plugin: &PluginInForce,
    script: &str,
) -> Result<Runnable, Problem> {
    let id = &plugin.manifest.id;
    if plugin.manifest.runtime != Runtime::Rhai {
        let message = sentences::is_component(id);
        return Err(Problem::invalid_at("/script", "other_runtime", message));
    }
    inner.trust.check(None)?;
    let toml = plugin.manifest.to_toml().map_err(Problem::internal)?;
    inner.library.load_script(toml, script.to_owned()).await
}

async fn read_package(
    inner: &Arc<Inner>,
    ctx: &Ctx,
    library: &Library,
    is: &Configuration,
    plugin: &PluginInForce,
    package: &str,
) -> Result<Offer, Problem> {
    let file = BASE64_STANDARD.decode(package).map_err(|error| {
        Problem::invalid_at("/package", "not_base64", sentences::not_base64(error.to_string()))
    })?;
    let engine = Engine { inner: inner.clone() };
    let offer = engine.read_offer(ctx, &file).await?;
    let (id, asked) = (&offer.package.plugin_id, &plugin.manifest.id);
    if id != asked {
        let detail = sentences::package_of_other(id, asked);
        return Err(Problem::new(Code::Conflict, detail));
    }
    offer.check(is, library)?;
    Ok(offer)
}
