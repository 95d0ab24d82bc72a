//! Rows to write, each different where a column could be mistaken for another.

use regulars_model::canonical::{Hash, hash_bytes};
use regulars_model::event::{Body, Rank, SourceRef};
use regulars_model::{
    AuditId, BusinessDay, CustomerId, DecisionId, Event, EventId, Identity, IdentityKind, Instant,
    Line, MessageId, StaffId, TaskId, UnitId,
};
use regulars_store::*;
use uuid::Uuid;

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
}

pub fn customer_id(number: u128) -> CustomerId {
    CustomerId(id(number))
}

pub fn hash(text: &str) -> Hash {
    hash_bytes(&[text.as_bytes()])
}

pub fn customer(number: u128) -> CustomerRow {
    CustomerRow {
        id: customer_id(number),
        version: 1,
        profile_version: 2,
        epoch: 3,
        due_at: Instant::NEVER,
        decided_through: Instant(5),
        created_at: Instant(6),
        home_unit_id: Some(UnitId(id(70_000))),
        assigned_to: Some(StaffId(id(80_000))),
        record: r#"{"profile":{"name":"王小明 🙂"}}"#.to_owned(),
        state: "{}".to_owned(),
        merged_into: None,
    }
}

pub fn insert(number: u128) -> Changeset {
    Changeset::of(CustomerWrite::Insert(customer(number)))
}

/// The write after the one that left this version.
pub fn update(number: u128, version: i64) -> Changeset {
    Changeset::of(CustomerWrite::Update(CustomerRow { version: version + 1, ..customer(number) }))
}

pub fn phone(number: u128) -> Identity {
    Identity { kind: IdentityKind::Phone, value: format!("+86138{number:08}") }
}

pub fn identity(number: u128, identity: &Identity) -> IdentityRow {
    IdentityRow {
        customer_id: customer_id(number),
        kind: identity.kind,
        value: identity.value.clone(),
        state: IdentityState::Active,
        verified_at: None,
        added_at: Instant(11),
    }
}

pub fn add(number: u128, own: &Identity) -> IdentityWrite {
    IdentityWrite::Add(identity(number, own), own.claim())
}

pub fn retire(number: u128, own: &Identity) -> IdentityWrite {
    let row = IdentityRow { state: IdentityState::Retired, ..identity(number, own) };
    IdentityWrite::Retire(row, own.claim())
}

pub fn event(number: u128, at: i64, source_id: &str) -> Event {
    Event {
        id: EventId(id(number)),
        kind: "purchase".into(),
        occurred_at: Instant(at),
        recorded_at: Instant(at.saturating_add(1)),
        round: 1,
        business_day: BusinessDay(20_000),
        offset_seconds: 28_800,
        unit_id: None,
        staff_id: None,
        source: "till".into(),
        source_id: source_id.into(),
        refers_to: None,
        amount: Some(100),
        currency: Some("CNY".parse().expect("a currency")),
        body: Body::default(),
        flags: Vec::new(),
    }
}

/// An event with every column filled.
pub fn full_event(number: u128, at: i64, source_id: &str) -> Event {
    let line = Line { sku: "戒指-18K".into(), quantity_milli: 350, amount: 7, ..Line::default() };
    Event {
        kind: "refund".into(),
        unit_id: Some(UnitId(id(70_001))),
        staff_id: Some(StaffId(id(80_001))),
        refers_to: Some(SourceRef { source: "web".into(), source_id: "原单 1".into() }),
        body: Body { lines: vec![line], paid: Some(9), ..Body::default() },
        flags: vec!["unmatched".into(), "other_currency".into()],
        ..event(number, at, source_id)
    }
}

pub fn source_claim(customer: u128, event: &Event) -> SourceClaimRow {
    SourceClaimRow {
        hash: hash_bytes(&[event.source.as_bytes(), event.source_id.as_bytes()]),
        customer_id: customer_id(customer),
        event_id: event.id,
        occurred_at: event.occurred_at,
        content_hash: hash("content"),
    }
}

pub fn decision(customer: u128, number: u128, at: i64) -> DecisionRow {
    DecisionRow {
        customer_id: customer_id(customer),
        at: Instant(at),
        rank: Rank::Wake,
        plugin_id: "jewellery-tiers".into(),
        id: DecisionId(id(number)),
        event_id: Some(EventId(id(number + 1))),
        cause: r#"{"cause":"wake","name":"k"}"#.into(),
        plugin_version: "1.2.3".into(),
        settings_version: 4,
        epoch: 5,
        recorded_at: Instant(at + 2),
        voided_at: None,
        outcome: DecisionOutcome::Lost,
        request: r#"{"request":1}"#.into(),
        result: r#"{"result":2}"#.into(),
        history: true,
        fault: None,
        left_out: Some(1),
    }
}

