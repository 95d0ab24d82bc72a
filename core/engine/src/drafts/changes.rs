//! What a draft changes, as a patch: it goes over what is in force when it is checked.

use crate::{
    Problem,
    configuration::{Configuration, PluginInForce, PluginVersion},
    library::{Library, Runnable},
    problem::Code,
    sentences,
    settings::{check_settings, patch},
    units::unknown_unit,
};
use regulars_model::{canonical::hex, fault::pointer_token, said::Word, text::Bilingual};
use regulars_store::DraftRow;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Changes {
    /// Of the whole organisation.
    pub set: Map<String, Json>,
    /// Of its parts, by code.
    pub units: BTreeMap<String, Map<String, Json>>,
    /// An installed version of the plugin.
    pub version: Option<String>,
}

impl Changes {
    pub fn read(row: &DraftRow) -> Result<Changes, Problem> {
        serde_json::from_str(&row.changes)
            .map_err(|error| Problem::internal(format!("draft {} cannot be read: {error}", row.id)))
    }

    /// What would be in force, and what would run; refused where it could not be.
    pub fn apply(
        &self,
        plugin: &PluginInForce,
        configuration: &Configuration,
        library: &Library,
    ) -> Result<(Runnable, PluginVersion), Problem> {
        let mut version = PluginVersion { trial: None, ..plugin.version.clone() };
        let runnable = match &self.version {
            None => plugin.runnable(),
            Some(number) => find_version(plugin, number, configuration, library)?,
        };
        if runnable.hash != plugin.hash {
            version = version.upgraded(&runnable);
        }
        let manifest = &runnable.manifest;
        patch(&mut version, manifest, None, self.set.clone()).map_err(|p| p.below("/set"))?;
        for (code, values) in &self.units {
            let place = format!("/units{}", pointer_token(code));
            let unit = configuration.units.find_by_code(code);
            let unit = unit.ok_or_else(|| Problem::invalid(vec![unknown_unit(&place, code)]))?;
            patch(&mut version, manifest, Some(unit), values.clone())
                .map_err(|problem| problem.below(&place))?;
        }
        check_settings(manifest, &*runnable.watched, &version, library, configuration)
            .map_err(|problem| problem.below("/set"))?;
        if version == plugin.version {
            let message = sentences::is_in_force();
            return Err(Problem::invalid_at("", "no_change", message));
        }
        Ok((runnable, version))
    }
}

/// Of those that were installed here.
fn find_version(
    plugin: &PluginInForce,
    number: &str,
    configuration: &Configuration,
    library: &Library,
) -> Result<Runnable, Problem> {
    let id = &plugin.manifest.id;
    let mut own = configuration.packages.iter().filter(|package| package.plugin_id == *id);
    let Some(package) = own.clone().find(|package| package.version == *number) else {
        let known: Vec<_> = own.by_ref().map(|package| package.version.as_str()).collect();
        let known: Bilingual = match known.is_empty() {
            true => Word("none", "无").into(),
            false => Bilingual { en: known.join(", "), zh_cn: known.join("、") },
        };
        let message = sentences::version_unknown(id, number, known);
        return Err(Problem::invalid_at("/version", "unknown_version", message));
    };
    library.find(id, &hex(&package.hash)).ok_or_else(|| {
        let detail = sentences::does_not_load(id, number);
        Problem::new(Code::Conflict, detail)
    })
}
