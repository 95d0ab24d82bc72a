//! A server to be measured: the product, or the bare insert.

use super::load::{Connection, Load, Measured};
use crate::{
    http,
    shell::{Outcome, capture, command, root},
};
use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

const CUSTOMERS: u64 = 10_000;
const READY_SECONDS_MAX: u64 = 60;

pub struct Subject {
    child: Child,
    address: SocketAddr,
    key: String,
    /// Makes the source ids of each run its own, on a database that is used again.
    run: u128,
}

impl Subject {
    pub fn bare(program: &Path, url: &str) -> Outcome<Subject> {
        let address = free_address()?;
        let mut bare = command(program);
        bare.args([url, &address.to_string()]);
        Subject::start(bare, address, String::new())
    }

    /// The server with the jewellery plugin, and customers that the purchases are of.
    pub fn product(program: &Path, url: &str) -> Outcome<Subject> {
        let regulars = || {
            let mut regulars = command(program);
            regulars.args(["--database", url, "--plugins"]);
            regulars.arg(root().join("plugins/jewellery-tiers"));
            regulars.arg("--cache").arg(root().join("var/cache"));
            regulars
        };
        let made =
            capture(regulars().args(["key", "create", "--role", "admin", "--name", "bench"]))?;
        let key = made.split_whitespace().last().unwrap_or_default().to_owned();
        let address = free_address()?;
        let mut serve = regulars();
        serve.args(["serve", "--listen", &address.to_string()]).env("RUST_LOG", "warn");
        let subject = Subject::start(serve, address, key)?;
        subject.make_customers()?;
        Ok(subject)
    }

    fn start(
        mut program: std::process::Command,
        address: SocketAddr,
        key: String,
    ) -> Outcome<Subject> {
        program.stdin(Stdio::null()).stderr(Stdio::null()).stdout(Stdio::null());
        let child = program.spawn().map_err(|error| format!("it can not be started: {error}"))?;
        let run = std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_millis());
        let subject = Subject { child, address, key, run };
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(READY_SECONDS_MAX) {
            if http::ask(address, "", "/v1/ready", None).is_ok_and(|answer| answer.status == 200) {
                return Ok(subject);
            }
            sleep(Duration::from_millis(20));
        }
        Err(format!("the server at {address} does not get ready"))
    }

    fn make_customers(&self) -> Outcome {
        let lines: String = (0..CUSTOMERS)
            .map(|number| {
                let identity = identity(number);
                format!(
                    "{{\"customer\":{{\"identities\":[{identity}],\"create\":true}},\
                     \"kind\":\"visit\",\"source\":\"bench\",\"source_id\":\"visit-{number}\"}}\n"
                )
            })
            .collect();
        let mut connection = Connection::open(self.address, &self.key)?;
        connection.send("/v1/events/batch", "application/x-ndjson", &lines).map(drop)
    }

    pub fn measure(&self, load: &Load) -> Outcome<Measured> {
        let run = self.run;
        load.run(self.address, &self.key, |number| {
            // A step that shares no factor with the number of customers: neighbours differ.
            let identity = identity(number * 7_919 % CUSTOMERS);
            let amount = 1_000 + number * 37 % 90_000;
            format!(
                "{{\"customer\":{{\"identities\":[{identity}]}},\"kind\":\"purchase\",\
                 \"amount\":{amount},\"currency\":\"CNY\",\"source\":\"till\",\
                 \"source_id\":\"{run}-{number}\",\
                 \"lines\":[{{\"sku\":\"ring-14\",\"quantity_milli\":1000,\"amount\":{amount}}}]}}"
            )
        })
    }
}

fn identity(number: u64) -> String {
    format!("{{\"kind\":\"card\",\"value\":\"B{number:08}\"}}")
}

impl Drop for Subject {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> Outcome<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.map_err(|error| format!("there is no free port: {error}"))
}
