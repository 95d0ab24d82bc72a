//! `regulars serve --dev`, `plugin dev` and `plugin test --watch`: what an author changes is taken
//! while it all runs.

use super::plugins::{refused, said, within};
use regulars_tests::{Client, Place, Program};
use serde_json::json;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Far above the second it should take, for a machine with much to do.
const SOON: Duration = Duration::from_secs(30);

/// A folder of plugins with the starter in it, and a program that serves it.
fn bakery() -> (TempDir, Program) {
    bakery_on(Place::sqlite())
}

fn bakery_on(database: Place) -> (TempDir, Program) {
    let place = tempfile::tempdir().unwrap();
    let mut program = Program::on(database);
    said(within(place.path(), &program, &["plugin", "new", "bakery"]));
    program.use_plugins(place.path());
    (place, program)
}

fn change(place: &Path, from: &str, to: &str) {
    let rules = place.join("bakery/rules.rhai");
    let text = fs::read_to_string(&rules).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(&rules, text.replace(from, to)).unwrap();
}

fn hash(client: &Client) -> String {
    client.call("GET", "/v1/plugins/bakery").send().expect(200).text("/hash")
}

/// Whether a first purchase makes a regular, by the rule in force.
fn is_regular_at_once(client: &Client, card: &str) -> bool {
    let basket = json!({
        "customer": {"identities": [{"kind": "card", "value": card}], "create": true},
        "kind": "purchase", "amount": 1800, "currency": "CNY", "source": "till", "source_id": card,
    });
    let sold = client.call("POST", "/v1/events").json(basket).send().expect(201);
    sold.at("/effects/0/detail/value") == true
}

#[test]
fn a_server_for_authors_takes_what_changes_and_keeps_what_worked() {
    let (place, mut program) = bakery();
    program.serve_with("--dev");
    let key = program.make_key();
    let server = program.serve(&key);
    let client = server.client();
    assert!(!is_regular_at_once(&client, "1001"));
    let first = hash(&client);
    change(place.path(), "is_from", "is_up_to");
    let began = Instant::now();
    while hash(&client) == first {
        assert!(began.elapsed() < SOON, "it is not taken");
        thread::sleep(Duration::from_millis(20));
    }
    assert!(is_regular_at_once(&client, "1002"));

    let good = hash(&client);
    change(place.path(), "is_up_to(", "is_up_to((");
    thread::sleep(Duration::from_secs(2));
    assert_eq!(hash(&client), good, "what does not load changes nothing");
    assert!(is_regular_at_once(&client, "1003"));
    change(place.path(), "is_up_to((", "is_over(");
    let began = Instant::now();
    while hash(&client) == good {
        assert!(began.elapsed() < SOON, "it is not taken");
        thread::sleep(Duration::from_millis(20));
    }
    assert!(!is_regular_at_once(&client, "1004"));
}

#[test]
fn other_servers_never_read_their_folders_again() {
    let (place, mut program) = bakery();
    let key = program.make_key();
    let server = program.serve(&key);
    let first = hash(&server.client());
    change(place.path(), "is_from", "is_up_to");
    thread::sleep(Duration::from_secs(2));
    assert_eq!(hash(&server.client()), first);
    drop(server);
    program.serve_with("--dev");
    let beyond = program.command(&["serve", "--dev", "--listen", "0.0.0.0:0"]).output().unwrap();
    refused(beyond, "so it listens on this machine only");
}

/// A command that goes on, and the lines it prints.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(mut command: Command) -> Watching {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let (sender, lines) = channel();
        let out = BufReader::new(child.stdout.take().expect("its output"));
        thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|l| sender.send(l)));
        Watching { child, lines }
    }

    /// Everything up to a line that begins so.
    #[track_caller]
    fn until(&self, start: &str) -> String {
        let mut all = String::new();
        while let Ok(line) = self.lines.recv_timeout(SOON) {
            all += &format!("{line}\n");
            if line.starts_with(start) {
                return all;
            }
        }
        panic!("it never says `{start}`, only:\n{all}");
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn dev_says_when_the_server_has_taken_it() {
    let (place, mut program) = bakery();
    program.serve_with("--dev");
    let mut dev = program.command(&["plugin", "dev", "bakery"]);
    dev.current_dir(place.path());
    let watching = Watching::start(dev);
    watching.until("no server holds a database file here; start one with");
    watching.until("watching bakery");
    let key = program.make_key();
    let _server = program.serve(&key);
    change(place.path(), "is_from", "is_over");
    let said = watching.until("in force at 127.0.0.1:");
    assert!(said.contains("changed: rules.rhai\nbakery 1.0.0 is in order\n"), "{said}");
    assert!(
        said.contains("FAILED  01-three-days.toml"),
        "the author is told, and may go on: {said}"
    );
    watching.until("watching bakery");
    change(place.path(), "is_over(", "is_over((");
    watching.until("what was in force stays");
    watching.until("watching bakery");
    change(place.path(), "is_over((", "is_from(");
    let said = watching.until("in force at 127.0.0.1:");
    assert!(said.contains("1 scenario passed, 0 failed"), "{said}");
}

#[test]
fn dev_follows_the_server_that_is_named_on_either_database() {
    for database in [Place::sqlite(), Place::postgres()] {
        let (place, mut program) = bakery_on(database);
        program.serve_with("--dev");
        let key = program.make_key();
        let server = program.serve(&key);
        // Elsewhere there is no database that would say where it is.
        let elsewhere = Program::on(Place::sqlite());
        let mut dev = elsewhere.command(&["plugin", "dev", "bakery", "--server"]);
        dev.arg(server.address()).env("REGULARS_KEY", &key).current_dir(place.path());
        let watching = Watching::start(dev);
        watching.until("in force at http://127.0.0.1:");
        watching.until("watching bakery");
        let first = hash(&server.client());
        change(place.path(), "is_from", "is_up_to");
        let said = watching.until("in force at http://127.0.0.1:");
        assert!(said.contains("changed: rules.rhai"), "{said}");
        assert_ne!(hash(&server.client()), first);
        assert!(is_regular_at_once(&server.client(), "1001"));
    }
}

#[test]
fn dev_says_what_is_wrong_with_the_server_it_is_told() {
    let (place, program) = bakery();
    let told = |url: &str, key: Option<&str>| {
        let mut dev = program.command(&["plugin", "dev", "bakery", "--server", url]);
        dev.current_dir(place.path()).env_remove("REGULARS_KEY");
        if let Some(key) = key {
            dev.env("REGULARS_KEY", key);
        }
        dev.output().unwrap()
    };
    refused(told("http://127.0.0.1:1", None), "an API key of that server in REGULARS_KEY");
    for wrong in ["bakery", "127.0.0.1:7878", "ftp://127.0.0.1", "http://"] {
        refused(told(wrong, Some("rk_1")), "is not the address of a server, such as http://");
    }
}

#[test]
fn test_watches_until_it_is_ended() {
    let (place, program) = bakery();
    let mut test = program.command(&["plugin", "test", "bakery", "--watch"]);
    test.current_dir(place.path());
    let watching = Watching::start(test);
    assert!(watching.until("watching bakery").contains("1 scenario passed, 0 failed"));
    change(place.path(), "is_from", "is_over");
    let said = watching.until("watching bakery");
    assert!(said.contains("changed: rules.rhai"), "{said}");
    assert!(said.contains("0 scenarios passed, 1 failed"), "{said}");
    change(place.path(), "is_over", "is_from");
    assert!(watching.until("watching bakery").contains("1 scenario passed, 0 failed"));
}
