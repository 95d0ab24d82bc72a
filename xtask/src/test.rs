//! `cargo xtask test`: everything that must hold before a change is taken.

use crate::{
    build, guests,
    postgres::{Durability, Postgres, URL_VARIABLE},
    shell::{Outcome, cargo, execute, say},
};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
};

pub fn run() -> Outcome {
    run_checks()?;
    let server = build::server()?;
    guests::build(&server)?;
    let postgres = Postgres::start(Durability::None)?;
    let (tally, succeeded) = run_tests(&server, &postgres)?;
    drop(postgres);
    println!("\n{} passed, {} failed", tally.passed, tally.failed);
    match (succeeded, tally.failed, tally.passed) {
        (true, 0, 1..) => Ok(()),
        (_, 0, 0) => Err("no test ran".into()),
        (false, 0, _) => Err("a test program did not build or broke off; see above".into()),
        _ => Err("tests failed; see above".into()),
    }
}

fn run_checks() -> Outcome {
    execute(cargo().args(["fmt", "--all", "--check"]))
        .map_err(|error| format!("{error}: `cargo fmt --all` puts the format right"))?;
    execute(cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]))
}

fn run_tests(server: &Path, postgres: &Postgres) -> Outcome<(Tally, bool)> {
    let mut tests = cargo();
    tests.args(["test", "--workspace", "--locked", "--no-fail-fast"]);
    tests.env(URL_VARIABLE, &postgres.url).env("REGULARS_TEST_SERVER", server);
    say("cargo test --workspace --locked --no-fail-fast");
    let mut child = tests
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cargo can not be started: {error}"))?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.map_err(|error| format!("the tests' output broke off: {error}"))?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            tally.add(&line);
        }
    }
    let status = child.wait().map_err(|error| format!("cargo test: {error}"))?;
    Ok((tally, status.success()))
}

#[derive(Debug, Default, PartialEq)]
struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    /// `test result: ok. 5 passed; 0 failed; 0 ignored; …`
    fn add(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        let counted = |what: &str| -> u64 {
            let before = result.split([';', '.']).find_map(|part| part.trim().strip_suffix(what));
            before.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
        };
        self.passed += counted("passed");
        self.failed += counted("failed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_several_programs_add_up() {
        let mut tally = Tally::default();
        for line in [
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.21s",
            "test a::b ... ok",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ] {
            tally.add(line);
        }
        assert_eq!(tally, Tally { passed: 15, failed: 2 });
    }
}
