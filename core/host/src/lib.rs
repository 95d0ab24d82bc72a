//! Runs plugins: WebAssembly components and Rhai scripts behind one trait, [`Decider`], each call
//! within limits. The only crate that knows wasmtime and rhai.

mod check;
mod component;
pub mod expression;
mod load;
pub mod pack;
mod script;
mod sentences;

pub use check::Checked;
pub use component::wrap;
pub use load::{LoadError, MANIFEST_FILE, ScriptError};
pub use regulars_model::Decider;

use component::Limits;
use regulars_model::{Manifest, canonical::Hash};
use std::{path::PathBuf, sync::Arc};
use thiserror::Error;

/// One per process: it holds the engine and the pool of memories all components share.
#[derive(Clone)]
pub struct Host {
    components: Arc<component::Components>,
}

#[derive(Clone, Debug, Default)]
pub struct HostOptions {
    /// Folder for compiled components. Only a cache: it may be emptied at any time, and must be
    /// writable by nobody but the user the server runs as.
    pub cache: Option<PathBuf>,
}

#[derive(Clone)]
pub struct Plugin {
    pub manifest: Arc<Manifest>,
    /// Of the component's bytes, or of manifest and script.
    pub hash: Hash,
    pub decider: Arc<dyn Decider>,
}

#[derive(Debug, Error)]
pub enum HostError {
    #[error("the WebAssembly engine does not start: {0}")]
    Engine(String),
    #[error("the cache folder {} can not be used: {error}", path.display())]
    Cache { path: PathBuf, error: std::io::Error },
}

impl Host {
    pub fn new(options: HostOptions) -> Result<Host, HostError> {
        let components = component::Components::new(options.cache, Limits::On)?;
        Ok(Host { components: Arc::new(components) })
    }

    /// For measuring what limits cost. A component may run for ever here, so nothing else loads one so.
    #[doc(hidden)]
    pub fn without_limits() -> Result<Host, HostError> {
        let components = component::Components::new(None, Limits::Off)?;
        Ok(Host { components: Arc::new(components) })
    }
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Plugin({} {})", self.manifest.id, self.manifest.version)
    }
}
