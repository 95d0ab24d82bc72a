//! What clients send: the bodies of REST, as plain types.

mod issues;

pub use issues::NewIssue;

use crate::Role;
use regulars_model::{
    CustomerId, DraftId, Instant, Lifecycle, Profile, StaffId,
    customer::{CustomFields, IdentityKind},
    event::{Line, SourceRef, Tender},
    text::Bilingual,
    unit::UnitKind,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// An identity as a person writes it: a phone may have spaces and no country code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityDraft {
    pub kind: IdentityKind,
    pub value: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewCustomer {
    /// A phone alone suffices.
    pub identities: Vec<IdentityDraft>,
    pub profile: Profile,
    /// Code of the store where the customer is first seen.
    pub home_store: Option<String>,
    #[schema(value_type = Option<String>)]
    pub assigned_to: Option<regulars_model::StaffId>,
    pub lifecycle: Option<Lifecycle>,
    pub tags: Vec<String>,
    /// Custom fields by namespace.
    #[schema(value_type = Object)]
    pub fields: CustomFields,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Identify {
    pub identities: Vec<IdentityDraft>,
    /// Create the customer when none of the identities is known.
    pub create: bool,
    /// Code of the home store of a customer created here.
    pub home_store: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveIdentity {
    pub kind: IdentityKind,
    pub value: String,
    /// The customer the identity moves to.
    #[schema(value_type = String)]
    pub to: CustomerId,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentDraft {
    /// `sms`, `email`, `wechat`, `wecom` or `by-hand`.
    pub channel: String,
    /// `marketing`, `service`, …
    pub purpose: String,
    pub action: ConsentAction,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub occurred_at: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentAction {
    Grant,
    Withdraw,
    /// The customer was asked and has not answered.
    Ask,
}

/// Whose event it is: by id, or by one or several identities.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CustomerRef {
    #[schema(value_type = Option<String>)]
    pub id: Option<CustomerId>,
    pub identities: Vec<IdentityDraft>,
    /// Create the customer when none of the identities is known.
    pub create: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventDraft {
    pub customer: CustomerRef,
    /// `purchase`, `refund`, `visit`, … or a kind of your own with a schema.
    pub kind: String,
    /// With its offset; now when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub occurred_at: Option<Instant>,
    /// Code of the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub staff: Option<regulars_model::StaffId>,
    /// The system the event comes from, such as `till-3`. With `source_id` it makes a repeat harmless for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    /// The purchase a refund or void corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refers_to: Option<SourceRef>,
    /// Minor units, never negative: the kind gives the sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// ISO 4217.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What was paid in money, where it is less than the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenders: Vec<Tender>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    pub data: Map<String, Json>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompleteTask {
    /// What came of it, such as `reached`, `no-answer`, `done`.
    pub outcome: String,
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostponeTask {
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Instant,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MessageSent {
    /// The channel it went out on.
    pub channel: Option<String>,
    /// The gateway's own number for it.
    pub gateway_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageFailed {
    pub reason: String,
    /// Leave it in the outbox for another try.
    #[serde(default)]
    pub retry: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitDraft {
    pub name: String,
    pub kind: UnitKind,
    /// Code of the unit above; the organisation itself has none.
    #[serde(default)]
    pub parent: Option<String>,
    /// IANA name; inherited when absent.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// ISO 4217; inherited when absent.
    #[serde(default)]
    pub currency: Option<String>,
    /// Hours after midnight that still belong to the day before; inherited when absent.
    #[serde(default)]
    pub cutoff_hour: Option<u8>,
    /// Who looks after a new customer; inherited when absent.
    #[serde(default)]
    pub assignment: Option<regulars_model::unit::Assignment>,
}

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

/// What an API key may do: what its role may, at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyDraft {
    /// Who or what will hold it, such as `till of store-12`.
    pub name: String,
    pub role: Role,
    /// Codes of the parts of the organisation it may act for; empty for the whole.
    #[serde(default)]
    pub units: Vec<String>,
    /// Names of the only operations it may use, as in this description; absent for all of its role.
    #[serde(default)]
    pub actions: Option<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Instant>,
}

/// Whoever asks to be logged in. Never printed.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    pub login: String,
    pub password: String,
}

/// What the identity provider sent somebody back with, and what the log-in was begun with.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishLogIn {
    pub code: String,
    pub state: String,
    pub ticket: String,
}

#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    pub current: String,
    pub new: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordRuleDraft {
    /// From 1 to 3650; null where a password may become as old as it likes.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required, minimum = 1, maximum = 3650)]
    pub max_age_days: Option<i64>,
}

#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SetPassword {
    /// Made, and shown once, when absent.
    pub password: Option<String>,
}

#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffDraft {
    /// What they log in with: lower case, such as `wang.fang`.
    pub login: String,
    pub name: String,
    pub role: Role,
    /// Codes of the parts of the organisation they act for; empty for the whole.
    #[serde(default)]
    pub units: Vec<String>,
    /// Made, and shown once, when absent; with a subject there is none then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// What the identity provider calls them, by which they log in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// All that may change of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffChange {
    pub name: String,
    pub role: Role,
    #[serde(default)]
    pub units: Vec<String>,
    /// Their sessions end, and they can not log in.
    #[serde(default)]
    pub disabled: bool,
    /// Nothing else may be done before there is a new password; as it was when absent.
    #[serde(default)]
    pub must_change_password: Option<bool>,
    /// What the identity provider calls them, by which they log in; null takes it away, and it is as it
    /// was when absent. Where it was another, their sessions end.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub subject: Option<Option<String>>,
    /// Takes the password away: they log in by the identity provider alone, and their sessions end.
    #[serde(default)]
    pub without_password: bool,
}

/// Null is something else than nothing.
fn given<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// Who gets them, in turn.
    #[schema(value_type = Vec<String>)]
    pub to: Vec<StaffId>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MemberTokenDraft {
    /// 900 when absent, 3,600 at most.
    pub valid_seconds: Option<u32>,
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
