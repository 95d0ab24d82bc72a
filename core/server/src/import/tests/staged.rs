use super::{delimited, map, staged};
use crate::import::{
    clock::Shift,
    customers::{Chunk, Customers},
    mapping::Names,
    stage::{Stage, Staged},
};
use jiff::tz::TimeZone;
use regulars_engine::import::ImportCustomer;

fn group(rows: Vec<Staged>, memory_bytes_max: usize) -> Chunk {
    let mut stage = Stage::new(memory_bytes_max);
    for row in rows {
        stage.push(row).unwrap();
    }
    let names = Names { source: "shop".into(), data: Vec::new().into() };
    let mut customers = Customers::new(stage.finish().unwrap(), names, Shift::none(TimeZone::UTC));
    let mut all = Chunk::default();
    while let Some(chunk) = customers.next_chunk().unwrap() {
        all.customers.extend(chunk.customers);
        all.rows += chunk.rows;
        all.repeated += chunk.repeated;
        all.rejected.extend(chunk.rejected);
    }
    all
}

fn by_identity(chunk: &Chunk) -> Vec<&ImportCustomer> {
    let mut customers: Vec<_> = chunk.customers.iter().collect();
    customers.sort_by_key(|customer| customer.identities[0].value.clone());
    customers
}

fn ids(customer: &ImportCustomer) -> Vec<&str> {
    customer.events.iter().filter_map(|event| event.source_id.as_deref()).collect()
}

#[test]
fn rows_are_grouped_put_in_order_and_equal_ones_numbered() {
    let content =
        "customer,date,amount\n1,2026-05-04,1\n2,2026-05-01,5\n1,2026-05-03,2\n1,2026-05-04,1\n";
    let chunk = group(staged(content, &delimited()), usize::MAX);
    let customers = by_identity(&chunk);
    assert_eq!(customers.len(), 2);
    assert_eq!(customers[0].rows[0], 4);
    let mut twice = customers[0].rows[1..].to_vec();
    twice.sort_unstable();
    assert_eq!(twice, [2, 5]);
    let ids = ids(customers[0]);
    let (hash, ordinal) = ids[1].split_once('#').unwrap();
    assert_eq!((hash.len(), ordinal), (32, "0"));
    assert_eq!(ids[2], format!("{hash}#1"));
    assert!(ids[0].ends_with("#0") && !ids[0].starts_with(hash));
}

#[test]
fn files_on_disk_give_what_memory_gives() {
    let mut content = String::from("customer,date,amount\n");
    for row in 0..5_000 {
        content.push_str(&format!("{},2026-05-{:02},{}\n", row * 7 % 613, row % 28 + 1, row % 5));
    }
    let rows = staged(&content, &delimited());
    let memory = group(rows.clone(), usize::MAX);
    let disk = group(rows, 100_000);
    assert_eq!((memory.rows, disk.rows), (5_000, 5_000));
    let (memory, disk) = (by_identity(&memory), by_identity(&disk));
    assert_eq!((memory.len(), disk.len()), (613, 613));
    for (one, other) in memory.iter().zip(&disk) {
        assert_eq!(one.identities, other.identities);
        assert_eq!(one.rows, other.rows);
        assert_eq!(one.events, other.events);
    }
}

#[test]
fn a_source_id_of_the_file_twice_is_a_repeat_or_a_fault() {
    let text = r#"
format = "delimited"
source = "till"
[identity]
card = { column = "card" }
[event]
kind = "visit"
occurred_at = { column = "at" }
source_id = { column = "receipt" }
"#;
    let content =
        "card,at,receipt\nc,2026-05-01,1\nc,2026-05-01,1\nc,2026-05-02,1\nc,2026-05-02,2\n";
    let chunk = group(staged(content, &map(text)), usize::MAX);
    assert_eq!(ids(&chunk.customers[0]), ["1", "2"]);
    assert_eq!(chunk.repeated, 1);
    let reason = "event.source_id: `1` stands in line 2 with other content".to_owned();
    assert_eq!(chunk.rejected, [(4, reason)]);
}
