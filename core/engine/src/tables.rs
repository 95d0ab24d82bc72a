//! Reference tables of plugins: put, and read back. A table is known by the hash of its rows; which one
//! a plugin reads is part of its version, like its settings.

use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, authorise},
    configuration::PluginInForce,
    problem::Code,
    sentences,
    settings::check_settings,
    view::{TableChanged, TableView},
};
use regulars_model::{
    canonical::{canonical_json, hash_bytes, hex},
    table::Table,
};
use serde_json::Value as Json;
use std::sync::Arc;

impl Engine {
    /// In force from now on, in place of all rows there were; customers are decided again, which
    /// changes state only. The same rows once more change nothing.
    pub async fn put_table(
        &self,
        ctx: &Ctx,
        id: &str,
        name: &str,
        rows: Vec<Json>,
    ) -> Result<TableChanged, Problem> {
        authorise(ctx, Action::PutTable)?;
        let configuration = self.inner.reload().await?;
        let plugin = configuration.find_plugin(id)?;
        let table = find_table(plugin, name)?;
        for currency in configuration.currencies() {
            table.read(&rows, currency).map_err(Problem::invalid)?;
        }
        plugin.check_untried(&configuration)?;
        let content = canonical_json(&rows);
        let hash = hash_bytes(&[content.as_bytes()]);
        let count = rows.len();
        self.inner.library.add_table(id, &hex(&hash), Arc::new(rows));
        let mut version = plugin.version.clone();
        version.tables.insert(name.to_owned(), hex(&hash));
        let library = &self.inner.library;
        check_settings(&plugin.manifest, &*plugin.watched, &version, library, &configuration)?;
        self.inner.store.add_table(id, &hash, &content, ctx.now).await?;
        let changed = self.put_version(ctx, &configuration, plugin, version, None).await?;
        Ok(TableChanged {
            plugin: changed.plugin,
            table: name.to_owned(),
            hash: hex(&hash),
            rows: count,
            settings_version: changed.settings_version,
            customers: changed.customers,
        })
    }

    pub async fn load_table(&self, ctx: &Ctx, id: &str, name: &str) -> Result<TableView, Problem> {
        authorise(ctx, Action::LoadTable)?;
        let configuration = self.inner.reload().await?;
        let plugin = configuration.find_plugin(id)?;
        let table = find_table(plugin, name)?;
        let hash = plugin.version.tables.get(name).cloned();
        let rows = hash.as_ref().and_then(|hash| self.inner.library.find_table(id, hash));
        Ok(TableView {
            plugin: id.to_owned(),
            table: name.to_owned(),
            label: table.label.clone(),
            key: table.key.clone(),
            schema: table.json_schema(),
            hash,
            rows: rows.map_or(Vec::new(), |rows| rows.to_vec()),
        })
    }
}

pub(crate) fn find_table<'a>(plugin: &'a PluginInForce, name: &str) -> Result<&'a Table, Problem> {
    plugin.manifest.tables.get(name).ok_or_else(|| {
        let id = &plugin.manifest.id;
        let known: Vec<_> = plugin.manifest.tables.keys().map(String::as_str).collect();
        let detail = match known.as_slice() {
            [] => sentences::reads_no_tables(id),
            known => sentences::no_table(id, name, known),
        };
        Problem::new(Code::NotFound, detail)
    })
}
