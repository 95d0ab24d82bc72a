//! What was read of keys and sessions lately, so that a till's every sale does not ask the database who it
//! is. What was revoked or ended is refused in this process at once, everywhere within [`KEPT_US`].

use regulars_model::{Instant, canonical::Hash, duration::SECOND_US};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

pub(crate) const KEPT_US: i64 = 5 * SECOND_US;
const KEPT_MAX: usize = 10_000;

pub(crate) struct Known<T>(Mutex<Kept<T>>);

struct Kept<T> {
    by_hash: HashMap<Hash, T>,
    since: Instant,
}

impl<T> Default for Known<T> {
    fn default() -> Known<T> {
        Known(Mutex::new(Kept { by_hash: HashMap::new(), since: Instant::default() }))
    }
}

impl<T: Clone> Known<T> {
    fn lock(&self) -> MutexGuard<'_, Kept<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn find(&self, hash: &Hash, now: Instant) -> Option<T> {
        let kept = self.lock();
        if now > kept.since.plus(KEPT_US) { None } else { kept.by_hash.get(hash).cloned() }
    }

    pub fn keep(&self, hash: Hash, row: T, now: Instant) {
        let mut kept = self.lock();
        if now > kept.since.plus(KEPT_US) || kept.by_hash.len() >= KEPT_MAX {
            kept.by_hash.clear();
            kept.since = now;
        }
        kept.by_hash.insert(hash, row);
    }

    pub fn forget(&self) {
        self.lock().by_hash.clear();
    }
}
