//! No statement of the write path, nor what is asked every second, may read a whole table: on a
//! full database it would be the slowest thing there is, and no other test would notice.

use crate::batch::{Arg, Batch, args};
use crate::commit::statements;
use crate::load::{group_sql, of_wanted};
use crate::read::{Columns, Reader};
use crate::{Store, StoreError, dialect};
use regulars_model::canonical::Hash;
use uuid::Uuid;

/// Types of the columns of a `{rows}` statement: uuid, integer, text, hash.
const STATEMENTS: [(&str, &str); 4] = [
    (statements::RELEASE_IDENTITIES, "hu"),
    (statements::WRITE_FLAGS, "uiittt"),
    (statements::VOID_DECISIONS, "uiui"),
    (statements::REMOVE_FIELD_VALUES, "ut"),
];
const TABLES_OF_CUSTOMERS: [&str; 6] =
    ["identity", "event", "decision", "correction", "task", "message"];

#[tokio::test]
async fn sqlite_reads_no_table_whole() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("plans.db").display());
    let store = Store::open(&url).await.unwrap();
    check(&store, "EXPLAIN QUERY PLAN ", 3, |step| {
        let table = step.strip_prefix("SCAN ").unwrap_or_default();
        is_table(table.split(' ').next().unwrap_or_default())
    })
    .await;
    store.close().await;
}

#[tokio::test]
async fn postgres_reads_no_table_whole() {
    let Ok(server) = std::env::var("REGULARS_TEST_POSTGRES") else {
        panic!("set REGULARS_TEST_POSTGRES or run cargo xtask test");
    };
    let name = format!("regulars_plans_{}", std::process::id());
    let admin = Store { db: dialect::open(&server).await.unwrap() };
    run(&admin, format!("DROP SCHEMA IF EXISTS {name} CASCADE")).await;
    run(&admin, format!("CREATE SCHEMA {name}")).await;
    let mark = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{mark}options[search_path]={name}");
    let store = Store::open(&url).await.unwrap();
    check(&store, "EXPLAIN ", 0, |step| {
        let table = step.split("Seq Scan on ").nth(1).unwrap_or_default();
        is_table(table.split(' ').next().unwrap_or_default())
    })
    .await;
    store.close().await;
    run(&admin, format!("DROP SCHEMA {name} CASCADE")).await;
    admin.close().await;
}

async fn run(store: &Store, sql: String) {
    store.db.lease().await.unwrap().connection().execute(sql, args![]).await.unwrap();
}

/// `meta` holds two rows and is read whole on purpose.
fn is_table(name: &str) -> bool {
    TABLES_OF_CUSTOMERS.contains(&name)
        || ["customer", "identity_claim", "source_claim", "idempotency", "field_value", "audit"]
            .contains(&name)
}

