//! What a write changed of what was decided before, as an entry of the customer's timeline. It is made of
//! the same decisions that the commit voids and adds, and of the tasks and messages that it withdraws.

mod sentences;

use crate::{
    Ctx,
    configuration::Configuration,
    ctx::World,
    record::{Loaded, to_json, write_field},
    view::{
        CauseOfCorrection, CorrectedEvent, CorrectedField, CorrectedLifecycle, CorrectedVersion,
        CorrectedWork, CorrectionContent,
    },
};
use regulars_model::{CorrectionId, Event, EventKey, limits::CORRECTION_CAUSES_MAX};
use regulars_rules::{
    Decided, Log, State,
    log::refers,
    play::{Corrected, FieldMoved, Revision, amended, corrected, settings_key},
};
use regulars_store::{Changeset, CorrectionRow, FullCustomer, MessageState, TaskState};

/// A play, and what stood before it.
pub(super) struct Before<'a> {
    pub state: &'a State,
    pub epoch: i64,
    /// In force then, where the play started again.
    pub decisions: &'a [Decided],
    pub from: Option<&'a EventKey>,
    pub full: Option<&'a FullCustomer>,
    /// The command's own events.
    pub facts: &'a [&'a Event],
}

pub(super) struct Writer<'a> {
    pub configuration: &'a Configuration,
    pub world: &'a World,
    pub ctx: &'a Ctx,
    pub customer: &'a Loaded,
}

impl Writer<'_> {
    /// `changeset` has the work it withdraws already. Most writes correct nothing, and cost nothing here.
    pub fn corrections(
        &self,
        before: &Before<'_>,
        revision: &Revision,
        log: &Log,
        changeset: &Changeset,
    ) -> Vec<CorrectionRow> {
        let Some(through) = &before.state.through else { return Vec::new() };
        if before.from.is_some() {
            let found = corrected(before.state, before.decisions, revision, log.events());
            let (tasks, messages) = withdrawn(before.full, changeset);
            if found.is_empty() && tasks.is_empty() && messages.is_empty() {
                return Vec::new();
            }
            let cause = self.cause(before, through);
            return vec![self.row(cause, &found, tasks, messages)];
        }
        let amends = |event: &&&Event| is_of_earlier(event, before.facts, log);
        let amending = before.facts.iter().filter(amends);
        let rows = amending.filter_map(|event| {
            let found = amended(before.state, &revision.added, &event.key());
            let cause = CauseOfCorrection { events: vec![of_event(event)], ..Default::default() };
            (!found.is_empty()).then(|| self.row(cause, &found, Vec::new(), Vec::new()))
        });
        rows.collect()
    }

    fn row(
        &self,
        cause: CauseOfCorrection,
        found: &Corrected,
        tasks: Vec<CorrectedWork>,
        messages: Vec<CorrectedWork>,
    ) -> CorrectionRow {
        let names = |tags: &[std::sync::Arc<str>]| tags.iter().map(ToString::to_string).collect();
        // One that a person has set stands above all votes.
        let by_vote = found.lifecycle.filter(|_| self.customer.record.lifecycle.is_none());
        let mut content = CorrectionContent {
            sentence: Default::default(),
            cause,
            fields: found.fields.iter().map(|moved| self.field(moved)).collect(),
            tags_added: names(&found.tags_added),
            tags_removed: names(&found.tags_removed),
            lifecycle: by_vote.map(|(from, to)| CorrectedLifecycle { from, to }),
            tasks,
            messages,
        };
        content.sentence = self.sentence(&content, &found.fields);
        CorrectionRow {
            customer_id: self.customer.id,
            recorded_at: self.ctx.now,
            id: CorrectionId(self.world.new_id()),
            content: to_json(&content),
        }
    }

    fn field(&self, moved: &FieldMoved) -> CorrectedField {
        let home = self.configuration.units.or_organisation(self.customer.home_unit_id).currency;
        let declared = self.declared(moved);
        let write = |value| write_field(declared, value, home);
        CorrectedField {
            field: format!("{}.{}", moved.plugin, moved.field),
            from: write(&moved.from),
            to: write(&moved.to),
            since: moved.since,
        }
    }

    fn declared(&self, moved: &FieldMoved) -> Option<&regulars_model::manifest::Field> {
        let plugin = self.configuration.plugins.get(&moved.plugin)?;
        plugin.manifest.fields.get(&*moved.field)
    }

    /// Events that came late, or else the configuration; neither where what was held is run again.
    fn cause(&self, before: &Before<'_>, through: &EventKey) -> CauseOfCorrection {
        let late: Vec<_> = before.facts.iter().filter(|event| event.key() <= *through).collect();
        let newer: Vec<_> = self.configuration.versions_since(before.epoch).collect();
        let reaches_back = |from| settings_key(from) <= *through;
        // Where none is dated back, what was held was asked again, since any of them may be the fix.
        let any = late.is_empty() && !newer.iter().any(|(_, own)| reaches_back(own.in_force_from));
        let versions = newer.into_iter().filter(|(_, own)| any || reaches_back(own.in_force_from));
        let versions = versions.map(|(plugin, own)| CorrectedVersion {
            plugin: plugin.to_owned(),
            settings_version: own.number,
            in_force_from: own.in_force_from,
            created_at: own.created_at,
        });
        CauseOfCorrection {
            more_events: late.len().saturating_sub(CORRECTION_CAUSES_MAX),
            events: late.iter().take(CORRECTION_CAUSES_MAX).map(|event| of_event(event)).collect(),
            versions: versions.take(CORRECTION_CAUSES_MAX).collect(),
        }
    }
}

