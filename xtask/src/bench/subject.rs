//! A server to be measured: the product, or the bare insert.

use super::load::{Load, Measured};
use crate::{
    http::Connection,
    server::{Server, free_address},
    shell::{Outcome, capture, command, root},
};
use std::{
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    time::SystemTime,
};

const CUSTOMERS: u64 = 10_000;

pub struct Subject {
    server: Server,
    key: String,
    /// Makes the source ids of each run its own, on a database that is used again.
    run: u128,
}

impl Subject {
    pub fn bare(program: &Path, url: &str) -> Outcome<Subject> {
        let address = free_address()?;
        let mut bare = command(program);
        bare.args([url, &address.to_string()]);
        Subject::start(&mut bare, address, String::new())
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
        serve.args(["serve", "--listen", &address.to_string()]).env("REGULARS_LOG", "warn");
        let subject = Subject::start(&mut serve, address, key)?;
        subject.make_customers()?;
        Ok(subject)
    }

    fn start(serve: &mut Command, address: SocketAddr, key: String) -> Outcome<Subject> {
        serve.stderr(Stdio::null()).stdout(Stdio::null());
        let mut server = Server::start(serve, address)?;
        server.wait_until_ready()?;
        let run = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_millis());
        Ok(Subject { server, key, run })
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
        let mut connection = Connection::open(self.server.address, &self.key)?;
        connection.post("/v1/events/batch", "application/x-ndjson", &lines)
    }

    pub fn measure(&self, load: &Load) -> Outcome<Measured> {
        let run = self.run;
        load.run(self.server.address, &self.key, |number| {
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
