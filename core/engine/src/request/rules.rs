//! Plugins, drafts of their settings, and what-if.

use regulars_model::{CustomerId, DraftId, Instant, text::Bilingual};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PluginUnits {
    pub enabled: bool,
    /// Codes of the parts of the tree it works in; empty for the whole organisation.
    #[serde(default)]
    pub units: Vec<String>,
}

/// A change of a plugin to be prepared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDraft {
    pub plugin: String,
    /// What it is about, for people.
    pub title: String,
    /// Settings of the whole organisation to change, as by a merge patch: null restores a default.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub set: Map<String, Json>,
    /// Code of a unit → settings to change there; null inherits again.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub units: BTreeMap<String, Map<String, Json>>,
    /// Another version of the plugin, installed before with `hold=true`.
    #[serde(default)]
    pub version: Option<String>,
}

/// Where a draft is to be in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rollout {
    /// Codes of units: for customers whose home store is there.
    pub units: Vec<String>,
    /// By itself, from then on; absent for now.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Instant>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Publication {
    /// By itself, from then on; absent for now.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Instant>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rollback {
    /// The version to leave. Where another is in force, nothing is done, so that the request may be
    /// sent again.
    pub from: Option<String>,
}

/// Which held decisions of a plugin to run again: all, or those about these customers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rerun {
    /// Absent for all; at most 200.
    #[schema(value_type = Option<Vec<String>>)]
    pub customers: Option<Vec<CustomerId>>,
    /// `next` of the answer before.
    pub cursor: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Labelled {
    pub value: String,
    pub label: Bilingual,
}

/// A change of a plugin's rule to be tried out: other settings, another rule, or both.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhatIfDraft {
    /// Empty where a draft is named.
    #[serde(default)]
    pub plugin: String,
    /// In place of `plugin` and `set`: as if this draft were in force everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub draft: Option<DraftId>,
    /// In place of all of these: as if this draft had never been in force. It is what a rollback would
    /// do; while a draft is tried, how far its rule and the other differ in the stores it is tried in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub without: Option<DraftId>,
    /// Settings to change, as by a merge patch: null restores a default.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub set: Map<String, Json>,
    /// A script in place of the plugin's own, under its manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
    /// Another version of the plugin, packed, in base64. It is checked as an installation would, and
    /// not installed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// Rows in place of all there are, by the name of the reference table.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = Object)]
    pub tables: BTreeMap<String, Vec<Json>>,
    /// As if in force since then, history replayed under both; absent for a change made now.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Instant>,
    /// Replayed up to then; only with `from`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Instant>,
    /// Codes of units: only customers whose home store is in one of them. Empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<String>,
}

impl WhatIfDraft {
    /// For records of the question; its answer names what would run by version and hash.
    pub fn without_files(&self) -> WhatIfDraft {
        WhatIfDraft { script: None, package: None, ..self.clone() }
    }
}
