//! A statement of a commit, and whose rows it must have written.

use crate::batch::Batch;
use crate::put::{Key, Statement, Written};
use crate::{CommitOutcome, Conflict};
use regulars_model::canonical::Hash;
use std::{borrow::Cow, collections::HashSet};

pub(super) struct Step<'a> {
    pub statement: Statement<'a>,
    guard: Option<Guard>,
    /// Rests on what other steps write, and so goes after them in a visit of its own.
    pub is_apart: bool,
}

/// Rows that must be written, or the commit is off.
struct Guard {
    /// Key of the row, and the place of its member in the group.
    wanted: Vec<(Vec<u8>, usize)>,
    what: Guarded,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guarded {
    Version,
    Customer,
    Identity,
    Source,
    Idempotency,
}

impl<'a> Step<'a> {
    pub fn new(sql: impl Into<Cow<'static, str>>, rows: Batch<'a>) -> Step<'a> {
        let statement = Statement { sql: sql.into(), rows, key: None };
        Step { statement, guard: None, is_apart: false }
    }

    pub fn apart(self) -> Step<'a> {
        Step { is_apart: true, ..self }
    }

    pub fn guarded(
        mut self,
        what: Guarded,
        key: Key,
        wanted: impl Iterator<Item = (Vec<u8>, usize)>,
    ) -> Step<'a> {
        self.statement.key = Some(key);
        self.guard = Some(Guard { wanted: wanted.collect(), what });
        self
    }

    pub fn is_empty(&self) -> bool {
        self.statement.rows.len() == 0
    }

    /// Keys and members of what was wanted and not written. `place` is that of the step in its list.
    pub fn lost(&self, place: usize, written: &[Written]) -> Vec<Lost> {
        let Some(guard) = &self.guard else { return Vec::new() };
        let own = written.iter().filter(|row| row.statement == place);
        let own: HashSet<&[u8]> = own.map(|row| row.key.as_slice()).collect();
        let lost = guard.wanted.iter().filter(|(key, _)| !own.contains(key.as_slice()));
        lost.map(|(key, member)| Lost { what: guard.what, key: key.clone(), member: *member })
            .collect()
    }
}

pub(super) struct Lost {
    pub what: Guarded,
    pub key: Vec<u8>,
    pub member: usize,
}

impl Lost {
    pub fn hash(&self) -> Hash {
        Hash::try_from(self.key.as_slice()).unwrap_or_default()
    }

    /// None where the holder of an identity has to be asked for.
    pub fn outcome(&self) -> Option<CommitOutcome> {
        Some(match self.what {
            Guarded::Version => CommitOutcome::Stale,
            Guarded::Customer => CommitOutcome::Conflict(Conflict::Customer),
            Guarded::Identity => return None,
            Guarded::Source => CommitOutcome::Conflict(Conflict::Source { hash: self.hash() }),
            Guarded::Idempotency => {
                CommitOutcome::Conflict(Conflict::Idempotency { hash: self.hash() })
            }
        })
    }
}
