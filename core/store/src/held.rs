//! Decisions that stand without an answer, since their plugin failed.

use crate::batch::{Arg, Batch, args};
use crate::decisions::{DECISION_COLUMNS, read_decision};
use crate::read::{Columns, Reader};
use crate::{DecisionRow, Seen, Store, StoreError};
use regulars_model::{CustomerId, DecisionId, Instant};

/// Which of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldQuery {
    pub plugin: Option<String>,
    /// Code of the fault.
    pub fault: Option<String>,
    /// The last one of the page before.
    pub after: Option<(String, DecisionId)>,
    pub recorded_by: Option<Instant>,
    /// Whose decisions.
    pub seen: Seen,
}

/// What the index `decision_held` holds.
const HELD: &str = "fault IS NOT NULL AND voided_at IS NULL";

/// By customer, so the index by plugin must not be taken.
const COUNT_OF: &str = "WITH wanted(customer, plugin) AS ({rows})
    SELECT count(*) FROM wanted CROSS JOIN decision
    WHERE decision.customer_id = wanted.customer AND decision.plugin_id || '' = wanted.plugin
        AND fault IS NOT NULL AND voided_at IS NULL";

impl Store {
    /// By plugin, and of each the oldest first.
    pub async fn list_held(
        &self,
        query: &HeldQuery,
        limit: u32,
    ) -> Result<Vec<DecisionRow>, StoreError> {
        let (sql, args) = list(query, limit);
        self.db.fetch(sql, args, read_decision).await
    }

    /// Plugin and how many, in the order of plugins.
    pub async fn count_held(&self, query: &HeldQuery) -> Result<Vec<(String, i64)>, StoreError> {
        let mut args = args![];
        let narrowed = narrow(query, &mut args);
        let sql = format!(
            "SELECT plugin_id, count(*) FROM decision WHERE {HELD}{narrowed}
            GROUP BY plugin_id ORDER BY plugin_id"
        );
        let read = |row: &dyn Columns| {
            let mut row = Reader::new(row, "decision");
            Ok((row.string()?, row.int()?))
        };
        self.db.fetch(sql, args, read).await
    }

    /// How many of a plugin's there are about these customers.
    pub async fn count_held_of(
        &self,
        plugin: &str,
        customers: &[CustomerId],
    ) -> Result<i64, StoreError> {
        let batch = Batch::default()
            .uuids(customers.iter().map(|id| id.0))
            .texts(customers.iter().map(|_| plugin));
        let mut lease = self.db.lease().await?;
        let read = |row: &dyn Columns| Reader::new(row, "decision").int();
        Ok(lease.connection().put(COUNT_OF, &batch, read).await?.into_iter().sum())
    }
}

pub(crate) fn list(query: &HeldQuery, limit: u32) -> (String, Vec<Arg>) {
    let mut args = args![limit];
    let mut narrowed = narrow(query, &mut args);
    if let Some((plugin, id)) = &query.after {
        args.extend(args![plugin, *id]);
        let last = args.len();
        narrowed += &format!(" AND (plugin_id, id) > (${}, ${last})", last - 1);
    }
    let order = "ORDER BY plugin_id, id LIMIT $1";
    (format!("SELECT {DECISION_COLUMNS} FROM decision WHERE {HELD}{narrowed} {order}"), args)
}

fn narrow(query: &HeldQuery, args: &mut Vec<Arg>) -> String {
    let mut narrowed = String::new();
    let mut and = |column: &str, comparison: &str, arg: Arg| {
        args.push(arg);
        narrowed += &format!(" AND {column} {comparison} ${}", args.len());
    };
    if let Some(plugin) = &query.plugin {
        and("plugin_id", "=", plugin.into());
    }
    if let Some(fault) = &query.fault {
        and("fault", "=", fault.into());
    }
    if let Some(at) = query.recorded_by {
        and("recorded_at", "<=", at.into());
    }
    narrowed += &query.seen.and_of("decision", args);
    narrowed
}
