//! Requests over a number of connections that are kept open, one after the other on each.

use crate::shell::Outcome;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
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
                            connection.post("/v1/events", &body)?;
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

pub struct Connection {
    stream: BufReader<TcpStream>,
    head: String,
}

impl Connection {
    pub fn open(server: SocketAddr, key: &str) -> Outcome<Connection> {
        let stream = TcpStream::connect(server)
            .and_then(|stream| stream.set_nodelay(true).map(|()| stream))
            .map_err(|error| format!("{server}: {error}"))?;
        let head = format!("Host: {server}\r\nAuthorization: Bearer {key}\r\n");
        Ok(Connection { stream: BufReader::new(stream), head })
    }

    /// The body of the answer, which must be one of success.
    pub fn post(&mut self, path: &str, body: &str) -> Outcome<String> {
        self.send(path, "application/json", body)
    }

    pub fn send(&mut self, path: &str, media_type: &str, body: &str) -> Outcome<String> {
        let request = format!(
            "POST {path} HTTP/1.1\r\n{}Content-Type: {media_type}\r\nContent-Length: {}\r\n\r\n{body}",
            self.head,
            body.len(),
        );
        let sent = self.stream.get_mut().write_all(request.as_bytes());
        sent.map_err(|error| format!("{path}: {error}"))?;
        let (status, body) = self.read().map_err(|error| format!("{path}: {error}"))?;
        if (200..300).contains(&status) {
            Ok(body)
        } else {
            Err(format!("{path}: {status} {body}"))
        }
    }

    fn read(&mut self) -> std::io::Result<(u16, String)> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| std::io::Error::other("that is no HTTP"))?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }
}
