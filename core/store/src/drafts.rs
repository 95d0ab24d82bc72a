//! Changes of a plugin that are prepared, tried and put in force.

use crate::audit::add;
use crate::batch::args;
use crate::db::Tx;
use crate::read::{Columns, Reader};
use crate::{AuditRow, DraftRow, DraftState, Store, StoreError};
use regulars_model::{DraftId, Instant, StaffId};

const DRAFT_COLUMNS: &str = "id, plugin_id, title, changes, state, base, settings_version, \
    in_force_from, scheduled_at, scheduled_units, problem, version, created_at, created_by, \
    changed_at, changed_by";

impl Store {
    pub async fn add_draft(&self, draft: &DraftRow, audit: &AuditRow) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO draft ({DRAFT_COLUMNS}) VALUES
            ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        );
        let args = args![
            draft.id,
            &draft.plugin_id,
            &draft.title,
            &draft.changes,
            draft.state.name(),
            draft.base,
            draft.settings_version,
            draft.in_force_from,
            draft.scheduled_at,
            draft.scheduled_units.as_deref(),
            draft.problem.as_deref(),
            draft.version,
            draft.created_at,
            draft.created_by,
            draft.changed_at,
            draft.changed_by
        ];
        let mut tx = self.db.begin().await?;
        tx.connection().execute(sql, args).await?;
        add(&mut tx, audit).await?;
        tx.commit().await
    }

    pub async fn find_draft(&self, id: DraftId) -> Result<Option<DraftRow>, StoreError> {
        let sql = format!("SELECT {DRAFT_COLUMNS} FROM draft WHERE id = $1");
        self.db.fetch_one(sql, args![id], read_draft).await
    }

    /// The newest first, from before `before` on.
    pub async fn list_drafts(
        &self,
        before: Option<DraftId>,
        limit: u32,
    ) -> Result<Vec<DraftRow>, StoreError> {
        let last = before.unwrap_or(DraftId(uuid::Uuid::max()));
        let sql =
            format!("SELECT {DRAFT_COLUMNS} FROM draft WHERE id < $1 ORDER BY id DESC LIMIT $2");
        self.db.fetch(sql, args![last, limit], read_draft).await
    }

    /// Those that are to go further by themselves, the longest due first.
    pub async fn list_scheduled_drafts(&self, now: Instant) -> Result<Vec<DraftRow>, StoreError> {
        let sql = format!(
            "SELECT {DRAFT_COLUMNS} FROM draft
            WHERE scheduled_at IS NOT NULL AND scheduled_at <= $1 ORDER BY scheduled_at, id"
        );
        self.db.fetch(sql, args![now], read_draft).await
    }

    /// With the next version; false where somebody else has changed it since it was read.
    pub async fn change_draft(
        &self,
        draft: &DraftRow,
        audit: &AuditRow,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let is_current = write_draft(&mut tx, draft).await?;
        if !is_current {
            tx.rollback().await?;
            return Ok(false);
        }
        add(&mut tx, audit).await?;
        tx.commit().await?;
        Ok(is_current)
    }
}

/// What can change of one; false where it is not at the version it was read at.
pub(crate) async fn write_draft(tx: &mut Tx, draft: &DraftRow) -> Result<bool, StoreError> {
    let sql = "UPDATE draft SET state = $3, base = $4, settings_version = $5, in_force_from = $6,
            scheduled_at = $7, scheduled_units = $8, problem = $9, changed_at = $10,
            changed_by = $11, version = version + 1
        WHERE id = $1 AND version = $2";
    let args = args![
        draft.id,
        draft.version,
        draft.state.name(),
        draft.base,
        draft.settings_version,
        draft.in_force_from,
        draft.scheduled_at,
        draft.scheduled_units.as_deref(),
        draft.problem.as_deref(),
        draft.changed_at,
        draft.changed_by
    ];
    Ok(tx.connection().execute(sql, args).await? == 1)
}

fn read_draft(row: &dyn Columns) -> Result<DraftRow, StoreError> {
    let mut row = Reader::new(row, "draft");
    Ok(DraftRow {
        id: DraftId(row.uuid()?),
        plugin_id: row.string()?,
        title: row.string()?,
        changes: row.string()?,
        state: row.word(DraftState::find)?,
        base: row.int()?,
        settings_version: row.opt_int()?,
        in_force_from: row.opt_instant()?,
        scheduled_at: row.opt_instant()?,
        scheduled_units: row.opt_string()?,
        problem: row.opt_string()?,
        version: row.int()?,
        created_at: row.instant()?,
        created_by: row.opt_uuid()?.map(StaffId),
        changed_at: row.instant()?,
        changed_by: row.opt_uuid()?.map(StaffId),
    })
}
