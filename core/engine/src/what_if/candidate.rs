//! The configuration as it would be: the one that is, and one more version of one plugin.

use super::sought::Sought;
use crate::{
    Ctx, Inner, Problem,
    configuration::Configuration,
    open::settings_row,
    record::{Loaded, to_json},
    request::WhatIfDraft,
    sentences,
    units::find_units,
};
use regulars_model::{
    Instant, Manifest, UnitId,
    canonical::{Hash, hash_bytes},
    said::Said,
};
use regulars_rules::{Rule, concerned};
use regulars_store::CustomerRow;
use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

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
    /// As it was said.
    pub to: Option<Instant>,
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
        let mut is = Configuration::build(rows.clone(), &library)?;
        let (from, at) = read_period(ctx, draft)?;
        let asked = read_stores(&is, &draft.stores)?;
        let sought = Sought::read(inner, ctx, &library, &is, draft).await?;
        let Sought { plugin, version, package, since, tried_in } = sought;
        let (from, stores) = (from.or(since), asked.or(tried_in));
        let in_force = is.find_plugin(&plugin)?;
        let mut row = settings_row(&plugin, &version, from.unwrap_or(at), ctx.now);
        row.version = in_force.settings_version + 1;
        row.epoch = rows.stamp.epoch + 1;
        rows.stamp.epoch = row.epoch;
        let epoch = row.epoch;
        rows.settings.push(row);
        rows.packages.extend(package);
        let mut would_be = Configuration::build(rows, &library)?;
        if from.is_some() {
            leave_out_unconcerned(&plugin, [&mut is, &mut would_be]);
        }
        Ok(Candidate {
            plugin,
            is: Arc::new(is),
            would_be: Arc::new(would_be),
            epoch,
            at,
            from,
            to: draft.to,
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

    /// On both sides, of all times.
    pub fn all_rules(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.is.rulebook.all_rules().chain(self.would_be.rulebook.all_rules())
    }

    /// Whose rules are asked again; with `from`, only those that the change concerns are.
    pub fn replayed(&self) -> HashSet<&str> {
        self.all_rules().map(|rule| rule.id()).collect()
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

/// A replay asks those alone whose answers may be others; all that the rest owns stays as it was restored.
fn leave_out_unconcerned(plugin: &str, both: [&mut Configuration; 2]) {
    let rules = both.iter().flat_map(|one| one.rulebook.all_rules());
    let manifests: Vec<&Manifest> = rules.map(|rule| &*rule.manifest).collect();
    let concerned = concerned(plugin, &manifests);
    for configuration in both {
        configuration.rulebook = Arc::new(configuration.rulebook.only(&concerned));
    }
}

/// Since when, if it is asked so, and up to when.
fn read_period(ctx: &Ctx, draft: &WhatIfDraft) -> Result<(Option<Instant>, Instant), Problem> {
    let refuse = |pointer, code, message: Said| Err(Problem::invalid_at(pointer, code, message));
    match (draft.from, draft.to) {
        (Some(from), _) if from > ctx.now => {
            refuse("/from", "in_future", sentences::nothing_since())
        }
        (None, Some(_)) => refuse("/to", "needs_from", sentences::needs_from()),
        (_, Some(to)) if to > ctx.now => refuse("/to", "in_future", sentences::nothing_until()),
        (Some(from), Some(to)) if to <= from => {
            refuse("/to", "before_from", sentences::ends_before(to.to_string(), from.to_string()))
        }
        (from, to) => Ok((from, to.unwrap_or(ctx.now))),
    }
}

/// Every store in one of the units; none for all customers.
fn read_stores(
    configuration: &Configuration,
    codes: &[String],
) -> Result<Option<BTreeSet<UnitId>>, Problem> {
    let above = find_units(&configuration.units, codes, "/stores")?;
    Ok((!codes.is_empty()).then(|| configuration.units.within(&above)))
}
