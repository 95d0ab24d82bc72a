//! The organisation and its parts: a tree whose leaves are stores.

use crate::{Currency, UnitId, time::find_zone};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum UnitKind {
    Organisation,
    Brand,
    Region,
    Franchisee,
    Store,
}

/// Who looks after a customer who is new to a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Assignment {
    /// Whom people name, or the sales guide who served them first; else nobody.
    #[default]
    ByHand,
    /// As by hand, and else the sales guide there who looks after the fewest.
    ByLoad,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unit {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: UnitId,
    /// What the chain calls it, unique in the organisation: `store-12`.
    pub code: String,
    pub name: String,
    pub kind: UnitKind,
    /// None for the organisation only.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub parent_id: Option<UnitId>,
    /// IANA name, such as `Asia/Shanghai`.
    pub time_zone: String,
    /// ISO 4217 code, such as `CNY`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub currency: Currency,
    /// Hours after midnight that still belong to the business day before: 0 to 23.
    pub cutoff_hour: u8,
    pub assignment: Assignment,
}

/// All units, indexed; built once per configuration.
#[derive(Clone, Debug, Default)]
pub struct Units {
    all: Vec<Unit>,
    by_id: HashMap<UnitId, usize>,
    by_code: HashMap<String, usize>,
    zones: Vec<TimeZone>,
    root: usize,
}

impl Units {
    pub fn new(all: Vec<Unit>) -> Units {
        let by_id = all.iter().enumerate().map(|(i, unit)| (unit.id, i)).collect();
        let by_code = all.iter().enumerate().map(|(i, unit)| (unit.code.clone(), i)).collect();
        let zones =
            all.iter().map(|unit| find_zone(&unit.time_zone).unwrap_or(TimeZone::UTC)).collect();
        let root = all.iter().position(|unit| unit.parent_id.is_none()).unwrap_or(0);
        Units { all, by_id, by_code, zones, root }
    }

    pub fn all(&self) -> &[Unit] {
        &self.all
    }

    pub fn find(&self, id: UnitId) -> Option<&Unit> {
        self.by_id.get(&id).map(|i| &self.all[*i])
    }

    pub fn find_by_code(&self, code: &str) -> Option<&Unit> {
        self.by_code.get(code).map(|i| &self.all[*i])
    }

    /// The organisation. Panics on an empty tree, which only exists before the first migration.
    pub fn organisation(&self) -> &Unit {
        &self.all[self.root]
    }

    /// The unit itself when it is given and known, the organisation otherwise.
    pub fn or_organisation(&self, id: Option<UnitId>) -> &Unit {
        id.and_then(|id| self.find(id)).unwrap_or_else(|| self.organisation())
    }

    pub fn zone(&self, id: Option<UnitId>) -> &TimeZone {
        let i = id.and_then(|id| self.by_id.get(&id)).copied().unwrap_or(self.root);
        &self.zones[i]
    }

    /// From the unit up to the organisation, itself included.
    pub fn path_up(&self, id: UnitId) -> impl Iterator<Item = &Unit> {
        let mut next = self.find(id);
        std::iter::from_fn(move || {
            let unit = next?;
            next = unit.parent_id.and_then(|parent| self.find(parent));
            Some(unit)
        })
    }

    /// Of those that there still are.
    pub fn codes(&self, ids: &[UnitId]) -> Vec<String> {
        ids.iter().filter_map(|id| Some(self.find(*id)?.code.clone())).collect()
    }

    pub fn is_within(&self, id: UnitId, ancestor: UnitId) -> bool {
        self.is_within_any(id, &[ancestor])
    }

    pub fn is_within_any(&self, id: UnitId, ancestors: &[UnitId]) -> bool {
        self.path_up(id).any(|unit| ancestors.contains(&unit.id))
    }

    /// Every unit at or below one of these.
    pub fn within(&self, ancestors: &[UnitId]) -> BTreeSet<UnitId> {
        let all = self.all.iter().map(|unit| unit.id);
        all.filter(|id| self.is_within_any(*id, ancestors)).collect()
    }
}
