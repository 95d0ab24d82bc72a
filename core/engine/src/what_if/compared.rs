//! One customer under both rules.

use super::{candidate::Candidate, near::settings_near, work::Given};
use crate::{
    Problem, configuration::Configuration, issues::Known, record::Loaded, write::read_decisions,
};
use regulars_model::Event;
use regulars_rules::{
    Decided, Log, Player, State,
    play::{Mode, Played, Start, drive, onward, settings_key},
};
use regulars_store::{DecisionRow, FullCustomer, MessageRow, TaskRow};
use std::collections::BTreeSet;

pub struct Compared {
    /// As it is stored.
    pub customer: Loaded,
    /// Where a side was played; none where what is stored stands.
    before: Option<State>,
    after: Option<State>,
    /// Decided on the way to the instant of the question; and, where the customer was read whole, what was
    /// in force before.
    pub decided_before: Vec<Decided>,
    pub decided_after: Vec<Decided>,
    /// Settings of the candidate whose thresholds the customer is close to.
    pub near: BTreeSet<String>,
    /// How often a rule was asked, on both sides.
    pub answers: u64,
    pub tasks: Vec<TaskRow>,
    pub messages: Vec<MessageRow>,
}

impl Compared {
    /// Of whom nothing was ever decided.
    pub fn untouched(customer: Loaded) -> Compared {
        Compared {
            before: None,
            after: None,
            decided_before: Vec::new(),
            decided_after: Vec::new(),
            near: BTreeSet::new(),
            answers: 0,
            tasks: Vec::new(),
            messages: Vec::new(),
            customer,
        }
    }

    /// `is` where something was due under the rules as they are.
    pub fn of(
        candidate: &Candidate,
        customer: Loaded,
        is: Option<Played>,
        would_be: Played,
    ) -> Compared {
        let near = near(candidate, &would_be);
        let answers = would_be.answers + is.as_ref().map_or(0, |is| is.answers);
        let (before, decided_before) = is.map(|is| (is.state, is.decided)).unzip();
        Compared {
            before,
            after: Some(would_be.state),
            decided_before: decided_before.unwrap_or_default(),
            decided_after: would_be.decided,
            near,
            answers,
            tasks: Vec::new(),
            messages: Vec::new(),
            customer,
        }
    }

    pub fn before(&self) -> &State {
        self.before.as_ref().unwrap_or(&self.customer.state)
    }

    pub fn after(&self) -> &State {
        self.after.as_ref().unwrap_or(&self.customer.state)
    }

    /// As an issue of rewards sees it.
    pub fn has_given(&self, given: &Given<'_>) -> bool {
        let known = Known { tasks: &self.tasks, messages: &self.messages };
        known.has(given.plugin, &given.identity())
    }
}

/// What the candidate compared when it came into force.
pub fn near(candidate: &Candidate, played: &Played) -> BTreeSet<String> {
    let Some(version) = candidate.settings_version() else { return BTreeSet::new() };
    let own = played.overheard.iter().filter(|heard| {
        heard.rule.id() == candidate.plugin && heard.rule.settings_version == version
    });
    own.flat_map(settings_near).map(str::to_owned).collect()
}

/// On from the state, over as much of the log as was read.
pub fn go_on(
    candidate: &Candidate,
    side: Side,
    place: usize,
    customer: &Loaded,
    log: Log,
) -> Player {
    let (configuration, tag) = (side.of(candidate), side.tag(place));
    let rulebook = configuration.rulebook.clone();
    Player::new(rulebook, start(candidate, configuration, tag, customer, log, Mode::Live)).listen()
}

fn start(
    candidate: &Candidate,
    configuration: &Configuration,
    tag: usize,
    customer: &Loaded,
    log: Log,
    mode: Mode,
) -> Start {
    let is_untouched = customer.state.through.is_none();
    Start {
        tag,
        person: customer.person(&configuration.units, log.events()),
        state: customer.state.clone(),
        log,
        epoch: if is_untouched { configuration.rulebook.epoch() } else { customer.epoch },
        until: candidate.at,
        mode,
    }
}

