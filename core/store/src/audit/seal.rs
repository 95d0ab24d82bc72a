//! Entries get their number and hash after the commit they came with, so that no customer's commit
//! waits for another's: one holder at a time, some hundred entries at once.

use super::chain::{BEGINNING, seal};
use super::{COLUMNS, read_entry};
use crate::batch::{Batch, args};
use crate::db::Tx;
use crate::read::Reader;
use crate::{AuditEntry, Seal, Store, StoreError, dialect};

const BATCH: usize = 500;

pub(crate) const ANY_UNSEALED: &str = "SELECT at FROM audit WHERE number IS NULL LIMIT 1";
pub(crate) const HEAD: &str = "SELECT number, hash FROM audit WHERE number IS NOT NULL
    ORDER BY number DESC LIMIT 1";
pub(crate) const SEALED: &str = "WITH sealed(of_id, of_number, of_hash) AS ({rows})
    UPDATE audit SET number = of_number, hash = of_hash FROM sealed
    WHERE id = of_id AND number IS NULL RETURNING id";

impl Store {
    /// Seals whatever has been committed; how many entries it was. Any number of processes may do so at
    /// once, and there is one chain.
    pub async fn seal_audit(&self) -> Result<usize, StoreError> {
        let mut sealed = 0;
        loop {
            let waiting = self.db.fetch(ANY_UNSEALED, args![], |_| Ok(())).await?;
            if waiting.is_empty() {
                return Ok(sealed);
            }
            sealed += self.seal_some().await?;
        }
    }

    async fn seal_some(&self) -> Result<usize, StoreError> {
        let mut tx = self.db.begin().await?;
        if !tx.is_sqlite() {
            tx.connection().script(dialect::POSTGRES_SEAL_LOCK).await?;
        }
        let mut waiting = list_unsealed(&mut tx).await?;
        waiting.sort_by_key(|entry| entry.row.id);
        let mut last = head(&mut tx).await?.unwrap_or(BEGINNING);
        let mut seals = Vec::with_capacity(waiting.len());
        for entry in &waiting {
            last = seal(&last, &entry.row);
            seals.push(last);
        }
        let batch = Batch::default()
            .uuids(waiting.iter().map(|entry| entry.row.id.0))
            .ints(seals.iter().map(|seal| seal.number))
            .bytes(seals.iter().map(|seal| seal.hash.as_slice()));
        let written = tx.connection().put(SEALED, &batch, |_| Ok(())).await?;
        if written.len() != waiting.len() {
            // Nobody else seals meanwhile, so somebody who knows no lock has been at the table.
            tx.rollback().await?;
            return Ok(0);
        }
        tx.commit().await?;
        Ok(waiting.len())
    }
}

async fn list_unsealed(tx: &mut Tx) -> Result<Vec<AuditEntry>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE number IS NULL LIMIT $1");
    tx.connection().fetch(sql, args![BATCH as i64], read_entry).await
}

pub(super) async fn head(tx: &mut Tx) -> Result<Option<Seal>, StoreError> {
    let read = |row: &dyn crate::read::Columns| {
        let mut row = Reader::new(row, "audit");
        Ok(Seal { number: row.int()?, hash: row.hash()? })
    };
    Ok(tx.connection().fetch(HEAD, args![], read).await?.pop())
}
