//! Requests of one idempotency key go one after the other within this process, so that the second finds
//! the answer to the first instead of doing the work as well. Of several processes the database decides.

use regulars_model::canonical::Hash;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{Mutex as Queue, OwnedMutexGuard};

/// Only of keys that somebody waits for or works on.
#[derive(Default)]
pub(crate) struct Turns(Mutex<HashMap<Hash, Arc<Queue<()>>>>);

/// Over when it is dropped.
pub(crate) struct Turn<'a> {
    turns: &'a Turns,
    key: Hash,
    held: OwnedMutexGuard<()>,
}

impl Turns {
    pub async fn take(&self, key: Hash) -> Turn<'_> {
        let queue = self.lock().entry(key).or_default().clone();
        let held = queue.lock_owned().await;
        Turn { turns: self, key, held }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Hash, Arc<Queue<()>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut waited_for = self.turns.lock();
        // The map's, and this one's; whoever waits has one too.
        if Arc::strong_count(OwnedMutexGuard::mutex(&self.held)) == 2 {
            waited_for.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn one_key_goes_in_turn_and_leaves_nothing_behind() {
        let turns = Turns::default();
        let first = turns.take([1; 32]).await;
        let other = turns.take([2; 32]).await;
        let second = turns.take([1; 32]);
        tokio::pin!(second);
        let soon = Duration::from_millis(20);
        assert!(tokio::time::timeout(soon, &mut second).await.is_err(), "it is not its turn");
        drop((first, other));
        drop(tokio::time::timeout(Duration::from_secs(5), second).await.expect("its turn"));
        assert!(turns.lock().is_empty());
    }
}
