//! What a group of commands reads before it is decided: one statement, so one round trip.

use crate::batch::Batch;
use crate::customers::{CUSTOMER_COLUMNS, IDENTITY_COLUMNS, read_customer, read_identity};
use crate::decisions::{DECISION_COLUMNS, read_decision};
use crate::outbox::{MESSAGE_COLUMNS, read_message};
use crate::read::{Columns, Reader};
use crate::tasks::{TASK_COLUMNS, read_task};
use crate::timeline::{EVENT_COLUMNS, read_event};
use crate::{
    ConfigurationStamp, CustomerRow, Find, FullCustomer, IdempotencyRow, LoadRequest, Loaded,
    LoadedGroup, SourceClaimRow, Store, StoreError,
};
use regulars_model::canonical::Hash;
use regulars_model::{CustomerId, Event, EventId};
use std::collections::HashMap;
use uuid::Uuid;

/// Rows of several tables in one answer: a tag, the number of the request, then uuids, integers,
/// texts and hashes. The first arm fills nearly all columns and so gives them their types.
/// `CROSS JOIN` keeps SQLite from turning the join round and reading the table first.
pub(crate) fn group_sql() -> String {
    format!(
        "WITH ask(n, kind, customer_id, hash, tail) AS ({{rows}}),
        found(n, hash, customer_id, tail) AS (
            SELECT ask.n, ask.hash, identity_claim.customer_id, ask.tail
            FROM ask CROSS JOIN identity_claim
            WHERE ask.kind = {ASK_CLAIM} AND identity_claim.hash = ask.hash
            UNION ALL SELECT n, hash, customer_id, tail FROM ask WHERE kind = {ASK_CUSTOMER}),
        meant(n, customer_id, tail) AS (SELECT DISTINCT n, customer_id, tail FROM found)
        SELECT CAST({TAG_EVENT} AS BIGINT), meant.n,
            event.customer_id, event.id, unit_id, staff_id,
            occurred_at, recorded_at, business_day, offset_seconds, amount, rank,
            source, source_id, event.kind, refers_source, refers_source_id, currency, body, flags,
            NULL, NULL
        FROM meant CROSS JOIN customer CROSS JOIN event
        WHERE customer.id = meant.customer_id AND event.customer_id = meant.customer_id
            AND event.occurred_at > customer.decided_through - meant.tail
        UNION ALL
        SELECT {TAG_SOURCE}, ask.n, source_claim.customer_id, event_id, NULL, NULL,
            occurred_at, NULL, NULL, NULL, NULL, NULL,
            NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, source_claim.hash, content_hash
        FROM ask CROSS JOIN source_claim
        WHERE ask.kind = {ASK_SOURCE} AND source_claim.hash = ask.hash
        UNION ALL
        SELECT {TAG_IDEMPOTENCY}, ask.n, NULL, NULL, NULL, NULL,
            status, created_at, NULL, NULL, NULL, NULL,
            response, NULL, NULL, NULL, NULL, NULL, NULL, NULL, key_hash, body_hash
        FROM ask CROSS JOIN idempotency
        WHERE ask.kind = {ASK_IDEMPOTENCY} AND idempotency.key_hash = ask.hash
        UNION ALL
        SELECT {TAG_CUSTOMER}, found.n, id, home_unit_id, assigned_to, merged_into,
            version, profile_version, epoch, due_at, decided_through, created_at,
            record, state, NULL, NULL, NULL, NULL, NULL, NULL, found.hash, NULL
        FROM found CROSS JOIN customer WHERE customer.id = found.customer_id
        UNION ALL
        SELECT {TAG_META}, NULL, NULL, NULL, NULL, NULL,
            value, NULL, NULL, NULL, NULL, NULL,
            key, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM meta"
    )
}

const ASK_CUSTOMER: i64 = 1;
const ASK_CLAIM: i64 = 2;
const ASK_SOURCE: i64 = 3;
const ASK_IDEMPOTENCY: i64 = 4;

const TAG_EVENT: i64 = 1;
const TAG_SOURCE: i64 = 2;
const TAG_IDEMPOTENCY: i64 = 3;
const TAG_CUSTOMER: i64 = 4;
const TAG_META: i64 = 5;

/// Columns of the answer: tag and request, uuids, integers, texts, hashes.
const UUIDS_AT: usize = 2;
const INTS_AT: usize = 6;
const TEXTS_AT: usize = 12;
const HASHES_AT: usize = 20;

