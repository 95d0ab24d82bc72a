//! A chain's days, played in simulated time over a real database: sales that come late, twice and out
//! of order, staff, gateways and head office at work, clocks that are wrong, servers that crash, are cut
//! off and stand still; and after each step all that must hold. One seed plays the same days.

mod act;
mod chain;
mod check;
mod command;
mod expected;
mod failure;
mod in_order;
mod known;
mod office;
mod server;
mod simulation;
mod weather;

pub use failure::{Broken, Failure};

use regulars_model::Instant;
use simulation::Simulation;
use std::{fmt, path::PathBuf};

pub struct Plan {
    pub seed: u64,
    pub days: i64,
    pub customers: usize,
    /// `sqlite:PATH` or `postgres://…`; an empty one. On Postgres two servers take turns.
    pub database: String,
    /// Another empty one, for the same log in its order.
    pub in_order: String,
    /// The folder of the three plugins.
    pub plugins: PathBuf,
    pub cache: PathBuf,
    /// Hears of everything that is done.
    pub told: fn(&str),
}

/// When the first day begins: a Monday in Shanghai.
const START: &str = "2026-03-02T00:00:00+08:00";

/// What it took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub steps: u64,
    /// Events that are there at the end.
    pub events: u64,
    /// Decisions that stand at the end.
    pub decisions: u64,
    pub tasks: u64,
    pub messages: u64,
    /// Sent again with an answer known, or with other content.
    pub repeats: u64,
    /// Commands whose answer was lost, on the way there or back.
    pub lost: u64,
    pub crashes: u64,
    pub pauses: u64,
    /// Changes of the rules that were put in force, tried, published or taken back.
    pub changes: u64,
    /// How often a customer was looked at as a whole.
    pub checks: u64,
}

pub fn simulate(plan: &Plan) -> Result<Summary, Box<Failure>> {
    let start: Instant = START.parse().unwrap_or_default();
    let failed = |step, at, doing: &str, broken| {
        Box::new(Failure { again: plan.again(), step, at, doing: doing.to_owned(), broken })
    };
    let mut simulation = Simulation::begin(plan, start)
        .map_err(|broken| failed(0, start, "opening the databases", broken))?;
    match simulation.run() {
        Ok(()) => Ok(simulation.into_summary()),
        Err(broken) => {
            let (step, at) = (simulation.step(), simulation.now());
            Err(failed(step, at, simulation.doing(), broken))
        }
    }
}

impl Plan {
    fn again(&self) -> String {
        let Plan { seed, days, customers, .. } = self;
        let database = if self.is_postgres() { "postgres" } else { "sqlite" };
        format!(
            "cargo xtask simulate --seed {seed} --days {days} --customers {customers} \
             --database {database}"
        )
    }

    fn is_postgres(&self) -> bool {
        self.database.starts_with("postgres")
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { steps, events, decisions, tasks, messages, .. } = self;
        write!(f, "{steps} steps: {events} events, {decisions} decisions, {tasks} tasks, ")?;
        write!(f, "{messages} messages; {} repeats, {} answers lost, ", self.repeats, self.lost)?;
        write!(f, "{} crashes, {} pauses, ", self.crashes, self.pauses)?;
        write!(f, "{} changes of rules; {} customers checked", self.changes, self.checks)
    }
}