async fn check(store: &Store, explain: &str, column: usize, reads_whole: impl Fn(&str) -> bool) {
    let mut seen = 0;
    let mut check = |sql: &str, plan: Vec<String>| {
        assert!(!plan.is_empty(), "no plan of {sql}");
        let whole = plan.iter().find(|step| reads_whole(step.trim()));
        assert_eq!(whole, None, "{sql}\n{}", plan.join("\n"));
        seen += 1;
    };
    let mut statements: Vec<(String, &str)> =
        STATEMENTS.iter().map(|(sql, types)| ((*sql).to_owned(), *types)).collect();
    statements.push((statements::update(), "uuuuiiiiitt"));
    statements.push((statements::update_within_epoch(), "uuuuiiiiitt"));
    statements.push((group_sql(), "iiuhi"));
    statements.extend(TABLES_OF_CUSTOMERS.map(|table| (of_wanted("*", table, "customer_id"), "u")));
    for (sql, types) in statements {
        let text = format!("{explain}{sql}");
        let mut lease = store.db.lease().await.unwrap();
        let plan = lease.connection().put(&text, &batch(types), read_step(column)).await;
        check(&sql, plan.unwrap());
    }
    let id = Uuid::nil();
    let single: [(&str, Vec<Arg>); 8] = [
        (crate::scan::HELD, args![id, id]),
        (crate::due::DUE, args![1_i64, 1_i64]),
        (crate::due::OUTDATED, args![1_i64, 1_i64, 1_i64]),
        ("SELECT id FROM task WHERE id = $1", args![id]),
        (crate::decisions::CUSTOMER_OF_DECISION, args![id]),
        (
            "SELECT id FROM message WHERE state = $1 AND id > $2 ORDER BY id LIMIT $3",
            args!["x", id, 1_i64],
        ),
        (
            "SELECT id FROM event WHERE customer_id = $1
            AND (occurred_at, rank, source, source_id) < ($2, $3, $4, $5)
            ORDER BY occurred_at DESC, rank DESC, source DESC, source_id DESC LIMIT $6",
            args![id, 1_i64, 1_i64, "s", "i", 1_i64],
        ),
        (
            "SELECT id FROM correction WHERE customer_id = $1 AND (recorded_at, id) < ($2, $3)
            ORDER BY recorded_at DESC, id DESC LIMIT $4",
            args![id, 1_i64, id, 1_i64],
        ),
    ];
    for (sql, args) in single {
        let plan = store.db.fetch(format!("{explain}{sql}"), args, read_step(column)).await;
        let plan = plan.unwrap();
        // What is paged must come in the order of its index, not be sorted for each page.
        let sorts = |step: &&String| step.contains("TEMP B-TREE") || step.contains("Sort ");
        assert_eq!(plan.iter().find(sorts), None, "{sql}");
        check(sql, plan);
    }
    for plugin in [None, Some("p".to_owned())] {
        let after = Some(("p".to_owned(), regulars_model::DecisionId(id)));
        let query = crate::HeldQuery { plugin, after, ..Default::default() };
        let (sql, args) = crate::held::list(&query, 1);
        let plan = store.db.fetch(format!("{explain}{sql}"), args, read_step(column)).await;
        let plan = plan.unwrap();
        let sorts = |step: &&String| step.contains("TEMP B-TREE") || step.contains("Sort ");
        assert_eq!(plan.iter().find(sorts), None, "{sql}");
        check(&sql, plan);
    }
    for after in [
        None,
        Some((
            regulars_model::Instant(1),
            regulars_model::CustomerId(id),
            regulars_model::DecisionId(id),
        )),
    ] {
        let (from, through) = (regulars_model::Instant(0), regulars_model::Instant(9));
        let query = crate::LeftOutQuery { from, through, after, limit: 1 };
        let (sql, args) = crate::issues::left_out(&query);
        let plan = store.db.fetch(format!("{explain}{sql}"), args, read_step(column)).await;
        let plan = plan.unwrap();
        let sorts = |step: &&String| step.contains("TEMP B-TREE") || step.contains("Sort ");
        assert_eq!(plan.iter().find(sorts), None, "{sql}");
        check(&sql, plan);
    }
    for query in audit_queries() {
        let (sql, args) = crate::audit::list(&query);
        let plan = store.db.fetch(format!("{explain}{sql}"), args, read_step(column)).await;
        let plan = plan.unwrap();
        let sorts = |step: &&String| step.contains("TEMP B-TREE") || step.contains("Sort ");
        assert_eq!(plan.iter().find(sorts), None, "{sql}");
        check(&sql, plan);
    }
    for (sql, args) in crate::audit::statements() {
        let plan = store.db.fetch(format!("{explain}{sql}"), args, read_step(column)).await;
        check(&sql, plan.unwrap());
    }
    assert_eq!(seen, 33);
}

/// By one thing at a time, and by nothing.
fn audit_queries() -> [crate::AuditQuery; 5] {
    let id = Uuid::nil();
    let last = Some(regulars_model::AuditId(id));
    let all = crate::AuditQuery { older_than: last, limit: 1, ..Default::default() };
    [
        all.clone(),
        crate::AuditQuery { actor: Some(regulars_model::StaffId(id)), ..all.clone() },
        crate::AuditQuery { action: Some("a".to_owned()), ..all.clone() },
        crate::AuditQuery { record: Some("r".to_owned()), ..all.clone() },
        crate::AuditQuery { customer: Some(regulars_model::CustomerId(id)), ..all },
    ]
}

fn read_step(column: usize) -> impl Fn(&dyn Columns) -> Result<String, StoreError> {
    move |row| {
        let mut row = Reader::new(row, "plan");
        row.seek(column);
        row.string()
    }
}

fn batch(types: &str) -> Batch<'static> {
    const HASH: Hash = [0; 32];
    types.chars().fold(Batch::default(), |batch, column| match column {
        'u' => batch.uuids([Uuid::nil(); 2].into_iter()),
        'i' => batch.ints([1_i64; 2].into_iter()),
        't' => batch.texts(["t"; 2].into_iter()),
        _ => batch.bytes([HASH.as_slice(), HASH.as_slice()].into_iter()),
    })
}
