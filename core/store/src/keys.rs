//! Keys of the REST interface, known by their hash only.

use crate::audit::add;
use crate::batch::args;
use crate::read::{Columns, Reader};
use crate::{AuditRow, KeyRow, Store, StoreError};
use regulars_model::canonical::Hash;
use regulars_model::{Instant, KeyId};

const KEY_COLUMNS: &str =
    "id, name, role, key_hash, created_at, revoked_at, units, actions, expires_at";

impl Store {
    pub async fn add_key(&self, key: &KeyRow, audit: &AuditRow) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO api_key ({KEY_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        );
        let args = args![
            key.id,
            &key.name,
            &key.role,
            &key.key_hash,
            key.created_at,
            key.revoked_at,
            json_of(&key.units),
            key.actions.as_deref().map(json_of),
            key.expires_at
        ];
        let mut tx = self.db.begin().await?;
        tx.connection().execute(sql, args).await?;
        add(&mut tx, audit).await?;
        tx.commit().await
    }

    /// Revoked ones too: whoever asks must look.
    pub async fn find_key(&self, key_hash: &Hash) -> Result<Option<KeyRow>, StoreError> {
        let sql = format!("SELECT {KEY_COLUMNS} FROM api_key WHERE key_hash = $1");
        self.db.fetch_one(sql, args![key_hash], read_key).await
    }

    pub async fn list_keys(&self) -> Result<Vec<KeyRow>, StoreError> {
        let sql = format!("SELECT {KEY_COLUMNS} FROM api_key ORDER BY id");
        self.db.fetch(sql, args![], read_key).await
    }

    /// False where there is no such key, or it was revoked before.
    pub async fn revoke_key(
        &self,
        id: KeyId,
        at: Instant,
        audit: &AuditRow,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = "UPDATE api_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
        let revoked = tx.connection().execute(sql, args![id, at]).await?;
        if revoked == 1 {
            add(&mut tx, audit).await?;
        }
        tx.commit().await?;
        Ok(revoked == 1)
    }
}

fn read_key(row: &dyn Columns) -> Result<KeyRow, StoreError> {
    let mut row = Reader::new(row, "api_key");
    Ok(KeyRow {
        id: KeyId(row.uuid()?),
        name: row.string()?,
        role: row.string()?,
        key_hash: row.hash()?,
        created_at: row.instant()?,
        revoked_at: row.opt_instant()?,
        units: row.json()?,
        actions: row.opt_json()?,
        expires_at: row.opt_instant()?,
    })
}

pub(crate) fn json_of(words: &[String]) -> String {
    serde_json::Value::from(words.to_vec()).to_string()
}
