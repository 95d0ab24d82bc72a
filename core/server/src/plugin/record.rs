//! `regulars plugin record`: what a chain shows an integrator without showing anybody.

use super::unwritable;
use crate::{
    Fault,
    cli::{Place, RecordArgs},
    language::language,
    sentences,
    session::{Session, open, read},
};
use regulars_engine::view::RecordedScenario;
use regulars_model::{DecisionId, InvalidId};
use std::fs;

pub async fn record(place: &Place, args: &RecordArgs) -> Result<(), Fault> {
    let RecordArgs { decision, out } = args;
    let decision: DecisionId =
        decision.parse().map_err(|error: InvalidId| sentences::wrong_id(decision, error.said()))?;
    let recorded: RecordedScenario = match open(place).await? {
        Session::Local(local) => local.engine.record_scenario(&local.ctx(), decision).await?,
        Session::Remote(remote) => {
            let path = format!("/decisions/{decision}/scenario");
            read(remote.call("GET", &path, None).await?)?
        }
    };
    match out {
        None => print!("{}", recorded.scenario),
        Some(path) => {
            // Somebody's scenario may be called the same.
            let made = fs::File::create_new(path);
            let written = made.and_then(|mut file| {
                std::io::Write::write_all(&mut file, recorded.scenario.as_bytes())
            });
            written.map_err(|error| unwritable(path.display(), error))?;
            let said = sentences::recorded(path.display().to_string(), &recorded.plugin);
            println!("{}", said.get(language()));
        }
    }
    Ok(())
}
