//! Log-ins that were begun at an identity provider: only that there is such a one, and until when. What
//! they were begun with is its hash, so that nobody who reads this table can finish one.

use crate::batch::args;
use crate::{Store, StoreError};
use regulars_model::Instant;
use regulars_model::canonical::Hash;

impl Store {
    pub async fn add_provider_log_in(
        &self,
        hash: &Hash,
        expires_at: Instant,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO provider_log_in (hash, expires_at) VALUES ($1, $2)";
        self.write_provider_log_in(sql, args![hash, expires_at]).await.map(drop)
    }

    /// Once: false where it was taken before, by whatever process, or is over.
    pub async fn take_provider_log_in(
        &self,
        hash: &Hash,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM provider_log_in WHERE hash = $1 AND expires_at > $2";
        Ok(self.write_provider_log_in(sql, args![hash, now]).await? == 1)
    }

    /// Forgets those that nobody came back from.
    pub async fn purge_provider_log_ins(&self, now: Instant) -> Result<u64, StoreError> {
        let sql = "DELETE FROM provider_log_in WHERE expires_at <= $1";
        self.write_provider_log_in(sql, args![now]).await
    }

    async fn write_provider_log_in(
        &self,
        sql: &str,
        args: Vec<crate::batch::Arg>,
    ) -> Result<u64, StoreError> {
        let mut tx = self.db.begin().await?;
        let written = tx.connection().execute(sql.to_owned(), args).await?;
        tx.commit().await?;
        Ok(written)
    }
}
