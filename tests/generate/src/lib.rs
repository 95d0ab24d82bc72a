//! A chain made up from a seed, for measuring: customers of three brands with a few years of events
//! behind them, brought in the way an import is. Equal seeds make equal databases.

pub mod chain;
pub mod dice;
mod history;
pub mod people;

use people::People;
use regulars_engine::{Actor, Engine, Options, Problem, Trust, World, import::Imported};
use regulars_model::{Instant, text::Language};
use std::{collections::VecDeque, path::PathBuf};

/// What is to be made, and where.
pub struct Plan {
    /// `sqlite:PATH` or `postgres://…`; one without customers.
    pub database: String,
    /// The folder of the three plugins.
    pub plugins: PathBuf,
    pub cache: Option<PathBuf>,
    pub customers: u64,
    pub events: u64,
    pub seed: u64,
    /// All has happened before, and is decided up to then.
    pub as_of: Instant,
}

/// One for each of two cores. Each makes its ids by itself, so that which of them is faster makes no
/// difference to what comes out.
const ENGINES: u64 = 2;

/// `told` hears how many customers there are so far.
pub async fn generate(plan: &Plan, told: impl Fn(u64)) -> Result<Imported, Problem> {
    let mut engines = Vec::with_capacity(ENGINES as usize);
    for number in 0..ENGINES {
        let engine = open(plan, number).await?;
        if number == 0 {
            begin(&engine).await?;
        }
        engines.push(engine);
    }
    let people = People::new(plan.seed, plan.customers, plan.events, plan.as_of);
    let mut total = Imported::default();
    let mut deciding = VecDeque::with_capacity(engines.len());
    let mut next = 0;
    loop {
        while next < people.blocks() && deciding.len() < engines.len() {
            let engine = engines[(next % ENGINES) as usize].clone();
            let (block, as_of) = (people.block(next), plan.as_of);
            deciding
                .push_back(tokio::spawn(async move { engine.decide_import(block, as_of).await }));
            next += 1;
        }
        let Some(decided) = deciding.pop_front() else { break };
        let decided = decided.await.map_err(Problem::internal)??;
        let imported = engines[0].commit_import(decided).await?;
        total.created += imported.created;
        total.events += imported.events;
        total.rejected.extend(imported.rejected);
        told(total.created);
    }
    for engine in engines {
        engine.close().await;
    }
    Ok(total)
}

async fn open(plan: &Plan, number: u64) -> Result<Engine, Problem> {
    let options = Options {
        database: plan.database.clone(),
        plugins: vec![plan.plugins.clone()],
        cache: plan.cache.clone(),
        trust: Trust::default(),
        world: World::seeded(plan.seed.wrapping_mul(ENGINES).wrapping_add(number), plan.as_of),
    };
    Engine::open(options).await
}

async fn begin(engine: &Engine) -> Result<(), Problem> {
    let ctx = engine.context(Actor::operator(), Language::English, None);
    let there = engine.count_by(&ctx, "lifecycle").await?.total;
    if there > 0 {
        let detail = format!("there are {there} customers already; give a database without any");
        return Err(Problem::new(regulars_engine::Code::Conflict, detail));
    }
    chain::set_up(engine, &ctx).await
}
