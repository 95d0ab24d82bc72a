//! What a what-if costs over chains of several sizes: time, memory, and how often a rule was asked.

use crate::{
    build, guests,
    http::number_of,
    shell::{Outcome, command, execute, root},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// A chain that is older has much due, as no server that runs would have, and would be asked about that.
const AGE_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// Before anything that is generated.
const BEGINNING: &str = "2022-01-01T00:00:00Z";
const EVENTS_EACH: u64 = 20;

pub struct Options {
    customers: Vec<u64>,
}

impl Options {
    pub fn parse(arguments: &[String]) -> Outcome<Options> {
        let usage = "bench what-if takes --customers and sizes, such as 10000,100000,1000000";
        let sizes = match arguments {
            [] => "10000,100000",
            [name, sizes] if name == "--customers" => sizes,
            _ => return Err(usage.to_owned()),
        };
        let customers: Result<Vec<u64>, _> = sizes.split(',').map(str::parse).collect();
        Ok(Options { customers: customers.map_err(|_| usage)? })
    }
}

/// What is asked: whose rule it is, and what would change.
struct Question {
    name: &'static str,
    plugin: &'static str,
    set: &'static str,
}

const QUESTIONS: [Question; 2] = [
    Question { name: "WASM", plugin: "jewellery-tiers", set: "high_above=40000.00" },
    Question { name: "Rhai", plugin: "cafe-frequency", set: "high_from=4" },
];

pub fn run(options: &Options) -> Outcome {
    let built = build::release()?;
    guests::build(&built.server)?;
    println!(
        "{:>10} {:>11}  {:5} {:5} {:>8} {:>13} {:>13} {:>9}",
        "customers", "events", "rule", "since", "seconds", "customers/s", "decisions/s", "memory"
    );
    for customers in &options.customers {
        let database = chain(&built.generate, *customers)?;
        for question in &QUESTIONS {
            for (since, from) in [("now", None), ("ever", Some(BEGINNING))] {
                let asked = ask(&built.server, &database, question, from)?;
                let seconds = asked.time.as_secs_f64();
                println!(
                    "{customers:>10} {:>11}  {:5} {since:5} {seconds:>8.2} {:>13.0} {:>13.0} {:>6} MB",
                    customers * EVENTS_EACH,
                    question.name,
                    *customers as f64 / seconds,
                    asked.decisions as f64 / seconds,
                    asked.memory_kib / 1_024,
                );
            }
        }
    }
    Ok(())
}

/// A chain of that size up to today: kept for the day, since making it takes long.
fn chain(generate: &Path, customers: u64) -> Outcome<PathBuf> {
    let folder = root().join("var/chains");
    let made = |error: std::io::Error| format!("{} can not be made: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(made)?;
    let database = folder.join(format!("{customers}.db"));
    let made_at = fs::metadata(&database).and_then(|known| known.modified()).ok();
    if made_at.and_then(|at| at.elapsed().ok()).is_some_and(|age| age < AGE_MAX) {
        return Ok(database);
    }
    let unfinished = folder.join("unfinished.db");
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(folder.join(format!("unfinished.db{suffix}")));
    }
    let mut generate = command(generate);
    generate.args(["--customers", &customers.to_string(), "--seed", "1"]);
    generate.args(["--events", &(customers * EVENTS_EACH).to_string()]);
    generate.arg("--database").arg(format!("sqlite:{}", unfinished.display()));
    execute(&mut generate)?;
    fs::rename(&unfinished, &database).map_err(made)?;
    Ok(database)
}

struct Asked {
    time: Duration,
    decisions: i64,
    memory_kib: u64,
}

/// By a process of its own, so that its memory is that of this question.
fn ask(server: &Path, database: &Path, question: &Question, from: Option<&str>) -> Outcome<Asked> {
    let mut what_if = command(server);
    what_if.arg("--database").arg(format!("sqlite:{}", database.display()));
    what_if.arg("--plugins").arg(root().join("plugins"));
    what_if.arg("--cache").arg(root().join("var/cache"));
    what_if.args(["what-if", question.plugin, "--set", question.set, "--json"]);
    what_if.args(from.map(|from| ["--from", from]).into_iter().flatten());
    let answer = database.with_extension("answer");
    let file = fs::File::create(&answer).map_err(|error| error.to_string())?;
    let began = Instant::now();
    let started = what_if.stdin(Stdio::null()).stdout(file).stderr(Stdio::null()).spawn();
    let mut child = started.map_err(|error| format!("the server can not be started: {error}"))?;
    let mut memory_kib = 0;
    let status = loop {
        memory_kib = peak_kib(&child).max(memory_kib);
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) => sleep(Duration::from_millis(5)),
            Err(error) => return Err(format!("the what-if is lost: {error}")),
        }
    };
    let time = began.elapsed();
    if !status.success() {
        return Err(format!("the what-if of {} ended with {status}", question.plugin));
    }
    let answer = fs::read_to_string(&answer).map_err(|error| error.to_string())?;
    let decisions = number_of(&answer, "decisions").ok_or("the what-if gave no answer")?;
    Ok(Asked { time, decisions, memory_kib })
}

/// The most it has held so far, where the system tells (0 elsewhere).
fn peak_kib(child: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
