//! Work for people out of decisions: tasks, and what leaves by the outbox; given, withdrawn, withheld.

use crate::{
    Ctx,
    configuration::Configuration,
    ctx::World,
    record::{Loaded, to_json},
};
use regulars_model::{
    Effect, Instant, Manifest, MessageId, Reason, Shape, TaskId, Value,
    decide::{Assignee, Filled, TaskEffect},
    manifest::MessageTemplate,
    text::Bilingual,
};
use regulars_rules::{Decided, Outcome, Work, decided::WorkIdentity, sentence::sentence};
use regulars_store::{Changeset, FullCustomer, MessageRow, MessageState, TaskRow, TaskState};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashSet};

/// Sentences of a task, written when it is given, so that they outlive the plugin's version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TaskText {
    pub title: Bilingual,
    pub reason: Bilingual,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct MessageText {
    pub variables: BTreeMap<String, Json>,
    pub reason: Bilingual,
}

pub(super) fn gives_work(decided: &[Decided]) -> bool {
    let mut outcomes = decided.iter().flat_map(|decided| &decided.effects);
    outcomes.any(|outcome| outcome.work_identity().is_some() && shows(outcome.outcome))
}

/// Whether a row is written: for what is given, and for a message that consent kept back.
fn shows(work: Work) -> bool {
    matches!(work, Work::Applied | Work::NoConsent)
}

/// Rows for the work of new decisions, unless the same work was given before.
pub(super) fn give(
    configuration: &Configuration,
    world: &World,
    ctx: &Ctx,
    customer: &Loaded,
    added: &[Decided],
    changeset: &mut Changeset,
    full: Option<&FullCustomer>,
) {
    for decided in added {
        let Some(manifest) = configuration.manifest_then(decided) else { continue };
        let scene = Scene { configuration, world, ctx, customer, decided, manifest };
        for outcome in decided.effects.iter().filter(|outcome| shows(outcome.outcome)) {
            match &outcome.effect {
                Effect::Task(task) => scene.task(task, outcome, changeset, full),
                Effect::Message(filled) => {
                    let Some(template) = manifest.messages.get(&*filled.template) else {
                        continue;
                    };
                    let outgoing = scene.filled("message", filled, &template.variables);
                    let outgoing = Outgoing { template: Some(template), ..outgoing };
                    scene.send(outgoing, outcome, changeset, full);
                }
                Effect::Voucher(filled) => {
                    if let Some(template) = manifest.vouchers.get(&*filled.template) {
                        let outgoing = scene.filled("voucher", filled, &template.variables);
                        scene.send(outgoing, outcome, changeset, full);
                    }
                }
                Effect::Custom(filled) => {
                    if let Some(template) = manifest.custom.get(&*filled.template) {
                        let outgoing = scene.filled("custom", filled, &template.variables);
                        scene.send(outgoing, outcome, changeset, full);
                    }
                }
                Effect::Points(points) => {
                    let outgoing = Outgoing {
                        sort: "points",
                        name: &points.account,
                        key: &points.key,
                        variables: BTreeMap::from([("amount".to_owned(), points.amount.into())]),
                        not_before: decided.key.at,
                        expires_at: points.expires_at.unwrap_or(Instant::NEVER),
                        template: None,
                    };
                    scene.send(outgoing, outcome, changeset, full);
                }
                _ => {}
            }
        }
    }
}

struct Scene<'a> {
    configuration: &'a Configuration,
    world: &'a World,
    ctx: &'a Ctx,
    customer: &'a Loaded,
    decided: &'a Decided,
    manifest: &'a Manifest,
}

/// What leaves by the outbox.
struct Outgoing<'a> {
    sort: &'static str,
    /// Of the template or the account.
    name: &'a str,
    key: &'a str,
    variables: BTreeMap<String, Json>,
    not_before: Instant,
    expires_at: Instant,
    /// Of a message: which asks for consent.
    template: Option<&'a MessageTemplate>,
}

