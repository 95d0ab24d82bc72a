//! Waiting jobs. Those of different customers go together, those of one customer one after the
//! other, in the order they came.

use super::Job;
use crate::Inner;
use regulars_model::{canonical::Hash, limits::GROUP_MAX};
use regulars_store::Find;
use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

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
}

/// A group in work; its customers are free again when it is dropped.
pub(crate) struct Group {
    pub jobs: Vec<Job>,
    keys: Vec<Hash>,
    queue: Arc<Queue>,
}

impl Queue {
    pub fn push(&self, job: Job) {
        self.lock().jobs.push_back(job);
        self.arrived.notify_one();
    }

    /// A stale or conflicting job comes before those that came after it.
    pub fn push_front(&self, job: Job) {
        self.lock().jobs.push_front(job);
        self.arrived.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next group: whatever waits for customers that are free.
    pub async fn take_group(self: &Arc<Queue>) -> Group {
        loop {
            let arrived = self.arrived.notified();
            if let Some(group) = self.try_take() {
                return group;
            }
            arrived.await;
        }
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
    loop {
        let mut group = engine.queue.take_group().await;
        let jobs = std::mem::take(&mut group.jobs);
        super::group::run(&engine, jobs).await;
        drop(group);
    }
}
