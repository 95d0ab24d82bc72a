//! Events: immutable entries of a customer's timeline.

use crate::{
    BusinessDay, Currency, CustomerId, EventId, Instant, StaffId, UnitId, canonical::hash_bytes,
    text::Bilingual,
};
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
    /// What was decided before is decided otherwise: in the timeline, and no event of the log.
    pub const CORRECTION: &str = "correction";

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
    /// Appended by a plugin, and no longer what follows: it counts for nothing.
    pub const WITHDRAWN: &str = "withdrawn";
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub id: EventId,
    pub kind: Arc<str>,
    pub occurred_at: Instant,
    pub recorded_at: Instant,
    /// 1 for what happened. What plugins append stands in a later round of its instant.
    #[serde(default = "first_round", skip_serializing_if = "is_first_round")]
    pub round: u8,
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
    /// Why a plugin appended it, written then, so that it outlives the plugin's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Bilingual>,
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

fn first_round() -> u8 {
    1
}

fn is_first_round(round: &u8) -> bool {
    *round == first_round()
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Tender {
    /// `cash`, `card`, `wechat-pay`, `points`, …
    pub kind: String,
    pub amount: i64,
}

/// Place of an event in its customer's log; ties are broken by this order, never by arrival. What a
/// plugin appended stands under its kind, which says whose it is: one key may serve several kinds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EventKey {
    pub at: Instant,
    pub rank: Rank,
    pub source: Arc<str>,
    pub source_id: Arc<str>,
}

/// An [`EventKey`] that borrows its texts; in the same order.
pub type Place<'a> = (Instant, Rank, &'a str, &'a str);

/// Kinds of log entry, in the order they are taken within one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    Expiry,
    Wake,
    Settings,
    Event,
    Edit,
    /// What was appended by decisions on all of the above: the second round of the instant. Decisions
    /// on it open the third, and so on.
    Round2,
    Round3,
    Round4,
}

impl Rank {
    /// From 1; see [`ROUNDS_PER_INSTANT_MAX`](crate::limits::ROUNDS_PER_INSTANT_MAX).
    pub fn round(self) -> u8 {
        match self {
            Rank::Expiry | Rank::Wake | Rank::Settings | Rank::Event | Rank::Edit => 1,
            Rank::Round2 => 2,
            Rank::Round3 => 3,
            Rank::Round4 => 4,
        }
    }
}

impl EventKey {
    /// Of an event that stands here, appended by a plugin: the same however often it is decided.
    pub fn appended_id(&self, customer: CustomerId) -> EventId {
        let hash = hash_bytes(&[
            b"appended",
            customer.0.as_bytes(),
            &self.at.0.to_le_bytes(),
            &[self.rank.round()],
            self.source.as_bytes(),
            self.source_id.as_bytes(),
        ]);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        EventId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

impl Event {
    pub fn rank(&self) -> Rank {
        match self.round {
            2 => Rank::Round2,
            3 => Rank::Round3,
            4 => Rank::Round4,
            _ if *self.kind == *kind::EDIT => Rank::Edit,
            _ => Rank::Event,
        }
    }

    pub fn key(&self) -> EventKey {
        EventKey {
            at: self.occurred_at,
            rank: self.rank(),
            source: self.key_source().clone(),
            source_id: self.source_id.clone(),
        }
    }

    /// What stands for the source in its key.
    pub fn key_source(&self) -> &Arc<str> {
        if self.is_appended() { &self.kind } else { &self.source }
    }

    /// By a plugin, which is its source.
    pub fn is_appended(&self) -> bool {
        self.round > first_round()
    }

    /// Its key, without a copy of the texts.
    pub fn place(&self) -> Place<'_> {
        (self.occurred_at, self.rank(), self.key_source(), &self.source_id)
    }

    pub fn log_order(&self, other: &Event) -> std::cmp::Ordering {
        self.place().cmp(&other.place())
    }

    pub fn is_flagged(&self, flag: &str) -> bool {
        self.flags.iter().any(|own| own == flag)
    }
}
