//! The manifest inside a component: a custom section beside the code, so that the two travel and
//! are hashed together.

use super::{inspect::inspect, sentences};
use crate::LoadError;
use regulars_model::{Manifest, said::Said};
use wit_component::ComponentEncoder;

const NAME: &str = "regulars-manifest";
const MAGIC: &[u8] = b"\0asm";
const COMPONENT: &[u8] = &[0x0d, 0x00, 0x01, 0x00];
const MODULE: &[u8] = &[0x01, 0x00, 0x00, 0x00];
const CUSTOM: u8 = 0;

/// A core module, as the compiler gives it, into a component that carries its manifest.
pub fn wrap(core_module: &[u8], manifest_toml: &str) -> Result<Vec<u8>, LoadError> {
    Manifest::parse(manifest_toml)?;
    let encoded = ComponentEncoder::default()
        .validate(true)
        .module(core_module)
        .and_then(|mut encoder| encoder.encode());
    let mut component =
        encoded.map_err(|error| LoadError::of(sentences::not_wrapped(format!("{error:#}"))))?;
    inspect(&component)?;
    append(&mut component, manifest_toml.as_bytes());
    Ok(component)
}

pub(crate) fn read_manifest(component: &[u8]) -> Result<&str, LoadError> {
    let refuse = |said: Said| Err(LoadError::of(said));
    let header = component.split_at_checked(8);
    let Some((header, mut rest)) = header.filter(|(header, _)| header.starts_with(MAGIC)) else {
        return refuse(sentences::not_wasm());
    };
    match &header[4..] {
        COMPONENT => {}
        MODULE => {
            return refuse(sentences::core_module());
        }
        _ => return refuse(sentences::other_wasm()),
    }
    let mut found = None;
    while !rest.is_empty() {
        let Some((id, content, after)) = section(rest) else {
            return refuse(sentences::cut_short());
        };
        if let Some(manifest) = (id == CUSTOM).then(|| named(content)).flatten()
            && found.replace(manifest).is_some()
        {
            return refuse(sentences::two_manifests());
        }
        rest = after;
    }
    let Some(manifest) = found else { return refuse(sentences::no_manifest()) };
    std::str::from_utf8(manifest).or_else(|_| refuse(sentences::manifest_not_utf8()))
}

fn append(component: &mut Vec<u8>, manifest: &[u8]) {
    let mut content = Vec::with_capacity(manifest.len() + NAME.len() + 5);
    write_length(&mut content, NAME.len());
    content.extend_from_slice(NAME.as_bytes());
    content.extend_from_slice(manifest);
    component.push(CUSTOM);
    write_length(component, content.len());
    component.extend_from_slice(&content);
}

/// The first section: its id, its content, and what follows.
pub(super) fn section(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (id, rest) = bytes.split_first()?;
    let (length, rest) = length(rest)?;
    let (content, after) = rest.split_at_checked(length)?;
    Some((*id, content, after))
}

/// What follows the name, where it is ours.
fn named(content: &[u8]) -> Option<&[u8]> {
    let (length, rest) = length(content)?;
    let (name, data) = rest.split_at_checked(length)?;
    (name == NAME.as_bytes()).then_some(data)
}

/// LEB128 of 32 bits.
pub(super) fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, &bytes[index + 1..]));
        }
    }
    None
}

fn write_length(bytes: &mut Vec<u8>, mut length: usize) {
    while length >= 0x80 {
        bytes.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
}
