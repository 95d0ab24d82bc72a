//! The days themselves, step by step.

use crate::{
    Plan, Summary, chain, check,
    command::{Command, unkeyed},
    failure::{Broken, Held},
    in_order,
    known::{Known, Person},
    office::Office,
    server::{Clock, Ran, Server, Stopped},
    weather::Coming,
};
use regulars_engine::{
    Code, Problem, configuration::Configuration, request::EventDraft, view::Reply,
};
use regulars_generate::dice::Dice;
use regulars_model::{
    Instant,
    duration::{DAY_US, MINUTE_US},
};
use regulars_store::{Mishap, Store};
use std::{collections::BTreeMap, sync::Arc};
use tokio::runtime::Runtime;

pub struct Simulation<'p> {
    pub plan: &'p Plan,
    pub dice: Dice,
    pub clock: Clock,
    pub servers: Vec<Server>,
    pub known: Known,
    pub office: Office,
    /// What tills have taken down and not sent yet, and whose it is.
    pub drawer: Vec<(usize, EventDraft)>,
    pub underway: Option<Underway>,
    pub summary: Summary,
    /// Customers this step may have changed, and up to when they were decided.
    pub touched: BTreeMap<usize, Instant>,
    pub witness: Witness,
    start: Instant,
    doing: String,
    opened: u64,
    commands: u64,
}

/// A command in a server that stands still.
pub struct Underway {
    pub server: usize,
    pub stopped: Stopped,
    /// What it sends, and whose it is; none for the schedule.
    pub sends: Option<(usize, EventDraft)>,
    /// Whom it is about to write.
    pub about: Vec<usize>,
}

/// Looks into the database past every server.
pub struct Witness {
    pub runtime: Runtime,
    pub store: Store,
}

pub enum Answer {
    Given(Reply),
    Refused(Problem),
    /// Nobody knows whether it was done.
    Lost,
    Underway(Stopped),
}

/// As a till sends again what was not answered.
const SENDINGS_MAX: u32 = 4;
const WEEK_US: i64 = 7 * DAY_US;

