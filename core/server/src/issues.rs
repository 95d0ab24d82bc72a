//! `regulars issue`: work that a publication left out, counted, and given at a pace by the server.

use crate::{
    Fault,
    cli::{IssueArgs, IssueCommand, Place},
    language::{language, tell},
    sentences,
    session::{Session, open, read},
};
use regulars_engine::{
    request::NewIssue,
    view::{IssueView, LeftOut, Page},
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
    let of_settings = || sentences::of_settings(issue.settings_version.to_string());
    let of = issue.draft.map(|draft| draft.to_string());
    let of = of.unwrap_or_else(|| of_settings().get(language()).to_owned());
    let pace = sentences::a_minute(per_minute.to_string());
    println!("{id}  {state}  {plugin}: {of}, {}", pace.get(language()));
    if let Some(problem) = &issue.problem {
        println!("  {problem}");
    }
    if issue.counted.is_empty() {
        tell(&sentences::nothing_left_out());
    }
    issue.counted.iter().for_each(print_counted);
    for own in &issue.dealt {
        let withheld = own.withheld.iter().map(|(why, count)| {
            sentences::withheld(why.to_string(), count.to_string()).get(language()).to_owned()
        });
        let (sort, kind) = (own.sort.to_string(), own.kind.to_string());
        tell(&sentences::given(sort, kind, own.given.to_string(), withheld.collect::<String>()));
    }
    if let Some(count) = issue.no_longer_follow.filter(|count| *count > 0) {
        tell(&sentences::no_longer_follow(count.to_string()));
    }
}

fn print_counted(own: &LeftOut) {
    let points = own.points.map(|points| sentences::points(points.to_string()));
    let points = points.map(|said| said.get(language()).to_owned());
    let money = own.money.iter().map(|(currency, amount)| format!("{amount} {currency}"));
    let worth: Vec<String> = points.into_iter().chain(money).collect();
    let worth = if worth.is_empty() { String::new() } else { format!(" ({})", worth.join(", ")) };
    let (sort, kind) = (own.sort.to_string(), own.kind.to_string());
    tell(&sentences::to_give(sort, kind, own.count.to_string(), worth));
    let line = |name: &str, count: u64| println!("    {name:20} {count:>10}");
    for at in &own.by_store {
        let none = sentences::no_store();
        line(at.store.as_deref().unwrap_or(none.get(language())), at.count);
    }
    if own.exist > 0 {
        line(sentences::given_before().get(language()), own.exist);
    }
}
