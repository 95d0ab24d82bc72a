//! Waiting jobs. Those of different customers go together, those of one customer one after the
//! other, in the order they came.

use super::Job;
use crate::Inner;
use regulars_model::{canonical::Hash, limits::GROUP_MAX};
use regulars_store::Find;
use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::Notify, time::timeout};

#[derive(Default)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Notify,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    /// Customers being written just now.
    busy: HashSet<Hash>,
    /// A worker that lingers is not disturbed before so many jobs wait.
    wanted: usize,
}

/// Those who were just answered ask again at once where there is a crowd. Waiting this long for them
/// makes one commit of sixteen instead of one of one and one of fifteen.
const LINGER: Duration = Duration::from_millis(1);

/// A group in work; its customers are free again when it is dropped.
pub(crate) struct Group {
    pub jobs: Vec<Job>,
    keys: Vec<Hash>,
    queue: Arc<Queue>,
}

impl Queue {
    pub fn push(&self, job: Job) {
        self.put(|jobs| jobs.push_back(job));
    }

    /// A stale or conflicting job comes before those that came after it.
    pub fn push_front(&self, job: Job) {
        self.put(|jobs| jobs.push_front(job));
    }

    fn put(&self, put: impl FnOnce(&mut VecDeque<Job>)) {
        let mut waiting = self.lock();
        put(&mut waiting.jobs);
        let enough = waiting.jobs.len() >= waiting.wanted;
        drop(waiting);
        if enough {
            self.arrived.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next group: whatever waits for customers that are free. After a group of several, time is
    /// given for as many to come again.
    pub async fn take_group(self: &Arc<Queue>, last: usize) -> Group {
        if last > 1 {
            let _ = timeout(LINGER, self.gather(last)).await;
            self.lock().wanted = 0;
        }
        loop {
            let arrived = self.arrived.notified();
            if let Some(group) = self.try_take() {
                return group;
            }
            arrived.await;
        }
    }

    async fn gather(&self, wanted: usize) {
        loop {
            let arrived = self.arrived.notified();
            if self.is_gathered(wanted) {
                return;
            }
            arrived.await;
        }
    }

    fn is_gathered(&self, wanted: usize) -> bool {
        let mut waiting = self.lock();
        waiting.wanted = wanted;
        waiting.jobs.len() >= wanted
    }

    fn try_take(self: &Arc<Queue>) -> Option<Group> {
        let mut waiting = self.lock();
        let mut jobs = Vec::new();
        let mut keys = Vec::new();
        let mut blocked: HashSet<Hash> = HashSet::new();
        let mut passed = VecDeque::new();
        while jobs.len() < GROUP_MAX
            && let Some(job) = waiting.jobs.pop_front()
        {
            let own = keys_of(&job.find);
            if own.iter().any(|key| waiting.busy.contains(key) || blocked.contains(key)) {
                blocked.extend(own);
                passed.push_back(job);
                continue;
            }
            waiting.busy.extend(own.iter().copied());
            keys.extend(own);
            jobs.push(job);
        }
        while let Some(job) = passed.pop_back() {
            waiting.jobs.push_front(job);
        }
        (!jobs.is_empty()).then(|| Group { jobs, keys, queue: self.clone() })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let mut waiting = self.queue.lock();
        for key in &self.keys {
            waiting.busy.remove(key);
        }
        let more = !waiting.jobs.is_empty();
        drop(waiting);
        if more {
            self.queue.arrived.notify_one();
        }
    }
}

fn keys_of(find: &Find) -> Vec<Hash> {
    match find {
        Find::Id(id) => {
            let mut key = [0; 32];
            key[..16].copy_from_slice(id.0.as_bytes());
            vec![key]
        }
        Find::Claims(claims) => claims.clone(),
    }
}

/// One of the few workers that take groups for as long as the engine lives.
pub(crate) async fn work(engine: Arc<Inner>) {
    let mut last = 0;
    loop {
        let mut group = engine.queue.take_group(last).await;
        let jobs = std::mem::take(&mut group.jobs);
        last = jobs.len();
        super::group::run(&engine, jobs).await;
        drop(group);
    }
}
