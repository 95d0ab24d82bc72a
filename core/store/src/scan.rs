//! Walks over everything, in pages, each a short read of its own: to hold a new schema against the data
//! that exists, or to ask what a change of rules would do.

use crate::batch::{Batch, args};
use crate::load::{of_wanted, read_own_event};
use crate::outbox::{MESSAGE_COLUMNS, read_message};
use crate::packed::{Unpack, id, packed};
use crate::read::{Columns, Reader};
use crate::tasks::{TASK_COLUMNS, read_task};
use crate::timeline::{EVENT_COLUMNS, rank_number};
use crate::{CustomerRow, MessageRow, Store, StoreError, TaskRow};
use regulars_model::{CustomerId, Event, EventKey, Instant, StaffId, UnitId};
use std::collections::HashSet;
use uuid::Uuid;

/// By an index of what is held, which is nearly nothing.
pub(crate) const HELD: &str = "SELECT customer_id FROM decision
    WHERE customer_id > $1 AND customer_id <= $2 AND fault IS NOT NULL AND voided_at IS NULL";

/// Customers after one id and up to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomerRange {
    pub after: CustomerId,
    pub through: CustomerId,
}

/// What people have been given.
pub struct Given {
    pub tasks: Vec<TaskRow>,
    pub messages: Vec<MessageRow>,
}

impl Store {
    /// The next so many customers, merged ones too; none when there are no more.
    pub async fn next_customers(
        &self,
        after: Option<CustomerRange>,
        count: u32,
    ) -> Result<Option<CustomerRange>, StoreError> {
        let after = after.map_or(CustomerId(Uuid::nil()), |before| before.through);
        let read = |row: &dyn Columns| Ok(CustomerId(Reader::new(row, "customer").uuid()?));
        let sql = "SELECT id FROM customer WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2";
        let last = self.db.fetch_one(sql, args![after, count.saturating_sub(1)], read).await?;
        let through = match last {
            Some(last) => Some(last),
            None => {
                let sql = "SELECT id FROM customer WHERE id > $1 ORDER BY id DESC LIMIT 1";
                self.db.fetch_one(sql, args![after], read).await?
            }
        };
        Ok(through.map(|through| CustomerRange { after, through }))
    }

    /// Nothing but the ids, in their order; merged ones too.
    pub async fn scan_customer_ids(
        &self,
        after: Option<CustomerId>,
        limit: u32,
    ) -> Result<Vec<CustomerId>, StoreError> {
        let after = after.unwrap_or(CustomerId(Uuid::nil()));
        let sql = "SELECT id FROM customer WHERE id > $1 ORDER BY id LIMIT $2";
        let read = |row: &dyn Columns| Ok(CustomerId(Reader::new(row, "customer").uuid()?));
        self.db.fetch(sql, args![after, limit], read).await
    }

    /// In the order of ids; merged ones too. All of a range in one text.
    pub async fn scan_customers(
        &self,
        range: CustomerRange,
    ) -> Result<Vec<CustomerRow>, StoreError> {
        let ids = ["id", "home_unit_id", "assigned_to", "merged_into"];
        let ids = ids.map(|column| id(&self.db, column));
        let mut numbers: Vec<&str> = ids.iter().map(String::as_str).collect();
        numbers.extend(["version", "profile_version", "epoch"]);
        numbers.extend(["due_at", "decided_through", "created_at"]);
        let sql = format!(
            "SELECT string_agg({}, '') FROM customer WHERE id > $1 AND id <= $2",
            packed(&numbers, &["record", "state"])
        );
        let read = |row: &dyn Columns| Reader::new(row, "customer").opt_string();
        let page = self.db.fetch_one(sql, args![range.after, range.through], read).await?;
        let page = page.flatten().unwrap_or_default();
        let mut packed = Unpack(&page);
        let mut customers: Vec<CustomerRow> = Vec::new();
        while !packed.is_empty() {
            let customer = unpack_customer(&mut packed);
            customers.push(customer.ok_or_else(|| corrupt(customers.last()))?);
        }
        customers.sort_unstable_by_key(|customer| customer.id);
        Ok(customers)
    }

    /// Those of whom a decision is held.
    pub async fn scan_held(&self, range: CustomerRange) -> Result<HashSet<CustomerId>, StoreError> {
        let read = |row: &dyn Columns| Ok(CustomerId(Reader::new(row, "decision").uuid()?));
        let held = self.db.fetch(HELD, args![range.after, range.through], read).await?;
        Ok(held.into_iter().collect())
    }

    /// Those of one kind, in no order.
    pub async fn list_events_of_kind(
        &self,
        of: &[CustomerId],
        kind: &str,
    ) -> Result<Vec<(CustomerId, Event)>, StoreError> {
        let sql = format!(
            "WITH wanted(customer, of_kind) AS ({{rows}})
            SELECT {EVENT_COLUMNS} FROM wanted CROSS JOIN event
            WHERE event.customer_id = wanted.customer AND event.kind = wanted.of_kind"
        );
        let batch = Batch::default().uuids(of.iter().map(|id| id.0)).texts(of.iter().map(|_| kind));
        let mut lease = self.db.lease().await?;
        lease.connection().put(&sql, &batch, read_own_event).await
    }

    /// Tasks and all that leaves by the outbox, in no order.
    pub async fn list_given(&self, of: &[CustomerId]) -> Result<Given, StoreError> {
        let batch = Batch::default().uuids(of.iter().map(|id| id.0));
        let mut lease = self.db.lease().await?;
        let sql = of_wanted(TASK_COLUMNS, "task", "customer_id");
        let tasks = lease.connection().put(&sql, &batch, read_task).await?;
        let sql = of_wanted(MESSAGE_COLUMNS, "message", "customer_id");
        let messages = lease.connection().put(&sql, &batch, read_message).await?;
        Ok(Given { tasks, messages })
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

fn unpack_customer(packed: &mut Unpack<'_>) -> Option<CustomerRow> {
    Some(CustomerRow {
        id: CustomerId(packed.number()??),
        home_unit_id: packed.number()?.map(UnitId),
        assigned_to: packed.number()?.map(StaffId),
        merged_into: packed.number()?.map(CustomerId),
        version: packed.number()??,
        profile_version: packed.number()??,
        epoch: packed.number()??,
        due_at: Instant(packed.number()??),
        decided_through: Instant(packed.number()??),
        created_at: Instant(packed.number()??),
        record: packed.text()??.to_owned(),
        state: packed.text()??.to_owned(),
    })
}

fn corrupt(before: Option<&CustomerRow>) -> StoreError {
    let id =
        before.map_or_else(|| "the first of a page".to_owned(), |row| format!("after {}", row.id));
    let fault = "the row cannot be read".to_owned();
    StoreError::Corrupt { table: "customer", id, fault }
}
