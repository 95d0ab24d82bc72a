//! `cargo xtask simulate` runs this: a chain's days, with all that goes wrong.

use clap::{Parser, ValueEnum};
use regulars_simulate::{Plan, simulate};
use regulars_tests::{Place, root};
use std::{path::PathBuf, process::ExitCode};

#[derive(Parser)]
#[command(
    name = "cargo xtask simulate",
    about = "Play a chain's days in simulated time, and check all that must hold at every step"
)]
struct Arguments {
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value_t = 365)]
    days: i64,
    #[arg(long, default_value_t = 30)]
    customers: usize,
    /// Both, unless one is named
    #[arg(long)]
    database: Option<Database>,
    /// How many seeds, from the first on
    #[arg(long, default_value_t = 1)]
    runs: u64,
    /// Say everything that is done
    #[arg(long)]
    verbose: bool,
    #[arg(long, default_value = "var/cache")]
    cache: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let named =
        arguments.database.map_or(vec![Database::Sqlite, Database::Postgres], |one| vec![one]);
    for seed in arguments.seed..arguments.seed.saturating_add(arguments.runs) {
        for database in &named {
            if !run(&arguments, seed, *database) {
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

fn run(arguments: &Arguments, seed: u64, database: Database) -> bool {
    let place = || match database {
        Database::Sqlite => Place::sqlite(),
        Database::Postgres => Place::postgres(),
    };
    let (played, in_order) = (place(), place());
    let plan = Plan {
        seed,
        days: arguments.days,
        customers: arguments.customers,
        database: played.url(),
        in_order: in_order.url(),
        plugins: root().join("plugins"),
        cache: root().join(&arguments.cache),
        told: if arguments.verbose { |line| println!("{line}") } else { |_| {} },
    };
    let name = format!("seed {seed} on {database:?}").to_lowercase();
    match simulate(&plan) {
        Ok(summary) => {
            println!("{name}: {summary}");
            true
        }
        Err(failure) => {
            eprintln!("{name}: {failure}");
            false
        }
    }
}
