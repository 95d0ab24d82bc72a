//! What can be said of a plugin's folder before it runs.

use crate::{
    Host, LoadError, Plugin,
    load::{MANIFEST_FILE, read, read_text},
    script::lint,
};
use regulars_model::{
    Findings, limits,
    manifest::{Runtime, look_through},
};
use std::path::Path;

/// The plugin, where it can be loaded, and all that was found.
pub struct Checked {
    pub plugin: Option<Plugin>,
    pub findings: Findings,
}

impl Host {
    /// Looks at manifest and script as a whole, and loads the plugin where nothing is wrong with them.
    pub fn check_folder(&self, folder: &Path) -> Result<Checked, LoadError> {
        let toml = read_text(&folder.join(MANIFEST_FILE), limits::MANIFEST_BYTES_MAX)?;
        let (manifest, found) = look_through(&toml);
        let mut findings = Findings::new(found);
        let Some(manifest) = manifest else { return Ok(Checked { plugin: None, findings }) };
        let entry = folder.join(&manifest.entry);
        let bytes = read(&entry, limits::COMPONENT_BYTES_MAX)?;
        if manifest.runtime == Runtime::Rhai
            && bytes.len() <= limits::SCRIPT_BYTES_MAX
            && let Ok(source) = std::str::from_utf8(&bytes)
        {
            findings.extend(lint(&manifest, source));
        }
        if findings.errors() > 0 {
            return Ok(Checked { plugin: None, findings });
        }
        let plugin = self.load_parts(&toml, &bytes, &entry.display().to_string())?;
        Ok(Checked { plugin: Some(plugin), findings })
    }
}
