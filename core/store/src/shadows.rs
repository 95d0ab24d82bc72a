//! What the other rule made of a trial, when it was counted last.

use crate::batch::args;
use crate::read::{Columns, Reader};
use crate::{ShadowRow, Store, StoreError};
use regulars_model::{DraftId, Instant};

impl Store {
    pub async fn find_shadow(&self, draft: DraftId) -> Result<Option<ShadowRow>, StoreError> {
        let sql = "SELECT draft_id, next_at, counted FROM shadow WHERE draft_id = $1";
        let read = |row: &dyn Columns| {
            let mut row = Reader::new(row, "shadow");
            Ok(ShadowRow {
                draft_id: DraftId(row.uuid()?),
                next_at: row.instant()?,
                counted: row.opt_string()?,
            })
        };
        self.db.fetch_one(sql, args![draft], read).await
    }

    /// To be counted by whoever asks, and by nobody else until `until`; false where it is not due.
    pub async fn take_shadow_turn(
        &self,
        draft: DraftId,
        now: Instant,
        until: Instant,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO shadow (draft_id, next_at) VALUES ($1, $3)
            ON CONFLICT (draft_id) DO UPDATE SET next_at = excluded.next_at
            WHERE shadow.next_at <= $2";
        let mut tx = self.db.begin().await?;
        let taken = tx.connection().execute(sql, args![draft, now, until]).await?;
        tx.commit().await?;
        Ok(taken == 1)
    }

    /// Of the turn that lasts until `until`; what was counted before stays where nothing is said.
    pub async fn end_shadow_turn(
        &self,
        draft: DraftId,
        until: Instant,
        next: Instant,
        counted: Option<&str>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE shadow SET next_at = $3, counted = coalesce($4, counted)
            WHERE draft_id = $1 AND next_at = $2";
        let mut tx = self.db.begin().await?;
        let ended = tx.connection().execute(sql, args![draft, until, next, counted]).await?;
        tx.commit().await?;
        Ok(ended == 1)
    }
}
