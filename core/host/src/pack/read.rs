//! From bytes that anybody may have sent to what they hold; or a sentence that says what is wrong.

use super::{
    FORMAT, Header, Listed, MAGIC, Pack, SCENARIOS, Scenario, key::SIGNATURE_BYTES, sentences,
};
use crate::{
    LoadError,
    load::{self, MANIFEST_FILE},
};
use regulars_model::{Manifest, canonical::hash_bytes, limits, said::Said};

impl<'b> Pack<'b> {
    /// The signature is looked at before any file is.
    pub fn read(bytes: &'b [u8]) -> Result<Pack<'b>, LoadError> {
        if bytes.len() > limits::PACK_BYTES_MAX {
            let (found, most) = (bytes.len(), limits::PACK_BYTES_MAX);
            return Err(LoadError::TooLarge { found, most });
        }
        let (header, content) = split_header(strip_magic(bytes)?)?;
        let (files, signature) = split_signature(&header, content)?;
        check_signature(&header, bytes, signature)?;
        let mut files = split_files(&header, files)?;
        let manifest_toml = text(MANIFEST_FILE, take(&mut files, MANIFEST_FILE)?)?;
        let manifest = load::parse(manifest_toml)?;
        let entry = take(&mut files, &manifest.entry)?;
        Ok(Pack {
            scenarios: read_scenarios(&files, &manifest)?,
            publisher: header.publisher,
            hash: hash_bytes(&[bytes]),
            manifest,
            manifest_toml,
            entry,
        })
    }
}

fn strip_magic(bytes: &[u8]) -> Result<&[u8], LoadError> {
    let Some(rest) = bytes.strip_prefix(MAGIC.as_bytes()) else {
        return refuse(sentences::no_pack());
    };
    let Some(end) = rest.iter().take(16).position(|byte| *byte == b'\n') else {
        return refuse(sentences::cut_short());
    };
    let format = &rest[..end];
    if format != FORMAT.as_bytes() {
        let format = String::from_utf8_lossy(format).escape_debug().to_string();
        return refuse(sentences::other_format(format, FORMAT));
    }
    Ok(&rest[end + 1..])
}

fn split_header(bytes: &[u8]) -> Result<(Header, &[u8]), LoadError> {
    let Some((length, rest)) = bytes.split_first_chunk() else {
        return refuse(sentences::cut_short());
    };
    let length = u32::from_le_bytes(*length) as usize;
    if length > limits::PACK_HEADER_BYTES_MAX {
        let most = limits::PACK_HEADER_BYTES_MAX;
        return refuse(sentences::long_header(length, most));
    }
    let Some((header, content)) = rest.split_at_checked(length) else {
        return refuse(sentences::cut_short());
    };
    let header: Header = serde_json::from_slice(header)
        .map_err(|error| LoadError::of(sentences::header_not_read(error.to_string())))?;
    Ok((header, content))
}

/// The files' bytes and what follows them, which must be as long as the header says.
fn split_signature<'b>(
    header: &Header,
    content: &'b [u8],
) -> Result<(&'b [u8], &'b [u8]), LoadError> {
    let lengths = header.files.iter().map(|file| file.bytes);
    let files = lengths.fold(0, usize::saturating_add);
    let signature = if header.publisher.is_some() { SIGNATURE_BYTES } else { 0 };
    match content.len().checked_sub(files.saturating_add(signature)) {
        None => refuse(sentences::cut_short()),
        Some(0) => Ok(content.split_at(files)),
        Some(more) => refuse(sentences::bytes_follow(more)),
    }
}

fn check_signature(header: &Header, bytes: &[u8], signature: &[u8]) -> Result<(), LoadError> {
    let Some(publisher) = &header.publisher else { return Ok(()) };
    publisher.check().map_err(|error| LoadError::of(error.said()))?;
    let signed = bytes.len() - signature.len();
    let holds = signature
        .try_into()
        .is_ok_and(|signature| publisher.has_signed(&bytes[..signed], signature));
    if !holds {
        return refuse(sentences::other_signature(&publisher.name));
    }
    Ok(())
}

/// Path and content; the paths are in order, so that none is there twice.
fn split_files<'b, 'h>(
    header: &'h Header,
    mut content: &'b [u8],
) -> Result<Vec<(&'h str, &'b [u8])>, LoadError> {
    let mut files: Vec<(&str, &[u8])> = Vec::with_capacity(header.files.len());
    for Listed { path, bytes } in &header.files {
        match files.last() {
            Some((last, _)) if last == path => {
                return refuse(sentences::held_twice(path.escape_debug().to_string()));
            }
            Some((last, _)) if *last > path.as_str() => {
                return refuse(sentences::out_of_order());
            }
            _ => {}
        }
        let Some((file, rest)) = content.split_at_checked(*bytes) else {
            return refuse(sentences::cut_short());
        };
        files.push((path, file));
        content = rest;
    }
    Ok(files)
}

fn take<'b>(files: &mut Vec<(&str, &'b [u8])>, path: &str) -> Result<&'b [u8], LoadError> {
    match files.iter().position(|(own, _)| *own == path) {
        Some(at) => Ok(files.remove(at).1),
        None => refuse(sentences::holds_no(path)),
    }
}

/// All that is left must be scenarios.
fn read_scenarios<'b>(
    files: &[(&str, &'b [u8])],
    manifest: &Manifest,
) -> Result<Vec<Scenario<'b>>, LoadError> {
    if files.len() > limits::SCENARIOS_PER_PACK_MAX {
        let (found, most) = (files.len(), limits::SCENARIOS_PER_PACK_MAX);
        return refuse(sentences::too_many_scenarios(found, most));
    }
    let read = |(path, file): &(&str, &'b [u8])| {
        let Some(name) = path.strip_prefix(SCENARIOS).filter(|name| is_scenario(name)) else {
            let path = path.escape_debug().to_string();
            let entry = &manifest.entry;
            return refuse(sentences::holds_other(path, MANIFEST_FILE, entry, SCENARIOS));
        };
        if file.len() > limits::SCENARIO_BYTES_MAX {
            let (found, most) = (file.len(), limits::SCENARIO_BYTES_MAX);
            return refuse(sentences::long_scenario(path, found, most));
        }
        Ok(Scenario { name: name.to_owned(), toml: text(path, file)? })
    };
    files.iter().map(read).collect()
}

/// A plain name, which stays in its folder wherever it may be unpacked.
pub(super) fn is_scenario(name: &str) -> bool {
    name.ends_with(".toml")
        && !name.starts_with('.')
        && !name.contains(|c: char| c.is_control() || ['/', '\\', ':'].contains(&c))
}

fn text<'b>(path: &str, bytes: &'b [u8]) -> Result<&'b str, LoadError> {
    std::str::from_utf8(bytes).or_else(|_| refuse(sentences::not_utf8(path)))
}

fn refuse<T>(said: Said) -> Result<T, LoadError> {
    Err(LoadError::of(said))
}
