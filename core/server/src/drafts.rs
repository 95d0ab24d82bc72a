//! `regulars draft`: a change of a plugin, prepared, tried in some stores, put in force, taken back;
//! here, or by the server that holds the database.

use crate::{
    Fault,
    cli::{DraftArgs, DraftCommand, Place},
    session::{Session, open, read, read_changes},
};
use regulars_engine::{
    request::{NewDraft, Publication, Rollout},
    view::{DraftView, Page},
};
use regulars_model::{DraftId, Instant, limits::PAGE_SIZE_MAX};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

pub async fn run(place: &Place, command: DraftCommand) -> Result<(), Fault> {
    let session = open(place).await?;
    let done = match command {
        DraftCommand::List => return list(&session).await,
        DraftCommand::Create(args) => create(&session, args).await?,
        DraftCommand::Show { draft } => load(&session, draft).await?,
        DraftCommand::Rollout { draft, unit, at } => {
            let rollout = Rollout { units: unit, at: at.as_deref().map(instant).transpose()? };
            match &session {
                Session::Local(local) => {
                    local.engine.roll_out_draft(&local.ctx(), draft, &rollout).await?
                }
                Session::Remote(_) => {
                    step(&session, draft, "rollout", Some(json!(rollout))).await?
                }
            }
        }
        DraftCommand::Publish { draft, at } => {
            let publication = Publication { at: at.as_deref().map(instant).transpose()? };
            match &session {
                Session::Local(local) => {
                    local.engine.publish_draft(&local.ctx(), draft, &publication).await?
                }
                Session::Remote(_) => {
                    step(&session, draft, "publish", Some(json!(publication))).await?
                }
            }
        }
        DraftCommand::Check { draft } => match &session {
            Session::Local(local) => local.engine.check_draft(&local.ctx(), draft).await?,
            Session::Remote(_) => step(&session, draft, "check", None).await?,
        },
        DraftCommand::Abort { draft } => match &session {
            Session::Local(local) => local.engine.abort_draft(&local.ctx(), draft).await?,
            Session::Remote(_) => step(&session, draft, "abort", None).await?,
        },
        DraftCommand::Rollback { draft } => match &session {
            Session::Local(local) => local.engine.roll_back_draft(&local.ctx(), draft).await?,
            Session::Remote(_) => step(&session, draft, "rollback", None).await?,
        },
        DraftCommand::Discard { draft } => match &session {
            Session::Local(local) => local.engine.discard_draft(&local.ctx(), draft).await?,
            Session::Remote(_) => step(&session, draft, "discard", None).await?,
        },
    };
    print(&done);
    Ok(())
}

/// By the server that holds the database.
async fn step(
    session: &Session,
    draft: DraftId,
    name: &str,
    body: Option<Json>,
) -> Result<DraftView, Fault> {
    let Session::Remote(remote) = session else {
        return Err(Fault("there is no server".to_owned()));
    };
    read(remote.call("POST", &format!("/drafts/{draft}/{name}"), body).await?)
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
            one.split_once(':').ok_or_else(|| Fault(format!("`{one}` is not UNIT:NAME=VALUE")))?;
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

fn instant(text: &str) -> Result<Instant, Fault> {
    text.parse()
        .map_err(|_| Fault(format!("`{text}` is not an instant such as 2026-03-02T12:00:00+08:00")))
}

fn print(draft: &DraftView) {
    let DraftView { id, plugin, title, state, .. } = draft;
    let place = match draft.tried_in.as_slice() {
        [] => String::new(),
        some => format!(" in {}", some.join(", ")),
    };
    println!("{id}  {state}{place}  {plugin}: {title}");
    if let Some(schedule) = &draft.schedule {
        let to = schedule.units.as_ref().map_or("everywhere".to_owned(), |units| units.join(", "));
        println!("  at {} to {to}", schedule.at);
    }
    if let Some(problem) = &draft.problem {
        println!("  {problem}");
    }
}
