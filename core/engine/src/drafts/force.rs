//! Putting a draft in force, store by store or everywhere; and out of it again.

use super::{Changes, expect_state, outrun, view_tried};
use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, authorise},
    configuration::{Configuration, PluginInForce, PluginVersion, Trial},
    health::Failing,
    library::Runnable,
    packages::{ATTEMPTS_MAX, Next},
    problem::Code,
    request::{Publication, Rollout},
    sentences,
    units::find_units,
    view::{DraftView, VersionInForce},
};
use regulars_model::{DraftId, Instant, UnitId};
use regulars_store::{DraftRow, DraftState};
use std::collections::BTreeSet;

/// Where a draft is to be in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    Units(Vec<UnitId>),
    Everywhere,
}

/// What a step of a draft comes to.
pub(super) struct Step {
    runnable: Runnable,
    version: PluginVersion,
    state: DraftState,
    /// Dated back; else in force from now on.
    from: Option<Instant>,
    problem: Option<String>,
}

impl Engine {
    /// In force for customers who are at home in these parts of the organisation, and nowhere else.
    /// Asked again with other parts, it is in force in those.
    pub async fn roll_out_draft(
        &self,
        ctx: &Ctx,
        id: DraftId,
        rollout: &Rollout,
    ) -> Result<DraftView, Problem> {
        authorise(ctx, Action::RollOutDraft)?;
        self.once(ctx, async {
            let units = read_units(&*self.inner.reload().await?, &rollout.units)?;
            self.put_or_schedule(ctx, id, Reach::Units(units), rollout.at).await
        })
        .await
    }

    /// In force everywhere. State follows; work for people is counted by a what-if, and not given.
    pub async fn publish_draft(
        &self,
        ctx: &Ctx,
        id: DraftId,
        publication: &Publication,
    ) -> Result<DraftView, Problem> {
        authorise(ctx, Action::PublishDraft)?;
        self.once(ctx, self.put_or_schedule(ctx, id, Reach::Everywhere, publication.at)).await
    }

    /// Out of force from now on, where it was tried; what it decided until now stays on record. A draft
    /// that was to go further by itself does not.
    pub async fn abort_draft(&self, ctx: &Ctx, id: DraftId) -> Result<DraftView, Problem> {
        authorise(ctx, Action::AbortDraft)?;
        self.once(ctx, self.abort(ctx, id)).await
    }

    async fn abort(&self, ctx: &Ctx, id: DraftId) -> Result<DraftView, Problem> {
        for _ in 0..ATTEMPTS_MAX {
            let row = self.find_draft(id).await?;
            if row.state == DraftState::Draft && row.scheduled_at.is_some() {
                let (configuration, after) = (self.configuration(), row.clone().unscheduled());
                if let Some(changed) = self.change_draft(ctx, &configuration, row, after).await? {
                    return Ok(changed);
                }
                continue;
            }
            expect_state(&row, &[DraftState::Trial])?;
            let configuration = self.inner.reload().await?;
            let plugin = configuration.find_plugin(&row.plugin_id)?;
            let step = Step {
                runnable: plugin.runnable(),
                version: PluginVersion { trial: None, ..plugin.version.clone() },
                state: DraftState::Aborted,
                from: None,
                problem: None,
            };
            if let Some(done) = self.take_step(ctx, &configuration, plugin, row, step).await? {
                return Ok(done);
            }
        }
        Err(outrun(id))
    }

    /// By the engine itself, since it fails too often; false where somebody else was faster.
    pub(crate) async fn abort_failing_trial(
        &self,
        ctx: &Ctx,
        configuration: &Configuration,
        plugin: &PluginInForce,
        failing: &Failing,
    ) -> Result<bool, Problem> {
        let Some(trial) = &plugin.version.trial else { return Ok(false) };
        let why = format!("aborted after {} faults in a row: {}", failing.faults, failing.fault);
        tracing::error!(draft = %trial.draft, plugin = %plugin.manifest.id, "{why}");
        let row = self.find_draft(trial.draft).await?;
        let step = Step {
            runnable: plugin.runnable(),
            version: PluginVersion { trial: None, ..plugin.version.clone() },
            state: DraftState::Aborted,
            from: None,
            problem: Some(why),
        };
        Ok(self.take_step(ctx, configuration, plugin, row, step).await?.is_some())
    }

    /// As if it had never been in force: what stood before stands since then, and everything decided
    /// meanwhile is decided again.
    pub async fn roll_back_draft(&self, ctx: &Ctx, id: DraftId) -> Result<DraftView, Problem> {
        authorise(ctx, Action::RollBackDraft)?;
        self.once(ctx, self.roll_back(ctx, id)).await
    }

    async fn roll_back(&self, ctx: &Ctx, id: DraftId) -> Result<DraftView, Problem> {
        for _ in 0..ATTEMPTS_MAX {
            let row = self.find_draft(id).await?;
            let configuration = self.inner.reload().await?;
            let plugin = configuration.find_plugin(&row.plugin_id)?;
            expect_rollback(plugin, &row)?;
            let Some(before) = configuration.version_of(&row.plugin_id, row.base) else {
                return Err(Problem::internal(format!("settings {} are gone", row.base)));
            };
            let step = Step {
                runnable: plugin.at(&before.version, &self.inner.library),
                version: before.version.clone(),
                state: DraftState::RolledBack,
                from: row.in_force_from,
                problem: None,
            };
            if let Some(done) = self.take_step(ctx, &configuration, plugin, row, step).await? {
                return Ok(done);
            }
        }
        Err(outrun(id))
    }

