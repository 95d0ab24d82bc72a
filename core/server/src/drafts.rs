//! `regulars draft`: a change of a plugin, prepared, tried in some stores, put in force, taken back;
//! here, or by the server that holds the database.

use crate::{
    Fault,
    cli::{DraftArgs, DraftCommand, Place},
    keys::{said_or_nothing, units},
    language::{language, tell},
    sentences,
    session::{Local, Session, open, read, read_changes},
};
use regulars_engine::{
    request::{NewDraft, Publication, Rollout},
    view::{DraftView, Page, ShadowView},
};
use regulars_model::{DraftId, limits::PAGE_SIZE_MAX};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

pub async fn run(place: &Place, command: DraftCommand) -> Result<(), Fault> {
    let session = open(place).await?;
    let done = match command {
        DraftCommand::List => return list(&session).await,
        DraftCommand::Create(args) => create(&session, args).await?,
        DraftCommand::Show { draft } => load(&session, draft).await?,
        DraftCommand::Rollout { draft, unit, at } => {
            let rollout = Step::Rollout(Rollout { units: unit, at });
            rollout.take(&session, draft).await?
        }
        DraftCommand::Publish { draft, at } => {
            Step::Publish(Publication { at }).take(&session, draft).await?
        }
        DraftCommand::Check { draft } => Step::Check.take(&session, draft).await?,
        DraftCommand::Abort { draft } => Step::Abort.take(&session, draft).await?,
        DraftCommand::Rollback { draft } => Step::Rollback.take(&session, draft).await?,
        DraftCommand::Discard { draft } => Step::Discard.take(&session, draft).await?,
    };
    print(&done);
    Ok(())
}

/// What becomes of a draft.
enum Step {
    Check,
    Rollout(Rollout),
    Publish(Publication),
    Abort,
    Rollback,
    Discard,
}

impl Step {
    async fn take(&self, session: &Session, draft: DraftId) -> Result<DraftView, Fault> {
        match session {
            Session::Local(local) => self.take_here(local, draft).await,
            Session::Remote(remote) => {
                let (name, body) = self.in_words();
                read(remote.call("POST", &format!("/drafts/{draft}/{name}"), body).await?)
            }
        }
    }

    async fn take_here(&self, local: &Local, draft: DraftId) -> Result<DraftView, Fault> {
        let (engine, ctx) = (&local.engine, local.ctx());
        Ok(match self {
            Step::Check => engine.check_draft(&ctx, draft).await?,
            Step::Rollout(rollout) => engine.roll_out_draft(&ctx, draft, rollout).await?,
            Step::Publish(publication) => engine.publish_draft(&ctx, draft, publication).await?,
            Step::Abort => engine.abort_draft(&ctx, draft).await?,
            Step::Rollback => engine.roll_back_draft(&ctx, draft).await?,
            Step::Discard => engine.discard_draft(&ctx, draft).await?,
        })
    }

    /// As the last part of its route, and its body.
    fn in_words(&self) -> (&'static str, Option<Json>) {
        match self {
            Step::Check => ("check", None),
            Step::Rollout(rollout) => ("rollout", Some(json!(rollout))),
            Step::Publish(publication) => ("publish", Some(json!(publication))),
            Step::Abort => ("abort", None),
            Step::Rollback => ("rollback", None),
            Step::Discard => ("discard", None),
        }
    }
}

async fn load(session: &Session, draft: DraftId) -> Result<DraftView, Fault> {
    match session {
        Session::Local(local) => Ok(local.engine.load_draft(&local.ctx(), draft).await?),
        Session::Remote(remote) => {
            read(remote.call("GET", &format!("/drafts/{draft}"), None).await?)
        }
    }
}

async fn list(session: &Session) -> Result<(), Fault> {
    let mut cursor: Option<String> = None;
    loop {
        let page: Page<DraftView> = match session {
            Session::Local(local) => {
                let ctx = local.ctx();
                local.engine.list_drafts(&ctx, cursor.as_deref(), PAGE_SIZE_MAX).await?
            }
            Session::Remote(remote) => {
                let next = cursor.as_ref().map(|next| format!("&cursor={next}"));
                let next = next.unwrap_or_default();
                let path = format!("/drafts?limit={PAGE_SIZE_MAX}{next}");
                read(remote.call("GET", &path, None).await?)?
            }
        };
        page.items.iter().for_each(print);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(()),
        }
    }
}

async fn create(session: &Session, args: DraftArgs) -> Result<DraftView, Fault> {
    let known = session.load_plugin(&args.plugin).await?;
    let mut units: BTreeMap<String, Map<String, Json>> = BTreeMap::new();
    for one in &args.set_at {
        let (unit, pair) =
            one.split_once(':').ok_or_else(|| sentences::not_a_pair(one, "UNIT:NAME=VALUE"))?;
        let changes = read_changes(&[pair.to_owned()], &known)?;
        units.entry(unit.trim().to_owned()).or_default().extend(changes);
    }
    let set = read_changes(&args.set, &known)?;
    let draft =
        NewDraft { plugin: args.plugin, title: args.title, set, units, version: args.version };
    match session {
        Session::Local(local) => Ok(local.engine.create_draft(&local.ctx(), draft).await?),
        Session::Remote(remote) => read(remote.call("POST", "/drafts", Some(json!(draft))).await?),
    }
}

fn print(draft: &DraftView) {
    let DraftView { id, plugin, title, state, .. } = draft;
    let tried_in = (!draft.tried_in.is_empty()).then(|| sentences::tried_in(&draft.tried_in[..]));
    let place = said_or_nothing(tried_in);
    println!("{id}  {state}{place}  {plugin}: {title}");
    if let Some(schedule) = &draft.schedule {
        let to = units(schedule.units.as_deref().unwrap_or_default());
        tell(&sentences::scheduled(schedule.at.to_string(), to));
    }
    if let Some(problem) = &draft.problem {
        println!("  {problem}");
    }
    if let Some(shadow) = &draft.shadow {
        print_shadow(shadow);
    }
}

/// Where the two rules part.
fn print_shadow(shadow: &ShadowView) {
    let ShadowView { differ, customers, as_of, .. } = shadow;
    let (differ, customers) = (differ.to_string(), customers.to_string());
    tell(&sentences::shadow(differ, customers, as_of.to_string()));
    let none = || sentences::none().get(language()).to_owned();
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(none);
    for (name, field) in &shadow.fields {
        for step in field.transitions.iter().filter(|step| step.with != step.without) {
            let (with, without) = (shown(&step.with), shown(&step.without));
            tell(&sentences::shadow_step(name, step.customers.to_string(), with, without));
        }
    }
    for own in &shadow.work {
        let (with, without) = (own.with.to_string(), own.without.to_string());
        tell(&sentences::shadow_work(own.sort.to_string(), own.kind.to_string(), with, without));
    }
}
