//! Issues: work that a publication left out, since that changes state only, given after all because
//! somebody asks for it. It is counted first, and then given at a pace.

mod count;
mod give;
mod judge;
mod moves;
mod pace;
mod publication;
mod shown;
mod turn;

use crate::{
    Ctx, Engine, Problem,
    audit::{About, image},
    authorise::{Action, authorise},
    configuration::Configuration,
    cursor,
    outbox::SORTS,
    problem::Code,
    record::to_json,
    request::NewIssue,
    sentences,
    view::{IssueView, Page},
};
use count::Count;
pub(crate) use judge::Known;
use publication::Publication;
use regulars_model::{IssueId, limits::ISSUE_PER_MINUTE_MAX, text::Bilingual};
use regulars_store::{DraftState, IssueRow, IssueState};
use serde::{Deserialize, Serialize};
use shown::view;
use turn::Walk;

/// What was asked, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Request {
    sorts: Vec<String>,
    per_minute: u32,
    /// The version of the settings before the publication.
    base: i64,
}

impl Request {
    fn read(row: &IssueRow) -> Result<Request, Problem> {
        serde_json::from_str(&row.request)
            .map_err(|error| Problem::internal(format!("issue {} cannot be read: {error}", row.id)))
    }

    fn publication(&self, configuration: &Configuration, row: &IssueRow) -> Option<Publication> {
        Publication::find(configuration, &row.plugin_id, self.base, row.settings_version)
    }
}

impl Engine {
    /// Counts what there is to give; nothing is given before it is started.
    pub async fn create_issue(&self, ctx: &Ctx, new: NewIssue) -> Result<IssueView, Problem> {
        authorise(ctx, Action::CreateIssue)?;
        self.once(ctx, self.count_issue(ctx, new)).await
    }

    async fn count_issue(&self, ctx: &Ctx, new: NewIssue) -> Result<IssueView, Problem> {
        check(&new)?;
        let configuration = self.inner.reload().await?;
        let (plugin_id, base, settings_version) =
            self.find_publication(&configuration, &new).await?;
        let request = Request { sorts: new.sorts, per_minute: new.per_minute, base };
        let behind = self.inner.store.count_behind(configuration.rulebook.epoch()).await?;
        if behind > 0 {
            let detail = sentences::still_to_decide(behind);
            return Err(Problem::new(Code::Conflict, detail).with("customers", behind));
        }
        let mut row = IssueRow {
            id: IssueId(self.inner.world.new_id()),
            plugin_id,
            draft_id: new.draft,
            settings_version,
            request: to_json(&request),
            counted: String::new(),
            state: IssueState::Counted,
            problem: None,
            next_at: ctx.now,
            walk: to_json(&Walk::default()),
            version: 1,
            created_at: ctx.now,
            created_by: ctx.actor.staff(),
            changed_at: ctx.now,
            changed_by: ctx.actor.staff(),
        };
        let publication = request.publication(&configuration, &row);
        let publication = publication.ok_or_else(|| conflict(outdated(&configuration, &row)))?;
        let count = Count::read(&self.inner, &configuration, &publication, &request.sorts).await?;
        row.counted = to_json(&count.report(&configuration));
        let made = view(row.clone(), &[])?;
        let audit = self.inner.audit(ctx, About::new("issue", row.id), None, image(Some(&made)));
        self.inner.store.answering(ctx.answer(&made)).add_issue(&row, &audit).await?;
        Ok(made)
    }

    /// The newest first.
    pub async fn list_issues(
        &self,
        ctx: &Ctx,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<IssueView>, Problem> {
        authorise(ctx, Action::ListIssues)?;
        let before: Option<IssueId> = cursor::read("issues", cursor)?;
        let limit = cursor::limit(limit);
        let rows = self.inner.store.list_issues(before, limit + 1).await?;
        let (rows, next) = cursor::page(rows, limit, |row| cursor::write("issues", &row.id));
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            items.push(self.view_issue(row).await?);
        }
        Ok(Page { items, next })
    }

    pub async fn load_issue(&self, ctx: &Ctx, id: IssueId) -> Result<IssueView, Problem> {
        authorise(ctx, Action::LoadIssue)?;
        self.view_issue(self.find_issue(id).await?).await
    }

    /// Its plugin, the version of the settings before it, and its own.
    async fn find_publication(
        &self,
        configuration: &Configuration,
        new: &NewIssue,
    ) -> Result<(String, i64, i64), Problem> {
        let Some(id) = new.draft else {
            let plugin = configuration.find_plugin(new.plugin.as_deref().unwrap_or_default())?;
            let version = plugin.settings_version;
            return Ok((plugin.manifest.id.clone(), version - 1, version));
        };
        let draft = self.find_draft(id).await?;
        let in_force = [DraftState::Trial, DraftState::Published].contains(&draft.state);
        let Some(version) = draft.settings_version.filter(|_| in_force) else {
            let detail = sentences::nothing_in_force(id.to_string(), draft.state.name());
            return Err(conflict(detail).with("state", draft.state.name()));
        };
        Ok((draft.plugin_id, draft.base, version))
    }

    async fn find_issue(&self, id: IssueId) -> Result<IssueRow, Problem> {
        let row = self.inner.store.find_issue(id).await?;
        row.ok_or_else(|| Problem::not_found(sentences::ISSUE, id))
    }

    async fn view_issue(&self, row: IssueRow) -> Result<IssueView, Problem> {
        let issued = self.inner.store.count_issued(row.id).await?;
        view(row, &issued)
    }
}

fn check(new: &NewIssue) -> Result<(), Problem> {
    if new.draft.is_some() == new.plugin.is_some() {
        let message = sentences::draft_or_plugin();
        return Err(Problem::invalid_at("/draft", "one_of_two", message));
    }
    let known = |sort: &String| sort == "task" || SORTS.contains(&sort.as_str());
    if let Some(place) = new.sorts.iter().position(|sort| !known(sort)) {
        let message = sentences::no_sort_of_work(&new.sorts[place], &SORTS[..]);
        return Err(Problem::invalid_at(&format!("/sorts/{place}"), "wrong_value", message));
    }
    if !(1..=ISSUE_PER_MINUTE_MAX).contains(&new.per_minute) {
        let message = sentences::one_up_to(ISSUE_PER_MINUTE_MAX);
        return Err(Problem::invalid_at("/per_minute", "out_of_range", message));
    }
    Ok(())
}

/// Why what was counted is not given any more.
fn outdated(configuration: &Configuration, row: &IssueRow) -> Bilingual {
    let (plugin, then) = (&row.plugin_id, row.settings_version);
    match configuration.find_plugin(plugin) {
        Ok(own) if own.settings_version == then => sentences::switched_off(plugin).text,
        Ok(own) => sentences::left_out_then(then, plugin, own.settings_version).text,
        Err(problem) => problem.detail,
    }
}

fn conflict(detail: impl Into<Bilingual>) -> Problem {
    Problem::new(Code::Conflict, detail)
}
