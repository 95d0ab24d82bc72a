//! Requests over a number of connections that are kept open, one after the other on each.

use crate::{http::Connection, shell::Outcome};
use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

pub struct Load {
    pub connections: u64,
    pub time: Duration,
}

pub struct Measured {
    pub answers: u64,
    pub elapsed: Duration,
    pub median: Duration,
    pub p99: Duration,
}

impl Load {
    /// `body` is made from the number of the request.
    pub fn run(
        &self,
        server: SocketAddr,
        key: &str,
        body: impl Fn(u64) -> String + Sync,
    ) -> Outcome<Measured> {
        let next = AtomicU64::new(0);
        let began = Instant::now();
        let taken: Vec<Outcome<Vec<Duration>>> = thread::scope(|scope| {
            let connections: Vec<_> = (0..self.connections)
                .map(|_| {
                    scope.spawn(|| {
                        let mut connection = Connection::open(server, key)?;
                        let mut taken = Vec::new();
                        while began.elapsed() < self.time {
                            let body = body(next.fetch_add(1, Ordering::Relaxed));
                            let start = Instant::now();
                            connection.post("/v1/events", "application/json", &body)?;
                            taken.push(start.elapsed());
                        }
                        Ok(taken)
                    })
                })
                .collect();
            let joined = connections.into_iter().map(|one| one.join());
            joined.map(|one| one.unwrap_or_else(|_| Err("a connection broke off".into()))).collect()
        });
        let elapsed = began.elapsed();
        let mut all: Vec<Duration> = Vec::new();
        for one in taken {
            all.extend(one?);
        }
        all.sort_unstable();
        let at = |share: f64| all.get((all.len() as f64 * share) as usize).copied();
        Ok(Measured {
            answers: all.len() as u64,
            elapsed,
            median: at(0.5).ok_or("nothing was answered")?,
            p99: at(0.99).ok_or("nothing was answered")?,
        })
    }
}
