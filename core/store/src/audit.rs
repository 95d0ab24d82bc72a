//! The audit: entries written with the changes they tell of, listed, sealed and verified.

mod chain;
mod seal;
mod verify;

pub use verify::{Chain, Misfit, Unsealed};

use crate::batch::{Arg, Batch, args};
use crate::db::Tx;
use crate::idempotency::claim;
use crate::read::{Columns, Reader};
use crate::{
    AuditContent, AuditEntry, AuditOutcome, AuditRow, KeptContent, Seal, Store, StoreError,
};
use regulars_model::{AuditId, CustomerId, Instant, StaffId};

pub(crate) const INSERT: &str = "INSERT INTO audit (id, at, actor_id, actor_name, actor_role,
        origin, request_id, action, outcome, kind, record, customer_id, content_hash, salt, before,
        after) {rows}";

const COLUMNS: &str =
    "id, at, actor_id, actor_name, actor_role, origin, request_id, action, outcome,
    kind, record, customer_id, content_hash, salt, before, after, number, hash";

/// Which entries; all that is said must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    pub actor: Option<StaffId>,
    pub action: Option<String>,
    pub kind: Option<String>,
    pub record: Option<String>,
    pub customer: Option<CustomerId>,
    pub from: Option<Instant>,
    /// Exclusive.
    pub until: Option<Instant>,
    /// The last one of the page before.
    pub older_than: Option<AuditId>,
    pub limit: u32,
}

impl Store {
    /// An entry with no change of its own: something read, refused, or committed piece by piece.
    pub async fn add_audit(&self, row: &AuditRow) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        add(&mut tx, row).await?;
        tx.commit().await
    }

    /// Newest first.
    pub async fn list_audit(&self, query: &AuditQuery) -> Result<Vec<AuditEntry>, StoreError> {
        let (sql, args) = list(query);
        self.db.fetch(sql, args, read_entry).await
    }
}

/// In the transaction of the change it tells of; what is answered about it goes with it.
pub(crate) async fn add(tx: &mut Tx, row: &AuditRow) -> Result<(), StoreError> {
    if let Some(answer) = tx.answer.take() {
        claim(tx, &answer).await?;
    }
    tx.connection().put(INSERT, &batch(&[row]), |_| Ok(())).await?;
    Ok(())
}

/// None where nobody has done it: what the program finds when it starts.
pub(crate) async fn enter(tx: &mut Tx, row: Option<&AuditRow>) -> Result<(), StoreError> {
    match row {
        Some(row) => add(tx, row).await,
        None => Ok(()),
    }
}

pub(crate) fn batch<'a>(rows: &[&'a AuditRow]) -> Batch<'a> {
    let kept = || rows.iter().map(|row| row.content.kept.as_ref());
    Batch::default()
        .uuids(rows.iter().map(|row| row.id.0))
        .instants(rows.iter().map(|row| row.at))
        .uuids(rows.iter().map(|row| row.actor_id.map(|id| id.0)))
        .texts(rows.iter().map(|row| row.actor_name.as_str()))
        .texts(rows.iter().map(|row| row.actor_role.as_str()))
        .texts(rows.iter().map(|row| row.origin.as_str()))
        .uuids(rows.iter().map(|row| row.request_id))
        .texts(rows.iter().map(|row| row.action.as_str()))
        .texts(rows.iter().map(|row| row.outcome.name()))
        .texts(rows.iter().map(|row| row.kind.as_str()))
        .texts(rows.iter().map(|row| row.record.as_str()))
        .uuids(rows.iter().map(|row| row.customer_id.map(|id| id.0)))
        .bytes(rows.iter().map(|row| row.content.hash.as_slice()))
        .bytes(kept().map(|kept| kept.map(|kept| kept.salt.as_slice())))
        .texts(kept().map(|kept| kept.and_then(|kept| kept.before.as_deref())))
        .texts(kept().map(|kept| kept.and_then(|kept| kept.after.as_deref())))
}

pub(crate) fn list(query: &AuditQuery) -> (String, Vec<Arg>) {
    let mut args = args![query.limit];
    let mut narrowed = Vec::new();
    let mut and = |condition: &str, arg: Option<Arg>| {
        if let Some(arg) = arg {
            args.push(arg);
            narrowed.push(format!("{condition} ${}", args.len()));
        }
    };
    and("actor_id =", query.actor.map(Arg::from));
    and("action =", query.action.as_deref().map(Arg::from));
    and("kind =", query.kind.as_deref().map(Arg::from));
    and("record =", query.record.as_deref().map(Arg::from));
    and("customer_id =", query.customer.map(Arg::from));
    and("at >=", query.from.map(Arg::from));
    and("at <", query.until.map(Arg::from));
    and("id <", query.older_than.map(Arg::from));
    let narrowed = match narrowed.as_slice() {
        [] => String::new(),
        all => format!("WHERE {} ", all.join(" AND ")),
    };
    (format!("SELECT {COLUMNS} FROM audit {narrowed}ORDER BY id DESC LIMIT $1"), args)
}

/// What is asked every second, or goes along the whole chain, for the test of their plans.
#[cfg(test)]
pub(crate) fn statements() -> [(String, Vec<Arg>); 3] {
    [
        (seal::ANY_UNSEALED.to_owned(), args![]),
        (seal::HEAD.to_owned(), args![]),
        (format!("SELECT id FROM audit WHERE {}", verify::NEXT), args![1_i64, 1_i64]),
    ]
}

fn read_entry(row: &dyn Columns) -> Result<AuditEntry, StoreError> {
    let mut row = Reader::new(row, "audit");
    let entry = AuditRow {
        id: AuditId(row.uuid()?),
        at: row.instant()?,
        actor_id: row.opt_uuid()?.map(StaffId),
        actor_name: row.string()?,
        actor_role: row.string()?,
        origin: row.string()?,
        request_id: row.opt_uuid()?,
        action: row.string()?,
        outcome: row.word(AuditOutcome::find)?,
        kind: row.string()?,
        record: row.string()?,
        customer_id: row.opt_uuid()?.map(CustomerId),
        content: AuditContent { hash: row.hash()?, kept: None },
    };
    let salt = row.opt_bytes()?;
    let (before, after) = (row.opt_string()?, row.opt_string()?);
    let kept = match salt.map(<[u8; 16]>::try_from) {
        Some(Ok(salt)) => Some(KeptContent { salt, before, after }),
        None if before.is_none() && after.is_none() => None,
        _ => return Err(row.corrupt("its salt is not one of 16 bytes")),
    };
    let (number, hash) = (row.opt_int()?, row.opt_hash()?);
    let seal = match (number, hash) {
        (Some(number), Some(hash)) => Some(Seal { number, hash }),
        (None, None) => None,
        _ => return Err(row.corrupt("it has a number without a hash, or a hash without a number")),
    };
    let content = AuditContent { kept, ..entry.content };
    Ok(AuditEntry { row: AuditRow { content, ..entry }, seal })
}
