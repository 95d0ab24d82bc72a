//! Over all customers, in the order of their ids, a chunk at a time: no long read snapshot, and memory
//! that does not grow with the number of customers.

use super::{
    Progress,
    candidate::Candidate,
    edge::Edge,
    report::WhatIf,
    tally::{Given, Tally},
};
use crate::{
    Inner, Problem,
    configuration::Configuration,
    record::Loaded,
    view::Reply,
    write::{Intent, Origin, Plays, read_decisions},
};
use regulars_model::{
    CustomerId,
    canonical::{Hash, hash_bytes},
};
use regulars_rules::{
    Decided, Log, Player, State,
    play::{Mode, Start, settings_key},
};
use regulars_store::{FullCustomer, MessageRow, TaskRow};
use std::{
    collections::VecDeque,
    sync::{Arc, atomic::Ordering},
};
use tokio::task::spawn_blocking;

/// Customers read at once.
const CHUNK: u32 = 512;
/// Chunks under way: one is read while the other is played.
const RUNNING: usize = 2;

pub struct Walk {
    inner: Arc<Inner>,
    candidate: Arc<Candidate>,
    edge: Option<Edge>,
    progress: Arc<Progress>,
}

/// One customer under both rules.
pub struct Compared {
    pub customer: Loaded,
    pub before: State,
    pub after: State,
    /// In force, or decided on the way to the instant of the question.
    pub decided_before: Vec<Decided>,
    pub decided_after: Vec<Decided>,
    pub tasks: Vec<TaskRow>,
    pub messages: Vec<MessageRow>,
}

impl Compared {
    pub fn has_given(&self, given: &Given<'_>) -> bool {
        let of = |plugin: Option<&str>, kind: &str, key: &str| {
            plugin == Some(given.plugin) && *kind == *given.kind && *key == *given.key
        };
        if given.sort == "task" {
            let mut tasks = self.tasks.iter();
            return tasks.any(|task| of(task.plugin_id.as_deref(), &task.kind, &task.key));
        }
        let mut messages = self.messages.iter().filter(|message| message.sort == given.sort);
        messages.any(|message| of(Some(&message.plugin_id), &message.template, &message.key))
    }
}

/// What came of a chunk.
struct Chunk {
    tally: Tally,
    versions: Hash,
    customers: u64,
}

impl Walk {
    pub fn new(inner: Arc<Inner>, mut candidate: Candidate, progress: Arc<Progress>) -> Walk {
        let edge = Edge::watch(&mut candidate);
        Walk { inner, candidate: Arc::new(candidate), edge, progress }
    }

    /// None where it was cancelled.
    pub async fn run(self) -> Result<Option<WhatIf>, Problem> {
        let mut tally = Tally::new(&self.candidate);
        let mut snapshot = self.candidate.hash();
        let mut running = VecDeque::with_capacity(RUNNING);
        let (mut after, mut is_more) = (None, true);
        loop {
            while is_more && running.len() < RUNNING {
                let ids = self.inner.store.scan_customers(after, CHUNK).await?;
                is_more = ids.len() == CHUNK as usize;
                after = ids.last().copied().or(after);
                if !ids.is_empty() {
                    let (inner, candidate) = (self.inner.clone(), self.candidate.clone());
                    running.push_back(tokio::spawn(compare_chunk(inner, candidate, ids)));
                }
            }
            let Some(next) = running.pop_front() else { break };
            let chunk: Chunk = next.await.map_err(Problem::internal)??;
            tally.add(chunk.tally);
            snapshot = hash_bytes(&[&snapshot, &chunk.versions]);
            self.progress.customers.fetch_add(chunk.customers, Ordering::Relaxed);
            if self.progress.is_cancelled() {
                return Ok(None);
            }
        }
        Ok(Some(tally.report(&self.candidate, self.edge.as_ref(), &snapshot)))
    }
}

async fn compare_chunk(
    inner: Arc<Inner>,
    candidate: Arc<Candidate>,
    ids: Vec<CustomerId>,
) -> Result<Chunk, Problem> {
    let full = inner.store.load_full_group(&ids).await?;
    let playing = spawn_blocking(move || compare_all(&candidate, full.into_iter().flatten()));
    playing.await.map_err(Problem::internal)?
}

fn compare_all(
    candidate: &Candidate,
    all: impl Iterator<Item = FullCustomer>,
) -> Result<Chunk, Problem> {
    let mut read = Vec::new();
    let mut versions = Vec::new();
    let mut customers = 0;
    for full in all {
        customers += 1;
        let customer = Loaded::read(&full.customer)?;
        let home = customer.home_unit_id;
        let asked =
            |stores: &std::collections::BTreeSet<_>| home.is_some_and(|id| stores.contains(&id));
        if customer.merged_into.is_none() && candidate.stores.as_ref().is_none_or(asked) {
            versions.extend_from_slice(customer.id.0.as_bytes());
            versions.extend_from_slice(&customer.version.to_le_bytes());
            read.push((customer, full));
        }
    }
    let mut is = Plays::default();
    let mut would_be = Plays::default();
    let mut replayed = Vec::with_capacity(read.len());
    for (customer, full) in &read {
        let epoch = candidate.is.rulebook.epoch();
        let stands = candidate.from.is_none()
            && customer.epoch >= epoch
            && customer.state.due_at() > candidate.at;
        replayed.push(!stands);
        if !stands {
            set_up(candidate, &candidate.is, &mut is, customer, full)?;
        }
        set_up(candidate, &candidate.would_be, &mut would_be, customer, full)?;
    }
    let mut is = is.play(CHUNK as usize);
    let would_be = would_be.play(CHUNK as usize);
    let mut tally = Tally::new(candidate);
    for (((customer, full), replayed), (after, _)) in read.into_iter().zip(replayed).zip(would_be) {
        let mut decided_before = match candidate.from {
            None => read_decisions(&full.decisions)?,
            Some(_) => Vec::new(),
        };
        let before = match replayed.then(|| is.next()).flatten() {
            Some((played, _)) => {
                decided_before.extend(played.decided);
                played.state
            }
            None => customer.state.clone(),
        };
        tally.count(
            candidate,
            &Compared {
                before,
                after: after.state,
                decided_before,
                decided_after: after.decided,
                tasks: full.tasks,
                messages: full.messages,
                customer,
            },
        );
    }
    Ok(Chunk { tally, versions: hash_bytes(&[&versions]), customers })
}

/// Up to the instant of the question; with `from`, again from there on and without work for anybody.
fn set_up(
    candidate: &Candidate,
    configuration: &Configuration,
    plays: &mut Plays,
    customer: &Loaded,
    full: &FullCustomer,
) -> Result<(), Problem> {
    let Some(from) = candidate.from else {
        let intent = Intent::of(customer.clone(), |_| Reply::empty(204));
        let full = Some(full.clone());
        return plays.prepare(configuration, &intent, Vec::new(), full, candidate.at, Mode::Live);
    };
    let decisions = read_decisions(&full.decisions)?;
    let start = Start {
        tag: plays.len(),
        person: customer.person(&configuration.units, &full.events),
        state: State::default(),
        log: Log::new(full.events.clone(), true),
        epoch: customer.epoch,
        until: candidate.at,
        mode: Mode::History,
    };
    let rulebook = configuration.rulebook.clone();
    let player = Player::replay(rulebook, start, &settings_key(from), decisions.iter());
    plays.add(player, Origin { from: None, decisions, full: None });
    Ok(())
}
