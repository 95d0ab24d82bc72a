//! First answers to idempotency keys; written with what they are the answer to.

use crate::batch::{Batch, args};
use crate::db::Tx;
use crate::read::{Columns, Reader};
use crate::{IdempotencyRow, Store, StoreError};
use regulars_model::canonical::Hash;
use regulars_model::{Instant, limits};

const COLUMNS: &str = "key_hash, body_hash, status, response, created_at";

impl Store {
    /// A store whose next entry in the audit takes this answer with it, and so whatever change the entry
    /// is about: one transaction, which fails with [`StoreError::Answered`] where the key has an answer.
    pub fn answering(&self, answer: Option<IdempotencyRow>) -> Store {
        match answer {
            Some(answer) => Store { db: self.db.answering(answer) },
            None => self.clone(),
        }
    }

    /// May have expired: see [`IdempotencyRow::is_expired`].
    pub async fn find_answer(&self, key_hash: &Hash) -> Result<Option<IdempotencyRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM idempotency WHERE key_hash = $1");
        let read = |row: &dyn Columns| read_answer(&mut Reader::new(row, "idempotency"));
        self.db.fetch_one(sql, args![key_hash], read).await
    }

    /// Of a request that changed nothing; false where the key has an answer.
    pub async fn add_answer(&self, answer: &IdempotencyRow) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        match claim(&mut tx, answer).await {
            Ok(()) => tx.commit().await.map(|()| true),
            Err(StoreError::Answered) => tx.rollback().await.map(|()| false),
            Err(error) => Err(error),
        }
    }

    /// Forgets keys made before; how many they were.
    pub async fn purge_idempotency(&self, before: Instant) -> Result<u64, StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = "DELETE FROM idempotency WHERE created_at < $1";
        let purged = tx.connection().execute(sql, args![before]).await?;
        tx.commit().await?;
        Ok(purged)
    }
}

/// The key has this answer from now on, unless it has one.
pub(crate) async fn claim(tx: &mut Tx, answer: &IdempotencyRow) -> Result<(), StoreError> {
    let sql = format!("{} RETURNING key_hash", claim_key());
    let written = tx.connection().put(&sql, &batch(&[answer]), |_| Ok(())).await?;
    if written.is_empty() { Err(StoreError::Answered) } else { Ok(()) }
}

/// An expired key is as good as none.
pub(crate) fn claim_key() -> String {
    format!(
        "INSERT INTO idempotency ({COLUMNS}) {{rows}}
        ON CONFLICT (key_hash) DO UPDATE SET body_hash = excluded.body_hash,
            status = excluded.status, response = excluded.response,
            created_at = excluded.created_at
        WHERE idempotency.created_at <= excluded.created_at - {}",
        limits::IDEMPOTENCY_KEPT_US
    )
}

pub(crate) fn batch<'a>(answers: &[&'a IdempotencyRow]) -> Batch<'a> {
    Batch::default()
        .bytes(answers.iter().map(|row| row.key_hash.as_slice()))
        .bytes(answers.iter().map(|row| row.body_hash.as_slice()))
        .ints(answers.iter().map(|row| row.status))
        .texts(answers.iter().map(|row| row.response.as_str()))
        .instants(answers.iter().map(|row| row.created_at))
}

fn read_answer(row: &mut Reader<'_>) -> Result<IdempotencyRow, StoreError> {
    Ok(IdempotencyRow {
        key_hash: row.hash()?,
        body_hash: row.hash()?,
        status: row.int()?,
        response: row.string()?,
        created_at: row.instant()?,
    })
}
