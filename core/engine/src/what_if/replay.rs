//! Some customers in the order of their ids, replayed from an instant on under both rules: of their logs
//! only what the rules read, and of their decisions only those before it.

use super::{
    candidate::Candidate,
    compared::{Whole, compare_whole},
    needs::Needs,
    page::{Page, beside, hash_versions},
    tally::Tally,
};
use crate::{Inner, Problem, record::Loaded};
use regulars_model::{CustomerId, Event, Instant};
use regulars_store::{CustomerRange, CustomerRow, DecisionRow};
use std::{collections::HashMap, sync::Arc};

pub async fn replay_page(
    inner: Arc<Inner>,
    candidate: Arc<Candidate>,
    needs: Arc<Needs>,
    range: CustomerRange,
    from: Instant,
) -> Result<Page, Problem> {
    let store = &inner.store;
    let rows = store.scan_customers(range).await?;
    let events = store.scan_histories(range, needs.with_bodies).await?;
    let decisions = store.scan_decisions(range, from).await?;
    let customers = rows.iter().filter(|row| row.merged_into.is_none()).count() as u64;
    beside(move || {
        let all = read_all(&candidate, &rows, events, decisions)?;
        let versions = hash_versions(all.iter().map(|whole| &whole.customer));
        let mut tally = Tally::new(&candidate);
        for compared in &compare_whole(&candidate, all)? {
            tally.count(&candidate, compared);
        }
        Ok(Page { tally, versions, customers })
    })
    .await
}

fn read_all(
    candidate: &Candidate,
    rows: &[CustomerRow],
    mut events: HashMap<CustomerId, Vec<Event>>,
    decisions: Vec<DecisionRow>,
) -> Result<Vec<Whole>, Problem> {
    let replayed = candidate.replayed();
    let mut decided: HashMap<CustomerId, Vec<DecisionRow>> = HashMap::new();
    for decision in decisions.into_iter().filter(|own| replayed.contains(&*own.plugin_id)) {
        decided.entry(decision.customer_id).or_default().push(decision);
    }
    let asked = rows.iter().filter(|row| candidate.asks_about(row));
    let read = |row: &CustomerRow| {
        Ok(Whole {
            customer: Loaded::read(row)?,
            events: events.remove(&row.id).unwrap_or_default(),
            decisions: decided.remove(&row.id).unwrap_or_default(),
            tasks: Vec::new(),
            messages: Vec::new(),
        })
    };
    asked.map(read).collect()
}
