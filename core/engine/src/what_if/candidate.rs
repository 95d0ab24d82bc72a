//! The configuration as it would be: the one that is, and one more version of one plugin.

use crate::{
    Ctx, Inner, Problem,
    configuration::{Configuration, PluginVersion},
    open::settings_row,
    problem::Code,
    record::{Loaded, to_json},
    request::WhatIfDraft,
    settings::{check_settings, patch},
};
use regulars_model::{
    Instant, UnitId,
    canonical::{Hash, hash_bytes},
};
use regulars_store::CustomerRow;
use std::{collections::BTreeSet, sync::Arc};

pub struct Candidate {
    pub plugin: String,
    pub is: Arc<Configuration>,
    pub would_be: Arc<Configuration>,
    /// Of what would be; no other decision carries it.
    pub epoch: i64,
    /// The instant of the question: everything due by then is decided on both sides.
    pub at: Instant,
    /// As if in force since then; none for a change made at `at`.
    pub from: Option<Instant>,
    /// Home stores asked about; none for all customers.
    pub stores: Option<BTreeSet<UnitId>>,
}

impl Candidate {
    /// Refuses what could not be published either.
    pub async fn read(
        inner: &Arc<Inner>,
        ctx: &Ctx,
        draft: &WhatIfDraft,
    ) -> Result<Candidate, Problem> {
        let mut rows = inner.store.load_configuration().await?;
        inner.library.fetch(&inner.store, &rows.packages).await?;
        inner.library.fetch_tables(&inner.store, &rows.settings).await?;
        // Health counts what happened, and this does not happen.
        let library = inner.library.apart();
        let is = Configuration::build(rows.clone(), &library)?;
        let plugin = is.find_plugin(&draft.plugin)?;
        if !plugin.version.enabled {
            let detail = format!("{} is switched off: no change of it moves anybody", draft.plugin);
            return Err(Problem::new(Code::Conflict, detail));
        }
        let mut version = plugin.version.clone();
        patch(&mut version, &plugin.manifest, None, draft.set.clone())?;
        check_settings(&plugin.manifest, &*plugin.watched, &version, &library, &is)?;
        let from = draft.from;
        let settings = |version: &PluginVersion| version.settings(&plugin.manifest);
        let is_same = settings(&version) == settings(&plugin.version);
        if from.is_none() && is_same {
            return Err(Problem::invalid_at("/set", "no_change", "these settings are in force"));
        }
        if from.is_some_and(|from| from > ctx.now) {
            return Err(Problem::invalid_at(
                "/from",
                "in_future",
                "nothing has happened since then",
            ));
        }
        let stores = draft.store.as_deref().map(|code| stores_at(&is, code)).transpose()?;
        let since = from.unwrap_or(ctx.now);
        let mut row = settings_row(&draft.plugin, &version, since, ctx.now);
        row.version = plugin.settings_version + 1;
        row.epoch = rows.stamp.epoch + 1;
        rows.stamp.epoch = row.epoch;
        let epoch = row.epoch;
        rows.settings.push(row);
        let would_be = Configuration::build(rows, &library)?;
        Ok(Candidate {
            plugin: draft.plugin.clone(),
            is: Arc::new(is),
            would_be: Arc::new(would_be),
            epoch,
            at: ctx.now,
            from,
            stores,
        })
    }
}

impl Candidate {
    /// Merged customers stand with whom they were merged into.
    pub fn asks_about(&self, row: &CustomerRow) -> bool {
        let is_there =
            |stores: &BTreeSet<UnitId>| row.home_unit_id.is_some_and(|home| stores.contains(&home));
        row.merged_into.is_none() && self.stores.as_ref().is_none_or(is_there)
    }

    /// Something of the customer is to be decided before the question can be asked.
    pub fn is_due(&self, customer: &Loaded) -> bool {
        customer.state.due_at() <= self.at
    }

    /// What is stored is what would be, if nothing were changed.
    pub fn stands(&self, customer: &Loaded) -> bool {
        customer.epoch >= self.is.rulebook.epoch() && !self.is_due(customer)
    }

    /// Of the plugin as it would be.
    pub fn settings_version(&self) -> Option<i64> {
        self.would_be.plugins.get(&self.plugin).map(|plugin| plugin.settings_version)
    }

    /// Of the rules on both sides, with their settings.
    pub fn hash(&self) -> Hash {
        let mut parts = Vec::new();
        for configuration in [&self.is, &self.would_be] {
            for plugin in configuration.plugins.values() {
                parts.push(to_json(&(&plugin.manifest.id, &plugin.version)).into_bytes());
            }
        }
        parts.push(to_json(&(self.from, &self.stores)).into_bytes());
        hash_bytes(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }
}

fn stores_at(configuration: &Configuration, code: &str) -> Result<BTreeSet<UnitId>, Problem> {
    let units = &configuration.units;
    let above = units.find_by_code(code).ok_or_else(|| {
        Problem::invalid_at("/store", "unknown_unit", format!("there is no unit `{code}`"))
    })?;
    let all = units.all().iter().map(|unit| unit.id);
    Ok(all.filter(|id| units.is_within(*id, above.id)).collect())
}