/// A customer with all of its log.
pub struct Whole {
    pub customer: Loaded,
    pub events: Vec<Event>,
    /// Where history is replayed: what was decided before, and what is held.
    pub decisions: Vec<DecisionRow>,
    pub tasks: Vec<TaskRow>,
    pub messages: Vec<MessageRow>,
}

impl Whole {
    pub fn read(full: FullCustomer) -> Result<Whole, Problem> {
        let FullCustomer { events, decisions, tasks, messages, .. } = full;
        let customer = Loaded::read(&full.customer)?;
        Ok(Whole { customer, events, decisions, tasks, messages })
    }
}

/// Customers that were read whole. With `from`, both rules play again from there on and without work for
/// anybody.
pub fn compare_whole(candidate: &Candidate, mut all: Vec<Whole>) -> Result<Vec<Compared>, Problem> {
    let decided = all.iter().map(|whole| read_decisions(&whole.decisions));
    let decided: Vec<Vec<Decided>> = decided.collect::<Result<_, Problem>>()?;
    let logs: Vec<Log> =
        { all.iter_mut() }.map(|whole| Log::new(std::mem::take(&mut whole.events), true)).collect();
    let known = all.iter().zip(&decided).zip(logs).enumerate();
    let players = known.flat_map(|(place, ((Whole { customer, .. }, decisions), log))| {
        let play = |side, log| whole_player(candidate, side, place, customer, log, decisions);
        let plays = candidate.from.is_some() || !candidate.stands(customer);
        [plays.then(|| play(Side::Is, log.clone())), Some(play(Side::WouldBe, log))]
    });
    let played = play_both(players.flatten(), all.len());
    let both = all.into_iter().zip(decided).zip(played);
    let compared = both.filter_map(|((whole, mut before), (is, would_be))| {
        let mut compared = Compared::of(candidate, whole.customer, is, would_be?);
        if candidate.from.is_none() {
            before.append(&mut compared.decided_before);
            compared.decided_before = before;
        }
        Some(Compared { tasks: whole.tasks, messages: whole.messages, ..compared })
    });
    Ok(compared.collect())
}

fn whole_player(
    candidate: &Candidate,
    side: Side,
    place: usize,
    customer: &Loaded,
    log: Log,
    decisions: &[Decided],
) -> Player {
    let (configuration, tag) = (side.of(candidate), side.tag(place));
    let rulebook = configuration.rulebook.clone();
    let Some(from) = candidate.from else {
        let start = start(candidate, configuration, tag, customer, log, Mode::Live);
        return onward(rulebook, start, &[] as &[Event], decisions).0.listen();
    };
    let start = start(candidate, configuration, tag, customer, log, Mode::History);
    Player::replay(rulebook, start, &settings_key(from), decisions.iter())
}

/// Under which rules a customer is played.
#[derive(Clone, Copy)]
pub enum Side {
    Is,
    WouldBe,
}

impl Side {
    pub fn of(self, candidate: &Candidate) -> &Configuration {
        match self {
            Side::Is => &candidate.is,
            Side::WouldBe => &candidate.would_be,
        }
    }

    /// Of the player of the customer at this place.
    pub fn tag(self, place: usize) -> usize {
        2 * place + self as usize
    }
}

/// At once, so that calls to plugins are full.
const WINDOW: usize = 1_024;

/// Both sides of some customers, by their places: together, since they mostly ask the same plugin and
/// each call of it costs an instance.
pub fn play_both(
    players: impl Iterator<Item = Player>,
    customers: usize,
) -> Vec<(Option<Played>, Option<Played>)> {
    let mut played = Vec::new();
    played.resize_with(customers, Default::default);
    drive(players, WINDOW, |player| {
        let outcome = player.finish();
        let (is, would_be): &mut (Option<Played>, Option<Played>) = &mut played[outcome.tag / 2];
        let side = if outcome.tag % 2 == Side::Is as usize { is } else { would_be };
        *side = Some(outcome);
    });
    played
}
