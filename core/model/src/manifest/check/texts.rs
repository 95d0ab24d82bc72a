//! Texts: each placeholder has a value, and each value a shape.

use super::{Manifest, Wrong, sentences};
use crate::text::placeholders;

pub(super) fn check(manifest: &Manifest, wrong: &mut Vec<Wrong>) {
    for (name, text) in &manifest.texts {
        for arg in text.args.iter().filter(|arg| manifest.arg_shape(text, arg).is_none()) {
            let said = sentences::arg_without_shape(arg, name);
            wrong.push(Wrong::new(&["texts", name, "args", arg], said));
        }
        for (language, template) in [("en", &text.en), ("zh-CN", &text.zh_cn)] {
            let used = placeholders(template).into_iter();
            for unknown in used.filter(|used| !text.args.iter().any(|arg| arg == used)) {
                let said = sentences::placeholder_unknown(unknown);
                wrong.push(Wrong::new(&["texts", name, language], said));
            }
        }
    }
}
