//! Committing a group: one short transaction, one multi-row statement per table.
//!
//! It begins with the guarded update. Whoever is stale or in conflict is taken out and the rest runs
//! again from the start: that is rare, and so each member is committed wholly or not at all.

mod claims;
mod customers;
mod records;
mod work;

use crate::db::Tx;
use crate::{Changeset, CommitOutcome, Conflict, IdentityWrite, Store, StoreError};
use regulars_model::CustomerId;
use regulars_model::canonical;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// Those that must find their rows by key, for the test of their plans.
#[cfg(test)]
pub(crate) mod statements {
    pub(crate) use super::claims::RELEASE_IDENTITY as RELEASE_IDENTITIES;
    pub(crate) use super::customers::UPDATE as UPDATE_CUSTOMERS;
    pub(crate) use super::records::FIELDS_GONE as REMOVE_FIELD_VALUES;
    pub(crate) use super::records::{FLAGS as WRITE_FLAGS, VOIDED as VOID_DECISIONS};
}

/// How often a transaction that met another one is tried again.
const ATTEMPTS_MAX: u32 = 5;

impl Store {
    /// One outcome per changeset, in their order. An error says that nothing is known of those
    /// changesets that had not been committed before it: load again.
    pub async fn commit_group(
        &self,
        changesets: &[Changeset],
    ) -> Result<Vec<CommitOutcome>, StoreError> {
        let mut outcomes = vec![CommitOutcome::Committed; changesets.len()];
        let mut waiting: Vec<usize> = (0..changesets.len()).collect();
        while !waiting.is_empty() {
            let (mut wave, later) = split(changesets, &waiting);
            // All processes lock customers in the same order, so that none waits in a circle.
            wave.sort_by_key(|member| changesets[*member].customer_id());
            self.commit_wave(changesets, wave, &mut outcomes).await?;
            waiting = later;
        }
        Ok(outcomes)
    }

    /// Both or none: an identity moves from one customer to the other. The outcome is that of the
    /// first of them that could not be committed.
    pub async fn commit_pair(&self, pair: &[Changeset; 2]) -> Result<CommitOutcome, StoreError> {
        let mut members = [&pair[0], &pair[1]];
        members.sort_by_key(|member| member.customer_id());
        match self.attempt(&members).await {
            Ok(failed) => {
                let first = failed.into_iter().min_by_key(|(member, _)| *member);
                Ok(first.map_or(CommitOutcome::Committed, |(_, outcome)| outcome))
            }
            Err(error) => match error.constraint() {
                Some(message) => Ok(CommitOutcome::Conflict(Conflict::Constraint(message))),
                None => Err(error),
            },
        }
    }

    /// Members of a wave share no customer and no claim.
    async fn commit_wave(
        &self,
        changesets: &[Changeset],
        mut wave: Vec<usize>,
        outcomes: &mut [CommitOutcome],
    ) -> Result<(), StoreError> {
        let mut alone = Vec::new();
        while !wave.is_empty() {
            let members: Vec<&Changeset> = wave.iter().map(|at| &changesets[*at]).collect();
            match self.attempt(&members).await {
                Ok(failed) if failed.is_empty() => wave.clear(),
                Ok(failed) => {
                    let mut failed_at = HashSet::new();
                    for (member, outcome) in failed {
                        failed_at.insert(wave[member]);
                        outcomes[wave[member]] = outcome;
                    }
                    wave.retain(|at| !failed_at.contains(at));
                }
                Err(error) => match error.constraint() {
                    // The database does not say whose row it was.
                    Some(_) if wave.len() > 1 => alone.append(&mut wave),
                    Some(message) => {
                        let conflict = Conflict::Constraint(message);
                        outcomes[wave[0]] = CommitOutcome::Conflict(conflict);
                        wave.clear();
                    }
                    None => return Err(error),
                },
            }
            if wave.is_empty() {
                wave.extend(alone.pop());
            }
        }
        Ok(())
    }

    /// Commits all members, or none and says who failed.
    async fn attempt(&self, members: &[&Changeset]) -> Result<Failed, StoreError> {
        for _ in 1..ATTEMPTS_MAX {
            match self.transact(members).await {
                Err(error) if error.is_transient() => {
                    tracing::debug!(%error, "a transaction met another one and is tried again");
                }
                done => return done,
            }
        }
        self.transact(members).await
    }

    async fn transact(&self, members: &[&Changeset]) -> Result<Failed, StoreError> {
        let mut tx = self.db.begin().await?;
        let mut failed = customers::write(&mut tx, members).await?;
        if failed.is_empty() {
            failed = claims::write(&mut tx, members).await?;
        }
        if !failed.is_empty() {
            tx.rollback().await?;
            return Ok(failed);
        }
        write_rows(&mut tx, members).await?;
        tx.commit().await?;
        Ok(failed)
    }
}

/// Position in the group, and what became of it.
type Failed = Vec<(usize, CommitOutcome)>;

async fn write_rows(tx: &mut Tx, members: &[&Changeset]) -> Result<(), StoreError> {
    records::write_identities(tx, members).await?;
    records::write_events(tx, members).await?;
    records::write_flags(tx, members).await?;
    records::write_decisions(tx, members).await?;
    records::void_decisions(tx, members).await?;
    records::write_field_values(tx, members).await?;
    work::write_tasks(tx, members).await?;
    work::write_messages(tx, members).await
}

/// The last of the rows of one key: the same row twice in one statement is refused by Postgres.
fn last_of_each<T, K: Hash + Eq>(rows: impl Iterator<Item = T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut kept: Vec<T> = Vec::new();
    let mut places: HashMap<K, usize> = HashMap::new();
    for row in rows {
        match places.entry(key(&row)) {
            Entry::Occupied(place) => kept[*place.get()] = row,
            Entry::Vacant(place) => {
                place.insert(kept.len());
                kept.push(row);
            }
        }
    }
    kept
}

/// Those that can be written together, and those that must wait because an earlier one touches the
/// same customer or claim: what a claim's loser conflicts with has to be there first.
fn split(changesets: &[Changeset], waiting: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let mut taken = HashSet::new();
    let (mut wave, mut later) = (Vec::new(), Vec::new());
    for member in waiting {
        let touched = touched(&changesets[*member]);
        let free = touched.iter().all(|touch| !taken.contains(touch));
        taken.extend(touched);
        if free { wave.push(*member) } else { later.push(*member) }
    }
    (wave, later)
}

#[derive(PartialEq, Eq, Hash)]
enum Touch<'a> {
    Customer(CustomerId),
    Identity(&'a canonical::Hash),
    Source(&'a canonical::Hash),
    Idempotency(&'a canonical::Hash),
}

fn touched(changeset: &Changeset) -> HashSet<Touch<'_>> {
    let identities = changeset.identities.iter().filter_map(|write| match write {
        IdentityWrite::Add(_, claim) | IdentityWrite::Retire(_, claim) => {
            Some(Touch::Identity(claim))
        }
        IdentityWrite::Change(_) => None,
    });
    let sources = changeset.source_claims.iter().map(|row| Touch::Source(&row.hash));
    let keys = changeset.idempotency.iter().map(|row| Touch::Idempotency(&row.key_hash));
    std::iter::once(Touch::Customer(changeset.customer_id()))
        .chain(identities)
        .chain(sources)
        .chain(keys)
        .collect()
}
