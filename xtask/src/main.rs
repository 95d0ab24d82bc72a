//! The tasks of this repository. `cargo xtask help` lists them.

mod bench;
mod build;
mod demo;
mod generate;
mod guests;
mod http;
mod postgres;
mod server;
mod shell;
mod simulate;
mod test;
mod wasm;

use shell::Outcome;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask demo [--fresh] [--check] [--port PORT]
    Build everything, load the sample purchases, and serve on 127.0.0.1:7878.
    Run again, it starts on what is there; --fresh starts over; --check asks the
    running server three things, stops it and says whether the answers were right.
cargo xtask test
    Format check, clippy, and all tests on SQLite and on a real Postgres
    (REGULARS_TEST_POSTGRES=postgres://… takes one that is running).
cargo xtask bench [--seconds N] [--import FILE MAP]
    Purchases by REST on both databases beside a bare insert, and the speed of an import,
    in a release build.
cargo xtask bench plugins
    What a plugin costs, beside the same rule compiled natively, in a release build.
cargo xtask bench what-if [--customers 10000,100000]
    What a what-if costs, now and over all of history, on chains of these sizes (made up to
    today, and kept for a day in var/chains), in a release build.
cargo xtask generate --customers N [--events M] [--seed S] [--as-of INSTANT] --database URL
    Fill an empty database (sqlite:PATH or postgres://…) with a chain made up from a seed:
    jewellery, cafés and furniture, 20 events for each customer unless told otherwise.
cargo xtask simulate [--seed S] [--runs N] [--days N] [--customers N] [--database sqlite|postgres]
    Play a year of a chain in simulated time, with crashes, wrong clocks and sales that come late
    and twice, and check at every step all that must hold; a seed plays the same year again.
cargo xtask guests
    Build the plugins that are WebAssembly.
cargo xtask postgres
    Start the tests' Postgres and keep it until Ctrl-C, to run single tests against.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("\nxtask: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Outcome {
    let (command, rest) =
        arguments.split_first().map_or(("help", arguments), |(first, rest)| (first, rest));
    match command {
        "demo" => demo::run(&demo::Options::parse(rest)?),
        "bench" if rest == ["plugins"] => bench::plugins(),
        "bench" if rest.first().is_some_and(|first| first == "what-if") => {
            bench::what_if::run(&bench::what_if::Options::parse(&rest[1..])?)
        }
        "bench" => bench::run(&bench::Options::parse(rest)?),
        "test" if rest.is_empty() => test::run(),
        "generate" if !rest.is_empty() => generate::run(rest),
        "simulate" => simulate::run(rest),
        "guests" if rest.is_empty() => guests::build(&build::server()?),
        "postgres" if rest.is_empty() => postgres::keep(),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(format!("`{}` is not a task.\n{HELP}", arguments.join(" "))),
    }
}
