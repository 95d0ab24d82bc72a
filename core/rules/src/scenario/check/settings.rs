//! Settings: those it begins with, those a step changes, and the complaints expected of them.

use super::{
    super::file::{Expect, Step},
    Check, sentences,
};
use regulars_model::{Currency, finding::Finding, said::unknown};
use serde_json::{Map, Value as Json};

impl Check<'_> {
    pub(super) fn settings(
        &mut self,
        keys: &[&str],
        settings: &Map<String, Json>,
        currency: Currency,
    ) {
        for (name, json) in settings {
            let keys = [keys, &[name]].concat();
            match self.manifest.settings.get(name) {
                None => {
                    let said = unknown(sentences::SETTING, name, self.manifest.setting_names());
                    self.found.push(Finding::error(self.document.place_of_key(&keys), said));
                }
                Some(setting) => {
                    for fault in setting.shape.read(json, currency).err().into_iter().flatten() {
                        self.error(&keys, sentences::unfit(fault.to_string()));
                    }
                }
            }
        }
    }

    /// What a step is expected to be refused for may well be wrong.
    pub(super) fn changed_settings(&mut self, keys: &[&str], step: &Step, currency: Currency) {
        let refused: Vec<_> =
            step.expect.complaints.iter().flatten().map(|(place, _)| setting_of(place)).collect();
        let meant = step.set.iter().filter(|(name, _)| !refused.contains(&name.as_str()));
        let meant = meant.map(|(name, json)| (name.clone(), json.clone())).collect();
        self.settings(&[keys, &["set"]].concat(), &meant, currency);
    }

    /// `keys` lead to what is expected of the step.
    pub(super) fn complaints(&mut self, keys: &[&str], expect: &Expect, step: &Step) {
        let keys = [keys, &["complaints"]].concat();
        let Some(complaints) = expect.complaints.as_ref().filter(|some| !some.is_empty()) else {
            return;
        };
        if step.set.is_empty() {
            return self.error(&keys, sentences::nothing_set());
        }
        let manifest = self.manifest;
        for place in complaints.keys() {
            let name = setting_of(place);
            // A name that is set and unknown is itself refused.
            if !name.is_empty() && !step.set.contains_key(name) {
                let keys = [&keys[..], &[place]].concat();
                let settings = manifest.settings.keys().map(String::as_str);
                self.known(&keys, sentences::SETTING, name, settings);
            }
        }
    }
}

/// A complaint may be about a part of a setting, such as `stage_days/0`.
fn setting_of(place: &str) -> &str {
    place.split('/').next().unwrap_or_default()
}
