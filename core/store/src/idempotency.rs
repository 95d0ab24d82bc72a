//! First answers to idempotency keys; written with the changeset they answer.

use crate::batch::args;
use crate::{Store, StoreError};
use regulars_model::Instant;

impl Store {
    /// Forgets keys made before; how many they were.
    pub async fn purge_idempotency(&self, before: Instant) -> Result<u64, StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = "DELETE FROM idempotency WHERE created_at < $1";
        let purged = tx.connection().execute(sql, args![before]).await?;
        tx.commit().await?;
        Ok(purged)
    }
}
