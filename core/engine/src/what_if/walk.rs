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
    sync::{Arc, atomic::Ordering},
    thread::available_parallelism,
};

/// Customers of a page.
const PAGE: u32 = 2_048;
/// Where every customer is read whole.
const PAGE_WHOLE: u32 = 512;
/// Where all of history is played, by which calls to plugins are full.
const PAGE_REPLAYED: u32 = 1_024;

pub struct Walk {
    inner: Arc<Inner>,
    candidate: Arc<Candidate>,
    progress: Arc<Progress>,
    under_way: usize,
}

impl Walk {
    pub fn new(inner: Arc<Inner>, candidate: Candidate, progress: Arc<Progress>) -> Walk {
        // A page for each core, and one that is read meanwhile.
        let under_way = available_parallelism().map_or(2, |cores| cores.get() + 1);
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
        let size = match self.candidate.from {
            Some(_) => PAGE_REPLAYED,
            None if needs.is_light() => PAGE,
            None => PAGE_WHOLE,
        };
        let under_way = self.under_way;
        let mut tally = Tally::new(&self.candidate);
        let mut snapshot = self.candidate.hash();
        let mut running = VecDeque::with_capacity(under_way);
        let mut next = store.next_customers(None, size).await?;
        loop {
            while let Some(range) = next.filter(|_| running.len() < under_way) {
                let (inner, candidate) = (self.inner.clone(), self.candidate.clone());
                let needs = needs.clone();
                running.push_back(match candidate.from {
                    Some(from) => tokio::spawn(replay_page(inner, candidate, needs, range, from)),
                    None => tokio::spawn(compare_page(inner, candidate, needs, range)),
                });
                next = store.next_customers(Some(range), size).await?;
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
