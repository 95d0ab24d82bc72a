//! `regulars issue`: work that a publication left out, counted, and given at a pace by the server.

use crate::{
    Fault,
    cli::{IssueArgs, IssueCommand, Place},
    session::{Session, open, read},
};
use regulars_engine::{
    request::NewIssue,
    view::{IssueView, Page},
};
use regulars_model::{IssueId, limits::PAGE_SIZE_MAX};
use serde_json::json;

pub async fn run(place: &Place, command: IssueCommand) -> Result<(), Fault> {
    let session = open(place).await?;
    let done = match command {
        IssueCommand::List => return list(&session).await,
        IssueCommand::Create(args) => create(&session, args).await?,
        IssueCommand::Show { issue } => load(&session, issue).await?,
        IssueCommand::Start { issue } => Step::Start.take(&session, issue).await?,
        IssueCommand::Pause { issue } => Step::Pause.take(&session, issue).await?,
        IssueCommand::Cancel { issue } => Step::Cancel.take(&session, issue).await?,
    };
    print(&done);
    Ok(())
}

#[derive(Clone, Copy)]
enum Step {
    Start,
    Pause,
    Cancel,
}

impl Step {
    async fn take(self, session: &Session, id: IssueId) -> Result<IssueView, Fault> {
        let local = match session {
            Session::Local(local) => local,
            Session::Remote(remote) => {
                let name = match self {
                    Step::Start => "start",
                    Step::Pause => "pause",
                    Step::Cancel => "cancel",
                };
                return read(remote.call("POST", &format!("/issues/{id}/{name}"), None).await?);
            }
        };
        let (engine, ctx) = (&local.engine, local.ctx());
        Ok(match self {
            Step::Start => engine.start_issue(&ctx, id).await?,
            Step::Pause => engine.pause_issue(&ctx, id).await?,
            Step::Cancel => engine.cancel_issue(&ctx, id).await?,
        })
    }
}

async fn create(session: &Session, args: IssueArgs) -> Result<IssueView, Fault> {
    let IssueArgs { draft, plugin, sort, pace } = args;
    let new = NewIssue { draft, plugin, sorts: sort, per_minute: pace };
    match session {
        Session::Local(local) => Ok(local.engine.create_issue(&local.ctx(), new).await?),
        Session::Remote(remote) => read(remote.call("POST", "/issues", Some(json!(new))).await?),
    }
}

async fn load(session: &Session, id: IssueId) -> Result<IssueView, Fault> {
    match session {
        Session::Local(local) => Ok(local.engine.load_issue(&local.ctx(), id).await?),
        Session::Remote(remote) => read(remote.call("GET", &format!("/issues/{id}"), None).await?),
    }
}

async fn list(session: &Session) -> Result<(), Fault> {
    let mut cursor: Option<String> = None;
    loop {
        let page: Page<IssueView> = match session {
            Session::Local(local) => {
                let ctx = local.ctx();
                local.engine.list_issues(&ctx, cursor.as_deref(), PAGE_SIZE_MAX).await?
            }
            Session::Remote(remote) => {
                let next = cursor.as_ref().map(|next| format!("&cursor={next}"));
                let next = next.unwrap_or_default();
                let path = format!("/issues?limit={PAGE_SIZE_MAX}{next}");
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

fn print(issue: &IssueView) {
    let IssueView { id, plugin, state, per_minute, .. } = issue;
    let of = issue
        .draft
        .map_or_else(|| format!("settings {}", issue.settings_version), |draft| draft.to_string());
    println!("{id}  {state}  {plugin}: {of}, {per_minute}/min");
    if let Some(problem) = &issue.problem {
        println!("  {problem}");
    }
    if issue.counted.is_empty() {
        println!("  nothing was left out");
    }
    for own in &issue.counted {
        let mut worth: Vec<String> =
            own.points.map(|points| format!("{points} points")).into_iter().collect();
        worth.extend(own.money.iter().map(|(currency, amount)| format!("{amount} {currency}")));
        let worth =
            if worth.is_empty() { String::new() } else { format!(" ({})", worth.join(", ")) };
        println!("  {} {}: {} to give{worth}", own.sort, own.kind, own.count);
        for at in &own.by_store {
            println!("    {:20} {:>10}", at.store.as_deref().unwrap_or("(no store)"), at.count);
        }
        if own.exist > 0 {
            println!("    {:20} {:>10}", "(given before)", own.exist);
        }
    }
    for own in &issue.dealt {
        let withheld = own.withheld.iter().map(|(why, count)| format!(", {why} {count}"));
        println!(
            "  {} {}: given {}{}",
            own.sort,
            own.kind,
            own.given,
            withheld.collect::<String>()
        );
    }
    if let Some(count) = issue.no_longer_follow.filter(|count| *count > 0) {
        println!("  {count} no longer follow");
    }
}
