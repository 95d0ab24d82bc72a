//! Customers about whom something is to be decided, found by index: the work grows with what
//! changes, never with the number of customers.

use crate::batch::args;
use crate::read::{Columns, Reader};
use crate::{Store, StoreError};
use regulars_model::{CustomerId, Instant};

/// The number is `Instant::NEVER`; the index has it too, and is not used without it.
pub(crate) const DUE: &str = "SELECT id FROM customer
    WHERE due_at <= $1 AND due_at < 2305843009213693951 AND merged_into IS NULL
    ORDER BY due_at LIMIT $2";

pub(crate) const OUTDATED: &str = "SELECT id FROM customer
    WHERE epoch < $1 AND merged_into IS NULL AND due_at > $2
    ORDER BY epoch LIMIT $3";

impl Store {
    /// Due by `now`, the longest due first; then those decided under an epoch older than `epoch`.
    pub async fn list_due(
        &self,
        now: Instant,
        epoch: i64,
        limit: u32,
    ) -> Result<Vec<CustomerId>, StoreError> {
        let read = |row: &dyn Columns| Ok(CustomerId(Reader::new(row, "customer").uuid()?));
        let mut due = self.db.fetch(DUE, args![now, limit], read).await?;
        let rest = limit.saturating_sub(due.len() as u32);
        if rest > 0 {
            due.extend(self.db.fetch(OUTDATED, args![epoch, now, rest], read).await?);
        }
        Ok(due)
    }

    /// How many [`Store::list_due`] would list without a limit.
    pub async fn count_due(&self, now: Instant, epoch: i64) -> Result<i64, StoreError> {
        let count = |rows: &str| format!("SELECT COUNT(*) FROM ({rows}) AS due");
        let read = |row: &dyn Columns| Reader::new(row, "customer").int();
        let due = self.db.fetch_one(count(DUE), args![now, i64::MAX], read).await?;
        let outdated =
            self.db.fetch_one(count(OUTDATED), args![epoch, now, i64::MAX], read).await?;
        Ok(due.unwrap_or(0) + outdated.unwrap_or(0))
    }

    /// When the next customer is due; None where nothing is pending.
    pub async fn find_next_due(&self) -> Result<Option<Instant>, StoreError> {
        let sql = "SELECT due_at FROM customer
            WHERE due_at < 2305843009213693951 AND merged_into IS NULL
            ORDER BY due_at LIMIT 1";
        self.db.fetch_one(sql, args![], |row| Reader::new(row, "customer").instant()).await
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn never_is_the_number_the_index_leaves_out() {
        assert_eq!(regulars_model::Instant::NEVER.0, 2_305_843_009_213_693_951);
    }
}
