//! Plugins: listed, their settings changed, switched on for parts of the tree.

use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, authorise},
    configuration::{Configuration, PluginInForce, PluginVersion},
    packages::{Next, outrun, publisher_view},
    quarantine::quarantine_view,
    request::PluginUnits,
    units::find_units,
    view::{ConflictView, HealthView, PackageView, PluginView, SettingsChanged, VersionInForce},
};
use regulars_model::{canonical::hex, text::Language};
use regulars_rules::conflicts::Conflict;
use regulars_store::HeldQuery;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

impl Engine {
    pub async fn list_plugins(&self, ctx: &Ctx) -> Result<Vec<PluginView>, Problem> {
        authorise(ctx, Action::ListPlugins)?;
        let configuration = self.inner.reload().await?;
        let conflicts = configuration.conflicts();
        let held = self.count_held(None).await?;
        let installed = configuration.plugins.values().filter(|plugin| !plugin.version.uninstalled);
        let view = |plugin| plugin_view(plugin, &configuration, &conflicts, &held, ctx.language);
        Ok(installed.map(view).collect())
    }

    pub async fn load_plugin(&self, ctx: &Ctx, id: &str) -> Result<PluginView, Problem> {
        authorise(ctx, Action::LoadPlugin)?;
        self.load_plugin_in(ctx.language, id).await
    }

    pub async fn put_plugin_units(
        &self,
        ctx: &Ctx,
        id: &str,
        draft: PluginUnits,
    ) -> Result<PluginView, Problem> {
        authorise(ctx, Action::PutPluginUnits)?;
        let configuration = self.inner.reload().await?;
        let plugin = configuration.find_plugin(id)?;
        plugin.check_untried(&configuration)?;
        let units = find_units(&configuration.units, &draft.units, "/units")?;
        let version = PluginVersion { enabled: draft.enabled, units, ..plugin.version.clone() };
        self.put_version(ctx, &configuration, plugin, version, None).await?;
        self.load_plugin_in(ctx.language, id).await
    }

    async fn load_plugin_in(&self, language: Language, id: &str) -> Result<PluginView, Problem> {
        let configuration = self.inner.reload().await?;
        let plugin = configuration.find_plugin(id)?;
        let held = self.count_held(Some(id)).await?;
        Ok(plugin_view(plugin, &configuration, &configuration.conflicts(), &held, language))
    }

    /// By plugin; those that none is held of are not there.
    async fn count_held(&self, plugin: Option<&str>) -> Result<BTreeMap<String, i64>, Problem> {
        let query = HeldQuery { plugin: plugin.map(str::to_owned), ..HeldQuery::default() };
        Ok(self.inner.store.count_held(&query).await?.into_iter().collect())
    }

    /// `in_force` is what is answered as the settings, where those of the whole organisation are not.
    pub(crate) async fn put_version(
        &self,
        ctx: &Ctx,
        configuration: &Configuration,
        plugin: &PluginInForce,
        version: PluginVersion,
        in_force: Option<Json>,
    ) -> Result<SettingsChanged, Problem> {
        let next = Next::new(plugin.runnable(), version);
        let changed = |done: &VersionInForce| {
            Ok(SettingsChanged {
                plugin: done.plugin.clone(),
                settings_version: done.settings_version,
                settings: in_force.unwrap_or_else(|| done.settings.clone()),
                customers: done.customers,
            })
        };
        let put = self.put_in_force(ctx, configuration, Some(plugin), next, changed);
        put.await?.ok_or_else(outrun)
    }
}

fn plugin_view(
    plugin: &PluginInForce,
    configuration: &Configuration,
    conflicts: &[Conflict],
    held: &BTreeMap<String, i64>,
    language: Language,
) -> PluginView {
    let manifest = &plugin.manifest;
    let own = conflicts.iter().filter(|conflict| conflict.plugins.contains(&manifest.id));
    PluginView {
        id: manifest.id.clone(),
        version: manifest.version.clone(),
        hash: hex(&plugin.hash),
        title: manifest.title.clone(),
        runtime: match manifest.runtime {
            regulars_model::manifest::Runtime::Wasm => "wasm",
            regulars_model::manifest::Runtime::Rhai => "rhai",
        }
        .to_owned(),
        enabled: plugin.version.enabled,
        units: configuration.units.codes(&plugin.version.units),
        settings_version: plugin.settings_version,
        settings: json!(plugin.version.settings(manifest)),
        settings_schema: manifest.settings_schema(),
        fields_schema: manifest.fields_schema(),
        tables: tables_of(plugin),
        health: health_view(plugin, language),
        quarantine: quarantine_view(plugin, language),
        held: held.get(&manifest.id).copied().unwrap_or_default(),
        package: plugin.package.as_ref().map(|package| PackageView {
            publisher: publisher_view(package),
            installed_at: package.installed_at,
        }),
        conflicts: own.map(|conflict| conflict_view(conflict, language)).collect(),
    }
}

fn health_view(plugin: &PluginInForce, language: Language) -> HealthView {
    let health = plugin.watched.health(language);
    match plugin.version.is_quarantined() {
        true => HealthView { state: "quarantined".to_owned(), ..health },
        false => health,
    }
}

fn tables_of(plugin: &PluginInForce) -> BTreeMap<String, Option<String>> {
    let declared = plugin.manifest.tables.keys();
    declared.map(|name| (name.clone(), plugin.version.tables.get(name).cloned())).collect()
}

fn conflict_view(conflict: &Conflict, language: Language) -> ConflictView {
    ConflictView {
        kind: conflict.kind.name().to_owned(),
        severity: conflict.kind.severity().name().to_owned(),
        plugins: conflict.plugins.clone(),
        thing: conflict.thing.clone(),
        sentence: conflict.sentence.get(language).to_owned(),
    }
}
