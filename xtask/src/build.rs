//! Building the workspace, always whole: a part of it would have other features, and every change
//! of features builds wasmtime again.

use crate::shell::{Outcome, cargo, execute, target};
use std::path::PathBuf;

/// Builds everything; the path of the `regulars` program.
pub fn server() -> Outcome<PathBuf> {
    execute(cargo().args(["build", "--workspace", "--locked"]))?;
    Ok(target().join("debug").join(format!("regulars{}", std::env::consts::EXE_SUFFIX)))
}
