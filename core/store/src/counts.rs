//! Counts of customers by the values of a field, and totals.

use crate::batch::{Arg, args};
use crate::read::Reader;
use crate::{Homes, Seen, Store, StoreError};
use regulars_model::UnitId;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldCounts {
    /// In the order of values; those nobody has are not listed.
    pub by_value: Vec<(String, i64)>,
    /// Customers who have no value for the field.
    pub without: i64,
    pub total: i64,
}

impl Store {
    /// Of the customers seen. Merged ones do not count.
    pub async fn count_by_field(
        &self,
        field: &str,
        seen: &Seen,
    ) -> Result<FieldCounts, StoreError> {
        let mut args = args![field];
        let within = seen.and(&mut args);
        let sql = format!(
            "SELECT value, count(*) FROM field_value
            JOIN customer ON customer.id = customer_id
            WHERE field = $1 AND merged_into IS NULL{within}
            GROUP BY value ORDER BY value"
        );
        let by_value = self
            .db
            .fetch(sql, args, |row| {
                let mut row = Reader::new(row, "field_value");
                Ok((row.string()?, row.int()?))
            })
            .await?;
        let total = self.count_seen(seen).await?;
        let with: i64 = by_value.iter().map(|(_, count)| count).sum();
        Ok(FieldCounts { by_value, without: total - with, total })
    }

    pub async fn count_customers(&self, units: Option<&[UnitId]>) -> Result<i64, StoreError> {
        let homes = units.map(|units| Homes { units: units.to_vec(), none: false });
        self.count_seen(&Seen { homes, assigned_to: None }).await
    }

    async fn count_seen(&self, seen: &Seen) -> Result<i64, StoreError> {
        let mut args = args![];
        let within = seen.and(&mut args);
        let sql = format!("SELECT count(*) FROM customer WHERE merged_into IS NULL{within}");
        self.count(sql, args).await
    }

    pub async fn count_events(&self) -> Result<i64, StoreError> {
        self.count("SELECT count(*) FROM event".to_owned(), args![]).await
    }

    pub async fn count_decisions(&self) -> Result<i64, StoreError> {
        self.count("SELECT count(*) FROM decision".to_owned(), args![]).await
    }

    /// Kind, number of events and the sum of their amounts. Reads the whole table.
    pub async fn sum_events_by_kind(&self) -> Result<Vec<(String, i64, i64)>, StoreError> {
        // Postgres widens a sum of integers, SQLite does not.
        let sql = "SELECT kind, count(*), CAST(coalesce(sum(amount), 0) AS BIGINT)
            FROM event GROUP BY kind ORDER BY kind";
        let read = |row: &dyn crate::read::Columns| {
            let mut row = Reader::new(row, "event");
            Ok((row.string()?, row.int()?, row.int()?))
        };
        self.db.fetch(sql, args![], read).await
    }

    async fn count(&self, sql: String, args: Vec<Arg>) -> Result<i64, StoreError> {
        let count = self.db.fetch_one(sql, args, |row| Reader::new(row, "count").int()).await?;
        Ok(count.unwrap_or_default())
    }
}
