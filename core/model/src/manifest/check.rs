//! What a manifest says must hang together; each complaint names the key and what would be right.

use super::{ABI, Manifest, Runtime};
use crate::{
    input::{Aggregate, Input, WindowRef},
    limits,
    shape::Shape,
    text::placeholders,
};
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
    check_inputs(manifest)?;
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
    Ok(())
}

fn check_inputs(manifest: &Manifest) -> Checked {
    for (name, input) in &manifest.inputs {
        check_top(name, input)?;
        for setting in input.settings() {
            if !manifest.settings.contains_key(setting) {
                return wrong(
                    format!("inputs.{name}"),
                    format!("names settings.{setting}, which is not declared"),
                );
            }
        }
        if let WindowRef::Setting(setting) = &input.window
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

/// A rule compares it as a text, and of instants or amounts hardly two are equal.
fn check_top(name: &str, input: &Input) -> Checked {
    if input.aggregate != Aggregate::Top || input.measure.is_text() {
        return Ok(());
    }
    let measure = input.measure.name();
    wrong(
        format!("inputs.{name}.top"),
        format!("`{measure}` is no text; expected store, line.sku, line.category or data.NAME"),
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    fn with_input(input: &str) -> Result<Manifest, InvalidManifest> {
        Manifest::parse(&format!(
            r#"
            id = "sample"
            version = "1.0.0"
            abi = "{ABI}"
            runtime = "rhai"
            entry = "sample.rhai"
            title = {{ en = "Sample", zh-CN = "样例" }}
            on = {{ events = ["purchase"] }}
            inputs.favourite = {input}
            "#
        ))
    }

    #[test]
    fn the_top_of_what_is_text_is_text() {
        for measure in ["store", "line.sku", "line.category", "data.table"] {
            let manifest =
                with_input(&format!(r#"{{ top = "{measure}", events = ["purchase"] }}"#));
            let manifest = manifest.unwrap_or_else(|error| panic!("{measure}: {error}"));
            let shape = manifest.inputs["favourite"].shape();
            assert_eq!(shape, Shape::Text { max_chars: None }, "{measure}");
            let toml = manifest.to_toml().expect("TOML");
            assert_eq!(Manifest::parse(&toml).expect("the same manifest"), manifest);
        }
    }

    #[test]
    fn the_top_of_what_is_no_text_is_refused() {
        for measure in
            ["event", "occurred-at", "business-day", "amount", "line.amount", "line.quantity"]
        {
            let manifest =
                with_input(&format!(r#"{{ top = "{measure}", events = ["purchase"] }}"#));
            assert_eq!(
                manifest.expect_err(measure).to_string(),
                format!(
                    "plugin.toml: inputs.favourite.top: `{measure}` is no text; expected store, line.sku, line.category or data.NAME"
                )
            );
        }
    }

    #[test]
    fn an_input_without_a_known_aggregate_is_told_all_of_them() {
        let all = "count, sum, min, max, first, last, days, distinct, set, top";
        for input in [
            r#"{ events = ["purchase"] }"#,
            r#"{ most = "line.sku", events = ["purchase"] }"#,
            r#"{ top = "line.sku", set = "line.sku", events = ["purchase"] }"#,
        ] {
            let error = with_input(input).expect_err(input);
            assert!(format!("{error}").contains(all), "{error}");
        }
    }
}
