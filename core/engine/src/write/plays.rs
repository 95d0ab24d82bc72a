//! Plays of many customers at once, each with what it started from.

use super::{Intent, Origin, read_decisions};
use crate::{Problem, configuration::Configuration};
use regulars_model::{Event, Instant};
use regulars_rules::{
    Log, Player, drive,
    play::{Mode, Played, Start, again, onward},
};
use regulars_store::FullCustomer;

#[derive(Default)]
pub(crate) struct Plays {
    players: Vec<Player>,
    origins: Vec<Origin>,
}

impl Plays {
    /// The tag the next player starts with.
    pub fn len(&self) -> usize {
        self.players.len()
    }

    pub fn add(&mut self, player: Player, origin: Origin) {
        self.players.push(player);
        self.origins.push(origin);
    }

    /// Sets up the play of one change.
    pub fn prepare(
        &mut self,
        configuration: &Configuration,
        intent: &Intent,
        tail: Vec<Event>,
        full: Option<FullCustomer>,
        until: Instant,
        mode: Mode,
    ) -> Result<(), Problem> {
        let new: Vec<Event> = intent.facts.iter().map(|fact| fact.event.clone()).collect();
        let (decisions, stored) = match &full {
            Some(full) => (read_decisions(&full.decisions)?, full.events.clone()),
            None => (Vec::new(), tail),
        };
        // Of a customer nothing was taken of, no configuration is the older one, and any tail is all.
        let untouched = intent.customer.state.through.is_none();
        let complete = untouched || full.is_some() || configuration.rulebook.tail_us().is_none();
        let mut all = stored;
        all.extend(new.iter().cloned());
        let customer = &intent.customer;
        // What was decided lies behind the customer, also where this server's clock has not got there:
        // a replay that stopped before it would leave it out until something else is due.
        let through = customer.state.through.iter().map(|key| key.at);
        let until =
            new.iter().map(|event| event.occurred_at).chain(through).fold(until, Instant::max);
        let start = Start {
            tag: self.len(),
            person: customer.person(&configuration.units, &all),
            state: customer.state.clone(),
            log: Log::new(all, complete),
            epoch: if untouched { configuration.rulebook.epoch() } else { customer.epoch },
            until,
            mode,
        };
        let rulebook = configuration.rulebook.clone();
        let (player, from) = match &intent.again {
            Some(from) => again(rulebook, start, from.clone(), &decisions),
            None => onward(rulebook, start, &new, &decisions),
        };
        self.add(player, Origin { from, decisions, full });
        Ok(())
    }

    /// What came of each, in the order in which they were set up; at most `window` are under way at once.
    pub fn play(self, window: usize) -> impl Iterator<Item = (Played, Origin)> {
        let mut played: Vec<Played> = Vec::with_capacity(self.players.len());
        drive(self.players.into_iter(), window, |player| played.push(player.finish()));
        played.sort_unstable_by_key(|played| played.tag);
        played.into_iter().zip(self.origins)
    }
}