impl Store {
    /// Customers with the tail of their log, claims, first answers and the configuration's stamp:
    /// everything a group is decided on, in one statement.
    pub async fn load_group(&self, requests: &[LoadRequest]) -> Result<LoadedGroup, StoreError> {
        let asked = ask(requests);
        let batch = Batch::default()
            .ints(asked.iter().map(|row| row.n))
            .ints(asked.iter().map(|row| row.kind))
            .uuids(asked.iter().map(|row| row.customer_id))
            .bytes(asked.iter().map(|row| row.hash.map(Hash::as_slice)))
            .ints(asked.iter().map(|row| row.tail));
        let mut lease = self.db.lease_writer().await?;
        let answers = lease.connection().put(&group_sql(), &batch, read_answer).await?;
        Ok(gather(requests, answers))
    }

    pub async fn load_full(&self, id: CustomerId) -> Result<Option<FullCustomer>, StoreError> {
        Ok(self.load_full_group(&[id]).await?.pop().flatten())
    }

    /// One per id, in their order. The customer is read first: what is read after it may be newer
    /// than its `version`, and a write based on that is found stale.
    pub async fn load_full_group(
        &self,
        ids: &[CustomerId],
    ) -> Result<Vec<Option<FullCustomer>>, StoreError> {
        let mut found = FullGroup::default();
        let batch = Batch::default().uuids(ids.iter().map(|id| id.0));
        let mut lease = self.db.lease().await?;
        for row in lease
            .connection()
            .put(&of_wanted(CUSTOMER_COLUMNS, "customer", "id"), &batch, |row| {
                read_customer(&mut Reader::new(row, "customer"))
            })
            .await?
        {
            found.add(row);
        }
        let sql = of_wanted(IDENTITY_COLUMNS, "identity", "customer_id");
        for row in lease.connection().put(&sql, &batch, read_identity).await? {
            found.with(row.customer_id, |full| full.identities.push(row));
        }
        let sql = of_wanted(EVENT_COLUMNS, "event", "customer_id");
        for (id, event) in lease.connection().put(&sql, &batch, read_own_event).await? {
            found.with(id, |full| full.events.push(event));
        }
        let sql = of_wanted(DECISION_COLUMNS, "decision", "customer_id") + " AND voided_at IS NULL";
        for row in lease.connection().put(&sql, &batch, read_decision).await? {
            found.with(row.customer_id, |full| full.decisions.push(row));
        }
        let sql = of_wanted(TASK_COLUMNS, "task", "customer_id");
        for row in lease.connection().put(&sql, &batch, read_task).await? {
            found.with(row.customer_id, |full| full.tasks.push(row));
        }
        let sql = of_wanted(MESSAGE_COLUMNS, "message", "customer_id");
        for row in lease.connection().put(&sql, &batch, read_message).await? {
            found.with(row.customer_id, |full| full.messages.push(row));
        }
        Ok(ids.iter().map(|id| found.take(*id)).collect())
    }
}

pub(crate) fn of_wanted(columns: &str, table: &str, key: &str) -> String {
    format!(
        "WITH wanted(customer) AS ({{rows}})
        SELECT {columns} FROM wanted CROSS JOIN {table} WHERE {table}.{key} = wanted.customer"
    )
}

pub(crate) fn read_own_event(row: &dyn Columns) -> Result<(CustomerId, Event), StoreError> {
    let mut row = Reader::new(row, "event");
    Ok((CustomerId(row.uuid()?), read_event(&mut row)?))
}

#[derive(Default)]
struct FullGroup(HashMap<CustomerId, FullCustomer>);

impl FullGroup {
    fn add(&mut self, customer: CustomerRow) {
        let empty = FullCustomer {
            customer,
            identities: Vec::new(),
            events: Vec::new(),
            decisions: Vec::new(),
            tasks: Vec::new(),
            messages: Vec::new(),
        };
        self.0.insert(empty.customer.id, empty);
    }

    fn with(&mut self, id: CustomerId, change: impl FnOnce(&mut FullCustomer)) {
        if let Some(full) = self.0.get_mut(&id) {
            change(full);
        }
    }

    fn take(&mut self, id: CustomerId) -> Option<FullCustomer> {
        let mut full = self.0.remove(&id)?;
        full.identities.sort_by(|a, b| (a.kind.name(), &a.value).cmp(&(b.kind.name(), &b.value)));
        full.events.sort_by(Event::log_order);
        full.decisions.sort_by_key(|row| (row.at, row.rank, row.id));
        full.tasks.sort_by_key(|row| (row.decided_at, row.id));
        full.messages.sort_by_key(|row| (row.decided_at, row.id));
        Some(full)
    }
}

struct Asked<'a> {
    n: i64,
    kind: i64,
    customer_id: Option<Uuid>,
    hash: Option<&'a Hash>,
    tail: i64,
}

