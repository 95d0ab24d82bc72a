//! A server of the chain: a real engine on the real database, in a runtime of its own, which stands
//! still whenever nobody waits for it.

use crate::{Plan, command::Command, weather::Weather};
use regulars_engine::{Engine, Options, Problem, Trust, World, view::Reply};
use regulars_model::Instant;
use regulars_store::Store;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::{
    runtime::{Builder, Runtime},
    task::{JoinError, JoinHandle},
    time::{error::Elapsed, timeout},
};

/// Moved on by the simulation alone.
#[derive(Clone, Default)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    pub fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }

    pub fn set(&self, now: Instant) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    pub fn advance(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

pub struct Server {
    // Before its runtime: whatever still runs is gone with that, as in a process that ends.
    pub engine: Engine,
    pub weather: Arc<Weather>,
    /// How far its clock is off.
    pub skew: Clock,
    clock: Clock,
    runtime: Runtime,
}

/// What became of a command.
pub enum Ran {
    Done(Result<Reply, Problem>),
    Paused(Stopped),
}

pub type Stopped = JoinHandle<Result<Reply, Problem>>;

/// Of real time; whoever takes longer never answers.
const PATIENCE: Duration = Duration::from_secs(120);

impl Server {
    /// `number` is its own among all servers there ever were: its ids are made of it.
    pub fn open(
        plan: &Plan,
        database: &str,
        clock: &Clock,
        skew: Clock,
        number: u64,
    ) -> Result<Server, Problem> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(Problem::internal)?;
        let weather = Arc::new(Weather::default());
        let hands = (clock.clone(), skew.clone());
        let seed = plan.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(number);
        let world = World::played(seed, move || hands.0.now().plus(hands.1.now().0));
        let options = Options {
            database: database.to_owned(),
            plugins: vec![plan.plugins.clone()],
            cache: Some(plan.cache.clone()),
            trust: Trust::default(),
            world,
        };
        let engine = runtime.block_on(async {
            let store = Store::open_with(database, weather.clone()).await?;
            Engine::open_on(store, options).await
        })?;
        Ok(Server { engine, weather, skew, clock: clock.clone(), runtime })
    }

    pub fn now(&self) -> Instant {
        self.clock.now().plus(self.skew.now().0)
    }

    pub fn is_right(&self) -> bool {
        self.skew.now().0 == 0
    }

    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Until it is done, or the weather stops it: then it stays where it is.
    pub fn run(&self, command: Command, number: u64) -> Ran {
        let mut running = self.runtime.spawn(command.run(self.engine.clone(), number));
        let done = self.runtime.block_on(async {
            tokio::select! {
                biased;
                done = timeout(PATIENCE, &mut running) => Some(done),
                () = self.weather.paused.notified() => None,
            }
        });
        match done {
            Some(done) => Ran::Done(flat(done)),
            None => Ran::Paused(running),
        }
    }

    pub fn resume(&self, stopped: Stopped) -> Result<Reply, Problem> {
        self.weather.resumed.notify_one();
        flat(self.runtime.block_on(async { timeout(PATIENCE, stopped).await }))
    }

    pub fn close(self) {
        self.runtime.block_on(self.engine.close());
    }
}

/// What breaks off or never ends is a fault of the server's, not the weather's.
fn flat(
    done: Result<Result<Result<Reply, Problem>, JoinError>, Elapsed>,
) -> Result<Reply, Problem> {
    match done {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => Err(Problem::internal(error)),
        Err(error) => Err(Problem::internal(error)),
    }
}
