//! The same log once more, to an empty database, each entry at its instant: it ends in the same state.

use crate::{
    act::create_draft,
    chain,
    check::stored_state,
    command::{Command, unkeyed},
    failure::{Broken, Held},
    known::Person,
    office::Put,
    server::{Clock, Ran, Server},
    simulation::Simulation,
};
use regulars_engine::{
    Problem,
    request::{ConsentAction, ConsentDraft, CustomerRef, EventDraft, IdentityDraft, NewCustomer},
    view::{CustomerView, Reply},
};
use regulars_model::{CustomerId, DraftId, IdentityKind, Instant};
use regulars_store::Store;
use serde_json::json;
use std::collections::BTreeMap;

pub fn compare(simulation: &mut Simulation<'_>) -> Held {
    let now = simulation.now();
    let copy = Copy::make(simulation)?;
    let entries = entries(simulation);
    for (at, entry) in entries {
        copy.clock.set(at);
        copy.decide_due()?;
        simulation.begin_to(format!("in order, {entry:?} at {at}"));
        copy.take(entry)?;
    }
    copy.clock.set(now);
    copy.decide_due()?;
    let store = simulation.witness.wait(Store::open(&simulation.plan.in_order))?;
    for person in &simulation.known.people {
        let (Some(id), Some(other)) = (person.id, copy.ids.get(&person.card)) else { continue };
        let load = |store: &Store, id| simulation.witness.wait(store.load_full(id));
        let (played, in_order) = (load(&simulation.witness.store, id)?, load(&store, *other)?);
        let (Some(played), Some(in_order)) = (played, in_order) else { continue };
        simulation.summary.events += played.events.len() as u64;
        simulation.summary.decisions += played.decisions.len() as u64;
        simulation.summary.tasks += played.tasks.len() as u64;
        simulation.summary.messages += played.messages.len() as u64;
        let (played, in_order) = (stored_state(&played)?, stored_state(&in_order)?);
        let invariant = "in the order of the log it ends in the same state";
        Broken::unless_equal(invariant, id, &in_order, &played)?;
    }
    copy.server.close();
    Ok(())
}

#[derive(Debug)]
enum Entry {
    Event(String, Box<EventDraft>),
    Consent(String, String, &'static str),
    Home(String, String),
    Put(Put),
}

/// By instant; there never are two of one instant that depend on their order, but events, whose order
/// is not that of their arrival.
fn entries(simulation: &Simulation<'_>) -> Vec<(Instant, Entry)> {
    let people = simulation.known.people.iter().filter(|person| person.id.is_some());
    let mut all: Vec<(Instant, Entry)> = people.flat_map(of_person).collect();
    let puts = simulation.office.history.iter().filter(|(at, _)| !is_first(*at)).cloned();
    all.extend(puts.map(|(at, put)| (at, Entry::Put(put))));
    all.sort_by_key(|(at, entry)| (*at, !matches!(entry, Entry::Put(_))));
    all
}

/// Put in force before anybody was there.
fn is_first(at: Instant) -> bool {
    at == Instant::BEGINNING
}

fn of_person(person: &Person) -> Vec<(Instant, Entry)> {
    let card = || person.card.clone();
    let facts = person.facts_in_order().into_iter().map(|(_, fact)| {
        let draft = EventDraft { occurred_at: Some(fact.at), ..fact.draft.clone() };
        (fact.at, Entry::Event(card(), Box::new(draft)))
    });
    let consents = person.own.iter().filter_map(|own| {
        let (channel, state) = own.consent.clone()?;
        Some((own.at, Entry::Consent(card(), channel, state)))
    });
    let moves = person.moves.iter();
    let moves = moves.map(|(at, home)| (*at, Entry::Home(card(), home.clone())));
    facts.chain(consents).chain(moves).collect()
}

struct Copy {
    server: Server,
    clock: Clock,
    ids: BTreeMap<String, CustomerId>,
    drafts: std::cell::RefCell<BTreeMap<usize, DraftId>>,
    versions: std::cell::RefCell<BTreeMap<CustomerId, i64>>,
    numbers: std::cell::Cell<u64>,
}

impl Copy {
    /// Everybody is there from the beginning, where they were first seen.
    fn make(simulation: &Simulation<'_>) -> Result<Copy, Broken> {
        let clock = Clock::default();
        clock.set(simulation.start());
        let plan = simulation.plan;
        let server = Server::open(plan, &plan.in_order, &clock, Clock::default(), 0)?;
        let mut copy = Copy {
            server,
            clock,
            ids: BTreeMap::new(),
            drafts: Default::default(),
            versions: Default::default(),
            numbers: Default::default(),
        };
        let engine = &copy.server.engine;
        copy.server.wait(chain::set_up(engine, &unkeyed(engine)))?;
        for (_, put) in simulation.office.history.iter().filter(|(at, _)| is_first(*at)) {
            copy.put(put)?;
        }
        for person in simulation.known.people.iter().filter(|person| person.id.is_some()) {
            let draft = NewCustomer {
                identities: vec![IdentityDraft {
                    kind: IdentityKind::Card,
                    value: person.card.clone(),
                }],
                home_store: person.first_home.clone(),
                ..NewCustomer::default()
            };
            let reply = copy.run(Command::Create(draft))?;
            let view: CustomerView =
                serde_json::from_str(&reply.body).map_err(Problem::internal)?;
            copy.ids.insert(person.card.clone(), view.id);
        }
        Ok(copy)
    }

    fn run(&self, command: Command) -> Result<Reply, Broken> {
        self.numbers.set(self.numbers.get() + 1);
        match self.server.run(command, self.numbers.get()) {
            Ran::Done(done) => Ok(done?),
            Ran::Paused(_) => Err(Problem::unavailable("it stands still").into()),
        }
    }

    fn decide_due(&self) -> Held {
        let engine = &self.server.engine;
        while self.server.wait(engine.decide_due())? > 0 {}
        Ok(())
    }

    fn take(&self, entry: Entry) -> Held {
        match entry {
            Entry::Event(card, draft) => {
                let id = self.ids.get(&card).copied();
                let customer = CustomerRef { id, ..CustomerRef::default() };
                self.run(Command::Append(EventDraft { customer, ..*draft })).map(drop)
            }
            Entry::Consent(card, channel, state) => {
                let action = match state {
                    "granted" => ConsentAction::Grant,
                    _ => ConsentAction::Withdraw,
                };
                let purpose = crate::known::MARKETING.to_owned();
                let draft = ConsentDraft { channel, purpose, action, occurred_at: None };
                self.run(Command::Consent(self.ids[&card], draft)).map(drop)
            }
            Entry::Home(card, home) => {
                let id = self.ids[&card];
                let version = *self.versions.borrow().get(&id).unwrap_or(&1);
                self.versions.borrow_mut().insert(id, version + 1);
                let change = json!({ "home_store": home });
                self.run(Command::Patch(id, version, change)).map(drop)
            }
            Entry::Put(put) => self.put(&put),
        }
    }

    fn put(&self, put: &Put) -> Held {
        let engine = &self.server.engine;
        let ctx = unkeyed(engine);
        if let Put::RollOut { draft, plugin, set, .. } = put
            && !self.drafts.borrow().contains_key(draft)
        {
            let id = self.server.wait(create_draft(engine, &ctx, plugin, set.clone()))?;
            self.drafts.borrow_mut().insert(*draft, id);
        }
        let draft = put.draft().and_then(|draft| self.drafts.borrow().get(&draft).copied());
        Ok(self.server.wait(put.ask(engine, &ctx, draft))?)
    }
}