impl<'p> Simulation<'p> {
    pub fn begin(plan: &'p Plan, start: Instant) -> Result<Simulation<'p>, Broken> {
        let clock = Clock::default();
        clock.set(start);
        let runtime = Runtime::new().map_err(Problem::internal)?;
        let store = runtime.block_on(Store::open(&plan.database))?;
        let mut simulation = Simulation {
            plan,
            dice: Dice::of(plan.seed, 0),
            clock,
            servers: Vec::new(),
            known: Known::default(),
            office: Office::default(),
            drawer: Vec::new(),
            underway: None,
            summary: Summary::default(),
            touched: BTreeMap::new(),
            witness: Witness { runtime, store },
            start,
            doing: "setting up the chain".to_owned(),
            opened: 0,
            commands: 0,
        };
        simulation.known.people = (0..plan.customers).map(Person::new).collect();
        let servers = if plan.is_postgres() { 2 } else { 1 };
        for _ in 0..servers {
            let server = simulation.open(Clock::default())?;
            simulation.servers.push(server);
        }
        let first = &simulation.servers[0];
        first.wait(chain::set_up(&first.engine, &unkeyed(&first.engine)))?;
        Ok(simulation)
    }

    pub fn run(&mut self) -> Held {
        let end = self.start.plus(self.plan.days * DAY_US);
        let mut week_ends = self.start.plus(WEEK_US);
        while self.now() < end {
            self.summary.steps += 1;
            self.act()?;
            check::touched(self)?;
            if self.now() >= week_ends {
                week_ends = self.now().plus(WEEK_US);
                self.settle()?;
                check::everything(self)?;
            }
        }
        self.begin_to("end");
        self.empty_drawer()?;
        self.settle()?;
        check::everything(self)?;
        in_order::compare(self)
    }

    pub fn start(&self) -> Instant {
        self.start
    }

    pub fn step(&self) -> u64 {
        self.summary.steps
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    pub fn doing(&self) -> &str {
        &self.doing
    }

    pub fn begin_to(&mut self, what: impl ToString) {
        self.doing = what.to_string();
        (self.plan.told)(&format!("{} {}: {}", self.step(), self.now(), self.doing));
    }

    pub fn into_summary(self) -> Summary {
        self.summary
    }

    pub fn next_number(&mut self) -> u64 {
        self.commands += 1;
        self.commands
    }

    pub fn open(&mut self, skew: Clock) -> Result<Server, Broken> {
        self.opened += 1;
        let server = Server::open(self.plan, &self.plan.database, &self.clock, skew, self.opened)?;
        Ok(server)
    }

    /// The newest that any server has read.
    pub fn configuration(&self) -> Option<Arc<Configuration>> {
        let all = self.servers.iter().map(|server| server.engine.configuration());
        all.max_by_key(|configuration| configuration.stamp.revision)
    }

    /// A server that does not stand still.
    pub fn any_server(&mut self) -> usize {
        let stopped = self.underway.as_ref().map(|underway| underway.server);
        let free: Vec<usize> =
            (0..self.servers.len()).filter(|server| Some(*server) != stopped).collect();
        *self.dice.pick(&free)
    }

    /// Sends a command in whatever weather comes.
    pub fn send(
        &mut self,
        server: usize,
        command: &Command,
        number: u64,
        coming: Coming,
    ) -> Result<Answer, Broken> {
        let at = self.servers[server].now();
        self.begin_to(format!("{command} by server {server} at {at}, {coming:?}"));
        let own = &self.servers[server];
        own.weather.set(coming);
        let done = match own.run(command.clone(), number) {
            Ran::Done(done) => done,
            Ran::Paused(stopped) => return Ok(Answer::Underway(stopped)),
        };
        self.answer(server, done)
    }

    /// What became of a command that has ended; whoever died of it is opened again.
    pub fn answer(
        &mut self,
        server: usize,
        done: Result<Reply, Problem>,
    ) -> Result<Answer, Broken> {
        let passed = self.servers[server].weather.pass();
        if passed.dead {
            self.crash(server)?;
        }
        Ok(match done {
            Ok(reply) => Answer::Given(reply),
            Err(problem) if passed.struck && problem.code == Code::Unavailable => {
                self.summary.lost += 1;
                Answer::Lost
            }
            Err(problem) => Answer::Refused(problem),
        })
    }

    /// Everything that runs in it is gone, and another takes its place.
    pub fn crash(&mut self, server: usize) -> Held {
        self.summary.crashes += 1;
        let skew = self.servers[server].skew.clone();
        drop(self.servers.remove(server));
        let opened = self.open(skew)?;
        self.servers.insert(server, opened);
        Ok(())
    }

    /// Sent again and again under one number, until there is an answer.
    pub fn insist(
        &mut self,
        server: usize,
        command: &Command,
    ) -> Result<Result<Reply, Problem>, Broken> {
        let number = self.next_number();
        let mut coming = self.weather();
        for _ in 0..SENDINGS_MAX {
            match self.send(server, command, number, coming)? {
                Answer::Given(reply) => return Ok(Ok(reply)),
                Answer::Refused(problem) => return Ok(Err(problem)),
                Answer::Lost | Answer::Underway(_) => coming = Coming::Fair,
            }
        }
        Err(Problem::unavailable("it is never answered").into())
    }

    /// Mostly fair.
    pub fn weather(&mut self) -> Coming {
        if !self.dice.percent(6) {
            return Coming::Fair;
        }
        let mishap = *self.dice.pick(&[Mishap::Lost, Mishap::Unanswered]);
        Coming::Commit { after: 0, mishap, dies: self.dice.percent(60) }
    }

    /// All clocks right, nobody standing still, and everything decided that is due by now.
    pub fn settle(&mut self) -> Held {
        self.finish_underway(false)?;
        for server in &self.servers {
            server.skew.set(Instant(0));
        }
        self.clock.advance(15 * MINUTE_US);
        for server in 0..self.servers.len() {
            self.decide_all_due(server)?;
        }
        for server in &self.servers {
            server.wait(server.engine.tend_audit());
            server.wait(server.engine.purge());
        }
        Ok(())
    }
}

impl Witness {
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }
}
