//! From a folder, bytes or texts to a plugin that can be asked; or a sentence that says what is
//! wrong and what to do.

mod sentences;

use crate::{Host, Plugin, component, script::ScriptDecider};
use regulars_model::{
    Manifest,
    canonical::hash_bytes,
    limits,
    manifest::{InvalidManifest, Runtime},
    said::Said,
    text::{Bilingual, Language},
};
use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};
use thiserror::Error;

pub const MANIFEST_FILE: &str = "plugin.toml";

#[derive(Debug, Error)]
pub enum LoadError {
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error(transparent)]
    Manifest(#[from] InvalidManifest),
    #[error("{0}")]
    Script(Box<ScriptError>),
    #[error("{found} bytes; a plugin may have {most}")]
    TooLarge { found: usize, most: usize },
    /// What was found, and what to do.
    #[error("{0}")]
    Refused(Said),
}

impl LoadError {
    pub(crate) fn of(said: Said) -> LoadError {
        LoadError::Refused(said.brief())
    }

    /// In both languages.
    pub fn text(&self) -> Bilingual {
        let [en, zh_cn] = [Language::English, Language::Chinese].map(|own| self.write(own));
        Bilingual { en, zh_cn }
    }

    /// For whoever reads this language.
    pub fn write(&self, language: Language) -> String {
        let said = match self {
            LoadError::Manifest(invalid) => return invalid.0.write(language),
            LoadError::Script(error) => return error.write(language),
            LoadError::Refused(said) => said.clone(),
            LoadError::File { path, error } => {
                sentences::no_file(path.display().to_string(), error.to_string())
            }
            LoadError::TooLarge { found, most } => sentences::too_large(*found, *most),
        };
        said.get(language).to_owned()
    }
}

/// Where in a script something is wrong.
#[derive(Debug, PartialEq, Eq)]
pub struct ScriptError {
    pub file: String,
    /// From 1; 0 where the fault has no place.
    pub line: usize,
    pub column: usize,
    pub message: Bilingual,
    /// The line itself, unless it is very long.
    pub source_line: String,
}

impl Host {
    /// A folder with `plugin.toml` and the file it names as its entry.
    pub fn load_folder(&self, folder: &Path) -> Result<Plugin, LoadError> {
        let toml = read_text(&folder.join(MANIFEST_FILE), limits::MANIFEST_BYTES_MAX)?;
        let entry = folder.join(&parse(&toml)?.entry);
        let bytes = read(&entry, limits::COMPONENT_BYTES_MAX)?;
        self.load_parts(&toml, &bytes, &entry.display().to_string())
    }

    /// A manifest and what it names as its entry, which is called `name` where it is at fault.
    pub(crate) fn load_parts(
        &self,
        toml: &str,
        entry: &[u8],
        name: &str,
    ) -> Result<Plugin, LoadError> {
        let manifest = parse(toml)?;
        match manifest.runtime {
            Runtime::Rhai => {
                let (found, most) = (entry.len(), limits::SCRIPT_BYTES_MAX);
                if found > most {
                    return Err(LoadError::TooLarge { found, most });
                }
                let script = std::str::from_utf8(entry)
                    .map_err(|_| LoadError::of(sentences::not_utf8(name)))?;
                self.load_script(toml, script)
            }
            Runtime::Wasm => {
                let plugin = self.load_component(entry)?;
                if *plugin.manifest != manifest {
                    let said = sentences::other_manifest(name, MANIFEST_FILE);
                    return Err(LoadError::of(said));
                }
                Ok(plugin)
            }
        }
    }

    /// A component that carries its manifest.
    pub fn load_component(&self, bytes: &[u8]) -> Result<Plugin, LoadError> {
        if bytes.len() > limits::COMPONENT_BYTES_MAX {
            let (found, most) = (bytes.len(), limits::COMPONENT_BYTES_MAX);
            return Err(LoadError::TooLarge { found, most });
        }
        let manifest = parse(component::read_manifest(bytes)?)?;
        if manifest.runtime != Runtime::Wasm {
            return Err(LoadError::of(sentences::other_runtime("wasm")));
        }
        let decider = self.components.load(&manifest, bytes)?;
        Ok(Plugin {
            manifest: Arc::new(manifest),
            hash: hash_bytes(&[bytes]),
            decider: Arc::new(decider),
        })
    }

    pub fn load_script(&self, manifest_toml: &str, script: &str) -> Result<Plugin, LoadError> {
        let manifest = parse(manifest_toml)?;
        if manifest.runtime != Runtime::Rhai {
            return Err(LoadError::of(sentences::other_runtime("rhai")));
        }
        let decider = ScriptDecider::load(&manifest, script)?;
        Ok(Plugin {
            manifest: Arc::new(manifest),
            hash: hash_bytes(&[manifest_toml.as_bytes(), script.as_bytes()]),
            decider: Arc::new(decider),
        })
    }
}

pub(crate) fn parse(manifest: &str) -> Result<Manifest, LoadError> {
    let (found, most) = (manifest.len(), limits::MANIFEST_BYTES_MAX);
    if found > most {
        return Err(LoadError::TooLarge { found, most });
    }
    Ok(Manifest::parse(manifest)?)
}

impl ScriptError {
    pub(crate) fn at(position: rhai::Position, message: impl Into<Bilingual>) -> ScriptError {
        ScriptError {
            file: String::new(),
            line: position.line().unwrap_or(0),
            column: position.position().unwrap_or(0),
            message: message.into().brief(),
            source_line: String::new(),
        }
    }

    pub(crate) fn of(mut self, file: &str, source: &str) -> ScriptError {
        let line = self.line.checked_sub(1).and_then(|line| source.lines().nth(line));
        let line = line.filter(|line| line.chars().count() <= limits::SOURCE_LINE_CHARS_MAX);
        self.source_line = line.unwrap_or_default().to_owned();
        self.file = file.to_owned();
        self
    }
}

impl ScriptError {
    pub fn write(&self, language: Language) -> String {
        let ScriptError { file, line, column, message, source_line } = self;
        let message = message.get(language);
        match line {
            0 => format!("{file}: {message}"),
            _ if source_line.is_empty() => format!("{file}:{line}:{column}: {message}"),
            _ => {
                let indent = column.saturating_sub(1);
                format!("{file}:{line}:{column}: {message}\n  {source_line}\n  {:indent$}^", "")
            }
        }
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.write(Language::English))
    }
}

pub(crate) fn read(path: &Path, most: usize) -> Result<Vec<u8>, LoadError> {
    let failed = |error| LoadError::File { path: path.to_owned(), error };
    let found = fs::metadata(path).map_err(failed)?.len();
    let found = usize::try_from(found).unwrap_or(usize::MAX);
    if found > most {
        return Err(LoadError::TooLarge { found, most });
    }
    fs::read(path).map_err(failed)
}

pub(crate) fn read_text(path: &Path, most: usize) -> Result<String, LoadError> {
    String::from_utf8(read(path, most)?)
        .map_err(|_| LoadError::of(sentences::text_not_utf8(path.display().to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(sentences::ALL), Ok(()));
        let large = LoadError::TooLarge { found: 9, most: 8 };
        assert_eq!(large.write(Language::English), large.to_string());
        assert_eq!(large.write(Language::Chinese), "9 字节；插件最多 8 字节");
    }
}