impl Scene<'_> {
    fn sentence(&self, reason: &Reason) -> Bilingual {
        let home = self.configuration.units.or_organisation(self.customer.home_unit_id).currency;
        sentence(self.manifest, reason, home)
    }

    fn task(
        &self,
        task: &TaskEffect,
        outcome: &Outcome,
        changeset: &mut Changeset,
        full: Option<&FullCustomer>,
    ) {
        let same = |row: &&TaskRow| {
            row.plugin_id.as_deref() == Some(&*self.decided.plugin)
                && *row.kind == *task.kind
                && *row.key == *task.key
        };
        if let Some(known) = full.and_then(|full| full.tasks.iter().find(same)) {
            // It was withdrawn by one correction and follows again after another.
            if known.state == TaskState::Withdrawn {
                let version = known.version + 1;
                changeset.tasks.push(TaskRow { state: TaskState::Open, version, ..known.clone() });
            }
            return;
        }
        let text =
            TaskText { title: self.sentence(&task.title), reason: self.sentence(&outcome.reason) };
        let assigned_to = match task.assignee {
            Assignee::AssignedStaff => self.customer.assigned_to,
            Assignee::HomeStore => None,
        };
        changeset.tasks.push(TaskRow {
            customer_id: self.customer.id,
            id: TaskId(self.world.new_id()),
            plugin_id: Some(self.decided.plugin.clone()),
            kind: task.kind.to_string(),
            key: task.key.to_string(),
            title: to_json(&text),
            unit_id: self.customer.home_unit_id,
            assigned_to,
            claimed_by: None,
            state: TaskState::Open,
            due_at: task.due_at,
            created_at: self.ctx.now,
            decided_at: self.decided.key.at,
            done_at: None,
            outcome: None,
            version: 1,
        });
    }

    fn filled<'a>(
        &self,
        sort: &'static str,
        filled: &'a Filled,
        declared: &BTreeMap<String, Shape>,
    ) -> Outgoing<'a> {
        Outgoing {
            sort,
            name: &filled.template,
            key: &filled.key,
            variables: self.variables(declared, &filled.variables),
            not_before: filled.not_before,
            expires_at: filled.expires_at,
            template: None,
        }
    }

    fn send(
        &self,
        outgoing: Outgoing<'_>,
        outcome: &Outcome,
        changeset: &mut Changeset,
        full: Option<&FullCustomer>,
    ) {
        let same = |row: &&MessageRow| {
            row.plugin_id == self.decided.plugin
                && row.sort == outgoing.sort
                && row.template == outgoing.name
                && row.key == outgoing.key
        };
        if let Some(known) = full.and_then(|full| full.messages.iter().find(same)) {
            if known.state == MessageState::Withdrawn && known.expires_at > self.ctx.now {
                let row = MessageRow {
                    state: MessageState::Pending,
                    state_reason: None,
                    ..known.clone()
                };
                changeset.messages.push(row);
            }
            return;
        }
        let (state, state_reason) = match outcome.outcome {
            Work::NoConsent => (MessageState::NotSent, Some("no_consent".to_owned())),
            _ => (MessageState::Pending, None),
        };
        let channels: Vec<&String> = outgoing.template.map_or_else(Vec::new, |template| {
            let allowed =
                |channel: &&String| self.customer.state.may_use(channel, &template.purpose);
            template.channels.iter().filter(allowed).collect()
        });
        changeset.messages.push(MessageRow {
            customer_id: self.customer.id,
            id: MessageId(self.world.new_id()),
            plugin_id: self.decided.plugin.clone(),
            sort: outgoing.sort.to_owned(),
            template: outgoing.name.to_owned(),
            key: outgoing.key.to_owned(),
            variables: to_json(&MessageText {
                variables: outgoing.variables,
                reason: self.sentence(&outcome.reason),
            }),
            purpose: outgoing.template.map_or_else(String::new, |own| own.purpose.clone()),
            channels: to_json(&channels),
            language: self.customer.record.profile.language.clone(),
            state,
            state_reason,
            not_before: outgoing.not_before,
            expires_at: outgoing.expires_at,
            created_at: self.ctx.now,
            decided_at: self.decided.key.at,
            acknowledged_at: None,
            attempts: 0,
            gateway_id: None,
        });
    }

    fn variables(
        &self,
        declared: &BTreeMap<String, Shape>,
        values: &[Value],
    ) -> BTreeMap<String, Json> {
        let home = self.configuration.units.or_organisation(self.customer.home_unit_id).currency;
        let pairs = declared.iter().zip(values);
        pairs.map(|((name, shape), value)| (name.clone(), shape.write(value, home))).collect()
    }
}

