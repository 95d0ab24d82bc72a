//! Histories of many customers, for whoever plays them all: only the columns that rules read, and of each
//! customer [packed](crate::packed) into one text.

use crate::batch::{Batch, args};
use crate::db::Db;
use crate::decisions::{DECISION_COLUMNS, read_decision};
use crate::packed::{Unpack, id, packed};
use crate::read::{Columns, Reader};
use crate::timeline::{find_rank, source_of};
use crate::{CustomerRange, DecisionRow, Store, StoreError};
use regulars_model::event::{SourceRef, kind};
use regulars_model::{BusinessDay, CustomerId, Event, EventId, Instant, UnitId};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// Customers who have any.
pub type Histories = HashMap<CustomerId, Vec<Event>>;

impl Store {
    /// Events in no order, as far as rules read them: without id, author and when they were recorded; and
    /// without their bodies, except where the core itself reads those, unless they are asked for.
    pub async fn scan_histories(
        &self,
        range: CustomerRange,
        with_bodies: bool,
    ) -> Result<Histories, StoreError> {
        let sql = format!(
            "SELECT customer_id, string_agg({}, '') FROM event
            WHERE customer_id > $1 AND customer_id <= $2 GROUP BY customer_id",
            packed_event(&self.db, with_bodies)
        );
        unpack(self.db.fetch(sql, args![range.after, range.through], read_packed).await?)
    }

    /// Those of some customers after an instant each, in the same way.
    pub async fn list_tails(
        &self,
        of: &[(CustomerId, Instant)],
        with_bodies: bool,
    ) -> Result<Histories, StoreError> {
        let sql = format!(
            "WITH wanted(customer, since) AS ({{rows}})
            SELECT customer, (SELECT string_agg({}, '') FROM event
                WHERE customer_id = customer AND occurred_at > since)
            FROM wanted WHERE customer IS NOT NULL",
            packed_event(&self.db, with_bodies)
        );
        let batch = Batch::default()
            .uuids(of.iter().map(|(id, _)| id.0))
            .instants(of.iter().map(|(_, since)| *since));
        let mut lease = self.db.lease().await?;
        unpack(lease.connection().put(&sql, &batch, read_packed).await?)
    }

    /// Decisions in force that lie before an instant, or are held; in no order.
    pub async fn scan_decisions(
        &self,
        range: CustomerRange,
        before: Instant,
    ) -> Result<Vec<DecisionRow>, StoreError> {
        let sql = format!(
            "SELECT {DECISION_COLUMNS} FROM decision
            WHERE customer_id > $1 AND customer_id <= $2 AND at <= $3 AND voided_at IS NULL
            UNION ALL SELECT {DECISION_COLUMNS} FROM decision
            WHERE customer_id > $1 AND customer_id <= $2 AND at > $3
                AND fault IS NOT NULL AND voided_at IS NULL"
        );
        self.db.fetch(sql, args![range.after, range.through, before], read_decision).await
    }
}

fn packed_event(db: &Db, with_bodies: bool) -> String {
    let unit = id(db, "unit_id");
    let body = match with_bodies {
        true => "body".to_owned(),
        false => format!("CASE WHEN kind IN ('{}', '{}') THEN body END", kind::CONSENT, kind::EDIT),
    };
    packed(
        &["occurred_at", "rank", "business_day", "amount", "currency", &unit],
        &["source", "source_id", "kind", "refers_source", "refers_source_id", "flags", &body],
    )
}

fn read_packed(row: &dyn Columns) -> Result<(CustomerId, Option<String>), StoreError> {
    let mut row = Reader::new(row, "event");
    Ok((CustomerId(row.uuid()?), row.opt_string()?))
}

fn unpack(packed: Vec<(CustomerId, Option<String>)>) -> Result<Histories, StoreError> {
    let mut known = Texts::default();
    let unpack = |(customer, packed): (CustomerId, Option<String>)| {
        let packed = packed?;
        let events = read_events(Unpack(&packed), &mut known).ok_or_else(|| corrupt(customer));
        Some(events.map(|events| (customer, events)))
    };
    packed.into_iter().filter_map(unpack).collect()
}

fn corrupt(customer: CustomerId) -> StoreError {
    let fault = "the customer's events cannot be read".to_owned();
    StoreError::Corrupt { table: "event", id: customer.to_string(), fault }
}

/// Sources, kinds: few, and in nearly every event.
#[derive(Default)]
struct Texts(HashSet<Arc<str>>);

impl Texts {
    fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let shared: Arc<str> = text.into();
        self.0.insert(shared.clone());
        shared
    }
}

fn read_events(mut packed: Unpack<'_>, known: &mut Texts) -> Option<Vec<Event>> {
    let mut events = Vec::new();
    while !packed.is_empty() {
        events.push(read_event(&mut packed, known)?);
    }
    Some(events)
}

fn read_event(packed: &mut Unpack<'_>, known: &mut Texts) -> Option<Event> {
    let occurred_at = Instant(packed.number()??);
    let rank = find_rank(packed.number()??)?;
    let business_day = BusinessDay(packed.number()??);
    let (amount, currency) = (packed.number()?, packed.number()?);
    let unit_id = packed.number::<Uuid>()?.map(UnitId);
    let (place, source_id) = (packed.text()??, packed.text()??.into());
    let (kind, round) = (packed.text()??, rank.round());
    let refers_to = match (packed.text()?, packed.text()?) {
        (Some(source), Some(source_id)) => {
            Some(SourceRef { source: known.share(source), source_id: source_id.into() })
        }
        _ => None,
    };
    Some(Event {
        id: EventId(Uuid::nil()),
        kind: known.share(kind),
        occurred_at,
        recorded_at: occurred_at,
        round,
        business_day,
        offset_seconds: 0,
        unit_id,
        staff_id: None,
        source: known.share(source_of(place, round)),
        source_id,
        refers_to,
        amount,
        currency,
        flags: packed.json()?,
        body: packed.json()?,
    })
}
