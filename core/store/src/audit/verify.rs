//! Going along the chain, to find the first entry that does not fit.

use super::chain::{BEGINNING, seal};
use super::{COLUMNS, read_entry};
use crate::batch::args;
use crate::db::Db;
use crate::read::{Columns, Reader};
use crate::{AuditEntry, Seal, Store, StoreError, dialect, migrate};
use regulars_model::{AuditId, Instant};

const PAGE: i64 = 1_000;

pub(crate) const NEXT: &str = "number > $1 ORDER BY number LIMIT $2";

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The last entry that fits: a checkpoint to be kept elsewhere. None while there is none.
    pub last: Option<Seal>,
    /// Entries whose before and after were emptied.
    pub emptied: u64,
    pub misfit: Option<Misfit>,
    pub unsealed: Unsealed,
}

/// The first entry that does not fit, by its number, and in what way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It is not there, though a later one is.
    Missing { number: i64 },
    /// It, or one before it, is not what was sealed.
    Changed { number: i64, id: AuditId },
    /// Before and after are not those it was written with.
    ContentChanged { number: i64, id: AuditId },
    /// It can not be read as an entry.
    Unreadable { number: i64, why: String },
    /// The chain ends before the checkpoint.
    Cut { number: i64, last: i64 },
    /// Its hash is not the checkpoint's: the chain is another one.
    Replaced { number: i64, id: AuditId },
}

impl Misfit {
    pub fn number(&self) -> i64 {
        match self {
            Misfit::Missing { number }
            | Misfit::Changed { number, .. }
            | Misfit::ContentChanged { number, .. }
            | Misfit::Unreadable { number, .. }
            | Misfit::Cut { number, .. }
            | Misfit::Replaced { number, .. } => *number,
        }
    }
}

/// Written, and not yet part of the chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsealed {
    pub entries: i64,
    pub oldest: Option<Instant>,
}

impl Store {
    /// Reads the whole chain of a database that must be there; nothing is written, and a server may go
    /// on meanwhile. `from` is an earlier checkpoint that the chain must still lead through.
    pub async fn verify_audit(url: &str, from: Option<Seal>) -> Result<Chain, StoreError> {
        let db = dialect::open_existing(url).await?;
        let mut tx = db.begin_snapshot().await?;
        migrate::list_current(&mut tx).await?;
        tx.rollback().await?;
        let chain = walk(&db, from).await?;
        db.close().await?;
        Ok(chain)
    }
}

async fn walk(db: &Db, from: Option<Seal>) -> Result<Chain, StoreError> {
    let (mut last, mut emptied) = (BEGINNING, 0);
    let misfit = loop {
        let page = list_next(db, last.number).await?;
        if page.is_empty() {
            break from
                .filter(|from| from.number > last.number)
                .map(|from| Misfit::Cut { number: from.number, last: last.number });
        }
        let mut misfit = None;
        for entry in page {
            match check(&last, entry, from) {
                Ok((seal, is_emptied)) => {
                    last = seal;
                    emptied += u64::from(is_emptied);
                }
                Err(found) => {
                    misfit = Some(found);
                    break;
                }
            }
        }
        if misfit.is_some() {
            break misfit;
        }
    };
    let last = (last != BEGINNING).then_some(last);
    Ok(Chain { last, emptied, misfit, unsealed: count_unsealed(db).await? })
}

/// Whether the entry follows `previous`; and whether it was emptied.
fn check(previous: &Seal, read: Read, from: Option<Seal>) -> Result<(Seal, bool), Misfit> {
    let expected = previous.number + 1;
    if read.number != expected {
        return Err(Misfit::Missing { number: expected });
    }
    let AuditEntry { row, seal: own } = read
        .entry
        .map_err(|error| Misfit::Unreadable { number: expected, why: error.to_string() })?;
    let sealed = seal(previous, &row);
    if own != Some(sealed) {
        return Err(Misfit::Changed { number: expected, id: row.id });
    }
    let kept = row.content.kept.as_ref();
    if kept.is_some_and(|kept| kept.hash() != row.content.hash) {
        return Err(Misfit::ContentChanged { number: expected, id: row.id });
    }
    if from.is_some_and(|from| from.number == expected && from.hash != sealed.hash) {
        return Err(Misfit::Replaced { number: expected, id: row.id });
    }
    Ok((sealed, kept.is_none()))
}

/// An entry by its number, or why it is none.
struct Read {
    number: i64,
    entry: Result<AuditEntry, StoreError>,
}

async fn list_next(db: &Db, after: i64) -> Result<Vec<Read>, StoreError> {
    // The number once more, at the end: what can not be read is to be named all the same.
    let sql = format!("SELECT {COLUMNS}, number FROM audit WHERE {NEXT}");
    db.fetch(sql, args![after, PAGE], |row| {
        let mut number = Reader::new(row, "audit");
        number.seek(COLUMNS.split(',').count());
        Ok(Read { number: number.int()?, entry: read_entry(row) })
    })
    .await
}

async fn count_unsealed(db: &Db) -> Result<Unsealed, StoreError> {
    let sql = "SELECT count(*), min(at) FROM audit WHERE number IS NULL";
    let read = |row: &dyn Columns| {
        let mut row = Reader::new(row, "audit");
        Ok(Unsealed { entries: row.int()?, oldest: row.opt_instant()? })
    };
    Ok(db.fetch_one(sql, args![], read).await?.unwrap_or_default())
}
