//! Histories of many customers, for whoever plays them all: only the columns that rules read, and of each
//! customer packed into one text by the database. A row for each event costs several times as much to hand over.

use crate::batch::args;
use crate::db::Db;
use crate::decisions::{DECISION_COLUMNS, read_decision};
use crate::read::{Columns, Reader};
use crate::timeline::{find_rank, source_of};
use crate::{CustomerRange, DecisionRow, Store, StoreError, dialect};
use regulars_model::event::{SourceRef, kind};
use regulars_model::{BusinessDay, CustomerId, Event, EventId, Instant, UnitId};
use std::collections::{HashMap, HashSet};
use std::str::FromStr;
use std::sync::Arc;
use uuid::Uuid;

impl Store {
    /// Events in no order, as far as rules read them: without id, author and when they were recorded; and
    /// without their bodies, except where the core itself reads those, unless they are asked for.
    pub async fn scan_histories(
        &self,
        range: CustomerRange,
        with_bodies: bool,
    ) -> Result<HashMap<CustomerId, Vec<Event>>, StoreError> {
        let sql = format!(
            "SELECT customer_id, string_agg({}, '') FROM event
            WHERE customer_id > $1 AND customer_id <= $2 GROUP BY customer_id",
            packed(&self.db, with_bodies)
        );
        let packed = |row: &dyn Columns| {
            let mut row = Reader::new(row, "event");
            Ok((CustomerId(row.uuid()?), row.string()?))
        };
        let histories = self.db.fetch(sql, args![range.after, range.through], packed).await?;
        let mut known = Texts::default();
        let unpack = |(customer, packed): (CustomerId, String)| {
            let events = Unpack { rest: &packed, known: &mut known }.events();
            let events = events.ok_or_else(|| corrupt(customer))?;
            Ok((customer, events))
        };
        histories.into_iter().map(unpack).collect()
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

/// An event as a text: numbers end with a blank, and each text says before its colon how long it is, or
/// nothing where there is none. An event tells its own end, so several need nothing between them.
fn packed(db: &Db, with_bodies: bool) -> String {
    let unit = match db.is_sqlite() {
        true => dialect::SQLITE_UNIT_TEXT,
        false => dialect::POSTGRES_UNIT_TEXT,
    };
    let numbers = ["occurred_at", "rank", "business_day", "amount", "currency", unit];
    let body = match with_bodies {
        true => "body".to_owned(),
        false => format!("CASE WHEN kind IN ('{}', '{}') THEN body END", kind::CONSENT, kind::EDIT),
    };
    let texts =
        ["source", "source_id", "kind", "refers_source", "refers_source_id", "flags", &body];
    let numbers = numbers.map(|column| format!("{column}, ' '"));
    let texts = texts.map(|text| format!("octet_length({text}), ':', {text}"));
    format!("concat({}, {})", numbers.join(", "), texts.join(", "))
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

struct Unpack<'t, 'k> {
    rest: &'t str,
    known: &'k mut Texts,
}

/// None where what is there is not what was packed.
impl<'t> Unpack<'t, '_> {
    fn events(mut self) -> Option<Vec<Event>> {
        let mut events = Vec::new();
        while !self.rest.is_empty() {
            events.push(self.event()?);
        }
        Some(events)
    }

    fn event(&mut self) -> Option<Event> {
        let occurred_at = Instant(self.number()??);
        let rank = find_rank(self.number()??)?;
        let business_day = BusinessDay(self.number()??);
        let (amount, currency) = (self.number()?, self.number()?);
        let unit_id = self.number::<Uuid>()?.map(UnitId);
        let (place, source_id) = (self.text()??, self.text()??.into());
        let (kind, round) = (self.text()??, rank.round());
        let refers_to = match (self.text()?, self.text()?) {
            (Some(source), Some(source_id)) => {
                Some(SourceRef { source: self.known.share(source), source_id: source_id.into() })
            }
            _ => None,
        };
        Some(Event {
            id: EventId(Uuid::nil()),
            kind: self.known.share(kind),
            occurred_at,
            recorded_at: occurred_at,
            round,
            business_day,
            offset_seconds: 0,
            unit_id,
            staff_id: None,
            source: self.known.share(source_of(place, round)),
            source_id,
            refers_to,
            amount,
            currency,
            flags: self.json()?,
            body: self.json()?,
        })
    }

    /// Or none, where there is nothing before the blank.
    fn number<T: FromStr>(&mut self) -> Option<Option<T>> {
        let (word, rest) = self.rest.split_once(' ')?;
        self.rest = rest;
        if word.is_empty() { Some(None) } else { word.parse().ok().map(Some) }
    }

    fn text(&mut self) -> Option<Option<&'t str>> {
        let (length, rest) = self.rest.split_once(':')?;
        if length.is_empty() {
            self.rest = rest;
            return Some(None);
        }
        let (text, rest) = rest.split_at_checked(length.parse().ok()?)?;
        self.rest = rest;
        Some(Some(text))
    }

    fn json<T: serde::de::DeserializeOwned + Default>(&mut self) -> Option<T> {
        match self.text()? {
            Some(text) => serde_json::from_str(text).ok(),
            None => Some(T::default()),
        }
    }
}
