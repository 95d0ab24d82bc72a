//! `cargo xtask simulate`: a chain's days in simulated time, with all that goes wrong.

use crate::{
    build, guests,
    postgres::{Durability, Postgres, URL_VARIABLE},
    shell::{Outcome, command, execute, target},
};

pub fn run(arguments: &[String]) -> Outcome {
    let server = build::server()?;
    guests::build(&server)?;
    let program = format!("regulars-simulate{}", std::env::consts::EXE_SUFFIX);
    let mut simulate = command(target().join("debug").join(program));
    simulate.args(arguments);
    // SQLite needs none.
    if names_sqlite(arguments) {
        return execute(&mut simulate);
    }
    let postgres = Postgres::start(Durability::None)?;
    execute(simulate.env(URL_VARIABLE, &postgres.url))
}

fn names_sqlite(arguments: &[String]) -> bool {
    let pairs = || arguments.iter().zip(arguments.iter().skip(1));
    pairs().any(|(name, value)| name == "--database" && value == "sqlite")
        || arguments.iter().any(|one| one == "--database=sqlite" || one == "--help")
}
