//! Over all customers, in the order of their ids, a page at a time: no long read snapshot, and memory
//! that does not grow with the number of customers.

use super::{
    Progress,
    candidate::Candidate,
    needs::Needs,
    page::{Page, compare_ids, compare_page},
    replay::replay_page,
    report::{Example, WhatIf},
    tally::Tally,
};
use crate::{Inner, Problem};
use regulars_model::canonical::hash_bytes;
use std::{
    collections::VecDeque,
    num::NonZero,
    sync::{Arc, atomic::Ordering},
    thread::available_parallelism,
};

/// Customers of a page: enough that calls to plugins are full, and so few that what one page held is
/// still in the cache when the next takes its place.
const PAGE: u32 = 512;
/// However many cores there are: each page holds a connection while it is read.
const UNDER_WAY_MAX: usize = 8;

pub struct Walk {
    inner: Arc<Inner>,
    candidate: Arc<Candidate>,
    progress: Arc<Progress>,
    under_way: usize,
}

impl Walk {
    pub fn new(inner: Arc<Inner>, candidate: Candidate, progress: Arc<Progress>) -> Walk {
        // For each core a page that is played, and one that is read meanwhile.
        let cores = available_parallelism().map_or(1, NonZero::get);
        let under_way = (2 * cores).min(UNDER_WAY_MAX);
        Walk { inner, candidate: Arc::new(candidate), progress, under_way }
    }

    /// One page after the other: nobody waits for it.
    pub fn in_turn(self) -> Walk {
        Walk { under_way: 1, ..self }
    }

    /// None where it was cancelled.
    pub async fn run(self) -> Result<Option<WhatIf>, Problem> {
        let store = &self.inner.store;
        let needs = Arc::new(Needs::of(&self.candidate));
        let mut tally = Tally::new(&self.candidate);
        let mut snapshot = self.candidate.hash();
        let mut running = VecDeque::with_capacity(self.under_way);
        let mut next = store.next_customers(None, PAGE).await?;
        loop {
            while let Some(range) = next.filter(|_| running.len() < self.under_way) {
                let (inner, candidate) = (self.inner.clone(), self.candidate.clone());
                let needs = needs.clone();
                running.push_back(match candidate.from {
                    Some(from) => tokio::spawn(replay_page(inner, candidate, needs, range, from)),
                    None => tokio::spawn(compare_page(inner, candidate, needs, range)),
                });
                next = store.next_customers(Some(range), PAGE).await?;
            }
            let Some(first) = running.pop_front() else { break };
            let page: Page = first.await.map_err(Problem::internal)??;
            tally.add(page.tally);
            snapshot = hash_bytes(&[&snapshot, &page.versions]);
            self.progress.customers.fetch_add(page.customers, Ordering::Relaxed);
            if self.progress.is_cancelled() {
                return Ok(None);
            }
        }
        let examples = self.examples(&tally).await?;
        Ok(Some(tally.report(&self.candidate, examples, &snapshot)))
    }

    /// Explained with everything there is of these few. Whoever was written since is left out.
    async fn examples(&self, tally: &Tally) -> Result<Vec<Example>, Problem> {
        let chosen = tally.examples.choose();
        let ids = chosen.iter().map(|found| found.customer);
        let compared = compare_ids(&self.inner, &self.candidate, ids).await?;
        let explained = chosen.iter().filter_map(|found| {
            let mut compared = compared.iter();
            let compared = compared.find(|own| own.customer.id == found.customer)?;
            (compared.customer.version == found.version)
                .then(|| found.explain(&self.candidate, compared))
        });
        Ok(explained.collect())
    }
}
