//! What is committed can be read back, all of it, and a later write changes only what it says.

use crate::rows::*;
use regulars_model::{Event, Instant};
use regulars_store::*;

on_both! {
    async fn every_row_reads_back(db: &Database) {
        let writes = [everything(1), everything(2)];
        commit_all(&db.store, &writes).await;
        for (number, write) in [(1, &writes[0]), (2, &writes[1])] {
            let full = db.store.load_full(customer_id(number)).await.unwrap().expect("a customer");
            assert_eq!(full.customer, *write.customer.row());
            let identities: Vec<_> = write.identities.iter().map(IdentityWrite::row).collect();
            assert_eq!(full.identities.iter().collect::<Vec<_>>(), identities);
            assert_eq!(full.events, write.events);
            assert_eq!(full.decisions, write.decisions);
            assert_eq!(full.tasks, write.tasks);
            assert_eq!(full.messages, write.messages);
        }
        assert_eq!(db.store.load_full(customer_id(3)).await.unwrap(), None);
        for table in ["identity_claim", "idempotency"] {
            assert_eq!(db.count(table).await, 2, "{table}");
        }
        for table in ["source_claim", "event", "field_value"] {
            assert_eq!(db.count(table).await, 4, "{table}");
        }
    }

    async fn an_update_overwrites_what_it_names(db: &Database) {
        let first = everything(1);
        commit(&db.store, first.clone()).await;
        let mut write = update(1, 1);
        let key = first.events[0].key();
        write.event_flags = vec![
            (key, vec!["exceeds_purchase".into()]),
            (first.events[1].key(), Vec::new()),
        ];
        write.voided = vec![(first.decisions[1].at, first.decisions[1].id)];
        write.voided_at = Instant(99);
        write.tasks = vec![TaskRow { state: TaskState::Corrected, version: 2, ..first.tasks[0].clone() }];
        write.messages = vec![MessageRow { state: MessageState::Sent, ..first.messages[0].clone() }];
        write.field_values = vec![
            ("jewellery-tiers.tier".into(), Some("low".into())),
            ("profile.city".into(), None),
        ];
        let verified = IdentityRow { verified_at: Some(Instant(77)), ..identity(1, &phone(1)) };
        write.identities = vec![IdentityWrite::Change(verified.clone())];
        commit(&db.store, write.clone()).await;

        let full = db.store.load_full(customer_id(1)).await.unwrap().expect("a customer");
        assert_eq!(full.customer.version, 2);
        assert_eq!(full.identities, [verified]);
        let flags: Vec<_> = full.events.iter().map(|event| event.flags.clone()).collect();
        assert_eq!(flags, [vec!["exceeds_purchase".to_owned()], Vec::new()]);
        assert_eq!(full.decisions, [first.decisions[0].clone(), first.decisions[2].clone()]);
        assert_eq!(full.tasks, write.tasks);
        assert_eq!(full.messages, write.messages);
        assert_eq!(
            db.texts("SELECT field || '=' || value FROM field_value").await,
            ["jewellery-tiers.tier=low"]
        );
        let all = db.store.list_decisions(customer_id(1), None, true, 10).await.unwrap();
        let voided: Vec<_> = all.iter().filter_map(|row| row.voided_at).collect();
        assert_eq!((all.len(), voided), (3, vec![Instant(99)]));
    }

    async fn the_last_of_equal_rows_in_one_changeset_stands(db: &Database) {
        let mut write = insert(1);
        write.field_values =
            vec![("f".into(), Some("a".into())), ("f".into(), None), ("f".into(), Some("b".into()))];
        write.tasks = vec![
            task(1, 10, 5),
            TaskRow { state: TaskState::Withdrawn, ..task(1, 10, 5) },
        ];
        commit(&db.store, write).await;
        assert_eq!(db.texts("SELECT value FROM field_value").await, ["b"]);
        assert_eq!(db.texts("SELECT state FROM task").await, ["withdrawn"]);
    }

    /// Chunks of the multi-row statements begin and end at these numbers.
    async fn groups_of_any_size_are_written_whole(db: &Database) {
        let mut next = 1_u128;
        for size in [1, 127, 128, 129, 5_000] {
            let writes: Vec<Changeset> = (0..size)
                .map(|_| {
                    next += 1;
                    let mut write = insert(next);
                    write.events = vec![event(next, 1_000, &format!("s{next}"))];
                    write.source_claims = vec![source_claim(next, &write.events[0])];
                    write.identities = vec![add(next, &phone(next))];
                    write
                })
                .collect();
            let before = db.count("event").await;
            commit_all(&db.store, &writes).await;
            assert_eq!(db.count("event").await - before, size);
            let requests: Vec<_> = writes
                .iter()
                .map(|write| find_claims(&[identity_claim(write)]))
                .collect();
            let loaded = db.store.load_group(&requests).await.unwrap();
            for (loaded, write) in loaded.members.iter().zip(&writes) {
                assert_eq!(loaded.customer.as_ref(), Some(write.customer.row()));
                assert_eq!(loaded.tail, write.events);
            }
            let updates: Vec<_> = writes
                .iter()
                .map(|write| {
                    let row = CustomerRow { version: 2, ..write.customer.row().clone() };
                    Changeset::of(CustomerWrite::Update(row))
                })
                .collect();
            commit_all(&db.store, &updates).await;
        }
        assert_eq!(db.store.count_customers(None).await.unwrap(), 5_385);
    }

    async fn an_empty_group_is_nothing(db: &Database) {
        assert_eq!(db.store.commit_group(&[]).await.unwrap(), []);
        assert_eq!(db.store.load_group(&[]).await.unwrap().members, []);
        assert_eq!(db.store.load_full_group(&[]).await.unwrap(), []);
    }

    async fn a_customer_twice_in_a_group_is_written_in_turn(db: &Database) {
        let mut first = insert(1);
        first.events = vec![event(10, 5, "a")];
        let mut second = update(1, 1);
        second.events = vec![event(11, 6, "b")];
        let outcomes = db.store.commit_group(&[first, second, update(1, 1)]).await.unwrap();
        assert_eq!(
            outcomes,
            [CommitOutcome::Committed, CommitOutcome::Committed, CommitOutcome::Stale]
        );
        let full = db.store.load_full(customer_id(1)).await.unwrap().expect("a customer");
        assert_eq!((full.customer.version, full.events.len()), (2, 2));
    }

    async fn the_log_keeps_the_order_of_bytes(db: &Database) {
        // Letters of either case, an accent, a Chinese character: a locale would mix them.
        let names = ["A", "B", "a", "b", "é", "王", "🙂"];
        let mut write = insert(1);
        write.events = (names.iter().rev().zip(20..))
            .map(|(name, number)| event(number, 7, name))
            .collect();
        commit(&db.store, write).await;
        let full = db.store.load_full(customer_id(1)).await.unwrap().expect("a customer");
        let ids: Vec<_> = full.events.iter().map(|event| event.source_id.to_string()).collect();
        assert_eq!(ids, names);
        assert!(full.events.is_sorted_by(|a, b| Event::log_order(a, b).is_lt()));
    }
}

fn identity_claim(write: &Changeset) -> regulars_model::canonical::Hash {
    match &write.identities[0] {
        IdentityWrite::Add(_, claim) => *claim,
        other => panic!("not an addition: {other:?}"),
    }
}
