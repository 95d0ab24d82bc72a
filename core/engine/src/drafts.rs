//! Drafts: a change of a plugin that is prepared and checked, tried in some stores, and put in force
//! everywhere; or taken out of force again, or taken back.

mod changes;
mod force;
mod schedule;
mod shadow;

use crate::{
    Ctx, Engine, Problem,
    audit::{About, image},
    authorise::{Action, authorise},
    configuration::{Configuration, Trial},
    cursor,
    packages::ATTEMPTS_MAX,
    problem::Code,
    record::to_json,
    request::NewDraft,
    sentences,
    view::{DraftView, Page, ScheduleView},
};
pub(crate) use changes::Changes;
pub(crate) use force::expect_rollback;
use regulars_model::{DraftId, limits::NAME_CHARS_MAX, text::Bilingual};
use regulars_store::{DraftRow, DraftState};

impl Engine {
    /// Prepared and checked; nothing of it is in force. What could not be put in force is refused.
    pub async fn create_draft(&self, ctx: &Ctx, draft: NewDraft) -> Result<DraftView, Problem> {
        authorise(ctx, Action::CreateDraft)?;
        self.once(ctx, self.make_draft(ctx, draft)).await
    }

    async fn make_draft(&self, ctx: &Ctx, draft: NewDraft) -> Result<DraftView, Problem> {
        let length = draft.title.trim().chars().count();
        if length == 0 || length > NAME_CHARS_MAX {
            let message = sentences::chars_between(1, NAME_CHARS_MAX);
            return Err(Problem::invalid_at("/title", "wrong_length", message));
        }
        let configuration = self.inner.reload().await?;
        let plugin = configuration.find_plugin(&draft.plugin)?;
        let changes = Changes { set: draft.set, units: draft.units, version: draft.version };
        changes.apply(plugin, &configuration, &self.inner.library)?;
        let row = DraftRow {
            id: DraftId(self.inner.world.new_id()),
            plugin_id: draft.plugin,
            title: draft.title.trim().to_owned(),
            changes: to_json(&changes),
            state: DraftState::Draft,
            base: plugin.settings_version,
            settings_version: None,
            in_force_from: None,
            scheduled_at: None,
            scheduled_units: None,
            problem: None,
            version: 1,
            created_at: ctx.now,
            created_by: ctx.actor.staff(),
            changed_at: ctx.now,
            changed_by: ctx.actor.staff(),
        };
        let made = view(row.clone(), &configuration)?;
        let audit = self.inner.audit(ctx, About::new("draft", row.id), None, image(Some(&made)));
        self.inner.store.answering(ctx.answer(&made)).add_draft(&row, &audit).await?;
        Ok(made)
    }

