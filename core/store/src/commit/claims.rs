//! Claims: an identity finds one customer, a source id names one event, a key has one answer.

use super::Failed;
use crate::batch::Batch;
use crate::db::Tx;
use crate::read::{Columns, Reader};
use crate::{Changeset, CommitOutcome, Conflict, IdentityWrite, StoreError};
use regulars_model::canonical::Hash;
use regulars_model::{CustomerId, limits};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

pub(crate) const RELEASE_IDENTITY: &str = "WITH gone(gone_hash, gone_customer_id) AS ({rows})
    DELETE FROM identity_claim
    WHERE (hash, customer_id) IN (SELECT gone_hash, gone_customer_id FROM gone)";

const CLAIM_IDENTITY: &str = "INSERT INTO identity_claim (hash, customer_id)
    {rows} ON CONFLICT (hash) DO NOTHING RETURNING hash";

const FIND_HOLDERS: &str = "WITH asked(asked_hash) AS ({rows})
    SELECT hash, customer_id FROM asked CROSS JOIN identity_claim WHERE hash = asked_hash";

const CLAIM_SOURCE: &str =
    "INSERT INTO source_claim (hash, customer_id, event_id, occurred_at, content_hash)
    {rows} ON CONFLICT (hash) DO NOTHING RETURNING hash";

/// An expired key is as good as none.
fn claim_key() -> String {
    format!(
        "INSERT INTO idempotency (key_hash, body_hash, status, response, created_at) {{rows}}
        ON CONFLICT (key_hash) DO UPDATE SET body_hash = excluded.body_hash,
            status = excluded.status, response = excluded.response,
            created_at = excluded.created_at
        WHERE idempotency.created_at <= excluded.created_at - {}
        RETURNING key_hash",
        limits::IDEMPOTENCY_KEPT_US
    )
}

pub(super) async fn write(tx: &mut Tx, members: &[&Changeset]) -> Result<Failed, StoreError> {
    release_identities(tx, members).await?;
    let mut failed = claim_identities(tx, members).await?;
    failed.extend(claim_sources(tx, members).await?);
    failed.extend(claim_keys(tx, members).await?);
    Ok(failed)
}

async fn release_identities(tx: &mut Tx, members: &[&Changeset]) -> Result<(), StoreError> {
    let mut released = Vec::new();
    for member in members {
        for write in &member.identities {
            if let IdentityWrite::Retire(row, claim) = write {
                released.push((claim, row.customer_id.0));
            }
        }
    }
    released.sort_unstable();
    let batch = Batch::default()
        .bytes(released.iter().map(|(claim, _)| claim.as_slice()))
        .uuids(released.iter().map(|(_, id)| *id));
    tx.connection().put(RELEASE_IDENTITY, &batch).await
}

async fn claim_identities(tx: &mut Tx, members: &[&Changeset]) -> Result<Failed, StoreError> {
    let mut wanted: Vec<(&Hash, Uuid, usize)> = Vec::new();
    for (at, member) in members.iter().enumerate() {
        for write in &member.identities {
            if let IdentityWrite::Add(row, claim) = write {
                wanted.push((claim, row.customer_id.0, at));
            }
        }
    }
    // In one order everywhere, as with customers: a claim waits for another transaction's.
    wanted.sort_unstable();
    let batch = Batch::default()
        .bytes(wanted.iter().map(|(claim, _, _)| claim.as_slice()))
        .uuids(wanted.iter().map(|(_, id, _)| *id));
    let won = tx.connection().put_returning(CLAIM_IDENTITY, &batch, read_hash).await?;
    let lost = lost(wanted.iter().map(|(claim, _, at)| (*claim, *at)), won);
    if lost.is_empty() {
        return Ok(Vec::new());
    }
    let batch = Batch::default().bytes(lost.iter().map(|(claim, _)| claim.as_slice()));
    let holders = tx.connection().put_returning(FIND_HOLDERS, &batch, read_holder).await?;
    let holders: HashMap<Hash, CustomerId> = holders.into_iter().collect();
    let outcome = |claim: &Hash| match holders.get(claim) {
        Some(held_by) => {
            CommitOutcome::Conflict(Conflict::Identity { claim: *claim, held_by: *held_by })
        }
        // Given back in the meantime: deciding again will see that.
        None => CommitOutcome::Stale,
    };
    Ok(lost.iter().map(|(claim, at)| (*at, outcome(claim))).collect())
}

async fn claim_sources(tx: &mut Tx, members: &[&Changeset]) -> Result<Failed, StoreError> {
    let mut wanted = Vec::new();
    for (at, member) in members.iter().enumerate() {
        wanted.extend(member.source_claims.iter().map(|row| (row, at)));
    }
    wanted.sort_unstable_by_key(|(row, _)| row.hash);
    let rows = || wanted.iter().map(|(row, _)| *row);
    let batch = Batch::default()
        .bytes(rows().map(|row| row.hash.as_slice()))
        .uuids(rows().map(|row| row.customer_id.0))
        .uuids(rows().map(|row| row.event_id.0))
        .instants(rows().map(|row| row.occurred_at))
        .bytes(rows().map(|row| row.content_hash.as_slice()));
    let won = tx.connection().put_returning(CLAIM_SOURCE, &batch, read_hash).await?;
    let lost = lost(wanted.iter().map(|(row, at)| (&row.hash, *at)), won);
    let conflict = |hash: &Hash| CommitOutcome::Conflict(Conflict::Source { hash: *hash });
    Ok(lost.into_iter().map(|(hash, at)| (at, conflict(hash))).collect())
}

async fn claim_keys(tx: &mut Tx, members: &[&Changeset]) -> Result<Failed, StoreError> {
    let mut wanted: Vec<_> = (members.iter().enumerate())
        .filter_map(|(at, member)| member.idempotency.as_ref().map(|row| (row, at)))
        .collect();
    wanted.sort_unstable_by_key(|(row, _)| row.key_hash);
    let rows = || wanted.iter().map(|(row, _)| *row);
    let batch = Batch::default()
        .bytes(rows().map(|row| row.key_hash.as_slice()))
        .bytes(rows().map(|row| row.body_hash.as_slice()))
        .ints(rows().map(|row| row.status))
        .texts(rows().map(|row| row.response.as_str()))
        .instants(rows().map(|row| row.created_at));
    let won = tx.connection().put_returning(&claim_key(), &batch, read_hash).await?;
    let lost = lost(wanted.iter().map(|(row, at)| (&row.key_hash, *at)), won);
    let conflict = |hash: &Hash| CommitOutcome::Conflict(Conflict::Idempotency { hash: *hash });
    Ok(lost.into_iter().map(|(hash, at)| (at, conflict(hash))).collect())
}

fn lost<'a>(
    wanted: impl ExactSizeIterator<Item = (&'a Hash, usize)>,
    won: Vec<Hash>,
) -> Vec<(&'a Hash, usize)> {
    if won.len() == wanted.len() {
        return Vec::new();
    }
    let won: HashSet<Hash> = won.into_iter().collect();
    wanted.filter(|(hash, _)| !won.contains(*hash)).collect()
}

fn read_hash(row: &dyn Columns) -> Result<Hash, StoreError> {
    Reader::new(row, "claim").hash()
}

fn read_holder(row: &dyn Columns) -> Result<(Hash, CustomerId), StoreError> {
    let mut row = Reader::new(row, "identity_claim");
    Ok((row.hash()?, CustomerId(row.uuid()?)))
}
