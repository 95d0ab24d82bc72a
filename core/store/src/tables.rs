//! Reference tables of plugins, by the hash of what they hold.

use crate::batch::args;
use crate::read::{Columns, Reader};
use crate::{Store, StoreError};
use regulars_model::Instant;
use regulars_model::canonical::Hash;

impl Store {
    /// What is there stays as it is: the same hash is the same content.
    pub async fn add_table(
        &self,
        plugin_id: &str,
        hash: &Hash,
        content: &str,
        now: Instant,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO plugin_table (plugin_id, hash, content, created_at)
            VALUES ($1, $2, $3, $4) ON CONFLICT (plugin_id, hash) DO NOTHING";
        let mut tx = self.db.begin().await?;
        tx.connection().execute(sql, args![plugin_id, hash, content, now]).await?;
        tx.commit().await
    }

    pub async fn find_table(
        &self,
        plugin_id: &str,
        hash: &Hash,
    ) -> Result<Option<String>, StoreError> {
        let sql = "SELECT content FROM plugin_table WHERE plugin_id = $1 AND hash = $2";
        let read = |row: &dyn Columns| Reader::new(row, "plugin_table").string();
        self.db.fetch_one(sql, args![plugin_id, hash], read).await
    }
}
