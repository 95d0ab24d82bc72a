//! From a plugin's folder to one file: the same folder and key give the same bytes.

use super::{FORMAT, Header, Listed, MAGIC, PrivateKey, SCENARIOS, read::is_scenario, sentences};
use crate::{
    LoadError,
    load::{MANIFEST_FILE, read, read_text},
};
use regulars_model::{Manifest, limits, manifest::Runtime};
use std::{collections::BTreeMap, fs, path::Path};

/// What the folder holds is not tried here; [`Host::load_packed`](crate::Host::load_packed) does.
pub fn pack_folder(folder: &Path, key: Option<&PrivateKey>) -> Result<Vec<u8>, LoadError> {
    let toml = read_text(&folder.join(MANIFEST_FILE), limits::MANIFEST_BYTES_MAX)?;
    let manifest = Manifest::parse(&toml)?;
    let entry_bytes_max = match manifest.runtime {
        Runtime::Rhai => limits::SCRIPT_BYTES_MAX,
        Runtime::Wasm => limits::COMPONENT_BYTES_MAX,
    };
    let entry = read(&folder.join(&manifest.entry), entry_bytes_max)?;
    let mut files = read_scenarios(&folder.join(SCENARIOS))?;
    files.insert(MANIFEST_FILE.to_owned(), toml.into_bytes());
    files.insert(manifest.entry, entry);
    write(&files, key)
}

fn read_scenarios(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, LoadError> {
    let failed = |error| LoadError::File { path: folder.to_owned(), error };
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if let Some(name) = name.filter(|name| is_scenario(name)) {
            files.insert(format!("{SCENARIOS}{name}"), read(&path, limits::SCENARIO_BYTES_MAX)?);
        }
    }
    Ok(files)
}

fn write(
    files: &BTreeMap<String, Vec<u8>>,
    key: Option<&PrivateKey>,
) -> Result<Vec<u8>, LoadError> {
    let listed =
        |(path, file): (&String, &Vec<u8>)| Listed { path: path.clone(), bytes: file.len() };
    let publisher = key.map(PrivateKey::publisher);
    let header = Header { publisher, files: files.iter().map(listed).collect() };
    let unwritten = |error: &dyn std::fmt::Display| {
        LoadError::of(sentences::header_not_written(error.to_string()))
    };
    let header = serde_json::to_vec(&header).map_err(|error| unwritten(&error))?;
    let length = u32::try_from(header.len()).map_err(|error| unwritten(&error))?;
    let mut bytes = format!("{MAGIC}{FORMAT}\n").into_bytes();
    bytes.extend(length.to_le_bytes());
    bytes.extend(header);
    bytes.extend(files.values().flatten());
    if let Some(key) = key {
        bytes.extend(key.sign(&bytes));
    }
    Ok(bytes)
}
