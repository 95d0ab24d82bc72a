//! `cargo xtask generate` runs this: a database full of a chain that is made up.

use clap::Parser;
use regulars_engine::World;
use regulars_generate::{Plan, generate};
use regulars_model::{Instant, duration::DAY_US};
use regulars_store::StoreLock;
use std::{path::PathBuf, process::ExitCode};

#[derive(Parser)]
#[command(
    name = "cargo xtask generate",
    about = "Fill a database with a chain made up from a seed"
)]
struct Arguments {
    #[arg(long)]
    customers: u64,
    /// In all; 20 for each customer unless said otherwise
    #[arg(long)]
    events: Option<u64>,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// sqlite:PATH or postgres://USER@HOST/NAME, without customers
    #[arg(long)]
    database: String,
    /// All has happened before; the beginning of today unless said otherwise
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<Instant>,
    #[arg(long, default_value = "plugins")]
    plugins: PathBuf,
    #[arg(long, default_value = "var/cache")]
    cache: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("generate: {sentence}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let today = World::real().now();
    let today = Instant(today.0 - today.0.rem_euclid(DAY_US));
    let path = arguments.database.strip_prefix("sqlite:").map(PathBuf::from);
    let lock = path.as_deref().map(StoreLock::acquire).transpose();
    let _lock = lock.map_err(|error| error.to_string())?;
    let plan = Plan {
        database: arguments.database,
        plugins: arguments.plugins,
        cache: Some(arguments.cache),
        customers: arguments.customers,
        events: arguments.events.unwrap_or(arguments.customers.saturating_mul(20)),
        seed: arguments.seed,
        as_of: arguments.as_of.unwrap_or(today),
    };
    let began = World::real().now();
    let every = (plan.customers / 20).max(1_000);
    let made = generate(&plan, |created| {
        if created % every < 400 {
            eprintln!("{created} of {} customers", plan.customers);
        }
    });
    let made = made.await.map_err(|problem| problem.detail.en)?;
    if let Some((customer, reason)) = made.rejected.first() {
        return Err(format!("customer {customer} was not taken: {reason}"));
    }
    let seconds = (World::real().now().0 - began.0) as f64 / 1e6;
    println!(
        "{} customers with {} events, seed {}, as of {}: {seconds:.1} s, {:.0} events/s",
        made.created,
        made.events,
        plan.seed,
        plan.as_of,
        made.events as f64 / seconds
    );
    Ok(())
}