    /// The newest first.
    pub async fn list_drafts(
        &self,
        ctx: &Ctx,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<DraftView>, Problem> {
        authorise(ctx, Action::ListDrafts)?;
        let before: Option<DraftId> = cursor::read("drafts", cursor)?;
        let limit = cursor::limit(limit);
        let rows = self.inner.store.list_drafts(before, limit + 1).await?;
        let (rows, next) = cursor::page(rows, limit, |row| cursor::write("drafts", &row.id));
        let configuration = self.configuration();
        let items = rows.into_iter().map(|row| view(row, &configuration));
        Ok(Page { items: items.collect::<Result<_, Problem>>()?, next })
    }

    pub async fn load_draft(&self, ctx: &Ctx, id: DraftId) -> Result<DraftView, Problem> {
        authorise(ctx, Action::LoadDraft)?;
        let row = self.find_draft(id).await?;
        let shadow = self.find_shadow(id).await?;
        Ok(DraftView { shadow, ..view(row, &*self.inner.reload().await?)? })
    }

    /// Once more, against what is in force now: after that it goes over these settings.
    pub async fn check_draft(&self, ctx: &Ctx, id: DraftId) -> Result<DraftView, Problem> {
        authorise(ctx, Action::CheckDraft)?;
        self.once(ctx, self.check(ctx, id)).await
    }

    async fn check(&self, ctx: &Ctx, id: DraftId) -> Result<DraftView, Problem> {
        for _ in 0..ATTEMPTS_MAX {
            let configuration = self.inner.reload().await?;
            let before = self.find_draft(id).await?;
            expect_state(&before, &[DraftState::Draft])?;
            let plugin = configuration.find_plugin(&before.plugin_id)?;
            Changes::read(&before)?.apply(plugin, &configuration, &self.inner.library)?;
            let base = plugin.settings_version;
            let after = DraftRow { base, problem: None, ..before.clone() };
            if let Some(changed) = self.change_draft(ctx, &configuration, before, after).await? {
                return Ok(changed);
            }
        }
        Err(outrun(id))
    }

    /// Of one that never was in force.
    pub async fn discard_draft(&self, ctx: &Ctx, id: DraftId) -> Result<DraftView, Problem> {
        authorise(ctx, Action::DiscardDraft)?;
        self.once(ctx, self.discard(ctx, id)).await
    }

    async fn discard(&self, ctx: &Ctx, id: DraftId) -> Result<DraftView, Problem> {
        for _ in 0..ATTEMPTS_MAX {
            let before = self.find_draft(id).await?;
            expect_state(&before, &[DraftState::Draft])?;
            let after = DraftRow { state: DraftState::Discarded, ..before.clone().unscheduled() };
            let configuration = self.configuration();
            if let Some(changed) = self.change_draft(ctx, &configuration, before, after).await? {
                return Ok(changed);
            }
        }
        Err(outrun(id))
    }

    pub(crate) async fn find_draft(&self, id: DraftId) -> Result<DraftRow, Problem> {
        let row = self.inner.store.find_draft(id).await?;
        row.ok_or_else(|| Problem::not_found(sentences::DRAFT, id))
    }

    /// None where somebody else was faster.
    async fn change_draft(
        &self,
        ctx: &Ctx,
        configuration: &Configuration,
        before: DraftRow,
        after: DraftRow,
    ) -> Result<Option<DraftView>, Problem> {
        let after = DraftRow { changed_at: ctx.now, changed_by: ctx.actor.staff(), ..after };
        let about = About::new("draft", after.id);
        let [was, is] = [before, after.clone()].map(|row| view(row, configuration));
        let (was, is) = (was?, is?);
        let audit = self.inner.audit(ctx, about, image(Some(&was)), image(Some(&is)));
        let store = self.inner.store.answering(ctx.answer(&is));
        let changed = store.change_draft(&after, &audit).await?;
        Ok(changed.then_some(is))
    }
}

fn expect_state(row: &DraftRow, states: &[DraftState]) -> Result<(), Problem> {
    if states.contains(&row.state) {
        return Ok(());
    }
    let names: Vec<_> = states.iter().map(|state| state.name()).collect();
    let state = row.state.name();
    let wanted = Bilingual { en: names.join(" or "), zh_cn: names.join(" 或 ") };
    let detail = sentences::draft_state(row.id.to_string(), state, wanted);
    Err(Problem::new(Code::Conflict, detail).with("state", state))
}

fn outrun(id: DraftId) -> Problem {
    Problem::new(Code::Conflict, sentences::draft_outrun(id.to_string()))
}

fn view(row: DraftRow, configuration: &Configuration) -> Result<DraftView, Problem> {
    let in_force = configuration.plugins.get(&row.plugin_id);
    let trial = in_force.and_then(|plugin| plugin.version.trial.as_ref());
    view_tried(row, configuration, trial)
}

/// With what is tried of its plugin, or will be.
fn view_tried(
    row: DraftRow,
    configuration: &Configuration,
    trial: Option<&Trial>,
) -> Result<DraftView, Problem> {
    let Changes { set, units, version } = Changes::read(&row)?;
    let tried = trial.filter(|trial| trial.draft == row.id).map(|trial| &*trial.units);
    let codes = |ids: &[_]| configuration.units.codes(ids);
    let schedule = row.scheduled_at.map(|at| {
        let to: Option<Vec<_>> =
            row.scheduled_units.as_deref().and_then(|json| serde_json::from_str(json).ok());
        ScheduleView { at, units: to.map(|ids| codes(&ids)) }
    });
    Ok(DraftView {
        id: row.id,
        plugin: row.plugin_id,
        title: row.title,
        set,
        units,
        version,
        state: row.state.name().to_owned(),
        tried_in: codes(tried.unwrap_or_default()),
        base: row.base,
        settings_version: row.settings_version,
        in_force_from: row.in_force_from,
        schedule,
        problem: row.problem,
        shadow: None,
        created_at: row.created_at,
        created_by: row.created_by,
        changed_at: row.changed_at,
        changed_by: row.changed_by,
    })
}
