//! `plugin.toml`: what a plugin is, reads, owns and may cause. Anything not declared arrives empty
//! or is refused and recorded.

mod advice;
mod check;
pub(crate) mod sentences;
mod stored;
#[cfg(test)]
mod tests;
mod toml_faults;

use crate::{
    Currency, Fault, Findings, Input, Shape, Value,
    table::{Table, Tables},
    text::Bilingual,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};
use thiserror::Error;

pub use advice::{look_through, meant_kind};

/// Why a manifest is none: all that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct InvalidManifest(pub Findings);

/// The only ABI this version speaks.
pub const ABI: &str = "regulars:plugin@1.0.0-rc.1";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Manifest {
    /// In kebab-case; also the namespace of its fields: `jewellery-tiers.tier`.
    pub id: String,
    pub version: String,
    pub abi: String,
    pub runtime: Runtime,
    /// File beside the manifest: `jewellery_tiers.wasm` or `tiers.rhai`.
    pub entry: String,
    pub title: Bilingual,
    pub on: Subscriptions,
    #[serde(default)]
    pub reads: Reads,
    #[serde(default)]
    pub inputs: BTreeMap<String, Input>,
    #[serde(default)]
    pub settings: BTreeMap<String, Setting>,
    /// Reference data it may look up; whoever runs the plugin puts the rows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<String, Table>,
    #[serde(default)]
    pub fields: BTreeMap<String, Field>,
    #[serde(default)]
    pub grants: Grants,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub messages: BTreeMap<String, MessageTemplate>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub vouchers: BTreeMap<String, Template>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub custom: BTreeMap<String, Template>,
    /// Events it may append. The log knows one by the plugin and this name: `stamp-card.card-full`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub events: BTreeMap<String, EventKind>,
    #[serde(default)]
    pub texts: BTreeMap<String, Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Runtime {
    Wasm,
    Rhai,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Subscriptions {
    /// Event kinds it is asked about. Its own wakes, expiries of its inputs and changes of its
    /// settings always reach it.
    #[serde(default)]
    pub events: Vec<String>,
    /// Who wins a lifecycle vote: the higher; among equals the first id in the alphabet.
    #[serde(default)]
    pub priority: i32,
}

/// Positional reads beside inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Reads {
    /// Of the customer: `lifecycle`, `assigned` (whether staff is assigned), `consent.PURPOSE`
    /// (granted on any channel), or a plugin's field such as `jewellery-tiers.tier`.
    #[serde(default)]
    pub customer: Vec<String>,
    /// Of the event: `amount`, `occurred-at`, `business-day`, `store`, `source-id`, `line.category`
    /// and `line.sku` (lists), `data.NAME`.
    #[serde(default)]
    pub event: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    #[serde(flatten)]
    pub shape: Shape,
    pub default: serde_json::Value,
    pub label: Bilingual,
    /// Values worth trying in a what-if, from and to.
    #[serde(default, rename = "what-if", skip_serializing_if = "Option::is_none")]
    pub what_if: Option<[serde_json::Value; 2]>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    #[serde(flatten)]
    pub shape: Shape,
    pub label: Bilingual,
}

/// The effects it may cause beyond its own fields and wakes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Grants {
    #[serde(default)]
    pub tasks: Vec<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub lifecycle: Vec<crate::Lifecycle>,
    /// Accounts it may add to and take from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<String>,
}

/// A message it may put into the outbox; the gateway holds the approved wording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MessageTemplate {
    /// What consent is asked for: `marketing`, `service`, …
    pub purpose: String,
    /// In order of preference: `sms`, `email`, `wechat`, `wecom`, `by-hand`.
    pub channels: Vec<String>,
    #[serde(default)]
    pub variables: BTreeMap<String, Shape>,
    pub label: Bilingual,
}

/// A voucher, or an effect of the plugin's own making: whoever reads it from the outbox knows what
/// it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Template {
    #[serde(default)]
    pub variables: BTreeMap<String, Shape>,
    pub label: Bilingual,
}

/// An event it may append, as others see it on the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EventKind {
    /// Whether it carries an amount; one that does always does.
    #[serde(default)]
    pub amount: bool,
    #[serde(default)]
    pub data: BTreeMap<String, Shape>,
    pub label: Bilingual,
}

/// A sentence in both languages. Its placeholders name an input, a setting (`settings.high_above`),
/// a field (`tier`), or give a shape of their own in `shapes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Text {
    pub en: String,
    #[serde(rename = "zh-CN")]
    pub zh_cn: String,
    /// Placeholders in the order the rule gives their values.
    #[serde(default)]
    pub args: Vec<String>,
    #[serde(default)]
    pub shapes: BTreeMap<String, Shape>,
}

impl Manifest {
    /// Reads and checks a manifest; the error names each fault with its line and key.
    pub fn parse(toml: &str) -> Result<Manifest, InvalidManifest> {
        let invalid = |found| InvalidManifest(toml_faults::shown(Findings::new(found)));
        let manifest: Manifest =
            toml::from_str(toml).map_err(|error| invalid(toml_faults::faults(toml, &error)))?;
        match check::check(&manifest) {
            wrong if wrong.is_empty() => Ok(manifest),
            wrong => Err(invalid(check::place(toml, wrong))),
        }
    }

    /// TOML that reads back as the same manifest.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }

    /// Declared names in byte order: the positions values are passed by.
    pub fn setting_names(&self) -> impl Iterator<Item = &str> {
        self.settings.keys().map(String::as_str)
    }

    pub fn input_names(&self) -> impl Iterator<Item = &str> {
        self.inputs.keys().map(String::as_str)
    }

