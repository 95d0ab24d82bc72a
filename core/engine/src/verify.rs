//! Stored decisions run again: each request under its own rule and settings must give the same bytes.

mod again;
mod sample;

use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, authorise},
    configuration::Configuration,
    library::Library,
    record::Loaded,
    sentences,
    view::{Differing, NotRun, Verified},
};
use again::{Again, run_again};
use regulars_model::{
    CustomerId, Event,
    event::kind,
    limits::{DIFFERING_SHOWN_MAX, VERIFIED_MAX},
};
use regulars_rules::play::Person;
use regulars_store::DecisionRow;
use sample::Sample;
use std::{collections::BTreeMap, sync::Arc};
use tokio::task::spawn_blocking;

/// Customers whose decisions are read at once.
const CHUNK: usize = 64;
/// Ids read at once.
const PAGE: u32 = 4_096;

impl Engine {
    /// Of customers all over the base; the same `seed` takes the same decisions of the same base.
    pub async fn verify_decisions(
        &self,
        ctx: &Ctx,
        sample: u32,
        seed: Option<u32>,
    ) -> Result<Verified, Problem> {
        authorise(ctx, Action::VerifyDecisions)?;
        if sample == 0 || sample > VERIFIED_MAX {
            let message = sentences::sample_range(sample.to_string(), VERIFIED_MAX.to_string());
            return Err(Problem::invalid_at("/sample", "out_of_range", message));
        }
        // The end of an id is random.
        let [.., a, b, c, d] = *self.inner.world.new_id().as_bytes();
        let seed = seed.unwrap_or(u32::from_le_bytes([a, b, c, d]));
        let configuration = self.inner.reload().await?;
        let library = Arc::new(self.inner.library.apart());
        let chosen = self.choose_customers(Sample { seed, size: sample as usize }).await?;
        let each = (sample as usize).div_ceil(chosen.len().max(1));
        let mut tally = Tally::default();
        for ids in chosen.chunks(CHUNK) {
            let rows = self.inner.store.list_decisions_of(ids).await?;
            let mut taken = Sample { seed, size: each }.of_each(rows);
            taken.truncate(sample as usize - tally.decisions as usize);
            let persons = self.persons(&configuration, &taken).await?;
            let (configuration, library) = (configuration.clone(), library.clone());
            let run = move || run_all(&configuration, &library, taken, &persons);
            tally.add(spawn_blocking(run).await.map_err(Problem::internal)??);
        }
        let verified = tally.view(seed);
        let shown: Vec<_> = verified.differing.iter().map(|one| one.customer_id).collect();
        self.veil(ctx, &configuration, &shown).await?.any(verified)
    }

    /// Ids are read in pages, and only as many kept as are wanted.
    async fn choose_customers(&self, sample: Sample) -> Result<Vec<CustomerId>, Problem> {
        let mut chosen = sample.choosing();
        let mut after = None;
        loop {
            let ids = self.inner.store.scan_customer_ids(after, PAGE).await?;
            let Some(last) = ids.last() else { return Ok(chosen.finish()) };
            after = Some(*last);
            ids.iter().for_each(|id| chosen.offer(*id));
        }
    }

    /// With where they were at home when: a home store may have settings of its own, and a decision is
    /// of those of its instant.
    async fn persons(
        &self,
        configuration: &Configuration,
        rows: &[DecisionRow],
    ) -> Result<Persons, Problem> {
        let mut ids: Vec<CustomerId> = rows.iter().map(|row| row.customer_id).collect();
        ids.dedup();
        let mut edits: BTreeMap<CustomerId, Vec<Event>> = BTreeMap::new();
        for (id, edit) in self.inner.store.list_events_of_kind(&ids, kind::EDIT).await? {
            edits.entry(id).or_default().push(edit);
        }
        let mut persons = Persons::new();
        for row in self.inner.store.list_customers_of(&ids).await? {
            let edits = edits.remove(&row.id).unwrap_or_default();
            let person = Loaded::read(&row)?.person(&configuration.units, &edits);
            persons.insert(row.id, person);
        }
        Ok(persons)
    }
}

type Persons = BTreeMap<CustomerId, Person>;

/// What came of running them.
#[derive(Default)]
struct Tally {
    decisions: u64,
    agreed: u64,
    differed: u64,
    differing: Vec<Differing>,
    not_run: BTreeMap<(String, String, &'static str), u64>,
}

fn run_all(
    configuration: &Configuration,
    library: &Library,
    rows: Vec<DecisionRow>,
    persons: &Persons,
) -> Result<Tally, Problem> {
    let mut tally = Tally::default();
    for row in rows {
        let person = persons.get(&row.customer_id);
        tally.count(&row, run_again(configuration, library, &row, person)?);
    }
    Ok(tally)
}

impl Tally {
    fn count(&mut self, row: &DecisionRow, again: Again) {
        self.decisions += 1;
        match again {
            Again::Same => self.agreed += 1,
            Again::Other { stored, again } => {
                self.differed += 1;
                self.differing.push(Differing {
                    customer_id: row.customer_id,
                    decision_id: row.id,
                    plugin: row.plugin_id.clone(),
                    plugin_version: row.plugin_version.clone(),
                    settings_version: row.settings_version,
                    at: row.at,
                    stored,
                    again,
                });
            }
            Again::NotRun(why) => {
                let of = (row.plugin_id.clone(), row.plugin_version.clone(), why);
                *self.not_run.entry(of).or_default() += 1;
            }
        }
    }

    fn add(&mut self, other: Tally) {
        self.decisions += other.decisions;
        self.agreed += other.agreed;
        self.differed += other.differed;
        self.differing.extend(other.differing);
        self.differing.truncate(DIFFERING_SHOWN_MAX);
        for (of, count) in other.not_run {
            *self.not_run.entry(of).or_default() += count;
        }
    }

    fn view(self, seed: u32) -> Verified {
        let not_run = self.not_run.into_iter().map(|((plugin, plugin_version, why), count)| {
            NotRun { plugin, plugin_version, why: why.to_owned(), decisions: count }
        });
        Verified {
            seed,
            decisions: self.decisions,
            agreed: self.agreed,
            differed: self.differed,
            differing: self.differing,
            not_run: not_run.collect(),
        }
    }
}