fn ask(requests: &[LoadRequest]) -> Vec<Asked<'_>> {
    let mut asked = Vec::with_capacity(requests.len() * 3);
    for (n, request) in requests.iter().enumerate() {
        // Half of all time at most, so that taking it off the beginning does not overflow.
        let all = i64::MAX / 4;
        let (n, tail) = (n as i64, request.tail_us.unwrap_or(all).min(all));
        let row = |kind, hash| Asked { n, kind, customer_id: None, hash: Some(hash), tail };
        match &request.find {
            Find::Id(id) => {
                let customer_id = Some(id.0);
                asked.push(Asked { n, kind: ASK_CUSTOMER, customer_id, hash: None, tail });
            }
            Find::Claims(hashes) => asked.extend(hashes.iter().map(|hash| row(ASK_CLAIM, hash))),
        }
        asked.extend(request.source_claim.iter().map(|hash| row(ASK_SOURCE, hash)));
        asked.extend(request.idempotency.iter().map(|hash| row(ASK_IDEMPOTENCY, hash)));
    }
    asked
}

struct Answer {
    n: usize,
    what: Answered,
}

enum Answered {
    Event(Event),
    Source(SourceClaimRow),
    Idempotency(IdempotencyRow),
    /// With the claim that led to it.
    Customer(CustomerRow, Option<Hash>),
    Meta(String, i64),
}

fn read_answer(row: &dyn Columns) -> Result<Answer, StoreError> {
    let mut row = Reader::new(row, "event");
    let tag = row.int()?;
    let n = row.opt_int()?.unwrap_or_default() as usize;
    let what = match tag {
        TAG_EVENT => {
            row.uuid()?;
            Answered::Event(read_event(&mut row)?)
        }
        TAG_SOURCE => Answered::Source(read_source_claim(&mut row)?),
        TAG_IDEMPOTENCY => Answered::Idempotency(read_idempotency(&mut row)?),
        TAG_CUSTOMER => {
            row.rename("customer");
            let customer = read_customer(&mut row)?;
            row.seek(HASHES_AT);
            Answered::Customer(customer, row.opt_hash()?)
        }
        _ => {
            row.rename("meta");
            row.seek(TEXTS_AT);
            let key = row.string()?;
            row.seek(INTS_AT);
            Answered::Meta(key, row.int()?)
        }
    };
    Ok(Answer { n, what })
}

fn read_source_claim(row: &mut Reader<'_>) -> Result<SourceClaimRow, StoreError> {
    row.rename("source_claim");
    row.seek(HASHES_AT);
    let (hash, content_hash) = (row.hash()?, row.hash()?);
    row.seek(UUIDS_AT);
    let (customer_id, event_id) = (CustomerId(row.uuid()?), EventId(row.uuid()?));
    row.seek(INTS_AT);
    Ok(SourceClaimRow { hash, customer_id, event_id, occurred_at: row.instant()?, content_hash })
}

fn read_idempotency(row: &mut Reader<'_>) -> Result<IdempotencyRow, StoreError> {
    row.rename("idempotency");
    row.seek(HASHES_AT);
    let (key_hash, body_hash) = (row.hash()?, row.hash()?);
    row.seek(INTS_AT);
    let (status, created_at) = (row.int()?, row.instant()?);
    row.seek(TEXTS_AT);
    Ok(IdempotencyRow { key_hash, body_hash, status, response: row.string()?, created_at })
}

fn gather(requests: &[LoadRequest], answers: Vec<Answer>) -> LoadedGroup {
    let mut members = vec![Loaded::default(); requests.len()];
    let mut stamp = ConfigurationStamp::default();
    for Answer { n, what } in answers {
        match what {
            Answered::Event(event) => members[n].tail.push(event),
            Answered::Source(row) => members[n].source_claim = Some(row),
            Answered::Idempotency(row) => members[n].idempotency = Some(row),
            Answered::Customer(row, claim) => {
                members[n].claims.extend(claim.map(|hash| (hash, row.id)));
                members[n].customer = Some(row);
            }
            Answered::Meta(key, value) if key == "epoch" => stamp.epoch = value,
            Answered::Meta(_, value) => stamp.revision = value,
        }
    }
    for member in &mut members {
        let holder = member.claims.first().map(|(_, id)| *id);
        if member.claims.iter().any(|(_, id)| Some(*id) != holder) {
            // Several customers are meant: whoever asks must be told, not served one of them.
            member.customer = None;
            member.tail.clear();
        }
        member.tail.sort_by(Event::log_order);
        // A request of many claims may have been answered in two statements.
        member.tail.dedup_by(|a, b| a.id == b.id);
    }
    LoadedGroup { members, stamp }
}
