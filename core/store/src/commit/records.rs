//! Identities, events, decisions and the index of field values.

use super::{last_of_each, step::Step};
use crate::batch::Batch;
use crate::customers::index_value;
use crate::timeline::rank_number;
use crate::{Changeset, IdentityWrite};
use regulars_model::{CustomerId, Event};

const IDENTITIES: &str =
    "INSERT INTO identity (customer_id, kind, value, state, verified_at, added_at) {rows}
    ON CONFLICT (customer_id, kind, value) DO UPDATE SET state = excluded.state,
        verified_at = excluded.verified_at, added_at = excluded.added_at";

const EVENTS: &str = "INSERT INTO event (customer_id, occurred_at, rank, source, source_id, id,
        kind, recorded_at, business_day, offset_seconds, unit_id, staff_id, refers_source,
        refers_source_id, amount, currency, body, flags) {rows}";

const APPENDED: &str = "INSERT INTO event (customer_id, occurred_at, rank, source, source_id, id,
        kind, recorded_at, business_day, offset_seconds, unit_id, staff_id, refers_source,
        refers_source_id, amount, currency, body, flags) {rows}
    ON CONFLICT (customer_id, occurred_at, rank, source, source_id) DO UPDATE SET
        recorded_at = excluded.recorded_at, business_day = excluded.business_day,
        offset_seconds = excluded.offset_seconds, unit_id = excluded.unit_id,
        amount = excluded.amount, currency = excluded.currency, body = excluded.body,
        flags = excluded.flags";

pub(crate) const FLAGS: &str =
    "WITH new(of_customer, at, of_rank, of_source, of_source_id, new_flags)
        AS ({rows})
    UPDATE event SET flags = new_flags FROM new
    WHERE customer_id = of_customer AND occurred_at = at AND rank = of_rank
        AND source = of_source AND source_id = of_source_id";

const DECISIONS: &str = "INSERT INTO decision (customer_id, at, id, rank, plugin_id, event_id,
        cause, plugin_version, settings_version, epoch, recorded_at, voided_at, outcome, request,
        result, history, fault, left_out) {rows}";

pub(crate) const VOIDED: &str = "WITH gone(of_customer, of_at, of_id, gone_at) AS ({rows})
    UPDATE decision SET voided_at = gone_at FROM gone
    WHERE customer_id = of_customer AND at = of_at AND id = of_id AND voided_at IS NULL";

const CORRECTIONS: &str = "INSERT INTO correction (customer_id, recorded_at, id, content) {rows}";

const FIELD_VALUES: &str = "INSERT INTO field_value (customer_id, field, value) {rows}
    ON CONFLICT (customer_id, field) DO UPDATE SET value = excluded.value";

pub(crate) const FIELDS_GONE: &str = "WITH gone(of_customer, of_field) AS ({rows})
    DELETE FROM field_value
    WHERE (customer_id, field) IN (SELECT of_customer, of_field FROM gone)";

/// None in most groups: what tills record is its own record.
pub(super) fn audit<'a>(members: &[&'a Changeset]) -> Step<'a> {
    let rows: Vec<_> = members.iter().flat_map(|member| &member.audit).collect();
    Step::new(crate::audit::INSERT, crate::audit::batch(&rows))
}

pub(super) fn identities<'a>(members: &[&'a Changeset]) -> Step<'a> {
    let rows = members.iter().flat_map(|member| &member.identities).map(IdentityWrite::row);
    let rows = last_of_each(rows, |row| (row.customer_id, row.kind, row.value.as_str()));
    let batch = Batch::default()
        .uuids(rows.iter().map(|row| row.customer_id.0))
        .texts(rows.iter().map(|row| row.kind.name()))
        .texts(rows.iter().map(|row| row.value.as_str()))
        .texts(rows.iter().map(|row| row.state.name()))
        .ints(rows.iter().map(|row| row.verified_at.map(|at| at.0)))
        .instants(rows.iter().map(|row| row.added_at));
    Step::new(IDENTITIES, batch)
}

pub(super) fn events<'a>(members: &[&'a Changeset]) -> Step<'a> {
    Step::new(EVENTS, rows_of(members, |member| &member.events))
}

pub(super) fn appended<'a>(members: &[&'a Changeset]) -> Step<'a> {
    Step::new(APPENDED, rows_of(members, |member| &member.appended))
}

fn rows_of<'a>(members: &[&'a Changeset], of: fn(&Changeset) -> &Vec<Event>) -> Batch<'a> {
    let mut events: Vec<(CustomerId, &Event)> = Vec::new();
    for member in members {
        events.extend(of(member).iter().map(|event| (member.customer_id(), event)));
    }
    let rows = || events.iter().map(|(_, event)| *event);
    let refers = || rows().map(|event| event.refers_to.as_ref());
    Batch::default()
        .uuids(events.iter().map(|(customer_id, _)| customer_id.0))
        .instants(rows().map(|event| event.occurred_at))
        .ints(rows().map(|event| rank_number(event.rank())))
        .texts(rows().map(|event| &**event.key_source()))
        .texts(rows().map(|event| &*event.source_id))
        .uuids(rows().map(|event| event.id.0))
        .texts(rows().map(|event| &*event.kind))
        .instants(rows().map(|event| event.recorded_at))
        .ints(rows().map(|event| i64::from(event.business_day.0)))
        .ints(rows().map(|event| i64::from(event.offset_seconds)))
        .uuids(rows().map(|event| event.unit_id.map(|id| id.0)))
        .uuids(rows().map(|event| event.staff_id.map(|id| id.0)))
        .texts(refers().map(|to| to.map(|to| &*to.source)))
        .texts(refers().map(|to| to.map(|to| &*to.source_id)))
        .ints(rows().map(|event| event.amount))
        .texts(rows().map(|event| event.currency.map(|currency| currency.code())))
        .made_texts(rows().map(|event| (!event.body.is_empty()).then(|| json(&event.body))))
        .made_texts(rows().map(|event| flags_json(&event.flags)))
}

