//! The guarded update every transaction begins with.

use super::Failed;
use crate::batch::Batch;
use crate::db::Tx;
use crate::read::{Columns, Reader};
use crate::{Changeset, CommitOutcome, Conflict, CustomerRow, CustomerWrite, StoreError};
use std::collections::HashSet;
use uuid::Uuid;

/// Rows come in the order of ids and are found one by one through the key, so they are locked in
/// that order.
pub(crate) const UPDATE: &str =
    "WITH new(new_id, new_home_unit_id, new_assigned_to, new_merged_into,
        new_version, new_profile_version, new_epoch, new_due_at, new_decided_through, new_record,
        new_state) AS ({rows})
    UPDATE customer SET
        home_unit_id = new_home_unit_id, assigned_to = new_assigned_to,
        merged_into = new_merged_into, version = new_version,
        profile_version = new_profile_version, epoch = new_epoch, due_at = new_due_at,
        decided_through = new_decided_through, record = new_record, state = new_state
    FROM new WHERE customer.id = new.new_id AND customer.version = new.new_version - 1
    RETURNING id";

const INSERT: &str = "INSERT INTO customer (id, home_unit_id, assigned_to, merged_into, version,
        profile_version, epoch, due_at, decided_through, record, state, created_at)
    {rows} ON CONFLICT (id) DO NOTHING RETURNING id";

pub(super) async fn write(tx: &mut Tx, members: &[&Changeset]) -> Result<Failed, StoreError> {
    let (mut updates, mut inserts) = (Vec::new(), Vec::new());
    for (at, member) in members.iter().enumerate() {
        match &member.customer {
            CustomerWrite::Update(row) => updates.push((at, row)),
            CustomerWrite::Insert(row) => inserts.push((at, row)),
        }
    }
    let updated = tx.connection().put_returning(UPDATE, &batch(&updates), read_id).await?;
    let mut failed = missing(&updates, updated, CommitOutcome::Stale);
    let batch = batch(&inserts).instants(inserts.iter().map(|(_, row)| row.created_at));
    let inserted = tx.connection().put_returning(INSERT, &batch, read_id).await?;
    failed.extend(missing(&inserts, inserted, CommitOutcome::Conflict(Conflict::Customer)));
    Ok(failed)
}

fn batch<'a>(rows: &[(usize, &'a CustomerRow)]) -> Batch<'a> {
    let rows = || rows.iter().map(|(_, row)| *row);
    Batch::default()
        .uuids(rows().map(|row| row.id.0))
        .uuids(rows().map(|row| row.home_unit_id.map(|id| id.0)))
        .uuids(rows().map(|row| row.assigned_to.map(|id| id.0)))
        .uuids(rows().map(|row| row.merged_into.map(|id| id.0)))
        .ints(rows().map(|row| row.version))
        .ints(rows().map(|row| row.profile_version))
        .ints(rows().map(|row| row.epoch))
        .instants(rows().map(|row| row.due_at))
        .instants(rows().map(|row| row.decided_through))
        .texts(rows().map(|row| row.record.as_str()))
        .texts(rows().map(|row| row.state.as_str()))
}

fn read_id(row: &dyn Columns) -> Result<Uuid, StoreError> {
    Reader::new(row, "customer").uuid()
}

fn missing(asked: &[(usize, &CustomerRow)], written: Vec<Uuid>, outcome: CommitOutcome) -> Failed {
    if written.len() == asked.len() {
        return Vec::new();
    }
    let written: HashSet<Uuid> = written.into_iter().collect();
    let gone = asked.iter().filter(|(_, row)| !written.contains(&row.id.0));
    gone.map(|(at, _)| (*at, outcome.clone())).collect()
}
