//! The schedule, wrong clocks, servers that stand still, and those that end.

use crate::{
    command::Command,
    failure::{Broken, Held},
    simulation::{Answer, Simulation, Underway},
    weather::Coming,
};
use regulars_model::{Instant, duration::MINUTE_US};
use regulars_store::Mishap;

/// What one group of commands holds: the groups of more have no order that could be played again.
const ONE_GROUP: usize = 64;
/// Batches it takes at most until nothing is due.
const BATCHES_MAX: usize = 20;

impl Simulation<'_> {
    /// One batch, as a server's schedule does all the time.
    pub(super) fn decide_due(&mut self, server: usize) -> Held {
        let due = self.due(server)?;
        self.touch_all(&due, server);
        let coming = self.weather_of_schedule(due.len());
        let number = self.next_number();
        match self.send(server, &Command::DecideDue, number, coming)? {
            Answer::Given(_) => Ok(()),
            Answer::Refused(problem) => Err(problem.into()),
            Answer::Lost => {
                due.into_iter().for_each(|person| self.touch_lost(person));
                Ok(())
            }
            Answer::Underway(stopped) => {
                self.summary.pauses += 1;
                due.iter().for_each(|person| self.touch_lost(*person));
                self.underway = Some(Underway { server, stopped, sends: None, about: due });
                Ok(())
            }
        }
    }

    fn weather_of_schedule(&mut self, due: usize) -> Coming {
        let can_pause = self.servers.len() > 1 && self.underway.is_none() && due > 0;
        match self.weather() {
            _ if can_pause && self.dice.percent(5) => Coming::Pause,
            Coming::Commit { dies, .. } if due > ONE_GROUP => {
                Coming::Commit { after: 0, mishap: Mishap::Lost, dies }
            }
            other => other,
        }
    }

    fn due(&self, server: usize) -> Result<Vec<usize>, Broken> {
        let own = &self.servers[server];
        let epoch = own.engine.configuration().rulebook.epoch();
        let ids = self.witness.wait(self.witness.store.list_due(own.now(), epoch, 256))?;
        Ok(ids.iter().filter_map(|id| self.known.by_id.get(id).copied()).collect())
    }

    fn touch_all(&mut self, people: &[usize], server: usize) {
        for person in people {
            self.touch(*person, server);
        }
    }

    pub fn decide_all_due(&mut self, server: usize) -> Held {
        for _ in 0..BATCHES_MAX {
            let number = self.next_number();
            match self.send(server, &Command::DecideDue, number, Coming::Fair)? {
                Answer::Given(_) => {}
                Answer::Refused(problem) => return Err(problem.into()),
                Answer::Lost | Answer::Underway(_) => continue,
            }
            if self.due(server)?.is_empty() {
                return Ok(());
            }
        }
        let left = self.due(server)?;
        Broken::unless(false, "what is due gets decided", "the schedule", "nobody is due", left)
    }

    pub(super) fn put_clock_wrong(&mut self) {
        let server = self.any_server();
        let skew = match self.dice.between(0, 4) {
            0 => self.dice.between(-10 * MINUTE_US, 0),
            1 => self.dice.between(0, 4 * MINUTE_US),
            _ => 0,
        };
        self.servers[server].skew.set(Instant(skew));
    }

    /// What a schedule does beside deciding.
    pub(super) fn tend(&mut self) -> Held {
        let server = self.any_server();
        let coming = self.weather();
        let own = &self.servers[server];
        own.weather.set(coming);
        own.wait(own.engine.tend_audit());
        own.wait(own.engine.purge());
        if own.weather.pass().dead { self.crash(server) } else { Ok(()) }
    }

    /// In its own time, with everything answered.
    pub(super) fn restart(&mut self) -> Held {
        let server = self.any_server();
        let own = self.servers.remove(server);
        let skew = own.skew.clone();
        own.close();
        let opened = self.open(skew)?;
        self.servers.insert(server, opened);
        Ok(())
    }

    pub(super) fn go_on_with_underway(&mut self) -> Held {
        if self.underway.is_none() || !self.dice.percent(20) {
            return Ok(());
        }
        let killed = self.dice.percent(30);
        self.finish_underway(killed)
    }

    /// Whoever stood still goes on, or is killed there.
    pub fn finish_underway(&mut self, killed: bool) -> Held {
        let Some(Underway { server, stopped, sends, about }) = self.underway.take() else {
            return Ok(());
        };
        self.begin_to(format!("server {server} goes on, or is killed: {killed}"));
        if killed {
            self.crash(server)?;
            return match sends {
                Some((person, draft)) => self.is_unsure(person, draft),
                None => Ok(()),
            };
        }
        let done = self.servers[server].resume(stopped);
        match (self.answer(server, done)?, sends) {
            (Answer::Given(reply), Some((person, draft))) => {
                self.recorded(server, person, draft, &reply)?;
                // Decided up to when it was sent.
                self.touch_lost(person);
                Ok(())
            }
            (Answer::Given(_), None) => {
                about.into_iter().for_each(|person| self.touch_lost(person));
                Ok(())
            }
            (Answer::Refused(problem), _) => Err(problem.into()),
            (_, Some((person, draft))) => self.is_unsure(person, draft),
            (_, None) => Ok(()),
        }
    }
}