pub fn task(customer: u128, number: u128, due_at: i64) -> TaskRow {
    TaskRow {
        customer_id: customer_id(customer),
        id: TaskId(id(number)),
        plugin_id: Some("jewellery-tiers".into()),
        kind: "thank".into(),
        key: format!("rise-{number}"),
        title: r#"{"text":"感谢","args":[]}"#.into(),
        unit_id: Some(UnitId(id(70_002))),
        assigned_to: None,
        claimed_by: None,
        state: TaskState::Open,
        due_at: Instant(due_at),
        created_at: Instant(21),
        decided_at: Instant(22),
        done_at: None,
        outcome: None,
        version: 1,
    }
}

pub fn message(customer: u128, number: u128) -> MessageRow {
    MessageRow {
        customer_id: customer_id(customer),
        id: MessageId(id(number)),
        plugin_id: "cafe-frequency".into(),
        sort: "message".to_owned(),
        template: "offer".into(),
        key: format!("fall-{number}"),
        variables: "[1]".into(),
        purpose: "marketing".into(),
        channels: r#"["sms","email"]"#.into(),
        language: Some("zh-CN".into()),
        state: MessageState::Pending,
        state_reason: None,
        not_before: Instant(100),
        expires_at: Instant(200),
        created_at: Instant(31),
        decided_at: Instant(32),
        acknowledged_at: None,
        attempts: 0,
        gateway_id: None,
    }
}

pub fn idempotency(key: &str, created_at: Instant) -> IdempotencyRow {
    IdempotencyRow {
        key_hash: hash(key),
        body_hash: hash("body"),
        status: 201,
        response: r#"{"id":"cus_1"}"#.into(),
        created_at,
    }
}

/// A changeset with a row for every table.
pub fn everything(number: u128) -> Changeset {
    let base = number * 1_000;
    let (first, second) = (
        event(base + 1, 1_000, &format!("{number}-a")),
        full_event(base + 2, 2_000, &format!("{number}-b")),
    );
    let mut write = insert(number);
    write.identities = vec![add(number, &phone(number))];
    write.source_claims = vec![source_claim(number, &first), source_claim(number, &second)];
    write.events = vec![first, second];
    write.decisions = vec![
        decision(number, base + 10, 1_000),
        DecisionRow { event_id: None, ..decision(number, base + 20, 2_000) },
        decision(number, base + 30, 2_000),
    ];
    write.tasks = vec![TaskRow {
        assigned_to: Some(StaffId(id(80_002))),
        claimed_by: Some(StaffId(id(80_003))),
        done_at: Some(Instant(23)),
        outcome: Some("reached".into()),
        state: TaskState::Done,
        ..task(number, base + 40, 50)
    }];
    write.messages = vec![MessageRow {
        state: MessageState::NotSent,
        state_reason: Some("no consent".into()),
        acknowledged_at: Some(Instant(33)),
        attempts: 3,
        gateway_id: Some("gw-1".into()),
        ..message(number, base + 50)
    }];
    write.field_values = vec![
        ("jewellery-tiers.tier".into(), Some("high".into())),
        ("profile.city".into(), Some("上海".into())),
    ];
    write.idempotency = Some(idempotency(&format!("key-{number}"), Instant(41)));
    write
}

pub fn find(number: u128) -> LoadRequest {
    LoadRequest {
        find: Find::Id(customer_id(number)),
        source_claim: None,
        idempotency: None,
        tail_us: None,
    }
}

pub fn find_claims(claims: &[Hash]) -> LoadRequest {
    LoadRequest { find: Find::Claims(claims.to_vec()), ..find(0) }
}

pub async fn commit(store: &Store, write: Changeset) {
    commit_all(store, &[write]).await;
}

pub async fn commit_all(store: &Store, writes: &[Changeset]) {
    let outcomes = store.commit_group(writes).await.expect("a commit");
    assert_eq!(outcomes, vec![CommitOutcome::Committed; writes.len()]);
}

pub fn audit(number: u128) -> AuditRow {
    let (before, after) = (format!(r#"{{"name":"{number}"}}"#), r#"{"name":"王小明"}"#);
    AuditRow {
        id: AuditId(id(number)),
        at: Instant(number as i64),
        actor_id: Some(StaffId(id(50_000))),
        actor_name: "till of store 1".to_owned(),
        actor_role: "staff".to_owned(),
        origin: r#"{"by":"rest","address":"10.0.0.7"}"#.to_owned(),
        request_id: Some(id(60_000 + number)),
        action: "patch_customer".to_owned(),
        outcome: AuditOutcome::Done,
        kind: "customer".to_owned(),
        record: customer_id(number).to_string(),
        customer_id: Some(customer_id(number)),
        content: AuditContent::of([7; 16], Some(before), Some(after.to_owned())),
    }
}