/// A refund, say, of what was recorded before; what arrives with its refund was never told without.
fn is_of_earlier(event: &Event, facts: &[&Event], log: &Log) -> bool {
    let Some(refers_to) = &event.refers_to else { return false };
    let position = log.events().iter().position(|own| own.id == event.id);
    let is_known = position.is_some_and(|index| log.target(index).is_some());
    is_known && !facts.iter().any(|own| refers(refers_to, own))
}

fn of_event(event: &Event) -> CorrectedEvent {
    CorrectedEvent {
        id: event.id,
        kind: event.kind.to_string(),
        occurred_at: event.occurred_at,
        refers_to: event.refers_to.clone(),
    }
}

/// Tasks and messages of before that stand otherwise now: taken back, marked, or given after all.
fn withdrawn(
    full: Option<&FullCustomer>,
    changeset: &Changeset,
) -> (Vec<CorrectedWork>, Vec<CorrectedWork>) {
    let Some(full) = full else { return (Vec::new(), Vec::new()) };
    let tasks = changeset.tasks.iter().filter_map(|row| {
        let known = full.tasks.iter().find(|own| own.id == row.id)?;
        let taken = [TaskState::Withdrawn, TaskState::Corrected];
        stands_otherwise(known.state, row.state, taken).then(|| CorrectedWork {
            id: row.id.to_string(),
            plugin: row.plugin_id.clone().unwrap_or_default(),
            sort: "task".to_owned(),
            name: row.kind.clone(),
            state: row.state.name().to_owned(),
        })
    });
    let messages = changeset.messages.iter().filter_map(|row| {
        let known = full.messages.iter().find(|own| own.id == row.id)?;
        let taken = [MessageState::Withdrawn, MessageState::Corrected];
        stands_otherwise(known.state, row.state, taken).then(|| CorrectedWork {
            id: row.id.to_string(),
            plugin: row.plugin_id.clone(),
            sort: row.sort.clone(),
            name: row.template.clone(),
            state: row.state.name().to_owned(),
        })
    });
    (tasks.collect(), messages.collect())
}

/// Withdrawn or marked as corrected now, or no longer withdrawn.
fn stands_otherwise<S: PartialEq>(was: S, is: S, [withdrawn, corrected]: [S; 2]) -> bool {
    was != is && (is == withdrawn || is == corrected || was == withdrawn)
}
