//! Events of one customer, a page at a time: a range of the primary key, so each page costs the same.

use crate::batch::{Batch, args, list};
use crate::load::read_own_event;
use crate::read::{Columns, Reader};
use crate::{CorrectionRow, Store, StoreError};
use regulars_model::event::{Rank, SourceRef};
use regulars_model::{
    BusinessDay, CorrectionId, CustomerId, Event, EventId, EventKey, Instant, StaffId, UnitId,
};
use std::sync::Arc;

/// Uuids, integers, texts: the order in which a group is loaded.
pub(crate) const EVENT_COLUMNS: &str = "customer_id, id, unit_id, staff_id, occurred_at, \
     recorded_at, business_day, offset_seconds, amount, rank, source, source_id, kind, \
     refers_source, refers_source_id, currency, body, flags";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineQuery {
    pub customer_id: CustomerId,
    /// Empty for all.
    pub kinds: Vec<String>,
    /// From this instant on.
    pub from: Instant,
    /// Up to, and without, this instant.
    pub to: Instant,
    /// Last entry of the page before.
    pub before: Option<EventKey>,
    pub limit: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionQuery {
    pub customer_id: CustomerId,
    /// Recorded from this instant on.
    pub from: Instant,
    /// Up to, and without, this instant.
    pub to: Instant,
    /// Last one of the page before.
    pub before: Option<(Instant, CorrectionId)>,
    pub limit: u32,
}

impl Store {
    /// The newest first.
    pub async fn list_timeline(&self, query: &TimelineQuery) -> Result<Vec<Event>, StoreError> {
        let mut args = args![query.customer_id, query.from, query.to, query.limit];
        let mut sql = format!(
            "SELECT {EVENT_COLUMNS} FROM event
            WHERE customer_id = $1 AND occurred_at >= $2 AND occurred_at < $3"
        );
        if let Some(key) = &query.before {
            args.extend(args![key.at, rank_number(key.rank), &*key.source, &*key.source_id]);
            sql += " AND (occurred_at, rank, source, source_id) < ($5, $6, $7, $8)";
        }
        if !query.kinds.is_empty() {
            let kinds = list(&mut args, query.kinds.iter());
            sql += &format!(" AND kind IN ({kinds})");
        }
        sql += " ORDER BY occurred_at DESC, rank DESC, source DESC, source_id DESC LIMIT $4";
        Ok(self.db.fetch(sql, args, read_own_event).await?.into_iter().map(|own| own.1).collect())
    }

    /// The newest first.
    pub async fn list_corrections(
        &self,
        query: &CorrectionQuery,
    ) -> Result<Vec<CorrectionRow>, StoreError> {
        let mut args = args![query.customer_id, query.from, query.to, query.limit];
        let mut sql = "SELECT customer_id, recorded_at, id, content FROM correction
            WHERE customer_id = $1 AND recorded_at >= $2 AND recorded_at < $3"
            .to_owned();
        if let Some((at, id)) = query.before {
            args.extend(args![at, id.0]);
            sql += " AND (recorded_at, id) < ($5, $6)";
        }
        sql += " ORDER BY recorded_at DESC, id DESC LIMIT $4";
        self.db.fetch(sql, args, read_correction).await
    }

    pub async fn find_event(
        &self,
        customer_id: CustomerId,
        key: &EventKey,
    ) -> Result<Option<Event>, StoreError> {
        let sql = format!(
            "SELECT {EVENT_COLUMNS} FROM event
            WHERE customer_id = $1 AND occurred_at = $2 AND rank = $3
                AND source = $4 AND source_id = $5"
        );
        let args = args![customer_id, key.at, rank_number(key.rank), &*key.source, &*key.source_id];
        Ok(self.db.fetch_one(sql, args, read_own_event).await?.map(|own| own.1))
    }

    /// Events by their ids, in the order of the log; unknown ones are left out.
    pub async fn list_events(
        &self,
        customer_id: CustomerId,
        ids: &[EventId],
    ) -> Result<Vec<Event>, StoreError> {
        let sql = format!(
            "WITH wanted(customer, event) AS ({{rows}})
            SELECT {EVENT_COLUMNS} FROM event
            WHERE (customer_id, id) IN (SELECT customer, event FROM wanted)"
        );
        let batch = Batch::default()
            .uuids(ids.iter().map(|_| customer_id.0))
            .uuids(ids.iter().map(|id| id.0));
        let mut lease = self.db.lease().await?;
        let own = lease.connection().put(&sql, &batch, read_own_event).await?;
        let mut events: Vec<Event> = own.into_iter().map(|own| own.1).collect();
        events.sort_by(Event::log_order);
        Ok(events)
    }
}

fn read_correction(row: &dyn Columns) -> Result<CorrectionRow, StoreError> {
    let mut row = Reader::new(row, "correction");
    Ok(CorrectionRow {
        customer_id: CustomerId(row.uuid()?),
        recorded_at: row.instant()?,
        id: CorrectionId(row.uuid()?),
        content: row.string()?,
    })
}

const RANKS: [Rank; 8] = [
    Rank::Expiry,
    Rank::Wake,
    Rank::Settings,
    Rank::Event,
    Rank::Edit,
    Rank::Round2,
    Rank::Round3,
    Rank::Round4,
];

/// Ranks are stored by their place in the order of the log.
pub(crate) fn rank_number(rank: Rank) -> i64 {
    rank as i64
}

pub(crate) fn find_rank(number: i64) -> Option<Rank> {
    RANKS.get(usize::try_from(number).ok()?).copied()
}

/// Everything after the customer's id.
pub(crate) fn read_event(row: &mut Reader<'_>) -> Result<Event, StoreError> {
    let id = EventId(row.uuid()?);
    let unit_id = row.opt_uuid()?.map(UnitId);
    let staff_id = row.opt_uuid()?.map(StaffId);
    let (occurred_at, recorded_at) = (row.instant()?, row.instant()?);
    let (business_day, offset_seconds) = (BusinessDay(row.narrow()?), row.narrow()?);
    let amount = row.opt_int()?;
    let rank = find_rank(row.int()?).ok_or_else(|| row.corrupt("not a rank"))?;
    let (place, source_id) = (row.text()?, row.text()?.into());
    let kind: Arc<str> = row.text()?.into();
    let round = rank.round();
    let source = source_of(place, round).into();
    let refers_to = match (row.opt_text()?, row.opt_text()?) {
        (Some(source), Some(source_id)) => {
            Some(SourceRef { source: source.into(), source_id: source_id.into() })
        }
        _ => None,
    };
    let currency = match row.opt_text()? {
        Some(code) => Some(code.parse().map_err(|_| row.corrupt("not a currency"))?),
        None => None,
    };
    let (body, flags) = (read_json(row)?, read_json(row)?);
    Ok(Event {
        id,
        kind,
        occurred_at,
        recorded_at,
        round,
        business_day,
        offset_seconds,
        unit_id,
        staff_id,
        source,
        source_id,
        refers_to,
        amount,
        currency,
        body,
        flags,
    })
}

/// What a plugin appended is stored under its kind, `plugin.name`, which is its place in the log.
pub(crate) fn source_of(place: &str, round: u8) -> &str {
    let plugin = place.split_once('.').filter(|_| round > 1).map(|(plugin, _)| plugin);
    plugin.unwrap_or(place)
}

fn read_json<T: serde::de::DeserializeOwned + Default>(
    row: &mut Reader<'_>,
) -> Result<T, StoreError> {
    match row.opt_text()? {
        Some(text) => serde_json::from_str(text).map_err(|error| row.corrupt(error.to_string())),
        None => Ok(T::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rank_reads_back_from_its_number() {
        for rank in RANKS {
            assert_eq!(find_rank(rank_number(rank)), Some(rank));
        }
        assert!(RANKS.is_sorted());
        assert_eq!(find_rank(8), None);
    }
}
