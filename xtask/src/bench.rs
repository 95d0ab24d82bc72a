//! `cargo xtask bench`: purchases by REST with the jewellery plugin on, durable, on both databases,
//! beside a bare insert of the row on the same machine in the same run; and the speed of an import
//! with all three plugins. Release build, nothing checked against a figure: machines differ.

mod import;
mod load;
mod subject;
pub mod what_if;

use crate::{
    build, guests,
    postgres::{Durability, Postgres},
    shell::{Outcome, cargo, command, execute, say, target},
};
use load::{Load, Measured};
use std::{path::PathBuf, time::Duration};
use subject::Subject;

pub struct Options {
    /// Of each load.
    seconds: u64,
    /// A longer file of history than the sample, and its map.
    import: Option<(PathBuf, PathBuf)>,
}

impl Options {
    pub fn parse(arguments: &[String]) -> Outcome<Options> {
        let mut options = Options { seconds: 10, import: None };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--seconds" => {
                    let seconds = rest.next().and_then(|text| text.parse().ok());
                    options.seconds = seconds.ok_or("`--seconds` takes a number, such as 10")?;
                }
                "--import" => {
                    let (Some(file), Some(map)) = (rest.next(), rest.next()) else {
                        return Err("`--import` takes a file and its map".into());
                    };
                    options.import = Some((file.into(), map.into()));
                }
                other => return Err(format!("bench takes --seconds and --import, not `{other}`")),
            }
        }
        Ok(options)
    }
}

pub fn run(options: &Options) -> Outcome {
    let built = build::release()?;
    guests::build(&built.server)?;
    let postgres = Postgres::start(Durability::OnDisk)?;
    let folder = tempdir()?;
    let load = Load { connections: 16, time: Duration::from_secs(options.seconds) };
    say(&format!("{} connections, {} s each", load.connections, options.seconds));
    for (database, url) in [("SQLite", None), ("Postgres", Some(postgres.url.as_str()))] {
        let url = |name: &str| match url {
            None => format!("sqlite:{}", folder.join(format!("{name}.db")).display()),
            Some(url) => url.to_owned(),
        };
        // Twice in turn: what the machine does beside this then falls on both.
        for _ in 0..2 {
            let bare = Subject::bare(&built.bare, &url("bare"))?.measure(&load)?;
            print_line(database, "bare insert", &bare);
            let product = Subject::product(&built.server, &url("product"))?.measure(&load)?;
            print_line(database, "regulars", &product);
        }
    }
    let outcome = import::run(&built.server, &folder, options.import.as_ref());
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

/// What a plugin costs, beside the same rule compiled natively; and what the limits on it cost.
pub fn plugins() -> Outcome {
    let built = build::release()?;
    guests::build(&built.server)?;
    execute(cargo().args(["build", "--workspace", "--locked", "--release", "--examples"]))?;
    let example = |name: &str| command(target().join("release/examples").join(name));
    execute(&mut example("plugins"))?;
    execute(&mut example("limits"))
}

fn print_line(database: &str, what: &str, measured: &Measured) {
    let Measured { answers, elapsed, median, p99, .. } = measured;
    let per_second = *answers as f64 / elapsed.as_secs_f64();
    println!(
        "{database:9} {what:12} {per_second:>8.0}/s   median {:>6.2} ms   p99 {:>6.2} ms",
        median.as_secs_f64() * 1e3,
        p99.as_secs_f64() * 1e3,
    );
}

/// On the same disk as the repository: `/tmp` may be memory.
fn tempdir() -> Outcome<PathBuf> {
    let folder = crate::shell::root().join("var/bench");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)
        .map_err(|error| format!("{} can not be made: {error}", folder.display()))?;
    Ok(folder)
}
