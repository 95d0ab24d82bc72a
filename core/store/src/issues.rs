//! Issues: what a publication left out, who asked for it, and what came of it.

use crate::audit::add;
use crate::batch::{Arg, args};
use crate::decisions::{DECISION_COLUMNS, read_own_decision};
use crate::read::{Columns, Reader};
use crate::{
    AuditRow, DecisionRow, IssueRow, IssueState, IssuedCount, IssuedFate, Store, StoreError,
};
use regulars_model::{CustomerId, DecisionId, DraftId, Instant, IssueId, StaffId, UnitId};

const ISSUE_COLUMNS: &str = "id, plugin_id, draft_id, settings_version, request, counted, state, \
    problem, next_at, walk, version, created_at, created_by, changed_at, changed_by";

/// Where a decision stands in the order of what was left out.
pub type LeftOutPlace = (Instant, CustomerId, DecisionId);

impl DecisionRow {
    /// Where it stands in the order of what was left out.
    pub fn place(&self) -> LeftOutPlace {
        (self.at, self.customer_id, self.id)
    }
}

/// Standing decisions that left work out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOutQuery {
    /// Of entries of the log from this instant on.
    pub from: Instant,
    pub through: Instant,
    /// The last one of the page before.
    pub after: Option<LeftOutPlace>,
    pub limit: u32,
}

impl Store {
    /// By instant and customer, each with the customer's home store.
    pub async fn list_left_out(
        &self,
        query: &LeftOutQuery,
    ) -> Result<Vec<(Option<UnitId>, DecisionRow)>, StoreError> {
        let (sql, args) = left_out(query);
        let read = |row: &dyn Columns| {
            let mut row = Reader::new(row, "decision");
            let decision = read_own_decision(&mut row)?;
            Ok((row.opt_uuid()?.map(UnitId), decision))
        };
        self.db.fetch(sql, args, read).await
    }

    /// How many customers have still to be decided under an epoch.
    pub async fn count_behind(&self, epoch: i64) -> Result<i64, StoreError> {
        let sql = "SELECT count(*) FROM customer WHERE epoch < $1 AND merged_into IS NULL";
        let read = |row: &dyn Columns| Reader::new(row, "customer").int();
        Ok(self.db.fetch_one(sql, args![epoch], read).await?.unwrap_or_default())
    }

