//! Back: to the version before, or to none.

use super::{
    ATTEMPTS_MAX, Next, SETTINGS_IT_HAD, itself, not_with,
    offer::{check_not_given, number},
    outrun,
};
use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, authorise},
    configuration::{Configuration, PluginInForce, PluginVersion},
    problem::Code,
    request::Rollback,
    sentences,
    settings::check_settings,
    view::VersionInForce,
};
use regulars_model::canonical::hex;
use regulars_store::PackageRow;
use serde_json::Map;
use std::collections::BTreeMap;

impl Engine {
    /// Puts the version before back, with the settings and tables it had then: those have been in force
    /// together. Where it is switched on stays. Customers are decided again, which changes state only.
    pub async fn rollback_plugin(
        &self,
        ctx: &Ctx,
        id: &str,
        draft: &Rollback,
    ) -> Result<VersionInForce, Problem> {
        authorise(ctx, Action::RollbackPlugin)?;
        self.once(ctx, self.put_back(ctx, id, draft)).await
    }

    async fn put_back(
        &self,
        ctx: &Ctx,
        id: &str,
        draft: &Rollback,
    ) -> Result<VersionInForce, Problem> {
        for _ in 0..ATTEMPTS_MAX {
            let configuration = self.inner.reload().await?;
            let plugin = configuration.find_plugin(id)?;
            plugin.check_untried(&configuration)?;
            check_not_given(id, &self.inner.library)?;
            check_left(plugin, draft)?;
            let before = version_before(plugin, &configuration)?;
            let hash = hex(&before.hash);
            let runnable = self.inner.library.find(id, &hash).ok_or_else(|| {
                let detail = sentences::does_not_load(id, &before.version);
                Problem::new(Code::Conflict, detail)
            })?;
            let then = configuration.last_version_of(id, &before.hash);
            let PluginVersion { values, overrides, tables, .. } =
                then.cloned().unwrap_or_else(|| PluginVersion::first(&before.hash));
            let standing = plugin.version.clone();
            let quarantine = None;
            let version = PluginVersion { hash, values, overrides, tables, quarantine, ..standing };
            let (manifest, library) = (&runnable.manifest, &self.inner.library);
            check_settings(manifest, &*runnable.watched, &version, library, &configuration)
                .map_err(|problem| not_with(problem, before, SETTINGS_IT_HAD))?;
            let next = Next::new(runnable.clone(), version);
            let put = self.put_in_force(ctx, &configuration, Some(plugin), next, itself);
            if let Some(done) = put.await? {
                return Ok(done);
            }
        }
        Err(outrun())
    }

    /// Switches it off everywhere, and forgets it and its settings as what there is. What decisions
    /// refer to stays; so does whose the id is.
    pub async fn uninstall_plugin(&self, ctx: &Ctx, id: &str) -> Result<(), Problem> {
        authorise(ctx, Action::UninstallPlugin)?;
        for _ in 0..ATTEMPTS_MAX {
            let configuration = self.inner.reload().await?;
            let plugin = configuration.find_plugin(id)?;
            plugin.check_untried(&configuration)?;
            check_not_given(id, &self.inner.library)?;
            let version = PluginVersion {
                enabled: false,
                values: Map::new(),
                overrides: BTreeMap::new(),
                tables: BTreeMap::new(),
                uninstalled: true,
                quarantine: None,
                ..plugin.version.clone()
            };
            let next = Next::new(plugin.runnable(), version);
            let put = self.put_in_force(ctx, &configuration, Some(plugin), next, itself);
            if put.await?.is_some() {
                return Ok(());
            }
        }
        Err(outrun())
    }
}

/// Asked for twice, it must not go back twice.
fn check_left(plugin: &PluginInForce, draft: &Rollback) -> Result<(), Problem> {
    let in_force = &plugin.manifest.version;
    match &draft.from {
        Some(from) if from != in_force => {
            let detail = sentences::other_in_force(&plugin.manifest.id, in_force, from);
            Err(Problem::new(Code::Conflict, detail))
        }
        _ => Ok(()),
    }
}

/// The newest of those that are older.
fn version_before<'c>(
    plugin: &PluginInForce,
    configuration: &'c Configuration,
) -> Result<&'c PackageRow, Problem> {
    let (id, version) = (&plugin.manifest.id, &plugin.manifest.version);
    let packages = configuration.packages.iter();
    let older =
        packages.filter(|own| own.plugin_id == *id && number(&own.version) < number(version));
    older.max_by_key(|own| number(&own.version)).ok_or_else(|| {
        let detail = sentences::no_version_before(id, version);
        Problem::new(Code::Conflict, detail)
    })
}
