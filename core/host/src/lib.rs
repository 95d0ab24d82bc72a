//! stub for compiling
use regulars_model::{Decider, Manifest, canonical::Hash};
use std::{path::{Path, PathBuf}, sync::Arc};
#[derive(Clone)]
pub struct Host;
pub struct HostOptions { pub cache: Option<PathBuf> }
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct HostError;
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct LoadError;
#[derive(Clone)]
pub struct Plugin { pub manifest: Arc<Manifest>, pub hash: Hash, pub decider: Arc<dyn Decider> }
impl Host {
    pub fn new(_: HostOptions) -> Result<Host, HostError> { Ok(Host) }
    pub fn load_folder(&self, _: &Path) -> Result<Plugin, LoadError> { Err(LoadError) }
}
