//! What can be said of scenarios before they run: what they name must be there.

mod sentences;
mod settings;
mod steps;
mod what_ifs;

pub(super) use sentences::{no_currency, unreadable};

use super::{
    Scenario,
    report::{fuel_limit, number},
};
use regulars_model::{
    Currency, Findings, Manifest,
    document::Document,
    finding::{Finding, Place},
    manifest::Runtime,
    said::{Said, Word, unknown},
    time::find_zone,
};
use std::path::Path;

/// Looks at every `*.toml` of a folder, in the order of their names; that there is none is no fault.
pub fn check_folder(folder: &Path, manifest: &Manifest) -> Findings {
    let mut all = Findings::default();
    let Ok(entries) = std::fs::read_dir(folder) else { return all };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let file = format!("scenarios/{name}");
        match std::fs::read_to_string(&path) {
            Ok(text) => all.extend(check_text(&file, &text, manifest)),
            Err(error) => {
                let said = sentences::unreadable(error.to_string());
                all.extend(vec![Finding::error(Place::in_file(&file), said)]);
            }
        }
    }
    all
}

pub fn check_text(file: &str, toml: &str, manifest: &Manifest) -> Vec<Finding> {
    let document = Document::read(file, toml);
    let broken = document.broken();
    if !broken.is_empty() {
        return broken;
    }
    let scenario: Scenario = match toml::from_str(toml) {
        Ok(scenario) => scenario,
        Err(error) => return vec![document.fault(&error)],
    };
    let mut check = Check { document, manifest, found: Vec::new() };
    check.scenario(&scenario);
    check.found
}

struct Check<'s> {
    document: Document<'s>,
    manifest: &'s Manifest,
    found: Vec<Finding>,
}

impl Check<'_> {
    fn scenario(&mut self, scenario: &Scenario) {
        if find_zone(&scenario.time_zone).is_none() {
            self.error(&["time_zone"], sentences::no_zone(&scenario.time_zone));
        }
        let Ok(currency) = scenario.currency.parse::<Currency>() else {
            return self.error(&["currency"], sentences::no_currency(&scenario.currency));
        };
        self.fuel_max(scenario);
        self.settings(&["settings"], &scenario.settings, currency);
        self.steps(scenario, currency);
        self.what_ifs(scenario, currency);
    }

    /// Above what a call is given there is nothing left to catch.
    fn fuel_max(&mut self, scenario: &Scenario) {
        let ceilings = &scenario.fuel_max;
        for (name, runtime, unit, ceiling) in [
            ("rhai", Runtime::Rhai, sentences::OPERATIONS, ceilings.rhai),
            ("wasm", Runtime::Wasm, sentences::FUEL, ceilings.wasm),
        ] {
            let (most, _) = fuel_limit(runtime);
            if ceiling.is_some_and(|ceiling| ceiling >= most) {
                self.warning(&["fuel_max", name], sentences::no_ceiling(number(most), unit));
            }
        }
    }

    fn error(&mut self, keys: &[&str], said: Said) {
        self.found.push(Finding::error(self.document.place(keys), said));
    }

    fn warning(&mut self, keys: &[&str], said: Said) {
        self.found.push(Finding::warning(self.document.place(keys), said));
    }

    fn known<'n>(
        &mut self,
        keys: &[&str],
        what: Word,
        name: &str,
        known: impl Iterator<Item = &'n str> + Clone,
    ) {
        if known.clone().any(|known| known == name) {
            return;
        }
        let place = match keys.last() {
            Some(last) if *last == name => self.document.place_of_key(keys),
            _ => self.document.place(keys),
        };
        self.found.push(Finding::error(place, unknown(what, name, known)));
    }
}

#[cfg(test)]
mod tests;
