//! Long questions: what was asked, how far it is, what came of it.

use crate::audit::{add, enter};
use crate::batch::args;
use crate::read::{Columns, Reader};
use crate::{AuditRow, JobRow, JobState, Store, StoreError};
use regulars_model::{Instant, JobId, StaffId};

const JOB_COLUMNS: &str =
    "id, kind, request, state, done, total, created_at, created_by, updated_at, result";

impl Store {
    pub async fn add_job(&self, job: &JobRow, audit: &AuditRow) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO job ({JOB_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        );
        let args = args![
            job.id,
            &job.kind,
            &job.request,
            job.state.name(),
            job.done,
            job.total,
            job.created_at,
            job.created_by,
            job.updated_at,
            job.result.as_deref()
        ];
        let mut tx = self.db.begin().await?;
        tx.connection().execute(sql, args).await?;
        add(&mut tx, audit).await?;
        tx.commit().await
    }

    pub async fn find_job(&self, id: JobId) -> Result<Option<JobRow>, StoreError> {
        let sql = format!("SELECT {JOB_COLUMNS} FROM job WHERE id = $1");
        self.db.fetch_one(sql, args![id], read_job).await
    }

    /// How far it is; false where it is no longer running, since somebody has cancelled it.
    pub async fn move_job(
        &self,
        id: JobId,
        done: i64,
        total: i64,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE job SET done = $2, total = $3, updated_at = $4
            WHERE id = $1 AND state = 'running'";
        self.change_job(sql.to_owned(), args![id, done, total, at], None).await
    }

    /// False where it is no longer running.
    pub async fn end_job(
        &self,
        id: JobId,
        state: JobState,
        result: Option<&str>,
        at: Instant,
        audit: Option<&AuditRow>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE job SET state = $2, result = $3, updated_at = $4
            WHERE id = $1 AND state = 'running'";
        self.change_job(sql.to_owned(), args![id, state.name(), result, at], audit).await
    }

    /// Forgets those that ended before; how many they were.
    pub async fn purge_jobs(&self, before: Instant) -> Result<u64, StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = "DELETE FROM job WHERE updated_at < $1";
        let purged = tx.connection().execute(sql, args![before]).await?;
        tx.commit().await?;
        Ok(purged)
    }

    async fn change_job(
        &self,
        sql: String,
        args: Vec<crate::batch::Arg>,
        audit: Option<&AuditRow>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let changed = tx.connection().execute(sql, args).await?;
        if changed == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        enter(&mut tx, audit).await?;
        tx.commit().await?;
        Ok(true)
    }
}

fn read_job(row: &dyn Columns) -> Result<JobRow, StoreError> {
    let mut row = Reader::new(row, "job");
    let id = JobId(row.uuid()?);
    let (kind, request) = (row.string()?, row.string()?);
    Ok(JobRow {
        id,
        kind,
        request,
        state: row.word(JobState::find)?,
        done: row.int()?,
        total: row.int()?,
        created_at: row.instant()?,
        created_by: row.opt_uuid()?.map(StaffId),
        updated_at: row.instant()?,
        result: row.opt_string()?,
    })
}
