//! Building the workspace, always whole: a part of it would have other features, and every change
//! of features builds wasmtime again.

use crate::shell::{Outcome, cargo, execute, target};
use std::path::PathBuf;

/// What `bench` measures, and what makes up the data for it.
pub struct Released {
    pub server: PathBuf,
    pub bare: PathBuf,
    pub generate: PathBuf,
}

pub fn release() -> Outcome<Released> {
    execute(cargo().args(["build", "--workspace", "--locked", "--release"]))?;
    let program =
        |name| target().join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    Ok(Released {
        server: program("regulars"),
        bare: program("regulars-bare"),
        generate: program("regulars-generate"),
    })
}

/// Builds everything; the path of the `regulars` program.
pub fn server() -> Outcome<PathBuf> {
    execute(cargo().args(["build", "--workspace", "--locked"]))?;
    Ok(target().join("debug").join(format!("regulars{}", std::env::consts::EXE_SUFFIX)))
}
