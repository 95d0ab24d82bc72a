//! A server on this machine for as long as it is used: started, waited for, killed when it goes.

use crate::{http, shell::Outcome};
use std::{
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

const READY_SECONDS_MAX: u64 = 60;

pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// `serve` is the command that listens there; where its output goes is the caller's to say.
    pub fn start(serve: &mut Command, address: SocketAddr) -> Outcome<Server> {
        let child = serve.stdin(Stdio::null()).spawn();
        let child = child.map_err(|error| format!("the server can not be started: {error}"))?;
        Ok(Server { child, address })
    }

    pub fn wait_until_ready(&mut self) -> Outcome {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(READY_SECONDS_MAX) {
            let answer = http::ask(self.address, "", "/v1/ready", None);
            if answer.is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                break;
            }
            sleep(Duration::from_millis(20));
        }
        Err(format!("the server at {} did not get ready", self.address))
    }

    pub fn wait_until_it_ends(&mut self) -> Outcome {
        match self.child.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("the server ended with {status}")),
            Err(error) => Err(format!("the server is lost: {error}")),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// On a port where nothing listens just now.
pub fn free_address() -> Outcome<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.map_err(|error| format!("there is no free port: {error}"))
}
