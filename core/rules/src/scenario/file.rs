//! The shape of a scenario file; unknown keys are errors.

use regulars_model::{Instant, Lifecycle, event::SourceRef, text::Bilingual};
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub title: Bilingual,
    #[serde(default = "cny")]
    pub currency: String,
    #[serde(default = "shanghai")]
    pub time_zone: String,
    #[serde(default)]
    pub cutoff_hour: u8,
    /// Only what differs from the defaults.
    #[serde(default)]
    pub settings: Map<String, Json>,
    /// Rows by the name of their table.
    #[serde(default)]
    pub tables: BTreeMap<String, Vec<Json>>,
    #[serde(default)]
    pub customer: Person,
    /// Most a call may use.
    #[serde(default)]
    pub fuel_max: FuelMax,
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// The same steps under other settings.
    #[serde(default, rename = "what_if")]
    pub what_ifs: Vec<WhatIf>,
}

/// The runtimes count differently, and the same scenarios may serve a plugin in both.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FuelMax {
    /// Operations of a script.
    pub rhai: Option<u64>,
    pub wasm: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhatIf {
    pub title: Bilingual,
    /// In place of the scenario's own.
    pub settings: Map<String, Json>,
    /// Number of the step it goes up to; the last unless told otherwise.
    pub through: Option<usize>,
    /// After that step, in place of what the steps expect.
    pub expect: Expect,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Person {
    pub assigned: bool,
    pub lifecycle: Option<Lifecycle>,
    /// Purposes granted from the start, on every channel.
    pub consents: Vec<String>,
    /// Fields of other plugins, such as `"jewellery-tiers.tier" = "high"`.
    pub fields: BTreeMap<String, Json>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The clock moves here; everything due before is decided first.
    pub at: Instant,
    /// Settings that are changed now, before the event.
    #[serde(default)]
    pub set: Map<String, Json>,
    pub event: Option<EventStep>,
    #[serde(default)]
    pub expect: Expect,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventStep {
    pub kind: String,
    /// Where it differs from the step's instant: an event that comes late.
    pub occurred_at: Option<Instant>,
    /// By which later steps refer to it.
    pub id: Option<String>,
    pub refers_to: Option<String>,
    /// Where it happened: stores of the same name are the same.
    pub store: Option<String>,
    pub amount: Option<String>,
    pub currency: Option<String>,
    #[serde(default)]
    pub lines: Vec<LineStep>,
    #[serde(default)]
    pub data: Map<String, Json>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LineStep {
    pub sku: String,
    pub category: String,
    pub quantity_milli: Option<i64>,
    pub amount: Option<String>,
}

/// What is absent is not looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Expect {
    /// Of the plugin's namespace; a field that must be absent stands in `no-fields`.
    pub fields: BTreeMap<String, Json>,
    pub no_fields: Vec<String>,
    pub tags: Option<Vec<String>>,
    pub lifecycle: Option<Lifecycle>,
    /// Every pending wake.
    pub wakes: Option<BTreeMap<String, Instant>>,
    /// The tasks of this step, all of them.
    pub tasks: Option<Vec<ExpectTask>>,
    /// The messages of this step, all of them; likewise vouchers and custom effects.
    pub messages: Option<Vec<ExpectFilled>>,
    pub vouchers: Option<Vec<ExpectFilled>>,
    pub custom: Option<Vec<ExpectFilled>>,
    /// The points of this step, all of them.
    pub points: Option<Vec<ExpectPoints>>,
    /// The events the plugin appended in this step, all of them.
    pub events: Option<Vec<ExpectEvent>>,
    /// The reason of a field's last change in this step.
    pub reasons: BTreeMap<String, ExpectReason>,
    /// Why the step's settings are refused: setting, and the sentence in English. Refused settings
    /// change nothing.
    pub complaints: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectTask {
    pub kind: String,
    pub key: Option<String>,
    pub due_at: Option<Instant>,
    pub title: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectFilled {
    pub template: String,
    pub key: Option<String>,
    /// By name, as they are written; those that are absent are not looked at.
    #[serde(default)]
    pub variables: BTreeMap<String, Json>,
    /// `applied` when absent.
    pub outcome: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectPoints {
    pub account: String,
    pub key: Option<String>,
    pub amount: i64,
    /// `applied` when absent.
    pub outcome: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectEvent {
    /// As the manifest declares it.
    pub kind: String,
    pub key: Option<String>,
    pub amount: Option<String>,
    /// By name, as they are written; those that are absent are not looked at.
    #[serde(default)]
    pub data: BTreeMap<String, Json>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectReason {
    pub text: Option<String>,
    pub en: Option<String>,
    #[serde(rename = "zh-CN")]
    pub zh_cn: Option<String>,
}

impl EventStep {
    pub fn reference(&self) -> Option<SourceRef> {
        let source_id = self.refers_to.as_deref()?.into();
        Some(SourceRef { source: "scenario".into(), source_id })
    }
}

fn cny() -> String {
    "CNY".to_owned()
}

fn shanghai() -> String {
    "Asia/Shanghai".to_owned()
}
