//! Events: immutable entries of a customer's timeline.

use crate::{BusinessDay, Currency, EventId, Instant, StaffId, UnitId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Kinds the core knows the meaning of. Any other kind is data, described by a schema.
pub mod kind {
    pub const PURCHASE: &str = "purchase";
    pub const REFUND: &str = "refund";
    /// Takes back a whole event, as if it had not happened from here on.
    pub const VOID: &str = "void";
    pub const VISIT: &str = "visit";
    pub const INQUIRY: &str = "inquiry";
    pub const QUOTE: &str = "quote";
    pub const CALL: &str = "call";
    pub const MESSAGE: &str = "message";
    pub const NOTE: &str = "note";
    pub const APPOINTMENT: &str = "appointment";
    pub const CONSENT: &str = "consent";
    pub const TASK_COMPLETED: &str = "task-completed";
    /// Staff changed the record; sorted after everything else of its instant.
    pub const EDIT: &str = "edit";

    /// Kinds a client may send, each with a schema in `schemas/events/`.
    pub const BUILT_IN: [&str; 11] =
        [PURCHASE, REFUND, VOID, VISIT, INQUIRY, QUOTE, CALL, MESSAGE, NOTE, APPOINTMENT, CONSENT];
}

/// Flags: what was odd about a fact that was stored all the same.
pub mod flag {
    /// Claimed a time too far ahead; stored as of when it was recorded.
    pub const CLOCK_AHEAD: &str = "clock_ahead";
    /// In another currency than its store's; reported, never added.
    pub const OTHER_CURRENCY: &str = "other_currency";
    /// Refers to an event that has not arrived, or is another customer's.
    pub const UNMATCHED: &str = "unmatched";
    /// Refunds of a purchase exceed it.
    pub const EXCEEDS_PURCHASE: &str = "exceeds_purchase";
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub id: EventId,
    pub kind: Arc<str>,
    pub occurred_at: Instant,
    pub recorded_at: Instant,
    /// Local date and offset are resolved when the event is recorded, and kept.
    pub business_day: BusinessDay,
    pub offset_seconds: i32,
    pub unit_id: Option<UnitId>,
    pub staff_id: Option<StaffId>,
    pub source: Arc<str>,
    pub source_id: Arc<str>,
    /// The event this one corrects, by its source id within a source.
    pub refers_to: Option<SourceRef>,
    /// Never negative: the kind gives the sign.
    pub amount: Option<i64>,
    pub currency: Option<Currency>,
    #[serde(default, skip_serializing_if = "Body::is_empty")]
    pub body: Body,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
}

/// The parts of an event that most questions do not need.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenders: Vec<Tender>,
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub data: serde_json::Map<String, serde_json::Value>,
    /// What was paid, where it differs from the gross amount (points, vouchers).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<Instant>,
}

impl Body {
    pub fn is_empty(&self) -> bool {
        *self == Body::default()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SourceRef {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub source: Arc<str>,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub source_id: Arc<str>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Line {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sku: String,
    /// A path from the general to the particular: `furniture/sofa`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// In thousandths, so that 0.350 kg is 350 and two pieces are 2000.
    #[serde(default = "one_piece")]
    pub quantity_milli: i64,
    /// Minor units of the event's currency, for the whole line.
    #[serde(default)]
    pub amount: i64,
}

fn one_piece() -> i64 {
    1_000
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Tender {
    /// `cash`, `card`, `wechat-pay`, `points`, …
    pub kind: String,
    pub amount: i64,
}

/// Place of an event in its customer's log; ties are broken by this order, never by arrival.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EventKey {
    pub at: Instant,
    pub rank: Rank,
    pub source: Arc<str>,
    pub source_id: Arc<str>,
}

/// Kinds of log entry, in the order they are taken within one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    Expiry,
    Wake,
    Settings,
    Event,
    Edit,
}

impl Event {
    pub fn rank(&self) -> Rank {
        if *self.kind == *kind::EDIT { Rank::Edit } else { Rank::Event }
    }

    pub fn key(&self) -> EventKey {
        EventKey {
            at: self.occurred_at,
            rank: self.rank(),
            source: self.source.clone(),
            source_id: self.source_id.clone(),
        }
    }

    /// Order in the log without cloning the key.
    pub fn log_order(&self, other: &Event) -> std::cmp::Ordering {
        (self.occurred_at, self.rank(), &self.source, &self.source_id).cmp(&(
            other.occurred_at,
            other.rank(),
            &other.source,
            &other.source_id,
        ))
    }

    pub fn is_flagged(&self, flag: &str) -> bool {
        self.flags.iter().any(|own| own == flag)
    }
}
