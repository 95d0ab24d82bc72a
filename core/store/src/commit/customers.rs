//! The guarded update every commit begins with.

use super::step::{Guarded, Step};
use crate::batch::Batch;
use crate::put::Key;
use crate::{Changeset, CustomerRow, CustomerWrite};

/// Rows come in the order of ids and are found one by one through the key, so they are locked in
/// that order.
pub(crate) fn update() -> String {
    updating("epoch = new_epoch,", "")
}

pub(crate) fn update_within_epoch() -> String {
    updating("", " AND customer.epoch = new.new_epoch")
}

fn updating(set_epoch: &str, and_epoch: &str) -> String {
    format!(
        "WITH new(new_id, new_home_unit_id, new_assigned_to, new_merged_into,
            new_version, new_profile_version, new_epoch, new_due_at, new_decided_through,
            new_record, new_state) AS ({{rows}})
        UPDATE customer SET {set_epoch}
            home_unit_id = new_home_unit_id, assigned_to = new_assigned_to,
            merged_into = new_merged_into, version = new_version,
            profile_version = new_profile_version, due_at = new_due_at,
            decided_through = new_decided_through, record = new_record, state = new_state
        FROM new
        WHERE customer.id = new.new_id AND customer.version = new.new_version - 1{and_epoch}"
    )
}

const INSERT: &str = "INSERT INTO customer (id, home_unit_id, assigned_to, merged_into, version,
        profile_version, epoch, due_at, decided_through, record, state, created_at)
    {rows} ON CONFLICT (id) DO NOTHING";

pub(super) fn updated<'a>(members: &[&'a Changeset]) -> Step<'a> {
    let rows = rows(members, |write| match write {
        CustomerWrite::Update(row) => Some(row),
        _ => None,
    });
    guarded(Step::new(update(), batch(&rows)), Guarded::Version, &rows)
}

pub(super) fn updated_within_epoch<'a>(members: &[&'a Changeset]) -> Step<'a> {
    let rows = rows(members, |write| match write {
        CustomerWrite::UpdateWithinEpoch(row) => Some(row),
        _ => None,
    });
    guarded(Step::new(update_within_epoch(), batch(&rows)), Guarded::Version, &rows)
}

pub(super) fn inserted<'a>(members: &[&'a Changeset]) -> Step<'a> {
    let rows = rows(members, |write| match write {
        CustomerWrite::Insert(row) => Some(row),
        _ => None,
    });
    let batch = batch(&rows).instants(rows.iter().map(|(_, row)| row.created_at));
    guarded(Step::new(INSERT, batch), Guarded::Customer, &rows)
}

type Rows<'a> = Vec<(usize, &'a CustomerRow)>;

fn rows<'a>(
    members: &[&'a Changeset],
    pick: impl Fn(&'a CustomerWrite) -> Option<&'a CustomerRow>,
) -> Rows<'a> {
    let rows = members.iter().enumerate();
    rows.filter_map(|(at, member)| pick(&member.customer).map(|row| (at, row))).collect()
}

fn guarded<'a>(step: Step<'a>, what: Guarded, rows: &Rows<'_>) -> Step<'a> {
    let wanted = rows.iter().map(|(at, row)| (row.id.0.as_bytes().to_vec(), *at));
    step.guarded(what, Key::Uuid("id"), wanted)
}

fn batch<'a>(rows: &Rows<'a>) -> Batch<'a> {
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