/// After a correction: what no longer follows is withdrawn, or marked where it reached somebody.
pub(super) fn withdraw<'a>(
    gone: impl Iterator<Item = &'a Decided>,
    added: &[Decided],
    full: &FullCustomer,
    now: Instant,
    changeset: &mut Changeset,
) {
    let identities = |decided: &Decided| -> Vec<(String, WorkIdentity)> {
        let own = decided.effects.iter().filter(|outcome| shows(outcome.outcome));
        own.filter_map(|outcome| Some((decided.plugin.clone(), outcome.work_identity()?))).collect()
    };
    let kept: Vec<_> = added.iter().flat_map(identities).collect();
    for (plugin, identity) in gone.flat_map(identities) {
        if kept.contains(&(plugin.clone(), identity.clone())) {
            continue;
        }
        let (sort, kind, key) = identity;
        if sort == "task" {
            let task = full.tasks.iter().find(|row| {
                row.plugin_id.as_deref() == Some(&*plugin) && *row.kind == *kind && *row.key == *key
            });
            if let Some(task) = task {
                let state = match task.state {
                    TaskState::Done => TaskState::Corrected,
                    TaskState::Open | TaskState::Claimed => TaskState::Withdrawn,
                    _ => continue,
                };
                let row = TaskRow { state, version: task.version + 1, ..task.clone() };
                changeset.tasks.push(row);
            }
        } else {
            let message = full.messages.iter().find(|row| {
                row.plugin_id == plugin
                    && row.sort == sort
                    && *row.template == *kind
                    && *row.key == *key
            });
            if let Some(message) = message {
                let state = match message.state {
                    MessageState::Sent => MessageState::Corrected,
                    MessageState::Pending | MessageState::Failed => MessageState::Withdrawn,
                    _ => continue,
                };
                let acknowledged_at = message.acknowledged_at.or(Some(now));
                changeset.messages.push(MessageRow { state, acknowledged_at, ..message.clone() });
            }
        }
    }
}

/// A withdrawn consent stops what waits in the outbox, and what this very write would put there: it was
/// decided at an instant before the customer said no.
pub(super) fn withhold(customer: &Loaded, full: Option<&FullCustomer>, changeset: &mut Changeset) {
    let written: HashSet<MessageId> = changeset.messages.iter().map(|row| row.id).collect();
    for row in &mut changeset.messages {
        if let Some(kept) = kept_back(customer, row) {
            *row = kept;
        }
    }
    let stored = full.map_or(&[][..], |full| &full.messages);
    let others = stored.iter().filter(|row| !written.contains(&row.id));
    changeset.messages.extend(others.filter_map(|row| kept_back(customer, row)));
}

/// The message without the channels that the customer does not consent to; none where it stays as it is.
fn kept_back(customer: &Loaded, message: &MessageRow) -> Option<MessageRow> {
    if message.state != MessageState::Pending || message.sort != "message" {
        return None;
    }
    let channels: Vec<String> = serde_json::from_str(&message.channels).unwrap_or_default();
    let may_use = |channel: &&String| customer.state.may_use(channel, &message.purpose);
    let allowed: Vec<&String> = channels.iter().filter(may_use).collect();
    if allowed.len() == channels.len() && !allowed.is_empty() {
        return None;
    }
    let mut row = MessageRow { channels: to_json(&allowed), ..message.clone() };
    if allowed.is_empty() {
        row.state = MessageState::NotSent;
        row.state_reason = Some("consent_withdrawn".to_owned());
    }
    Some(row)
}