    async fn put_or_schedule(
        &self,
        ctx: &Ctx,
        id: DraftId,
        reach: Reach,
        at: Option<Instant>,
    ) -> Result<DraftView, Problem> {
        match at.filter(|at| *at > ctx.now) {
            Some(at) => self.schedule_draft(ctx, id, reach, at).await,
            None => self.put_draft(ctx, id, &reach, None).await,
        }
    }

    /// In force from an instant, or from now on.
    pub(super) async fn put_draft(
        &self,
        ctx: &Ctx,
        id: DraftId,
        reach: &Reach,
        from: Option<Instant>,
    ) -> Result<DraftView, Problem> {
        for _ in 0..ATTEMPTS_MAX {
            let row = self.find_draft(id).await?;
            let configuration = self.inner.reload().await?;
            let plugin = configuration.find_plugin(&row.plugin_id)?;
            let step = self.next_step(&configuration, plugin, &row, reach, from)?;
            if let Some(done) = self.take_step(ctx, &configuration, plugin, row, step).await? {
                return Ok(done);
            }
        }
        Err(outrun(id))
    }

    /// Refused where it was not checked against what is in force: somebody has seen other numbers.
    pub(super) fn next_step(
        &self,
        configuration: &Configuration,
        plugin: &PluginInForce,
        row: &DraftRow,
        reach: &Reach,
        from: Option<Instant>,
    ) -> Result<Step, Problem> {
        expect_state(row, &[DraftState::Draft, DraftState::Trial])?;
        let tried = plugin.version.trial.as_ref().filter(|trial| trial.draft == row.id);
        let (runnable, candidate) = match tried {
            Some(trial) => {
                expect_newest(plugin, row)?;
                let candidate = (*trial.candidate).clone();
                (plugin.at(&candidate, &self.inner.library), candidate)
            }
            None => {
                plugin.check_untried(configuration)?;
                expect_base(plugin, row)?;
                Changes::read(row)?.apply(plugin, configuration, &self.inner.library)?
            }
        };
        Ok(match reach {
            Reach::Everywhere => Step {
                runnable,
                version: candidate,
                state: DraftState::Published,
                from,
                problem: None,
            },
            Reach::Units(units) => {
                let (units, candidate) = (units.clone(), Box::new(candidate));
                let trial = Some(Trial { draft: row.id, units, candidate });
                Step {
                    runnable: plugin.runnable(),
                    version: PluginVersion { trial, ..plugin.version.clone() },
                    state: DraftState::Trial,
                    from,
                    problem: None,
                }
            }
        })
    }

    /// The settings and the draft in one transaction; None where somebody else was faster.
    async fn take_step(
        &self,
        ctx: &Ctx,
        configuration: &Configuration,
        plugin: &PluginInForce,
        row: DraftRow,
        step: Step,
    ) -> Result<Option<DraftView>, Problem> {
        let from = match step.from {
            Some(from) => from,
            None => crate::open::in_force_from(&self.inner.store, &self.inner.world).await?,
        };
        let row = DraftRow {
            state: step.state,
            in_force_from: Some(row.in_force_from.unwrap_or(from)),
            problem: step.problem,
            changed_at: ctx.now,
            changed_by: ctx.actor.staff(),
            ..row.unscheduled()
        };
        let trial = step.version.trial.clone();
        let is = |done: &VersionInForce| {
            let settings_version = Some(done.settings_version);
            let row = DraftRow { settings_version, ..row.clone() };
            view_tried(row, configuration, trial.as_ref())
        };
        let next = Next {
            runnable: step.runnable,
            version: step.version,
            package: None,
            from: Some(from),
            draft: Some(&row),
        };
        self.put_in_force(ctx, configuration, Some(plugin), next, is).await
    }
}

/// Of what the organisation consists of; all of it is not a trial.
pub(super) fn read_units(
    configuration: &Configuration,
    codes: &[String],
) -> Result<Vec<UnitId>, Problem> {
    let units = &configuration.units;
    if codes.is_empty() {
        let message = sentences::no_part();
        return Err(Problem::invalid_at("/units", "wrong_length", message));
    }
    let mut ids = find_units(units, codes, "/units")?;
    let organisation = units.organisation();
    if let Some(index) = ids.iter().position(|id| *id == organisation.id) {
        let message = sentences::whole_organisation(&organisation.code);
        return Err(Problem::invalid_at(&format!("/units/{index}"), "wrong_value", message));
    }
    let mut known = BTreeSet::new();
    ids.retain(|id| known.insert(*id));
    Ok(ids)
}

fn expect_base(plugin: &PluginInForce, row: &DraftRow) -> Result<(), Problem> {
    let (id, base, now) = (&plugin.manifest.id, row.base, plugin.settings_version);
    if base == now {
        return Ok(());
    }
    let detail = sentences::checked_before(row.id.to_string(), base, id, now);
    Err(Problem::new(Code::Conflict, detail).with("settings_version", now))
}

/// It is in force somewhere, and nothing came after it.
pub(crate) fn expect_rollback(plugin: &PluginInForce, row: &DraftRow) -> Result<(), Problem> {
    expect_state(row, &[DraftState::Trial, DraftState::Published])?;
    expect_newest(plugin, row)
}

/// Nothing of the plugin has changed since the draft came into force.
fn expect_newest(plugin: &PluginInForce, row: &DraftRow) -> Result<(), Problem> {
    let (id, now) = (&plugin.manifest.id, plugin.settings_version);
    match row.settings_version {
        Some(own) if own == now => Ok(()),
        own => {
            let own = own.unwrap_or_default();
            let detail = sentences::came_later(row.id.to_string(), id, own, now);
            Err(Problem::new(Code::Conflict, detail).with("settings_version", now))
        }
    }
}
