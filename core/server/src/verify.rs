//! `regulars decisions verify`: here, or by the server that holds the database.

use crate::{
    Fault,
    cli::{Place, VerifyArgs},
    language::language,
    sentences,
    session::{Session, open, read},
};
use regulars_engine::view::{Differing, Verified};
use regulars_model::said::Said;
use serde_json::json;
use std::process::ExitCode;

pub async fn run(place: &Place, args: &VerifyArgs) -> Result<ExitCode, Fault> {
    let VerifyArgs { sample, seed, .. } = args;
    let verified: Verified = match open(place).await? {
        Session::Local(local) => {
            local.engine.verify_decisions(&local.ctx(), *sample, *seed).await?
        }
        Session::Remote(remote) => {
            let seed = seed.map(|seed| format!("&seed={seed}")).unwrap_or_default();
            let path = format!("/decisions/verify?sample={sample}{seed}");
            read(remote.call("GET", &path, None).await?)?
        }
    };
    match args.json {
        true => println!("{}", json!(verified)),
        false => print(&verified),
    }
    Ok(if verified.differed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print(verified: &Verified) {
    let say = |said: Said| println!("{}", said.get(language()));
    let number = |number: u64| number.to_string();
    let (decisions, agreed) = (number(verified.decisions), number(verified.agreed));
    say(sentences::verified(decisions, agreed, verified.seed.to_string()));
    for one in &verified.not_run {
        let of = format!("{} {}", one.plugin, one.plugin_version);
        let count = number(one.decisions);
        say(match one.why.as_str() {
            "held" => sentences::not_run_held(of, count),
            "of_engine" => sentences::not_run_of_engine(of, count),
            "missing" => sentences::not_run_missing(of, count),
            _ => sentences::not_run_unknown(of, count),
        });
    }
    if verified.differed > 0 {
        say(sentences::differed(number(verified.differed)));
    }
    for one in &verified.differing {
        let Differing { decision_id, customer_id, plugin, plugin_version, at, .. } = one;
        println!("{decision_id} {customer_id} {plugin} {plugin_version} {at}");
        println!("  - {}\n  + {}", one.stored, one.again);
    }
}
