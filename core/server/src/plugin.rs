//! Commands for whoever writes a plugin; but for `record` and `dev` they need no database.

mod bench;
mod build;
mod check;
mod dev;
mod pack;
mod record;
mod starter;
mod test;
pub mod watch;

pub use bench::bench;
pub use build::{build, wrap};
pub use check::check;
pub use dev::dev;
pub use pack::{make_key, pack};
pub use record::record;
pub use starter::new;
pub use test::test;

use crate::{Fault, sentences};
use regulars_host::{Host, HostOptions};
use std::path::Path;

fn host() -> Result<Host, Fault> {
    Host::new(HostOptions { cache: None }).map_err(|error| Fault(error.to_string()))
}

fn unreadable(path: &Path, error: std::io::Error) -> Fault {
    sentences::unreadable(path.display().to_string(), error.to_string()).into()
}

fn unwritable(path: impl std::fmt::Display, error: std::io::Error) -> Fault {
    sentences::unwritable(path.to_string(), error.to_string()).into()
}