    pub async fn add_issue(&self, issue: &IssueRow, audit: &AuditRow) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO issue ({ISSUE_COLUMNS}) VALUES
            ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
        );
        let args = args![
            issue.id,
            &issue.plugin_id,
            issue.draft_id,
            issue.settings_version,
            &issue.request,
            &issue.counted,
            issue.state.name(),
            issue.problem.as_deref(),
            issue.next_at,
            &issue.walk,
            issue.version,
            issue.created_at,
            issue.created_by,
            issue.changed_at,
            issue.changed_by
        ];
        let mut tx = self.db.begin().await?;
        tx.connection().execute(sql, args).await?;
        add(&mut tx, audit).await?;
        tx.commit().await
    }

    pub async fn find_issue(&self, id: IssueId) -> Result<Option<IssueRow>, StoreError> {
        let sql = format!("SELECT {ISSUE_COLUMNS} FROM issue WHERE id = $1");
        self.db.fetch_one(sql, args![id], read_issue).await
    }

    /// The newest first, from before `before` on.
    pub async fn list_issues(
        &self,
        before: Option<IssueId>,
        limit: u32,
    ) -> Result<Vec<IssueRow>, StoreError> {
        let last = before.unwrap_or(IssueId(uuid::Uuid::max()));
        let sql =
            format!("SELECT {ISSUE_COLUMNS} FROM issue WHERE id < $1 ORDER BY id DESC LIMIT $2");
        self.db.fetch(sql, args![last, limit], read_issue).await
    }

    /// The one of a plugin's that is started and not at its end.
    pub async fn find_issue_under_way(&self, plugin: &str) -> Result<Option<IssueId>, StoreError> {
        let sql = "SELECT id FROM issue WHERE plugin_id = $1 AND state IN ('running', 'paused')";
        let read = |row: &dyn Columns| Ok(IssueId(Reader::new(row, "issue").uuid()?));
        self.db.fetch_one(sql, args![plugin], read).await
    }

    pub async fn list_running_issues(&self) -> Result<Vec<IssueRow>, StoreError> {
        // Both states, so that the index of those under way is what is looked into.
        let sql = format!(
            "SELECT {ISSUE_COLUMNS} FROM issue
            WHERE state IN ('running', 'paused') AND state = 'running' ORDER BY id"
        );
        self.db.fetch(sql, args![], read_issue).await
    }

    /// With the next version; false where somebody else has changed it since it was read, or another of
    /// the plugin is under way.
    pub async fn change_issue(
        &self,
        issue: &IssueRow,
        audit: Option<&AuditRow>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE issue SET state = $3, problem = $4, next_at = $5, changed_at = $6,
                changed_by = $7, version = version + 1
            WHERE id = $1 AND version = $2";
        let args = args![
            issue.id,
            issue.version,
            issue.state.name(),
            issue.problem.as_deref(),
            issue.next_at,
            issue.changed_at,
            issue.changed_by
        ];
        let mut tx = self.db.begin().await?;
        let changed = match tx.connection().execute(sql, args).await {
            Ok(changed) => changed == 1,
            Err(error) if error.constraint().is_some() => false,
            Err(error) => return Err(error),
        };
        if !changed {
            tx.rollback().await?;
            return Ok(false);
        }
        crate::audit::enter(&mut tx, audit).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The turn that was due at `due`; false where another process has it, or it is not running.
    pub async fn take_issue_turn(
        &self,
        id: IssueId,
        due: Instant,
        next: Instant,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE issue SET next_at = $3
            WHERE id = $1 AND next_at = $2 AND state = 'running'";
        self.change_turn(sql, args![id, due, next]).await
    }

    /// How far the turn came that ends at `next`; nothing where a later one was taken since.
    pub async fn end_issue_turn(
        &self,
        id: IssueId,
        next: Instant,
        walk: &str,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE issue SET walk = $3 WHERE id = $1 AND next_at = $2";
        self.change_turn(sql, args![id, next, walk]).await
    }

    async fn change_turn(&self, sql: &str, args: Vec<Arg>) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let changed = tx.connection().execute(sql, args).await?;
        tx.commit().await?;
        Ok(changed == 1)
    }

    /// By plugin, sort and kind.
    pub async fn count_issued(&self, id: IssueId) -> Result<Vec<IssuedCount>, StoreError> {
        let sql = "SELECT plugin_id, sort, kind, fate, count(*) FROM issued WHERE issue_id = $1
            GROUP BY plugin_id, sort, kind, fate ORDER BY plugin_id, sort, kind, fate";
        let read = |row: &dyn Columns| {
            let mut row = Reader::new(row, "issued");
            Ok(IssuedCount {
                plugin_id: row.string()?,
                sort: row.string()?,
                kind: row.string()?,
                fate: row.word(IssuedFate::find)?,
                count: row.int()?,
            })
        };
        self.db.fetch(sql, args![id], read).await
    }
}

pub(crate) fn left_out(query: &LeftOutQuery) -> (String, Vec<Arg>) {
    let mut args = args![query.from, query.through, query.limit];
    let mut after = "";
    if let Some((at, customer, id)) = query.after {
        args.extend(args![at, customer, id]);
        after = " AND (at, customer_id, id) > ($4, $5, $6)";
    }
    let sql = format!(
        "SELECT {DECISION_COLUMNS},
            (SELECT home_unit_id FROM customer WHERE customer.id = decision.customer_id)
        FROM decision
        WHERE left_out IS NOT NULL AND voided_at IS NULL AND at >= $1 AND at <= $2{after}
        ORDER BY at, customer_id, id LIMIT $3"
    );
    (sql, args)
}

fn read_issue(row: &dyn Columns) -> Result<IssueRow, StoreError> {
    let mut row = Reader::new(row, "issue");
    Ok(IssueRow {
        id: IssueId(row.uuid()?),
        plugin_id: row.string()?,
        draft_id: row.opt_uuid()?.map(DraftId),
        settings_version: row.int()?,
        request: row.string()?,
        counted: row.string()?,
        state: row.word(IssueState::find)?,
        problem: row.opt_string()?,
        next_at: row.instant()?,
        walk: row.string()?,
        version: row.int()?,
        created_at: row.instant()?,
        created_by: row.opt_uuid()?.map(StaffId),
        changed_at: row.instant()?,
        changed_by: row.opt_uuid()?.map(StaffId),
    })
}