    pub fn customer_reads(&self) -> Vec<&str> {
        sorted(&self.reads.customer)
    }

    pub fn event_reads(&self) -> Vec<&str> {
        sorted(&self.reads.event)
    }

    pub fn granted_lifecycles(&self) -> Vec<crate::Lifecycle> {
        let mut stages = self.grants.lifecycle.clone();
        stages.sort_unstable_by_key(|stage| stage.name());
        stages.dedup();
        stages
    }

    /// How the log knows an event it appends: no client can send a kind with a dot.
    pub fn event_kind(&self, name: &str) -> String {
        format!("{}.{name}", self.id)
    }

    /// Shape of a customer read. Another plugin's field is text, integer or boolean as it comes,
    /// so only own fields, consents, `assigned` and `lifecycle` have a shape here.
    pub fn customer_read_shape(&self, name: &str) -> Shape {
        if let Some(field) = name.strip_prefix(&self.id).and_then(|rest| rest.strip_prefix('.'))
            && let Some(field) = self.fields.get(field)
        {
            return field.shape.clone();
        }
        match name {
            "assigned" => Shape::Boolean,
            _ if name.starts_with("consent.") => Shape::Boolean,
            _ => Shape::Text { max_chars: None },
        }
    }

    pub fn event_read_shape(&self, name: &str) -> Shape {
        let text = Shape::Text { max_chars: None };
        match name {
            "amount" => Shape::Money,
            "occurred-at" => Shape::Instant,
            "business-day" => Shape::Date,
            "line.category" | "line.sku" => Shape::List { items: Box::new(text), max_items: None },
            _ => text,
        }
    }

    /// Shape of a text's argument; `None` when the manifest declares no such thing.
    pub fn arg_shape(&self, text: &Text, arg: &str) -> Option<Shape> {
        if let Some(shape) = text.shapes.get(arg) {
            return Some(shape.clone());
        }
        if let Some(name) = arg.strip_prefix("settings.") {
            return self.settings.get(name).map(|setting| setting.shape.clone());
        }
        let input = self.inputs.get(arg).map(Input::shape);
        input.or_else(|| self.fields.get(arg).map(|field| field.shape.clone()))
    }

    /// The settings as they are when nobody changed any.
    pub fn default_settings(&self) -> serde_json::Map<String, serde_json::Value> {
        let defaults = self.settings.iter();
        defaults.map(|(name, setting)| (name.clone(), setting.default.clone())).collect()
    }

    /// JSON settings into positional values. Missing ones take their default; unknown ones are faults.
    pub fn read_settings(
        &self,
        json: &serde_json::Map<String, serde_json::Value>,
        currency: Currency,
    ) -> Result<Arc<[Value]>, Vec<Fault>> {
        let mut values = Vec::with_capacity(self.settings.len());
        let mut faults = Vec::new();
        for (name, setting) in &self.settings {
            match setting.shape.read(json.get(name).unwrap_or(&setting.default), currency) {
                Ok(value) => values.push(value),
                Err(inner) => {
                    let pointer = crate::fault::pointer_token(name);
                    faults.extend(inner.into_iter().map(|fault| fault.under(&pointer)));
                }
            }
        }
        for name in json.keys().filter(|name| !self.settings.contains_key(*name)) {
            let known: Vec<_> = self.setting_names().collect();
            let message = crate::fault::sentences::no_setting(&self.id, name, &known[..]);
            faults.push(Fault::new(crate::fault::pointer_token(name), "unknown_field", message));
        }
        if faults.is_empty() { Ok(values.into()) } else { Err(faults) }
    }

    /// The settings and after them the tables, as a call carries them. A table that nobody put is
    /// empty; rows of one that is not declared are left out.
    pub fn read_configuration(
        &self,
        settings: &serde_json::Map<String, serde_json::Value>,
        tables: &Tables,
        currency: Currency,
    ) -> Result<Arc<[Value]>, Vec<Fault>> {
        let mut values = self.read_settings(settings, currency)?.to_vec();
        for (name, table) in &self.tables {
            let rows = tables.get(name).map_or(&[][..], |rows| rows);
            let pointer = format!("/tables{}", crate::fault::pointer_token(name));
            let under = |fault: Fault| fault.under(&pointer);
            let cells = table.read(rows, currency);
            values.push(cells.map_err(|faults| faults.into_iter().map(under).collect::<Vec<_>>())?);
        }
        Ok(values.into())
    }

    /// JSON Schema of the settings, with the labels in both languages.
    pub fn settings_schema(&self) -> serde_json::Value {
        let settings = self.settings.iter();
        object_schema(settings.map(|(name, setting)| {
            let mut schema = setting.shape.json_schema();
            schema["default"] = setting.default.clone();
            if let Some([from, to]) = &setting.what_if {
                schema["x-what-if"] = serde_json::json!([from, to]);
            }
            (name, schema, &setting.label)
        }))
    }

    /// JSON Schema of the fields it owns.
    pub fn fields_schema(&self) -> serde_json::Value {
        let fields = self.fields.iter();
        object_schema(fields.map(|(name, field)| (name, field.shape.json_schema(), &field.label)))
    }
}

fn sorted(names: &[String]) -> Vec<&str> {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn object_schema<'a>(
    properties: impl Iterator<Item = (&'a String, serde_json::Value, &'a Bilingual)>,
) -> serde_json::Value {
    let properties: serde_json::Map<_, _> = properties
        .map(|(name, mut schema, label)| {
            schema["title"] = serde_json::json!(label.en);
            schema["x-title-zh-CN"] = serde_json::json!(label.zh_cn);
            (name.clone(), schema)
        })
        .collect();
    serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}