pub(super) fn flags<'a>(members: &[&'a Changeset]) -> Step<'a> {
    let mut rows = Vec::new();
    for member in members {
        let flagged = member.event_flags.iter();
        rows.extend(flagged.map(|(key, flags)| (member.customer_id(), key, flags)));
    }
    let batch = Batch::default()
        .uuids(rows.iter().map(|(customer_id, _, _)| customer_id.0))
        .instants(rows.iter().map(|(_, key, _)| key.at))
        .ints(rows.iter().map(|(_, key, _)| rank_number(key.rank)))
        .texts(rows.iter().map(|(_, key, _)| &*key.source))
        .texts(rows.iter().map(|(_, key, _)| &*key.source_id))
        .made_texts(rows.iter().map(|(_, _, flags)| flags_json(flags)));
    Step::new(FLAGS, batch).apart()
}

pub(super) fn decisions<'a>(members: &[&'a Changeset]) -> Step<'a> {
    let rows: Vec<_> = members.iter().flat_map(|member| &member.decisions).collect();
    let batch = Batch::default()
        .uuids(rows.iter().map(|row| row.customer_id.0))
        .instants(rows.iter().map(|row| row.at))
        .uuids(rows.iter().map(|row| row.id.0))
        .ints(rows.iter().map(|row| rank_number(row.rank)))
        .texts(rows.iter().map(|row| row.plugin_id.as_str()))
        .uuids(rows.iter().map(|row| row.event_id.map(|id| id.0)))
        .texts(rows.iter().map(|row| row.cause.as_str()))
        .texts(rows.iter().map(|row| row.plugin_version.as_str()))
        .ints(rows.iter().map(|row| row.settings_version))
        .ints(rows.iter().map(|row| row.epoch))
        .instants(rows.iter().map(|row| row.recorded_at))
        .ints(rows.iter().map(|row| row.voided_at.map(|at| at.0)))
        .texts(rows.iter().map(|row| row.outcome.name()))
        .texts(rows.iter().map(|row| row.request.as_str()))
        .texts(rows.iter().map(|row| row.result.as_str()))
        .ints(rows.iter().map(|row| i64::from(row.history)))
        .texts(rows.iter().map(|row| row.fault.as_deref()))
        .ints(rows.iter().map(|row| row.left_out));
    Step::new(DECISIONS, batch)
}

pub(super) fn voided<'a>(members: &[&'a Changeset]) -> Step<'a> {
    let mut rows = Vec::new();
    for member in members {
        rows.extend(member.voided.iter().map(|(at, id)| (member, at, id)));
    }
    let batch = Batch::default()
        .uuids(rows.iter().map(|(member, _, _)| member.customer_id().0))
        .instants(rows.iter().map(|(_, at, _)| **at))
        .uuids(rows.iter().map(|(_, _, id)| id.0))
        .instants(rows.iter().map(|(member, _, _)| member.voided_at));
    Step::new(VOIDED, batch).apart()
}

/// None in nearly all groups.
pub(super) fn corrections<'a>(members: &[&'a Changeset]) -> Step<'a> {
    let rows: Vec<_> = members.iter().flat_map(|member| &member.corrections).collect();
    let batch = Batch::default()
        .uuids(rows.iter().map(|row| row.customer_id.0))
        .instants(rows.iter().map(|row| row.recorded_at))
        .uuids(rows.iter().map(|row| row.id.0))
        .texts(rows.iter().map(|row| row.content.as_str()));
    Step::new(CORRECTIONS, batch)
}

pub(super) fn field_values<'a>(members: &[&'a Changeset]) -> Step<'a> {
    let set =
        fields(members).into_iter().filter_map(|(id, field, value)| Some((id, field, value?)));
    let set: Vec<_> = set.collect();
    let batch = Batch::default()
        .uuids(set.iter().map(|(customer_id, _, _)| customer_id.0))
        .texts(set.iter().map(|(_, field, _)| *field))
        .texts(set.iter().map(|(_, _, value)| index_value(value)));
    Step::new(FIELD_VALUES, batch)
}

pub(super) fn fields_gone<'a>(members: &[&'a Changeset]) -> Step<'a> {
    let mut gone = fields(members);
    gone.retain(|(_, _, value)| value.is_none());
    let batch = Batch::default()
        .uuids(gone.iter().map(|(customer_id, _, _)| customer_id.0))
        .texts(gone.iter().map(|(_, field, _)| *field));
    Step::new(FIELDS_GONE, batch)
}

/// The last word on each field.
fn fields<'a>(members: &[&'a Changeset]) -> Vec<(CustomerId, &'a str, Option<&'a str>)> {
    let values = members.iter().flat_map(|member| {
        let id = member.customer_id();
        member.field_values.iter().map(move |(field, value)| (id, field.as_str(), value.as_deref()))
    });
    last_of_each(values, |(id, field, _)| (*id, *field))
}

fn flags_json(flags: &[String]) -> Option<String> {
    (!flags.is_empty()).then(|| json(&flags))
}

fn json(value: &impl serde::Serialize) -> String {
    match serde_json::to_string(value) {
        Ok(text) => text,
        // Only a map whose keys are not text fails, and no type of ours has one.
        Err(error) => unreachable!("a type that is not JSON: {error}"),
    }
}
