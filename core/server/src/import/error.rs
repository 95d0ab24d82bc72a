//! What ends an import.

use regulars_engine::Problem;
use std::{io, path::PathBuf};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum ImportError {
    #[error("map {}: {message}", path.display())]
    Map { path: PathBuf, message: String },
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("the rejected rows cannot be written to {}: {error}", path.display())]
    Rejects { path: PathBuf, error: io::Error },
    #[error("the temporary files of the import failed: {0}")]
    Stage(io::Error),
    /// Customers already committed stay; running it again goes on from there.
    #[error("{0}")]
    Engine(#[from] Problem),
    #[error("the import was interrupted: {0}")]
    Interrupted(String),
}

impl ImportError {
    pub fn interrupted(error: impl std::fmt::Display) -> ImportError {
        ImportError::Interrupted(error.to_string())
    }
}
