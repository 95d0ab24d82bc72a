//! Tasks and messages: inserted, or overwritten where the id is known; and what was issued of them.

use super::{last_of_each, step::Step};
use crate::Changeset;
use crate::batch::Batch;

const TASKS: &str = "INSERT INTO task (customer_id, id, plugin_id, kind, key, title, unit_id,
        assigned_to, claimed_by, state, due_at, created_at, decided_at, done_at, outcome, version)
    {rows}
    ON CONFLICT (customer_id, id) DO UPDATE SET title = excluded.title,
        unit_id = excluded.unit_id, assigned_to = excluded.assigned_to,
        claimed_by = excluded.claimed_by, state = excluded.state, due_at = excluded.due_at,
        decided_at = excluded.decided_at, done_at = excluded.done_at,
        outcome = excluded.outcome, version = excluded.version";

const MESSAGES: &str =
    "INSERT INTO message (customer_id, id, plugin_id, sort, template, key, variables,
        purpose, channels, language, state, state_reason, not_before, expires_at, created_at,
        decided_at, acknowledged_at, attempts, gateway_id)
    {rows}
    ON CONFLICT (customer_id, id) DO UPDATE SET variables = excluded.variables,
        purpose = excluded.purpose, channels = excluded.channels, language = excluded.language,
        state = excluded.state, state_reason = excluded.state_reason,
        not_before = excluded.not_before, expires_at = excluded.expires_at,
        decided_at = excluded.decided_at, acknowledged_at = excluded.acknowledged_at,
        attempts = excluded.attempts, gateway_id = excluded.gateway_id";

/// The first word counts: what was given is there from then on.
const ISSUED: &str =
    "INSERT INTO issued (customer_id, issue_id, plugin_id, sort, kind, key, fate, at)
    {rows}
    ON CONFLICT (customer_id, issue_id, plugin_id, sort, kind, key) DO NOTHING";

pub(super) fn tasks<'a>(members: &[&'a Changeset]) -> Step<'a> {
    let rows = members.iter().flat_map(|member| &member.tasks);
    let rows = last_of_each(rows, |row| (row.customer_id, row.id));
    let batch = Batch::default()
        .uuids(rows.iter().map(|row| row.customer_id.0))
        .uuids(rows.iter().map(|row| row.id.0))
        .texts(rows.iter().map(|row| row.plugin_id.as_deref()))
        .texts(rows.iter().map(|row| row.kind.as_str()))
        .texts(rows.iter().map(|row| row.key.as_str()))
        .texts(rows.iter().map(|row| row.title.as_str()))
        .uuids(rows.iter().map(|row| row.unit_id.map(|id| id.0)))
        .uuids(rows.iter().map(|row| row.assigned_to.map(|id| id.0)))
        .uuids(rows.iter().map(|row| row.claimed_by.map(|id| id.0)))
        .texts(rows.iter().map(|row| row.state.name()))
        .instants(rows.iter().map(|row| row.due_at))
        .instants(rows.iter().map(|row| row.created_at))
        .instants(rows.iter().map(|row| row.decided_at))
        .ints(rows.iter().map(|row| row.done_at.map(|at| at.0)))
        .texts(rows.iter().map(|row| row.outcome.as_deref()))
        .ints(rows.iter().map(|row| row.version));
    Step::new(TASKS, batch)
}

pub(super) fn messages<'a>(members: &[&'a Changeset]) -> Step<'a> {
    let rows = members.iter().flat_map(|member| &member.messages);
    let rows = last_of_each(rows, |row| (row.customer_id, row.id));
    let batch = Batch::default()
        .uuids(rows.iter().map(|row| row.customer_id.0))
        .uuids(rows.iter().map(|row| row.id.0))
        .texts(rows.iter().map(|row| row.plugin_id.as_str()))
        .texts(rows.iter().map(|row| row.sort.as_str()))
        .texts(rows.iter().map(|row| row.template.as_str()))
        .texts(rows.iter().map(|row| row.key.as_str()))
        .texts(rows.iter().map(|row| row.variables.as_str()))
        .texts(rows.iter().map(|row| row.purpose.as_str()))
        .texts(rows.iter().map(|row| row.channels.as_str()))
        .texts(rows.iter().map(|row| row.language.as_deref()))
        .texts(rows.iter().map(|row| row.state.name()))
        .texts(rows.iter().map(|row| row.state_reason.as_deref()))
        .instants(rows.iter().map(|row| row.not_before))
        .instants(rows.iter().map(|row| row.expires_at))
        .instants(rows.iter().map(|row| row.created_at))
        .instants(rows.iter().map(|row| row.decided_at))
        .ints(rows.iter().map(|row| row.acknowledged_at.map(|at| at.0)))
        .ints(rows.iter().map(|row| row.attempts))
        .texts(rows.iter().map(|row| row.gateway_id.as_deref()));
    Step::new(MESSAGES, batch)
}

pub(super) fn issued<'a>(members: &[&'a Changeset]) -> Step<'a> {
    let rows: Vec<_> = members.iter().flat_map(|member| &member.issued).collect();
    let batch = Batch::default()
        .uuids(rows.iter().map(|row| row.customer_id.0))
        .uuids(rows.iter().map(|row| row.issue_id.0))
        .texts(rows.iter().map(|row| row.plugin_id.as_str()))
        .texts(rows.iter().map(|row| row.sort.as_str()))
        .texts(rows.iter().map(|row| row.kind.as_str()))
        .texts(rows.iter().map(|row| row.key.as_str()))
        .texts(rows.iter().map(|row| row.fate.name()))
        .instants(rows.iter().map(|row| row.at));
    Step::new(ISSUED, batch)
}
