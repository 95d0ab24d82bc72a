//! Compiled components on disk. Only a cache: a file is named by the engine it fits and the hash of
//! the component it was made from, and is trusted only while nobody else may write it.

use crate::HostError;
use regulars_model::canonical::{hash_bytes, hex};
use regulars_system::{is_private, make_private_folder, open_private};
use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Write},
    path::{Path, PathBuf},
};
use wasmtime::{Engine, component::Component};

pub(super) struct Cache {
    folder: PathBuf,
    engine: u64,
}

impl Cache {
    pub(super) fn open(folder: PathBuf, engine: &Engine) -> Result<Cache, HostError> {
        make_private_folder(&folder)
            .map_err(|error| HostError::Cache { path: folder.clone(), error })?;
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Ok(Cache { folder, engine: hasher.finish() })
    }

    pub(super) fn find(&self, engine: &Engine, bytes: &[u8]) -> Option<Component> {
        let path = self.path(bytes);
        if !is_private(&path) {
            return None;
        }
        #[expect(
            unsafe_code,
            reason = "compiled code runs as it is: this file was written by this program, for this \
                      engine, and only its user may write it"
        )]
        let loaded = unsafe { Component::deserialize_file(engine, &path) };
        loaded.inspect_err(|error| tracing::warn!(%error, "a compiled plugin is not usable")).ok()
    }

    /// A cache that can not be written costs time, nothing else.
    pub(super) fn keep(&self, component: &Component, bytes: &[u8]) {
        let written = component
            .serialize()
            .map_err(|error| io::Error::other(error.to_string()))
            .and_then(|compiled| write(&self.path(bytes), &compiled));
        if let Err(error) = written {
            tracing::warn!(%error, "a compiled plugin is not kept");
        }
    }

    fn path(&self, bytes: &[u8]) -> PathBuf {
        let component = hex(&hash_bytes(&[bytes]));
        self.folder.join(format!("{:016x}-{component}.cwasm", self.engine))
    }
}

/// Whole or not at all: another process may read it at any moment.
fn write(path: &Path, compiled: &[u8]) -> io::Result<()> {
    let partial = path.with_extension(format!("{}.partial", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    open_private(&mut options, &partial)?.write_all(compiled)?;
    fs::rename(&partial, path)
}
