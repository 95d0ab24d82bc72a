//! Work that a publication left out, and what came of asking for it.

use regulars_model::{DraftId, Instant, IssueId, StaffId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Somebody's asking that what a publication left out be given, at a pace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssueView {
    #[schema(value_type = String)]
    pub id: IssueId,
    pub plugin: String,
    /// None where it is of the settings in force.
    #[schema(value_type = Option<String>)]
    pub draft: Option<DraftId>,
    /// In force when it was counted. Once there are others it stops.
    pub settings_version: i64,
    pub sorts: Vec<String>,
    pub per_minute: u32,
    /// `counted` before it is started, `running`, `paused`, `done`, `cancelled`, or `stopped`.
    pub state: String,
    /// Why it was stopped.
    pub problem: Option<String>,
    /// What there was to give when it was asked for.
    pub counted: Vec<LeftOut>,
    /// What came of it so far.
    pub dealt: Vec<Dealt>,
    /// Of those counted, how many there were no more when their turn came: the decision had been taken
    /// back. Known once it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_longer_follow: Option<u64>,
    /// While it runs, before when nothing more is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_at: Option<Instant>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    #[schema(value_type = Option<String>)]
    pub created_by: Option<StaffId>,
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Instant,
    #[schema(value_type = Option<String>)]
    pub changed_by: Option<StaffId>,
}

/// Work of one kind that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeftOut {
    pub plugin: String,
    /// `task`, `message`, `voucher`, `points` or `custom`.
    pub sort: String,
    /// Kind of the task, template, or account of the points.
    pub kind: String,
    pub count: u64,
    /// Further ones that people have been given on another occasion; they are not given again.
    pub exist: u64,
    /// Of points: how many in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<i64>,
    /// Of vouchers and custom effects: the money their variables name, by currency.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = Object)]
    pub money: BTreeMap<String, String>,
    pub by_store: Vec<LeftOutAt>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeftOutAt {
    /// Code of the home store; none where there is none.
    pub store: Option<String>,
    pub count: u64,
}

/// What came of work of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Dealt {
    pub plugin: String,
    pub sort: String,
    pub kind: String,
    pub given: u64,
    /// How many were not, by why: `no_consent`, `expired`, `too_late`, or `exists` where it had been given
    /// on another occasion.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = Object)]
    pub withheld: BTreeMap<String, u64>,
}
