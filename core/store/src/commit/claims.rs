//! Claims: an identity finds one customer, a source id names one event, a key has one answer. Always
//! in the order of their hashes, as customers are in that of ids: a claim waits for another
//! transaction's, and nobody may wait in a circle.

use super::Failed;
use super::step::{Guarded, Lost, Step};
use crate::batch::Batch;
use crate::db::Tx;
use crate::put::Key;
use crate::read::{Columns, Reader};
use crate::{
    Changeset, CommitOutcome, Conflict, IdentityWrite, StoreError,
    idempotency::{self, claim_key},
};
use regulars_model::CustomerId;
use regulars_model::canonical::Hash;
use std::collections::HashMap;
use uuid::Uuid;

pub(crate) const RELEASE_IDENTITY: &str = "WITH gone(gone_hash, gone_customer_id) AS ({rows})
    DELETE FROM identity_claim
    WHERE (hash, customer_id) IN (SELECT gone_hash, gone_customer_id FROM gone)";

const CLAIM_IDENTITY: &str = "INSERT INTO identity_claim (hash, customer_id)
    {rows} ON CONFLICT (hash) DO NOTHING";

const FIND_HOLDERS: &str = "WITH asked(asked_hash) AS ({rows})
    SELECT hash, customer_id FROM asked CROSS JOIN identity_claim WHERE hash = asked_hash";

const CLAIM_SOURCE: &str =
    "INSERT INTO source_claim (hash, customer_id, event_id, occurred_at, content_hash)
    {rows} ON CONFLICT (hash) DO NOTHING";

/// Apart: what is given back here, another may claim in the same commit.
pub(super) fn released<'a>(members: &[&'a Changeset]) -> Step<'a> {
    let mut released = Vec::new();
    for write in members.iter().flat_map(|member| &member.identities) {
        if let IdentityWrite::Retire(row, claim) = write {
            released.push((claim, row.customer_id.0));
        }
    }
    released.sort_unstable();
    let batch = Batch::default()
        .bytes(released.iter().map(|(claim, _)| claim.as_slice()))
        .uuids(released.iter().map(|(_, id)| *id));
    Step::new(RELEASE_IDENTITY, batch).apart()
}

pub(super) fn identities<'a>(members: &[&'a Changeset]) -> Step<'a> {
    let mut wanted: Vec<(&Hash, Uuid, usize)> = Vec::new();
    for (at, member) in members.iter().enumerate() {
        for write in &member.identities {
            if let IdentityWrite::Add(row, claim) = write {
                wanted.push((claim, row.customer_id.0, at));
            }
        }
    }
    wanted.sort_unstable();
    let batch = Batch::default()
        .bytes(wanted.iter().map(|(claim, _, _)| claim.as_slice()))
        .uuids(wanted.iter().map(|(_, id, _)| *id));
    let keys = wanted.iter().map(|(claim, _, at)| (claim.to_vec(), *at));
    Step::new(CLAIM_IDENTITY, batch).guarded(Guarded::Identity, Key::Hash("hash"), keys)
}

pub(super) fn sources<'a>(members: &[&'a Changeset]) -> Step<'a> {
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
    let keys = wanted.iter().map(|(row, at)| (row.hash.to_vec(), *at));
    Step::new(CLAIM_SOURCE, batch).guarded(Guarded::Source, Key::Hash("hash"), keys)
}

pub(super) fn keys<'a>(members: &[&'a Changeset]) -> Step<'a> {
    let mut wanted: Vec<_> = (members.iter().enumerate())
        .filter_map(|(at, member)| member.idempotency.as_ref().map(|row| (row, at)))
        .collect();
    wanted.sort_unstable_by_key(|(row, _)| row.key_hash);
    let rows: Vec<_> = wanted.iter().map(|(row, _)| *row).collect();
    let batch = idempotency::batch(&rows);
    let keys = wanted.iter().map(|(row, at)| (row.key_hash.to_vec(), *at));
    Step::new(claim_key(), batch).guarded(Guarded::Idempotency, Key::Hash("key_hash"), keys)
}

/// What became of the members whose rows were not written.
pub(super) async fn outcomes(tx: &mut Tx, lost: &[Lost]) -> Result<Failed, StoreError> {
    let claims: Vec<Hash> =
        lost.iter().filter(|lost| lost.what == Guarded::Identity).map(Lost::hash).collect();
    let batch = Batch::default().bytes(claims.iter().map(Hash::as_slice));
    let holders = tx.connection().put(FIND_HOLDERS, &batch, read_holder).await?;
    let holders: HashMap<Hash, CustomerId> = holders.into_iter().collect();
    let of_identity = |claim: Hash| match holders.get(&claim) {
        Some(held_by) => CommitOutcome::Conflict(Conflict::Identity { claim, held_by: *held_by }),
        // Given back in the meantime: deciding again will see that.
        None => CommitOutcome::Stale,
    };
    let outcome = |lost: &Lost| lost.outcome().unwrap_or_else(|| of_identity(lost.hash()));
    Ok(lost.iter().map(|lost| (lost.member, outcome(lost))).collect())
}

fn read_holder(row: &dyn Columns) -> Result<(Hash, CustomerId), StoreError> {
    let mut row = Reader::new(row, "identity_claim");
    Ok((row.hash()?, CustomerId(row.uuid()?)))
}
