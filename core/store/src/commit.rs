//! Committing a group: one short transaction, one multi-row statement per table.
//!
//! It begins with the guarded update. Whoever is stale or in conflict is taken out and the rest runs
//! again from the start: that is rare, and so each member is committed wholly or not at all.

mod claims;
mod customers;
mod records;
mod step;
mod work;

use crate::{Changeset, CommitOutcome, Conflict, IdentityWrite, Store, StoreError};
use regulars_model::CustomerId;
use regulars_model::canonical;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use step::Step;

/// Those that must find their rows by key, for the test of their plans.
#[cfg(test)]
pub(crate) mod statements {
    pub(crate) use super::claims::RELEASE_IDENTITY as RELEASE_IDENTITIES;
    pub(crate) use super::customers::{update, update_within_epoch};
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
        let steps = steps(members);
        if steps.iter().all(|step| !step.is_apart) && self.transact_at_once(&steps).await? {
            return Ok(Failed::new());
        }
        self.transact_in_turn(&steps).await
    }

    /// False, and nothing written, where someone is stale or in conflict.
    async fn transact_at_once(&self, steps: &[Step<'_>]) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let statements: Vec<_> = steps.iter().map(|step| &step.statement).collect();
        let all_written = match tx.connection().put_together(&statements).await {
            Ok(written) => {
                let mut steps = steps.iter().enumerate();
                steps.all(|(place, step)| step.lost(place, &written).is_empty())
            }
            Err(error) if error.constraint().is_some() => false,
            Err(error) => return Err(error),
        };
        if all_written {
            tx.commit().await?
        } else {
            tx.rollback().await?
        }
        Ok(all_written)
    }

    /// One after the other, so that the first that fails tells who and why.
    async fn transact_in_turn(&self, steps: &[Step<'_>]) -> Result<Failed, StoreError> {
        let mut tx = self.db.begin().await?;
        for step in steps {
            let written = tx.connection().put_together(&[&step.statement]).await?;
            let lost = step.lost(0, &written);
            if !lost.is_empty() {
                let failed = claims::outcomes(&mut tx, &lost).await?;
                tx.rollback().await?;
                return Ok(failed);
            }
        }
        tx.commit().await?;
        Ok(Failed::new())
    }
}

/// Position in the group, and what became of it.
type Failed = Vec<(usize, CommitOutcome)>;

/// What a commit writes, in this order.
fn steps<'a>(members: &[&'a Changeset]) -> Vec<Step<'a>> {
    let mut steps = vec![
        customers::updated(members),
        customers::updated_within_epoch(members),
        customers::inserted(members),
        claims::released(members),
        claims::identities(members),
        claims::sources(members),
        claims::keys(members),
        records::identities(members),
        records::events(members),
        records::appended(members),
        records::flags(members),
        records::decisions(members),
        records::voided(members),
        records::corrections(members),
        records::fields_gone(members),
        records::field_values(members),
        work::tasks(members),
        work::messages(members),
        work::issued(members),
        records::audit(members),
    ];
    steps.retain(|step| !step.is_empty());
    steps
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
