//! Rules as WebAssembly components. Every call has a fresh store and instance, taken from a pool.

mod abi;
mod cache;
mod decider;
mod effort;
mod engine;
mod guest;
mod inspect;
mod section;
mod sentences;

pub use section::wrap;

pub(crate) use decider::ComponentDecider;
pub(crate) use engine::Limits;
pub(crate) use section::read_manifest;

use crate::{HostError, LoadError};
use cache::Cache;
use guest::Guest;
use inspect::inspect;
use regulars_model::{Manifest, wire::Layout};
use std::path::PathBuf;
use wasmtime::{
    Engine,
    component::{Component, HasSelf, Linker},
};

pub(crate) struct Components {
    engine: Engine,
    limits: Limits,
    linker: Linker<Guest>,
    cache: Option<Cache>,
}

impl Components {
    pub(crate) fn new(cache: Option<PathBuf>, limits: Limits) -> Result<Components, HostError> {
        let failed = |error: wasmtime::Error| HostError::Engine(error.to_string());
        let engine = engine::start(limits).map_err(failed)?;
        let mut linker = Linker::new(&engine);
        // What is not granted is never linked: logging is all a component may ask of the host.
        abi::Plugin::add_to_linker::<_, HasSelf<_>>(&mut linker, |guest| guest).map_err(failed)?;
        let cache = cache.map(|path| Cache::open(path, &engine)).transpose()?;
        Ok(Components { engine, limits, linker, cache })
    }

    pub(crate) fn load(
        &self,
        manifest: &Manifest,
        bytes: &[u8],
    ) -> Result<ComponentDecider, LoadError> {
        let component = self.compile(bytes)?;
        let other = |error: wasmtime::Error| {
            let abi = regulars_model::manifest::ABI;
            LoadError::of(sentences::does_not_fit(abi, format!("{error:#}")))
        };
        let pre = self.linker.instantiate_pre(&component).map_err(other)?;
        let pre = abi::PluginPre::new(pre).map_err(other)?;
        let layout = Layout::new(manifest);
        let engine = self.engine.clone();
        Ok(ComponentDecider::new(&manifest.id, layout, engine, self.limits, pre))
    }

    /// What the cache holds was inspected before it was put there.
    fn compile(&self, bytes: &[u8]) -> Result<Component, LoadError> {
        if let Some(found) = self.cache.as_ref().and_then(|cache| cache.find(&self.engine, bytes)) {
            return Ok(found);
        }
        inspect(bytes)?;
        let compiled = Component::from_binary(&self.engine, bytes);
        let component =
            compiled.map_err(|error| LoadError::of(sentences::no_compile(format!("{error:#}"))))?;
        if let Some(cache) = &self.cache {
            cache.keep(&component, bytes);
        }
        Ok(component)
    }
}
