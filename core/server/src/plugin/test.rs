//! `regulars plugin test`.

use super::{
    build::{build, is_crate},
    check::load,
    watch::Watch,
};
use crate::{Fault, cli::TestArgs, language::language, sentences};
use regulars_rules::scenario::run_path;
use std::process::ExitCode;

pub async fn test(args: &TestArgs) -> Result<ExitCode, Fault> {
    if !args.watch {
        return run(args);
    }
    let mut watch = Watch::new(&args.folder);
    loop {
        // What is wrong now may be right after the next change.
        if let Err(fault) = built(args).and_then(|()| run(args)) {
            eprintln!("regulars: {fault}");
        }
        println!("{}", watch.said().get(language()));
        println!("{}", sentences::changed(&watch.changed().await[..]).get(language()));
    }
}

fn built(args: &TestArgs) -> Result<(), Fault> {
    if is_crate(&args.folder) { build(&args.folder) } else { Ok(()) }
}

fn run(args: &TestArgs) -> Result<ExitCode, Fault> {
    let plugin = load(&args.folder)?;
    let scenarios = args.scenarios.clone().unwrap_or_else(|| args.folder.join("scenarios"));
    let report = run_path(&scenarios, &plugin.manifest, &plugin.decider);
    if report.scenarios.is_empty() {
        return Err(sentences::no_scenario(scenarios.display().to_string()).into());
    }
    let notes = report.notes(&plugin.manifest);
    println!("{}\n{}", report.write(language()), notes.get(language()));
    Ok(if report.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
