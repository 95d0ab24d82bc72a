//! Messages waiting to leave the system, for any gateway to read and acknowledge.

use crate::batch::args;
use crate::read::{Columns, Reader};
use crate::{MessageRow, MessageState, Seen, Store, StoreError};
use regulars_model::{CustomerId, Instant, MessageId};

pub(crate) const MESSAGE_COLUMNS: &str = "customer_id, id, plugin_id, sort, template, key, variables, \
     purpose, channels, language, state, state_reason, not_before, expires_at, created_at, \
     decided_at, acknowledged_at, attempts, gateway_id";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxQuery {
    /// Whose messages.
    pub seen: Seen,
    pub sort: String,
    pub state: MessageState,
    /// With `Pending`: only what may go out now.
    pub now: Instant,
    /// Last one of the page before.
    pub after: Option<MessageId>,
    pub limit: u32,
}

impl Store {
    pub async fn find_message(&self, id: MessageId) -> Result<Option<MessageRow>, StoreError> {
        let sql = format!("SELECT {MESSAGE_COLUMNS} FROM message WHERE id = $1");
        self.db.fetch_one(sql, args![id], read_message).await
    }

    /// In the order of ids, which is the order of creation.
    pub async fn list_outbox(&self, query: &OutboxQuery) -> Result<Vec<MessageRow>, StoreError> {
        let after = query.after.unwrap_or(MessageId(uuid::Uuid::nil()));
        let mut args = args![query.state.name(), after, query.limit, &query.sort];
        let mut sql = format!(
            "SELECT {MESSAGE_COLUMNS} FROM message WHERE state = $1 AND id > $2 AND sort = $4"
        );
        if query.state == MessageState::Pending {
            args.extend(args![query.now]);
            sql += " AND not_before <= $5 AND expires_at > $5";
        }
        sql += &query.seen.and_of("message", &mut args);
        sql += " ORDER BY id LIMIT $3";
        self.db.fetch(sql, args, read_message).await
    }

    pub async fn list_messages(&self, id: CustomerId) -> Result<Vec<MessageRow>, StoreError> {
        let sql =
            format!("SELECT {MESSAGE_COLUMNS} FROM message WHERE customer_id = $1 ORDER BY id");
        self.db.fetch(sql, args![id], read_message).await
    }
}

pub(crate) fn read_message(row: &dyn Columns) -> Result<MessageRow, StoreError> {
    let mut row = Reader::new(row, "message");
    Ok(MessageRow {
        customer_id: CustomerId(row.uuid()?),
        id: MessageId(row.uuid()?),
        plugin_id: row.string()?,
        sort: row.string()?,
        template: row.string()?,
        key: row.string()?,
        variables: row.string()?,
        purpose: row.string()?,
        channels: row.string()?,
        language: row.opt_string()?,
        state: row.word(MessageState::find)?,
        state_reason: row.opt_string()?,
        not_before: row.instant()?,
        expires_at: row.instant()?,
        created_at: row.instant()?,
        decided_at: row.instant()?,
        acknowledged_at: row.opt_instant()?,
        attempts: row.int()?,
        gateway_id: row.opt_string()?,
    })
}
