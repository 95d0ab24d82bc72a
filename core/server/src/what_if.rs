//! `regulars what-if`: who would move where, as a table or as JSON.

mod text;

use crate::{
    Fault,
    cli::{Place, WhatIfArgs},
    language::language,
    packages::read_file,
    remote::Remote,
    sentences,
    session::{Local, Session, open, read, read_changes},
    tables,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use indicatif::{ProgressBar, ProgressStyle};
use regulars_engine::{
    request::WhatIfDraft,
    view::{WhatIf, WhatIfJob},
    what_if::Progress,
};
use serde_json::json;
use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};
use text::written;

const LOOK_AGAIN: Duration = Duration::from_millis(250);

pub async fn run(place: &Place, args: &WhatIfArgs) -> Result<(), Fault> {
    let session = open(place).await?;
    let draft = read_draft(&session, args).await?;
    let bar = ProgressBar::new(0);
    let customers = sentences::of_customers();
    let template = format!("{{bar:30}} {{pos}} / {{len}} {}", customers.get(language()));
    let style = ProgressStyle::with_template(&template);
    bar.set_style(style.map_err(|error| Fault(error.to_string()))?);
    let answer = match session {
        Session::Local(local) => ask_here(&local, &draft, &bar).await?,
        Session::Remote(remote) => ask_there(&remote, &draft, &bar).await?,
    };
    bar.finish_and_clear();
    match args.json {
        true => println!("{}", json!(answer)),
        false => print!("{}", written(&answer, language())),
    }
    Ok(())
}

async fn ask_here(local: &Local, draft: &WhatIfDraft, bar: &ProgressBar) -> Result<WhatIf, Fault> {
    let progress = Arc::new(Progress::default());
    let (ctx, watched) = (local.ctx(), progress.clone());
    let asking = local.engine.what_if(&ctx, draft, progress);
    tokio::pin!(asking);
    loop {
        tokio::select! {
            answer = &mut asking => {
                return answer?.ok_or_else(|| sentences::what_if_cancelled().into());
            }
            () = tokio::time::sleep(LOOK_AGAIN) => show(bar, watched.customers()),
        }
    }
}

async fn ask_there(
    remote: &Remote,
    draft: &WhatIfDraft,
    bar: &ProgressBar,
) -> Result<WhatIf, Fault> {
    let started: WhatIfJob = read(remote.call("POST", "/what-if", Some(json!(draft))).await?)?;
    let path = format!("/what-if/{}", started.id);
    loop {
        let job: WhatIfJob = read(remote.call("GET", &path, None).await?)?;
        show(bar, (job.customers, job.total));
        match (job.state.as_str(), job.answer) {
            (_, Some(answer)) => return Ok(answer),
            ("running", None) => tokio::time::sleep(LOOK_AGAIN).await,
            (state, None) => {
                let over = || Fault::from(sentences::what_if_over(state));
                return Err(job.problem.map_or_else(over, Fault));
            }
        }
    }
}

fn show(bar: &ProgressBar, (customers, total): (i64, i64)) {
    bar.set_length(u64::try_from(total).unwrap_or(0));
    bar.set_position(u64::try_from(customers).unwrap_or(0));
}

/// What is asked, with the files it names.
async fn read_draft(session: &Session, args: &WhatIfArgs) -> Result<WhatIfDraft, Fault> {
    let asked = WhatIfDraft {
        draft: args.draft,
        without: args.without,
        from: args.from,
        to: args.to,
        stores: args.store.clone(),
        ..WhatIfDraft::default()
    };
    let Some(plugin) = &args.plugin else { return Ok(asked) };
    let known = session.load_plugin(plugin).await?;
    let script = args.script.as_deref().map(std::fs::read_to_string).transpose();
    let script = script.map_err(|error| {
        let path = args.script.as_deref().unwrap_or(Path::new("")).display().to_string();
        Fault::from(sentences::unreadable(path, error.to_string()))
    })?;
    let package = args.package.as_deref().map(read_file).transpose()?;
    let mut tables = BTreeMap::new();
    for pair in &args.table {
        let (name, file) =
            pair.split_once('=').ok_or_else(|| sentences::not_a_pair(pair, "NAME=FILE"))?;
        let there = tables::load(session, plugin, name).await?;
        tables.insert(name.to_owned(), tables::read_rows(Path::new(file), &there.schema)?);
    }
    Ok(WhatIfDraft {
        plugin: plugin.clone(),
        set: read_changes(&args.set, &known)?,
        script,
        package: package.map(|bytes| BASE64_STANDARD.encode(bytes)),
        tables,
        ..asked
    })
}
