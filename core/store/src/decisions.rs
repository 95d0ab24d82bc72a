//! Decisions of one customer.

use crate::batch::{Batch, args};
use crate::load::of_wanted;
use crate::read::{Columns, Reader};
use crate::timeline::find_rank;
use crate::{DecisionOutcome, DecisionRow, Store, StoreError};
use regulars_model::{CustomerId, DecisionId, EventId, Instant};

pub(crate) const DECISION_COLUMNS: &str = "customer_id, at, rank, plugin_id, id, event_id, cause, \
     plugin_version, settings_version, epoch, recorded_at, voided_at, outcome, request, result, \
     history, fault, left_out";

pub(crate) const CUSTOMER_OF_DECISION: &str = "SELECT customer_id FROM decision WHERE id = $1";

impl Store {
    /// The newest first, by instant and id; `before` is the last one of the page before.
    pub async fn list_decisions(
        &self,
        customer_id: CustomerId,
        before: Option<(Instant, DecisionId)>,
        include_voided: bool,
        limit: u32,
    ) -> Result<Vec<DecisionRow>, StoreError> {
        let mut args = args![customer_id, limit];
        let mut sql = format!("SELECT {DECISION_COLUMNS} FROM decision WHERE customer_id = $1");
        if let Some((at, id)) = before {
            args.extend(args![at, id]);
            sql += " AND (at, id) < ($3, $4)";
        }
        if !include_voided {
            sql += " AND voided_at IS NULL";
        }
        sql += " ORDER BY at DESC, id DESC LIMIT $2";
        self.db.fetch(sql, args, read_decision).await
    }

    /// All there is about these customers, voided ones too, by customer and then by instant and id.
    pub async fn list_decisions_of(
        &self,
        customers: &[CustomerId],
    ) -> Result<Vec<DecisionRow>, StoreError> {
        let sql = of_wanted(DECISION_COLUMNS, "decision", "customer_id");
        let batch = Batch::default().uuids(customers.iter().map(|id| id.0));
        let mut lease = self.db.lease().await?;
        let mut rows = lease.connection().put(&sql, &batch, read_decision).await?;
        rows.sort_by_key(|row| (row.customer_id, row.at, row.id));
        Ok(rows)
    }

    /// What was decided about one event, voided ones too.
    pub async fn list_decisions_of_event(
        &self,
        customer_id: CustomerId,
        at: Instant,
        event_id: EventId,
    ) -> Result<Vec<DecisionRow>, StoreError> {
        let sql = format!(
            "SELECT {DECISION_COLUMNS} FROM decision
            WHERE customer_id = $1 AND at = $2 AND event_id = $3 ORDER BY id"
        );
        self.db.fetch(sql, args![customer_id, at, event_id.0], read_decision).await
    }

    /// Whose it is, voided or not.
    pub async fn find_customer_of_decision(
        &self,
        id: DecisionId,
    ) -> Result<Option<CustomerId>, StoreError> {
        let read = |row: &dyn Columns| Ok(CustomerId(Reader::new(row, "decision").uuid()?));
        let found = self.db.fetch(CUSTOMER_OF_DECISION, args![id], read).await?;
        Ok(found.into_iter().next())
    }

    /// Those that stood on a day, in the order of the log: on record by then, and not voided yet.
    pub async fn list_decisions_known_at(
        &self,
        customer_id: CustomerId,
        known_at: Instant,
    ) -> Result<Vec<DecisionRow>, StoreError> {
        let sql = format!(
            "SELECT {DECISION_COLUMNS} FROM decision
            WHERE customer_id = $1 AND recorded_at <= $2
                AND (voided_at IS NULL OR voided_at > $2)
            ORDER BY at, rank, id"
        );
        self.db.fetch(sql, args![customer_id, known_at], read_decision).await
    }

    /// Those that stand, in the order of the log.
    pub async fn list_decisions_of_plugin(
        &self,
        customer_id: CustomerId,
        plugin_id: &str,
    ) -> Result<Vec<DecisionRow>, StoreError> {
        let sql = format!(
            "SELECT {DECISION_COLUMNS} FROM decision
            WHERE customer_id = $1 AND plugin_id = $2 AND voided_at IS NULL
            ORDER BY at, rank, id"
        );
        self.db.fetch(sql, args![customer_id, plugin_id], read_decision).await
    }
}

pub(crate) fn read_decision(row: &dyn Columns) -> Result<DecisionRow, StoreError> {
    read_own_decision(&mut Reader::new(row, "decision"))
}

/// Its columns alone, where others follow.
pub(crate) fn read_own_decision(row: &mut Reader<'_>) -> Result<DecisionRow, StoreError> {
    Ok(DecisionRow {
        customer_id: CustomerId(row.uuid()?),
        at: row.instant()?,
        rank: {
            let number = row.int()?;
            find_rank(number).ok_or_else(|| row.corrupt(format!("no rank has number {number}")))?
        },
        plugin_id: row.string()?,
        id: DecisionId(row.uuid()?),
        event_id: row.opt_uuid()?.map(EventId),
        cause: row.string()?,
        plugin_version: row.string()?,
        settings_version: row.int()?,
        epoch: row.int()?,
        recorded_at: row.instant()?,
        voided_at: row.opt_instant()?,
        outcome: row.word(DecisionOutcome::find)?,
        request: row.string()?,
        result: row.string()?,
        history: row.bool()?,
        fault: row.opt_string()?,
        left_out: row.opt_int()?,
    })
}
