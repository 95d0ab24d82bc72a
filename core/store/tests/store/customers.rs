//! Lists and counts of customers.

use crate::rows::*;
use regulars_model::{Event, StaffId, UnitId};
use regulars_store::*;

fn of(number: u128, unit: Option<u128>, tier: Option<&str>) -> Changeset {
    let home_unit_id = unit.map(|unit| UnitId(id(unit)));
    let row = CustomerRow { home_unit_id, ..customer(number) };
    let mut write = Changeset::of(CustomerWrite::Insert(row));
    write.field_values = vec![("tiers.tier".into(), tier.map(str::to_owned))];
    write
}

fn within(units: &[u128]) -> Seen {
    let units = units.iter().map(|unit| UnitId(id(*unit))).collect();
    Seen { homes: Some(Homes { units, none: false }), assigned_to: None }
}

async fn five(store: &Store) {
    let merged = CustomerRow { merged_into: Some(customer_id(1)), ..customer(6) };
    let mut merged = Changeset::of(CustomerWrite::Insert(merged));
    merged.field_values = vec![("tiers.tier".into(), Some("high".into()))];
    let writes = [
        of(1, Some(50), Some("high")),
        of(2, Some(51), Some("low")),
        of(3, Some(50), Some("high")),
        of(4, None, None),
        of(5, Some(50), Some("low")),
        merged,
    ];
    commit_all(store, &writes).await;
}

on_both! {
    async fn pages_go_by_id(db: &Database) {
        five(&db.store).await;
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = db.store.list_customers(&CustomerFilter::default(), after, 2).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            seen.extend(page.into_iter().map(|row| row.id));
        }
        assert_eq!(seen, (1..=5).map(customer_id).collect::<Vec<_>>());
    }

    async fn field_and_home_store_filter(db: &Database) {
        five(&db.store).await;
        let list = |field: Option<&str>, units: Option<Vec<u128>>, after: Option<u128>| {
            let filter = CustomerFilter {
                field: field.map(|value| ("tiers.tier".to_owned(), value.to_owned())),
                seen: units.map(|units| within(&units)).unwrap_or_default(),
            };
            let store = db.store.clone();
            async move {
                let rows = store.list_customers(&filter, after.map(customer_id), 10).await.unwrap();
                rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
            }
        };
        let ids = |numbers: &[u128]| numbers.iter().map(|n| customer_id(*n)).collect::<Vec<_>>();
        assert_eq!(list(Some("high"), None, None).await, ids(&[1, 3]));
        assert_eq!(list(Some("high"), None, Some(1)).await, ids(&[3]));
        assert_eq!(list(Some("low"), Some(vec![50]), None).await, ids(&[5]));
        assert_eq!(list(None, Some(vec![50, 51]), None).await, ids(&[1, 2, 3, 5]));
        assert_eq!(list(None, Some(vec![]), None).await, ids(&[]));
        assert_eq!(list(Some("gold"), None, None).await, ids(&[]));
    }

    async fn the_seen_are_those_of_stores_without_one_and_assigned(db: &Database) {
        five(&db.store).await;
        let staff = StaffId(id(60));
        let own =
            CustomerRow { home_unit_id: None, assigned_to: Some(staff), ..customer(7) };
        commit(&db.store, Changeset::of(CustomerWrite::Insert(own))).await;
        let homes = |units: &[u128], none| within(units).homes.map(|homes| Homes { none, ..homes });
        for (homes, assigned_to, expected) in [
            (homes(&[51], true), None, vec![2, 4, 7]),
            (homes(&[], true), None, vec![4, 7]),
            (None, Some(staff), vec![7]),
            (homes(&[50], true), Some(staff), vec![7]),
            (homes(&[50], false), Some(staff), vec![]),
        ] {
            let filter = CustomerFilter { field: None, seen: Seen { homes, assigned_to } };
            let rows = db.store.list_customers(&filter, None, 10).await.unwrap();
            let ids: Vec<_> = rows.into_iter().map(|row| row.id).collect();
            assert_eq!(ids, expected.into_iter().map(customer_id).collect::<Vec<_>>(), "{filter:?}");
        }
    }

    async fn values_are_counted(db: &Database) {
        five(&db.store).await;
        let counts = db.store.count_by_field("tiers.tier", &Seen::all()).await.unwrap();
        assert_eq!(
            counts,
            FieldCounts {
                by_value: vec![("high".into(), 2), ("low".into(), 2)],
                without: 1,
                total: 5
            }
        );
        let counts = db.store.count_by_field("tiers.tier", &within(&[50])).await.unwrap();
        assert_eq!(
            counts,
            FieldCounts {
                by_value: vec![("high".into(), 2), ("low".into(), 1)],
                without: 0,
                total: 3
            }
        );
        let counts = db.store.count_by_field("tiers.tier", &within(&[])).await.unwrap();
        assert_eq!(counts, FieldCounts::default());
    }

    async fn totals_are_exact(db: &Database) {
        let mut write = insert(1);
        write.events = vec![
            event(1, 1, "a"),
            event(2, 2, "b"),
            Event { kind: "visit".into(), amount: None, currency: None, ..event(3, 3, "c") },
        ];
        write.decisions = vec![decision(1, 9, 1)];
        commit(&db.store, write).await;
        let sums = db.store.sum_events_by_kind().await.unwrap();
        assert_eq!(sums, [("purchase".to_owned(), 2, 200), ("visit".to_owned(), 1, 0)]);
        assert_eq!(db.store.count_events().await.unwrap(), 3);
        assert_eq!(db.store.count_decisions().await.unwrap(), 1);
    }
}
