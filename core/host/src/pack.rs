//! A plugin in one file, as its publisher hands it on and a chain installs it:
//!
//! ```text
//! regulars-plugin 1\n    what it is, and the version of this format
//! 4 bytes                length of the header, little-endian
//! header                 JSON: the publisher; path and length of each file, in order of the paths
//! files                  one after the other: plugin.toml, the entry, scenarios/NAME.toml
//! 64 bytes               Ed25519 signature of all before it; none where there is no publisher
//! ```
//!
//! Nothing is compressed and nothing is unpacked to a disk, so a file is never more than it weighs.

mod key;
mod read;
mod sentences;
mod write;

pub use key::{InvalidKey, PrivateKey, PublicKey, Publisher};
pub use write::pack_folder;

use crate::{Host, LoadError, Plugin};
use regulars_model::{Manifest, canonical::Hash};
use serde::{Deserialize, Serialize};

const MAGIC: &str = "regulars-plugin ";
const FORMAT: &str = "1";
const SCENARIOS: &str = "scenarios/";

/// What a packed plugin holds, taken from its bytes; its signature holds.
#[derive(Debug)]
pub struct Pack<'b> {
    /// None of an unsigned one.
    pub publisher: Option<Publisher>,
    pub manifest: Manifest,
    /// Of the whole file.
    pub hash: Hash,
    pub scenarios: Vec<Scenario<'b>>,
    manifest_toml: &'b str,
    entry: &'b [u8],
}

#[derive(Debug)]
pub struct Scenario<'b> {
    pub name: String,
    pub toml: &'b str,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    publisher: Option<Publisher>,
    files: Vec<Listed>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    path: String,
    bytes: usize,
}

impl Host {
    /// A packed plugin, whoever published it: whether that is somebody to be trusted is to be asked
    /// of [`Pack::read`] first.
    pub fn load_packed(&self, bytes: &[u8]) -> Result<Plugin, LoadError> {
        self.load_pack(&Pack::read(bytes)?)
    }

    pub fn load_pack(&self, pack: &Pack) -> Result<Plugin, LoadError> {
        self.load_parts(pack.manifest_toml, pack.entry, &pack.manifest.entry)
    }
}
