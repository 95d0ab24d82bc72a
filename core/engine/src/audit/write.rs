//! Entries of a change to a customer: what a person did, and nothing of what rules made of it.

use super::{About, Trail, row};
use crate::{Ctx, World, configuration::Configuration, record::Loaded};
use regulars_model::CustomerId;
use regulars_store::{AuditRow, FullCustomer, IdentityRow, IdentityWrite, MessageRow, TaskRow};
use serde_json::{Value as Json, json};

/// The part of a change that a command makes itself.
pub(crate) struct ByHand<'a> {
    /// None of a new customer.
    pub before: Option<&'a Loaded>,
    pub identities: &'a [IdentityWrite],
    pub tasks: &'a [TaskRow],
    pub messages: &'a [MessageRow],
}

/// One for each task or message that was changed by hand; one for the customer where there is none, or
/// where it goes to somebody else with its tasks.
pub(crate) fn of_write(
    configuration: &Configuration,
    world: &World,
    ctx: &Ctx,
    change: &ByHand<'_>,
    after: &Loaded,
    full: Option<&FullCustomer>,
) -> Vec<AuditRow> {
    if ctx.action().map(|action| action.trail()) != Some(Trail::Change) {
        return Vec::new();
    }
    let id = after.id;
    let about = |kind, record: String| About { kind, record, customer: Some(id) };
    let mut rows = Vec::new();
    for task in change.tasks {
        let known = full.and_then(|full| full.tasks.iter().find(|own| own.id == task.id));
        let about = about("task", task.id.to_string());
        rows.push(row(world, ctx, about, known.map(of_task), Some(of_task(task))));
    }
    for message in change.messages {
        let known = full.and_then(|full| full.messages.iter().find(|own| own.id == message.id));
        let about = about("message", message.id.to_string());
        rows.push(row(world, ctx, about, known.map(of_message), Some(of_message(message))));
    }
    let goes = change.before.is_some_and(|before| before.assigned_to != after.assigned_to);
    if rows.is_empty() || goes {
        let is: Vec<&IdentityRow> = change.identities.iter().map(IdentityWrite::row).collect();
        let was: Vec<_> = is.iter().filter_map(|row| known_identity(full, row)).collect();
        let before = change.before.map(|before| of_customer(configuration, before, &was));
        let after = of_customer(configuration, after, &is);
        rows.push(row(world, ctx, about("customer", id.to_string()), before, Some(after)));
    }
    rows
}

/// Of an identity that moves, at one of the two customers.
pub(crate) fn image_of_identity(id: CustomerId, identity: &IdentityRow) -> Json {
    json!({"customer": id, "identities": of_identities(&[identity])})
}

fn known_identity<'f>(
    full: Option<&'f FullCustomer>,
    row: &IdentityRow,
) -> Option<&'f IdentityRow> {
    let mut known = full?.identities.iter();
    known.find(|own| own.kind == row.kind && own.value == row.value)
}

fn of_customer(
    configuration: &Configuration,
    customer: &Loaded,
    identities: &[&IdentityRow],
) -> Json {
    let home = customer.home_unit_id.and_then(|id| configuration.units.find(id));
    let mut image = json!({
        "profile": customer.record.profile,
        "fields": customer.record.fields,
        "tags": customer.record.tags,
        "lifecycle": customer.record.lifecycle,
        "home_store": home.map(|unit| &unit.code),
        "assigned_to": customer.assigned_to,
        "consents": customer.state.consents,
        "identities": of_identities(identities),
    });
    // What is not there needs no word.
    if let Json::Object(members) = &mut image {
        members.retain(|_, value| match value {
            Json::Null => false,
            Json::Object(members) => !members.is_empty(),
            Json::Array(items) => !items.is_empty(),
            _ => true,
        });
    }
    image
}

/// State by kind and value.
fn of_identities(identities: &[&IdentityRow]) -> Json {
    let mut kinds = json!({});
    for row in identities {
        kinds[row.kind.name()][&row.value] = json!(row.state.name());
    }
    kinds
}

fn of_task(task: &TaskRow) -> Json {
    json!({
        "state": task.state.name(),
        "claimed_by": task.claimed_by,
        "assigned_to": task.assigned_to,
        "due_at": task.due_at,
        "outcome": task.outcome,
    })
}

fn of_message(message: &MessageRow) -> Json {
    json!({
        "state": message.state.name(),
        "state_reason": message.state_reason,
        "attempts": message.attempts,
        "gateway_id": message.gateway_id,
    })
}
