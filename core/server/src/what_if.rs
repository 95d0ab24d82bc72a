//! `regulars what-if`: who would move where, as a table or as JSON.

use crate::{
    Fault,
    cli::{Place, WhatIfArgs},
    remote::Remote,
    session::{Local, Session, open, read, read_changes},
};
use indicatif::{ProgressBar, ProgressStyle};
use regulars_engine::{
    request::WhatIfDraft,
    view::{WhatIf, WhatIfJob},
    what_if::{
        Progress,
        report::{FieldChange, WorkCount},
    },
};
use serde_json::json;
use std::{sync::Arc, time::Duration};

const LOOK_AGAIN: Duration = Duration::from_millis(250);

pub async fn run(place: &Place, args: &WhatIfArgs) -> Result<(), Fault> {
    let session = open(place).await?;
    let set = match &args.plugin {
        Some(plugin) => read_changes(&args.set, &session.load_plugin(plugin).await?)?,
        None => serde_json::Map::new(),
    };
    let draft = WhatIfDraft {
        plugin: args.plugin.clone().unwrap_or_default(),
        draft: args.draft,
        without: args.without,
        set,
        from: args.from,
        store: args.store.clone(),
    };
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{bar:30} {pos} of {len} customers");
    bar.set_style(style.map_err(|error| Fault(error.to_string()))?);
    let answer = match session {
        Session::Local(local) => ask_here(&local, &draft, &bar).await?,
        Session::Remote(remote) => ask_there(&remote, &draft, &bar).await?,
    };
    bar.finish_and_clear();
    match args.json {
        true => println!("{}", json!(answer)),
        false => print(&answer),
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
                return answer?.ok_or_else(|| Fault("it was cancelled".to_owned()));
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
                let why = job.problem.unwrap_or_else(|| format!("the what-if was {state}"));
                return Err(Fault(why));
            }
        }
    }
}

fn show(bar: &ProgressBar, (customers, total): (i64, i64)) {
    bar.set_length(u64::try_from(total).unwrap_or(0));
    bar.set_position(u64::try_from(customers).unwrap_or(0));
}

fn print(answer: &WhatIf) {
    let WhatIf { plugin, customers, changed, .. } = answer;
    match answer.from {
        None => println!("{plugin}: {changed} of {customers} customers would change now"),
        Some(from) => println!(
            "{plugin}: {changed} of {customers} customers would stand otherwise, had this been in \
             force since {from}"
        ),
    }
    for (name, field) in &answer.fields {
        print_field(name, field);
    }
    for (tag, change) in &answer.tags {
        println!("\ntag {tag}: {} would gain it, {} lose it", change.gained, change.lost);
    }
    print_work(&answer.work);
    if let Some(near) = answer.near.as_ref().filter(|near| near.customers > 0) {
        println!("\nwithin {} % of a threshold: {}", near.within_percent, near.customers);
        for (setting, count) in &near.by_setting {
            println!("  {setting:24} {count:>10}");
        }
    }
    if answer.held > 0 {
        println!("\n{} decisions would be held: the rule fails at them", answer.held);
    }
    for example in answer.examples.iter().take(5) {
        let store = example.store.as_deref().unwrap_or("no store");
        println!("\n{} ({store}), {}", example.customer_id, example.field);
        println!("  now  {}", example.before.sentence.en);
        println!("  then {}", example.after.sentence.en);
    }
    println!("\nsnapshot {}", answer.snapshot);
}

fn print_field(name: &str, field: &FieldChange) {
    println!("\n{name}: {} would change", field.changed);
    if field.transitions.is_empty() {
        return;
    }
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "(none)".to_owned());
    println!("  {:20} {:>10} {:>10}", "", "before", "after");
    let mut values: Vec<&String> = field.before.keys().chain(field.after.keys()).collect();
    values.sort();
    values.dedup();
    for value in values {
        let count = |counts: &std::collections::BTreeMap<String, u64>| {
            counts.get(value).copied().unwrap_or_default()
        };
        println!("  {value:20} {:>10} {:>10}", count(&field.before), count(&field.after));
    }
    println!("  {:20} {:>10} {:>10}", "(none)", field.none_before, field.none_after);
    for step in field.transitions.iter().filter(|step| step.from != step.to) {
        println!("  {} → {}: {}", value(&step.from), value(&step.to), step.customers);
    }
}

fn print_work(work: &[WorkCount]) {
    for count in work {
        let WorkCount { plugin, sort, kind, before, after, .. } = count;
        print!("\n{sort} {kind} of {plugin}: {after} would follow");
        if *before > 0 {
            print!(", {before} follow now");
        }
        if let (Some(before), Some(after)) = (count.points_before, count.points_after) {
            print!(" ({after} points, {before} now)");
        }
        println!();
    }
}
