//! Customers, their identities and what they consent to.

use regulars_model::{
    CustomerId, Instant, Lifecycle, Profile, StaffId,
    customer::{CustomFields, IdentityKind},
};
use serde::{Deserialize, Serialize};
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
    pub assigned_to: Option<StaffId>,
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

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MemberTokenDraft {
    /// 900 when absent, 3,600 at most.
    pub valid_seconds: Option<u32>,
}
