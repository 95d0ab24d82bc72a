//! Whether work that was left out is still worth giving, as of the instant at which it would be given.

use regulars_model::{Effect, Instant, Manifest, decide::TaskEffect, limits::ISSUE_TASK_LATE_US};
use regulars_rules::{State, decided::WorkIdentity};
use regulars_store::{IssuedFate, MessageRow, MessageState, TaskRow, TaskState};

/// Work people have been given.
pub struct Known<'a> {
    pub tasks: &'a [TaskRow],
    pub messages: &'a [MessageRow],
}

impl Known<'_> {
    /// Whatever became of it. What was withdrawn is there no more: nobody had done it.
    pub fn has(&self, plugin: &str, (sort, kind, key): &WorkIdentity) -> bool {
        if *sort == "task" {
            return self.tasks.iter().any(|row| {
                row.plugin_id.as_deref() == Some(plugin)
                    && *row.kind == **kind
                    && *row.key == **key
                    && row.state != TaskState::Withdrawn
            });
        }
        self.messages.iter().any(|row| {
            row.plugin_id == plugin
                && row.sort == *sort
                && *row.template == **kind
                && *row.key == **key
                && row.state != MessageState::Withdrawn
        })
    }
}

/// `at` is the instant of the entry it follows from.
pub fn judge(
    effect: &Effect,
    at: Instant,
    manifest: &Manifest,
    state: &State,
    now: Instant,
) -> IssuedFate {
    let expires_at = match effect {
        Effect::Message(filled) | Effect::Voucher(filled) | Effect::Custom(filled) => {
            filled.expires_at
        }
        Effect::Points(points) => points.expires_at.unwrap_or(Instant::NEVER),
        _ => Instant::NEVER,
    };
    match effect {
        _ if expires_at <= now => IssuedFate::Expired,
        Effect::Task(_) if at.plus(ISSUE_TASK_LATE_US) < now => IssuedFate::TooLate,
        Effect::Message(filled) => {
            let template = manifest.messages.get(&*filled.template);
            match template.is_some_and(|template| state.may_send(template)) {
                true => IssuedFate::Given,
                false => IssuedFate::NoConsent,
            }
        }
        _ => IssuedFate::Given,
    }
}

/// As it is given: nobody is late with what they had not been told.
pub fn as_given(effect: &Effect, now: Instant) -> Effect {
    match effect {
        Effect::Task(task) => {
            Effect::Task(TaskEffect { due_at: task.due_at.max(now), ..task.clone() })
        }
        other => other.clone(),
    }
}
