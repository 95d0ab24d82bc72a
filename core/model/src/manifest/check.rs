//! What a manifest says must hang together; each complaint names the key and what would be right.

use super::{ABI, Manifest, Runtime};
use crate::{limits, shape::Shape, text::placeholders};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum InvalidManifest {
    #[error("plugin.toml: {0}")]
    Toml(#[source] toml::de::Error),
    #[error("plugin.toml: {key}: {message}")]
    Key { key: String, message: String },
}

type Checked = Result<(), InvalidManifest>;

fn wrong(key: impl Into<String>, message: impl Into<String>) -> Checked {
    Err(InvalidManifest::Key { key: key.into(), message: message.into() })
}

pub(super) fn check(manifest: &Manifest) -> Checked {
    check_head(manifest)?;
    check_counts(manifest)?;
    check_names(manifest)?;
    check_reads(manifest)?;
    check_settings(manifest)?;
    check_messages(manifest)?;
    check_texts(manifest)
}

fn check_head(manifest: &Manifest) -> Checked {
    if !is_kebab(&manifest.id) {
        return wrong(
            "id",
            format!("`{}` is not kebab-case, such as jewellery-tiers", manifest.id),
        );
    }
    if manifest.abi != ABI {
        return wrong(
            "abi",
            format!("`{}` is not spoken by this server, which speaks {ABI}", manifest.abi),
        );
    }
    if manifest.version.split('.').count() != 3
        || !manifest.version.split('.').all(|part| part.parse::<u32>().is_ok())
    {
        return wrong("version", format!("`{}` is not a version such as 1.0.0", manifest.version));
    }
    let extension = match manifest.runtime {
        Runtime::Wasm => ".wasm",
        Runtime::Rhai => ".rhai",
    };
    if !manifest.entry.ends_with(extension) || manifest.entry.contains(['/', '\\']) {
        return wrong(
            "entry",
            format!("expected a file beside plugin.toml that ends in {extension}"),
        );
    }
    Ok(())
}

fn check_counts(manifest: &Manifest) -> Checked {
    for (key, count, most) in [
        ("inputs", manifest.inputs.len(), limits::INPUTS_PER_PLUGIN_MAX),
        ("fields", manifest.fields.len(), limits::FIELDS_PER_PLUGIN_MAX),
        ("settings", manifest.settings.len(), limits::SETTINGS_PER_PLUGIN_MAX),
    ] {
        if count > most {
            return wrong(key, format!("{count} are declared, at most {most} may be"));
        }
    }
    Ok(())
}

fn check_names(manifest: &Manifest) -> Checked {
    let snake = manifest
        .inputs
        .keys()
        .map(|name| ("inputs", name))
        .chain(manifest.settings.keys().map(|name| ("settings", name)))
        .chain(manifest.fields.keys().map(|name| ("fields", name)))
        .chain(manifest.texts.keys().map(|name| ("texts", name)));
    for (table, name) in snake {
        if !is_snake(name) {
            return wrong(format!("{table}.{name}"), "is not snake_case, such as high_above");
        }
    }
    let kebab = manifest.grants.tasks.iter().chain(&manifest.grants.points);
    let templates = manifest.messages.keys().chain(manifest.vouchers.keys());
    for kind in kebab.chain(templates).chain(manifest.custom.keys()) {
        if !is_kebab(kind) {
            return wrong(kind, "is not kebab-case, such as thank-you-call");
        }
    }
    Ok(())
}

fn check_reads(manifest: &Manifest) -> Checked {
    for name in &manifest.reads.customer {
        let known = name == "lifecycle" || name == "assigned" || name.starts_with("consent.");
        let own = name.strip_prefix(&manifest.id).and_then(|rest| rest.strip_prefix('.'));
        match own {
            Some(field) if !manifest.fields.contains_key(field) => {
                return wrong(
                    "reads.customer",
                    format!("`{name}` is not a field declared under [fields]"),
                );
            }
            None if !known && !name.contains('.') => {
                return wrong(
                    "reads.customer",
                    format!(
                        "`{name}` is neither lifecycle, assigned, consent.PURPOSE nor PLUGIN.FIELD"
                    ),
                );
            }
            _ => {}
        }
    }
    const EVENT_READS: [&str; 7] = [
        "amount",
        "occurred-at",
        "business-day",
        "store",
        "source-id",
        "line.category",
        "line.sku",
    ];
    for name in &manifest.reads.event {
        if !EVENT_READS.contains(&name.as_str()) && !name.starts_with("data.") {
            let known = EVENT_READS.join(", ");
            return wrong("reads.event", format!("`{name}` is not one of {known}, data.NAME"));
        }
    }
    for (name, input) in &manifest.inputs {
        for setting in input.settings() {
            if !manifest.settings.contains_key(setting) {
                return wrong(
                    format!("inputs.{name}"),
                    format!("names settings.{setting}, which is not declared"),
                );
            }
        }
        if let crate::input::WindowRef::Setting(setting) = &input.window
            && !matches!(
                manifest.settings.get(setting).map(|declared| &declared.shape),
                Some(Shape::Window | Shape::Duration)
            )
        {
            return wrong(
                format!("inputs.{name}.window"),
                format!("settings.{setting} is not of type window or duration"),
            );
        }
    }
    Ok(())
}

fn check_settings(manifest: &Manifest) -> Checked {
    // Money defaults are read in a currency of two decimals; a chain with another writes its own.
    let Ok(currency) = "CNY".parse() else { return Ok(()) };
    for (name, setting) in &manifest.settings {
        if let Err(faults) = setting.shape.read(&setting.default, currency) {
            let first = faults.first().map(ToString::to_string).unwrap_or_default();
            return wrong(format!("settings.{name}.default"), first);
        }
    }
    Ok(())
}

fn check_messages(manifest: &Manifest) -> Checked {
    const CHANNELS: [&str; 5] = ["sms", "email", "wechat", "wecom", "by-hand"];
    for (name, template) in &manifest.messages {
        if template.channels.is_empty() {
            return wrong(format!("messages.{name}.channels"), "names no channel");
        }
        if let Some(unknown) =
            template.channels.iter().find(|channel| !CHANNELS.contains(&channel.as_str()))
        {
            let known = CHANNELS.join(", ");
            return wrong(
                format!("messages.{name}.channels"),
                format!("`{unknown}` is not one of {known}"),
            );
        }
    }
    Ok(())
}

fn check_texts(manifest: &Manifest) -> Checked {
    for (name, text) in &manifest.texts {
        for arg in &text.args {
            if manifest.arg_shape(text, arg).is_none() {
                return wrong(
                    format!("texts.{name}.args"),
                    format!(
                        "`{arg}` is no input, settings.NAME or field; give its shape under texts.{name}.shapes"
                    ),
                );
            }
        }
        for (language, template) in [("en", &text.en), ("zh-CN", &text.zh_cn)] {
            if let Some(unknown) = placeholders(template)
                .into_iter()
                .find(|used| !text.args.iter().any(|arg| arg == used))
            {
                return wrong(
                    format!("texts.{name}.{language}"),
                    format!("uses {{{unknown}}}, which is not in args"),
                );
            }
        }
    }
    Ok(())
}

fn is_kebab(name: &str) -> bool {
    is_word(name, '-')
}

fn is_snake(name: &str) -> bool {
    is_word(name, '_')
}

fn is_word(name: &str, joint: char) -> bool {
    name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == joint)
}
