//! Events a plugin appends: of its own, told from all others by its id.

use super::{Manifest, Wrong, is_word, sentences};
use crate::event::kind;

/// One named like a kind that means something to the core would still be taken for it by whoever reads
/// the manifest.
pub(super) fn check(manifest: &Manifest, wrong: &mut Vec<Wrong>) {
    for (name, event) in &manifest.events {
        let built_in = kind::BUILT_IN.contains(&name.as_str())
            || [kind::EDIT, kind::TASK_COMPLETED].contains(&name.as_str());
        if built_in {
            wrong.push(Wrong::new(&["events", name], sentences::built_in_kind(name)));
        }
        for member in event.data.keys().filter(|member| !is_word(member, '_')) {
            let keys = ["events", name, "data", member];
            wrong.push(Wrong::new(&keys, sentences::not_snake(member)));
        }
    }
    let of_inputs = manifest.inputs.iter().flat_map(|(name, input)| {
        input.events.iter().map(move |kind| (vec!["inputs", name, "events", kind], kind))
    });
    let of_on = manifest.on.events.iter().map(|kind| (vec!["on", "events", kind], kind));
    for (keys, kind) in of_on.chain(of_inputs) {
        let own = kind.strip_prefix(&manifest.id).and_then(|rest| rest.strip_prefix('.'));
        if own.is_some_and(|own| !manifest.events.contains_key(own)) {
            wrong.push(Wrong::new(&keys, sentences::undeclared_event(kind)));
        }
    }
}
