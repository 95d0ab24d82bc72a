//! Tasks: mine, and my store's.

use crate::batch::{args, list};
use crate::read::{Columns, Reader};
use crate::{Seen, Store, StoreError, TaskRow, TaskState};
use regulars_model::{CustomerId, Instant, StaffId, TaskId, UnitId};

pub(crate) const TASK_COLUMNS: &str = "customer_id, id, plugin_id, kind, key, title, unit_id, \
     assigned_to, claimed_by, state, due_at, created_at, decided_at, done_at, outcome, version";

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskScope {
    All,
    Units(Vec<UnitId>),
    /// Assigned to, or claimed by.
    Staff(StaffId),
    Customer(CustomerId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskQuery {
    pub scope: TaskScope,
    /// Whose tasks.
    pub seen: Seen,
    /// Empty for all.
    pub states: Vec<TaskState>,
    /// Last one of the page before.
    pub after: Option<(Instant, TaskId)>,
    pub limit: u32,
}

impl Store {
    pub async fn find_task(&self, id: TaskId) -> Result<Option<TaskRow>, StoreError> {
        let sql = format!("SELECT {TASK_COLUMNS} FROM task WHERE id = $1");
        self.db.fetch_one(sql, args![id], read_task).await
    }

    /// What is due first comes first.
    pub async fn list_tasks(&self, query: &TaskQuery) -> Result<Vec<TaskRow>, StoreError> {
        let (at, id) = query.after.unwrap_or((Instant::BEGINNING, TaskId(uuid::Uuid::nil())));
        let mut args = args![at, id, query.limit];
        let scope = match &query.scope {
            TaskScope::All => "1 = 1".to_owned(),
            TaskScope::Units(units) if units.is_empty() => return Ok(Vec::new()),
            TaskScope::Units(units) => {
                format!("unit_id IN ({})", list(&mut args, units.iter().copied()))
            }
            TaskScope::Staff(staff) => {
                args.extend(args![*staff]);
                "(assigned_to = $4 OR claimed_by = $4)".to_owned()
            }
            TaskScope::Customer(customer) => {
                args.extend(args![*customer]);
                "customer_id = $4".to_owned()
            }
        };
        let states = match query.states.as_slice() {
            [] => String::new(),
            states => {
                let states = list(&mut args, states.iter().map(|state| state.name()));
                format!(" AND state IN ({states})")
            }
        };
        let seen = query.seen.and_of("task", &mut args);
        let sql = format!(
            "SELECT {TASK_COLUMNS} FROM task WHERE {scope}{states}{seen} AND (due_at, id) > ($1, $2)
            ORDER BY due_at, id LIMIT $3"
        );
        self.db.fetch(sql, args, read_task).await
    }
}

pub(crate) fn read_task(row: &dyn Columns) -> Result<TaskRow, StoreError> {
    let mut row = Reader::new(row, "task");
    Ok(TaskRow {
        customer_id: CustomerId(row.uuid()?),
        id: TaskId(row.uuid()?),
        plugin_id: row.opt_string()?,
        kind: row.string()?,
        key: row.string()?,
        title: row.string()?,
        unit_id: row.opt_uuid()?.map(UnitId),
        assigned_to: row.opt_uuid()?.map(StaffId),
        claimed_by: row.opt_uuid()?.map(StaffId),
        state: row.word(TaskState::find)?,
        due_at: row.instant()?,
        created_at: row.instant()?,
        decided_at: row.instant()?,
        done_at: row.opt_instant()?,
        outcome: row.opt_string()?,
        version: row.int()?,
    })
}
