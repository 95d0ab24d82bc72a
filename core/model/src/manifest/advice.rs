//! What a manifest may say and hardly means. It is found by a check, and never a reason to refuse a
//! plugin that is installed.

use super::{
    Manifest,
    check::{Wrong, check, check_amounts, place},
    sentences,
    toml_faults::faults,
};
use crate::{
    event::kind,
    finding::{Finding, Severity},
    said::nearest,
    text::placeholders,
};

/// All that can be said of a manifest; and the manifest itself, where nothing refuses it.
pub fn look_through(toml: &str) -> (Option<Manifest>, Vec<Finding>) {
    let manifest: Manifest = match toml::from_str(toml) {
        Ok(manifest) => manifest,
        Err(error) => return (None, faults(toml, &error)),
    };
    let mut found = place(toml, check(&manifest));
    let in_order = found.is_empty();
    found.extend(advise(&manifest, toml));
    (in_order.then_some(manifest), found)
}

fn advise(manifest: &Manifest, toml: &str) -> Vec<Finding> {
    let mut certain = Vec::new();
    check_amounts(manifest, &mut certain);
    let mut likely = Vec::new();
    kinds(manifest, &mut likely);
    languages(manifest, &mut likely);
    let mut found = place(toml, certain);
    let likely = place(toml, likely).into_iter();
    found.extend(likely.map(|finding| Finding { severity: Severity::Warning, ..finding }));
    found
}

/// A kind of the chain's own is as good as a built-in one, unless it is hardly different.
fn kinds(manifest: &Manifest, found: &mut Vec<Wrong>) {
    let of_inputs = manifest.inputs.iter().flat_map(|(name, input)| {
        let kinds = input.events.iter();
        kinds.map(move |kind| (vec!["inputs", name.as_str(), "events", kind], kind))
    });
    let own = manifest.on.events.iter().map(|kind| (vec!["on", "events", kind.as_str()], kind));
    for (keys, kind) in own.chain(of_inputs) {
        if let Some(near) = meant_kind(kind) {
            found.push(Wrong::new(&keys, sentences::kind_meant(kind, near)));
        }
    }
}

/// The built-in kind of event that was probably meant.
pub fn meant_kind(name: &str) -> Option<&'static str> {
    let known = || kind::BUILT_IN.into_iter().chain([kind::TASK_COMPLETED, kind::EDIT]);
    if known().any(|known| known == name) { None } else { nearest(name, known()) }
}

/// A value that one language shows and the other hides.
fn languages(manifest: &Manifest, found: &mut Vec<Wrong>) {
    for (name, text) in &manifest.texts {
        let sides =
            [("en", &text.en, "zh-CN", &text.zh_cn), ("zh-CN", &text.zh_cn, "en", &text.en)];
        for (language, template, other, shown) in sides {
            let here = placeholders(template);
            for missing in placeholders(shown).into_iter().filter(|one| !here.contains(one)) {
                let said = sentences::placeholder_unused(missing, other);
                found.push(Wrong::new(&["texts", name, language], said));
            }
        }
    }
}
