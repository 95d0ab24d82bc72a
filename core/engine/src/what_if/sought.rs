//! What is asked about: a change of a plugin as it comes with the question, a draft, or a draft's absence.

use super::offered::Offered;
use crate::{
    Ctx, Inner, Problem,
    configuration::{Configuration, PluginInForce, PluginVersion},
    drafts::{Changes, expect_rollback},
    library::Library,
    problem::Code,
    request::WhatIfDraft,
    sentences,
};
use regulars_model::{DraftId, Instant, UnitId};
use regulars_store::{DraftRow, PackageRow};
use std::{collections::BTreeSet, sync::Arc};

pub struct Sought {
    pub plugin: String,
    /// As it would be in force.
    pub version: PluginVersion,
    pub package: Option<PackageRow>,
    /// Where the question itself says from when on.
    pub since: Option<Instant>,
    /// Where it itself says about whom.
    pub tried_in: Option<BTreeSet<UnitId>>,
}

impl Sought {
    pub async fn read(
        inner: &Arc<Inner>,
        ctx: &Ctx,
        library: &Library,
        is: &Configuration,
        asked: &WhatIfDraft,
    ) -> Result<Sought, Problem> {
        match (asked.draft, asked.without) {
            (None, None) => {
                let plugin = find_enabled(is, &asked.plugin)?;
                plugin.check_untried(is)?;
                let offer = Offered::read(inner, ctx, library, is, plugin, asked).await?;
                let version = offer.version(plugin, asked, library, is)?;
                check_changes(plugin, &version, asked)?;
                Ok(Sought { package: offer.package, ..Sought::of(plugin, version) })
            }
            (Some(id), None) => with(is, &find_draft(inner, asked, id).await?, library),
            (None, Some(id)) => without(is, &find_draft(inner, asked, id).await?, asked),
            (Some(_), Some(_)) => {
                let message = sentences::with_or_without();
                Err(Problem::invalid_at("/without", "not_together", message))
            }
        }
    }

    fn of(plugin: &PluginInForce, version: PluginVersion) -> Sought {
        let plugin = plugin.manifest.id.clone();
        Sought { plugin, version, package: None, since: None, tried_in: None }
    }
}

/// As if it were in force everywhere.
fn with(is: &Configuration, row: &DraftRow, library: &Library) -> Result<Sought, Problem> {
    let plugin = find_enabled(is, &row.plugin_id)?;
    let trial = plugin.version.trial.as_ref().filter(|trial| trial.draft == row.id);
    let version = match trial {
        Some(trial) => (*trial.candidate).clone(),
        None => {
            plugin.check_untried(is)?;
            Changes::read(row)?.apply(plugin, is, library)?.1
        }
    };
    Ok(Sought::of(plugin, version))
}

/// What a rollback would do: while it is tried, how far its rule and the other differ.
fn without(is: &Configuration, row: &DraftRow, asked: &WhatIfDraft) -> Result<Sought, Problem> {
    if asked.from.is_some() {
        let message = sentences::left_out_since();
        return Err(Problem::invalid_at("/from", "not_together", message));
    }
    let plugin = is.find_plugin(&row.plugin_id)?;
    expect_rollback(plugin, row)?;
    let before = is.version_of(&row.plugin_id, row.base);
    let before = before.ok_or_else(|| Problem::internal("settings are gone"))?;
    let trial = plugin.version.trial.as_ref();
    let tried_in = trial.map(|trial| is.units.within(&trial.units));
    let since = row.in_force_from;
    Ok(Sought { since, tried_in, ..Sought::of(plugin, before.version.clone()) })
}

fn find_enabled<'c>(is: &'c Configuration, id: &str) -> Result<&'c PluginInForce, Problem> {
    let plugin = is.find_plugin(id)?;
    if plugin.version.enabled {
        return Ok(plugin);
    }
    let detail = sentences::moves_nobody(id);
    Err(Problem::new(Code::Conflict, detail))
}

fn check_changes(
    plugin: &PluginInForce,
    version: &PluginVersion,
    asked: &WhatIfDraft,
) -> Result<(), Problem> {
    let settings = |version: &PluginVersion| version.settings(&plugin.manifest);
    let is_same = version.hash == plugin.version.hash && version.tables == plugin.version.tables;
    if asked.from.is_none() && is_same && settings(version) == settings(&plugin.version) {
        return Err(Problem::invalid_at("/set", "no_change", sentences::is_in_force()));
    }
    Ok(())
}

/// It names the plugin and the change, so nothing else does.
async fn find_draft(inner: &Inner, asked: &WhatIfDraft, id: DraftId) -> Result<DraftRow, Problem> {
    let WhatIfDraft { plugin, set, script, package, tables, .. } = asked;
    let is_alone = plugin.is_empty()
        && set.is_empty()
        && script.is_none()
        && package.is_none()
        && tables.is_empty();
    if !is_alone {
        let message = sentences::draft_says();
        return Err(Problem::invalid_at("/draft", "not_together", message));
    }
    let row = inner.store.find_draft(id).await?;
    row.ok_or_else(|| Problem::not_found(sentences::DRAFT, id))
}
