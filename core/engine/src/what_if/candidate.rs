//! The configuration as it would be: the one that is, and one more version of one plugin.

use crate::{
    Ctx, Inner, Problem,
    configuration::{Configuration, PluginVersion},
    drafts::{Changes, expect_rollback},
    library::Library,
    open::settings_row,
    problem::Code,
    record::{Loaded, to_json},
    request::WhatIfDraft,
    settings::{check_settings, patch},
};
use regulars_model::{
    DraftId, Instant, UnitId,
    canonical::{Hash, hash_bytes},
};
use regulars_store::{CustomerRow, DraftRow};
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
        let Sought { plugin, version, from, stores } = seek(inner, draft, &is, &library).await?;
        if from.is_some_and(|from| from > ctx.now) {
            return Err(Problem::invalid_at(
                "/from",
                "in_future",
                "nothing has happened since then",
            ));
        }
        let stores = match draft.store.as_deref() {
            Some(code) => Some(stores_at(&is, code)?),
            None => stores,
        };
        let in_force = is.find_plugin(&plugin)?;
        let mut row = settings_row(&plugin, &version, from.unwrap_or(ctx.now), ctx.now);
        row.version = in_force.settings_version + 1;
        row.epoch = rows.stamp.epoch + 1;
        rows.stamp.epoch = row.epoch;
        let epoch = row.epoch;
        rows.settings.push(row);
        let would_be = Configuration::build(rows, &library)?;
        Ok(Candidate {
            plugin,
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

/// What is asked about, in the words of the configuration.
struct Sought {
    plugin: String,
    version: PluginVersion,
    from: Option<Instant>,
    stores: Option<BTreeSet<UnitId>>,
}

async fn seek(
    inner: &Inner,
    asked: &WhatIfDraft,
    is: &Configuration,
    library: &Library,
) -> Result<Sought, Problem> {
    if let Some(id) = asked.without {
        // From its own beginning on, or it would be another question.
        if asked.from.is_some() {
            let message = "a draft is left out since it came into force";
            return Err(Problem::invalid_at("/from", "not_together", message));
        }
        return without(inner, asked, is, id).await;
    }
    let row = match asked.draft {
        Some(id) => Some(find_draft(inner, asked, id).await?),
        None => None,
    };
    let id = row.as_ref().map_or(&asked.plugin, |row| &row.plugin_id);
    let plugin = is.find_plugin(id)?;
    if !plugin.version.enabled {
        let detail = format!("{id} is switched off: no change of it moves anybody");
        return Err(Problem::new(Code::Conflict, detail));
    }
    let trial = plugin.version.trial.as_ref();
    let version = match (&row, trial) {
        (Some(row), Some(trial)) if trial.draft == row.id => (*trial.candidate).clone(),
        (Some(row), _) => {
            plugin.check_untried(is)?;
            Changes::read(row)?.apply(plugin, is, library)?.1
        }
        (None, _) => {
            plugin.check_untried(is)?;
            let mut version = plugin.version.clone();
            patch(&mut version, &plugin.manifest, None, asked.set.clone())?;
            check_settings(&plugin.manifest, &*plugin.watched, &version, library, is)?;
            let settings = |version: &PluginVersion| version.settings(&plugin.manifest);
            if asked.from.is_none() && settings(&version) == settings(&plugin.version) {
                let message = "these settings are in force";
                return Err(Problem::invalid_at("/set", "no_change", message));
            }
            version
        }
    };
    Ok(Sought { plugin: id.clone(), version, from: asked.from, stores: None })
}

/// What a rollback would do: as a trial lasts, how far its rule and the other differ.
async fn without(
    inner: &Inner,
    asked: &WhatIfDraft,
    is: &Configuration,
    id: DraftId,
) -> Result<Sought, Problem> {
    let row = find_draft(inner, asked, id).await?;
    let plugin = is.find_plugin(&row.plugin_id)?;
    let Some(from) = row.in_force_from.filter(|_| row.settings_version.is_some()) else {
        return Err(Problem::new(Code::Conflict, format!("{id} has not been in force")));
    };
    expect_rollback(plugin, &row)?;
    let before = is.version_of(&row.plugin_id, row.base);
    let before = before.ok_or_else(|| Problem::internal("settings are gone"))?;
    let trial = plugin.version.trial.as_ref();
    let stores = trial.map(|trial| {
        let all = is.units.all().iter().map(|unit| unit.id);
        all.filter(|id| trial.units.iter().any(|above| is.units.is_within(*id, *above))).collect()
    });
    Ok(Sought { plugin: row.plugin_id, version: before.version.clone(), from: Some(from), stores })
}

/// It names the plugin and the change, so nothing else does.
async fn find_draft(inner: &Inner, asked: &WhatIfDraft, id: DraftId) -> Result<DraftRow, Problem> {
    let both = asked.draft.is_some() && asked.without.is_some();
    if both || !asked.plugin.is_empty() || !asked.set.is_empty() {
        let message = "a draft says which plugin it is about, and what changes";
        return Err(Problem::invalid_at("/draft", "not_together", message));
    }
    let row = inner.store.find_draft(id).await?;
    row.ok_or_else(|| Problem::not_found("draft", id))
}

fn stores_at(configuration: &Configuration, code: &str) -> Result<BTreeSet<UnitId>, Problem> {
    let units = &configuration.units;
    let above = units.find_by_code(code).ok_or_else(|| {
        Problem::invalid_at("/store", "unknown_unit", format!("there is no unit `{code}`"))
    })?;
    let all = units.all().iter().map(|unit| unit.id);
    Ok(all.filter(|id| units.is_within(*id, above.id)).collect())
}
