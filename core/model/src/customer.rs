//! A customer: a person known to the organisation.

use crate::{CustomerId, Instant, UnitId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Lifecycle {
    #[default]
    Lead,
    Interested,
    Customer,
    Dormant,
    Lost,
}

impl Lifecycle {
    pub const ALL: [(&str, Lifecycle); 5] = [
        ("lead", Lifecycle::Lead),
        ("interested", Lifecycle::Interested),
        ("customer", Lifecycle::Customer),
        ("dormant", Lifecycle::Dormant),
        ("lost", Lifecycle::Lost),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }

    pub fn find(name: &str) -> Option<Lifecycle> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, stage)| *stage)
    }
}

/// What people edit about a customer; covered by its ETag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Profile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `2001-05-03`, or `--05-03` where the year is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<String>,
    /// `female`, `male`, or whatever the shop writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// `en` or `zh-CN`: the language messages are written in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Custom fields of people's schemas: namespace → field → value.
pub type CustomFields = BTreeMap<String, serde_json::Map<String, serde_json::Value>>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    pub id: CustomerId,
    /// The engine's: grows with every write.
    pub version: i64,
    /// What people edit: grows with every edit. Shown as the ETag.
    pub profile_version: i64,
    pub created_at: Instant,
    pub home_unit_id: Option<UnitId>,
    pub assigned_to: Option<crate::StaffId>,
    pub profile: Profile,
    /// Custom fields people edit. What plugins own stands apart, in the engine's state.
    pub fields: CustomFields,
    /// Tags set by hand.
    pub tags: BTreeSet<String>,
    /// Set by hand; a plugin's vote stands in the engine's state.
    pub lifecycle: Option<Lifecycle>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum IdentityKind {
    Phone,
    Email,
    Card,
    WechatUnion,
    /// An id of the shop's own; its value is `system:id`.
    Own,
}

impl IdentityKind {
    pub const ALL: [(&str, IdentityKind); 5] = [
        ("phone", IdentityKind::Phone),
        ("email", IdentityKind::Email),
        ("card", IdentityKind::Card),
        ("wechat-union", IdentityKind::WechatUnion),
        ("own", IdentityKind::Own),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }

    pub fn find(name: &str) -> Option<IdentityKind> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }
}

/// A normalised (kind, value) that finds a customer: a phone in E.164, an e-mail in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Identity {
    pub kind: IdentityKind,
    pub value: String,
}

impl Identity {
    /// What a claim is keyed by: the hash of kind and value.
    pub fn claim(&self) -> crate::canonical::Hash {
        crate::canonical::hash_bytes(&[
            b"identity",
            self.kind.name().as_bytes(),
            self.value.as_bytes(),
        ])
    }
}
