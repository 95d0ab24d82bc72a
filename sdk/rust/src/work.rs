//! Tasks for staff.

use crate::{
    Args, Decision, Instant, Text,
    wire::{Effect, Reason, Task},
};

/// A kind of task the manifest grants.
#[derive(Clone, Copy, Debug)]
pub struct TaskKind(u32);

/// Who is to do a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignee {
    /// Whoever of the customer's home store takes it.
    HomeStore,
    /// The customer's assigned staff; the home store where there is none.
    AssignedStaff,
}

impl TaskKind {
    #[doc(hidden)]
    pub const fn at(position: u32) -> TaskKind {
        TaskKind(position)
    }
}

impl Assignee {
    fn name(self) -> &'static str {
        match self {
            Assignee::HomeStore => "home-store",
            Assignee::AssignedStaff => "assigned-staff",
        }
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

impl<'c> Decision<'c> {
    /// `key` is the task's identity for this customer: made of instants and source ids, so that a
    /// replay finds the same task again.
    pub fn task(&mut self, kind: TaskKind, key: &str) -> NewTask<'_, 'c> {
        let key = self.writer.symbol(key);
        let (due_at, assignee) = (self.now, Assignee::HomeStore);
        NewTask { out: self, kind: kind.0, key, title: None, due_at, assignee }
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
            assignee: self.out.writer.symbol(self.assignee.name()),
        };
        self.out.pending(Effect::Task(task)).with_reason(reason);
    }
}
