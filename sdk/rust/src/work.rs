//! Work that reaches people: tasks for staff and messages to customers.

use crate::{
    Args, Decision, Duration, Instant, Text,
    wire::{Assignee, Effect, Message, NO_POSITION, Reason, Task},
};
use std::marker::PhantomData;

/// How long a message may wait for its gateway when the rule says nothing.
const MESSAGE_EXPIRES_AFTER: Duration = Duration::days(7);

/// A kind of task the manifest grants.
#[derive(Clone, Copy, Debug)]
pub struct TaskKind(u32);

/// A message the manifest declares, with variables of shapes `V` in byte order of their names.
pub struct MessageKind<V> {
    position: u32,
    variables: PhantomData<fn() -> V>,
}

impl TaskKind {
    #[doc(hidden)]
    pub const fn at(position: u32) -> TaskKind {
        TaskKind(position)
    }
}

impl<V> MessageKind<V> {
    #[doc(hidden)]
    pub const fn at(position: u32) -> MessageKind<V> {
        MessageKind { position, variables: PhantomData }
    }
}

/// A task that waits for its reason. Unless said otherwise it is due now, in the home store, and its
/// title is its reason.
#[must_use = "a task counts only with its reason: add .because(texts::…, (…))"]
pub struct NewTask<'d, 'c> {
    out: &'d Decision<'c>,
    kind: u32,
    key: u32,
    title: Option<Reason>,
    due_at: Instant,
    assignee: Assignee,
}

/// A message that waits for its variables `V` and its reason. Unless said otherwise it may go now
/// and expires after 7 days.
#[must_use = "a message counts only with its variables and its reason"]
pub struct NewMessage<'d, 'c, V> {
    out: &'d Decision<'c>,
    template: u32,
    key: u32,
    variables: u32,
    not_before: Instant,
    expires_at: Instant,
    missing: PhantomData<fn() -> V>,
}

impl<'c> Decision<'c> {
    /// `key` is the task's identity for this customer: made of instants and source ids, so that a
    /// replay finds the same task again.
    pub fn task(&mut self, kind: TaskKind, key: &str) -> NewTask<'_, 'c> {
        let key = self.writer.symbol(key);
        let (due_at, assignee) = (self.now, Assignee::HomeStore);
        NewTask { out: self, kind: kind.0, key, title: None, due_at, assignee }
    }

    /// `key` is the message's identity for this customer, as of a task.
    pub fn message<V>(&mut self, template: MessageKind<V>, key: &str) -> NewMessage<'_, 'c, V> {
        NewMessage {
            template: template.position,
            key: self.writer.symbol(key),
            variables: NO_POSITION,
            not_before: self.now,
            expires_at: self.now + MESSAGE_EXPIRES_AFTER,
            missing: PhantomData,
            out: self,
        }
    }
}

impl NewTask<'_, '_> {
    pub fn title<A, V: Args<A>>(mut self, text: Text<A>, args: V) -> Self {
        self.title = Some(text.with(args, self.out.writer));
        self
    }

    pub fn due_at(mut self, at: Instant) -> Self {
        self.due_at = at;
        self
    }

    pub fn assignee(mut self, assignee: Assignee) -> Self {
        self.assignee = assignee;
        self
    }

    pub fn because<A, V: Args<A>>(self, text: Text<A>, args: V) {
        let reason = text.with(args, self.out.writer);
        let task = Task {
            kind: self.kind,
            key: self.key,
            title: self.title.unwrap_or(reason),
            due_at: self.due_at.micros_since_1970(),
            assignee: self.assignee,
        };
        self.out.pending(Effect::Task(task)).with_reason(reason);
    }
}

impl<'d, 'c, V> NewMessage<'d, 'c, V> {
    pub fn variables(self, values: impl Args<V>) -> NewMessage<'d, 'c, ()> {
        NewMessage {
            variables: values.write(self.out.writer),
            out: self.out,
            template: self.template,
            key: self.key,
            not_before: self.not_before,
            expires_at: self.expires_at,
            missing: PhantomData,
        }
    }

    pub fn not_before(mut self, at: Instant) -> Self {
        self.not_before = at;
        self
    }

    pub fn expires_at(mut self, at: Instant) -> Self {
        self.expires_at = at;
        self
    }
}

impl NewMessage<'_, '_, ()> {
    pub fn because<A, V: Args<A>>(self, text: Text<A>, args: V) {
        let reason = text.with(args, self.out.writer);
        let message = Message {
            template: self.template,
            key: self.key,
            variables: self.variables,
            not_before: self.not_before.micros_since_1970(),
            expires_at: self.expires_at.micros_since_1970(),
        };
        self.out.pending(Effect::Message(message)).with_reason(reason);
    }
}
