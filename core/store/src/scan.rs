//! Walks over everything, in pages: to hold a new schema against the data that exists.

use crate::batch::args;
use crate::load::read_own_event;
use crate::read::{Columns, Reader};
use crate::timeline::{EVENT_COLUMNS, rank_number};
use crate::{Store, StoreError};
use regulars_model::{CustomerId, Event, EventKey, Instant};

impl Store {
    /// Ids in their order; merged customers too.
    pub async fn scan_customers(
        &self,
        after: Option<CustomerId>,
        limit: u32,
    ) -> Result<Vec<CustomerId>, StoreError> {
        let after = after.unwrap_or(CustomerId(uuid::Uuid::nil()));
        let sql = "SELECT id FROM customer WHERE id > $1 ORDER BY id LIMIT $2";
        let read = |row: &dyn Columns| Ok(CustomerId(Reader::new(row, "customer").uuid()?));
        self.db.fetch(sql, args![after, limit], read).await
    }

    /// Id and record (JSON), in the order of ids.
    pub async fn scan_records(
        &self,
        after: Option<CustomerId>,
        limit: u32,
    ) -> Result<Vec<(CustomerId, String)>, StoreError> {
        let after = after.unwrap_or(CustomerId(uuid::Uuid::nil()));
        let sql = "SELECT id, record FROM customer WHERE id > $1 ORDER BY id LIMIT $2";
        self.db
            .fetch(sql, args![after, limit], |row| {
                let mut row = Reader::new(row, "customer");
                Ok((CustomerId(row.uuid()?), row.string()?))
            })
            .await
    }

    /// Events of one kind with their customers, by customer and then in the order of the log.
    pub async fn scan_events_of_kind(
        &self,
        kind: &str,
        after: Option<(CustomerId, EventKey)>,
        limit: u32,
    ) -> Result<Vec<(CustomerId, Event)>, StoreError> {
        let (after, at, rank, source, source_id) = match &after {
            Some((id, key)) => (*id, key.at, rank_number(key.rank), &*key.source, &*key.source_id),
            None => (CustomerId(uuid::Uuid::nil()), Instant(i64::MIN), 0, "", ""),
        };
        let sql = format!(
            "SELECT {EVENT_COLUMNS} FROM event
            WHERE kind = $1
                AND (customer_id, occurred_at, rank, source, source_id) > ($3, $4, $5, $6, $7)
            ORDER BY customer_id, occurred_at, rank, source, source_id LIMIT $2"
        );
        let args = args![kind, limit, after, at, rank, source, source_id];
        self.db.fetch(sql, args, read_own_event).await
    }
}
