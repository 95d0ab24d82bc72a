//! What a group reads: exactly what was asked for.

use crate::rows::*;
use regulars_model::Instant;
use regulars_store::*;

on_both! {
    async fn each_member_gets_its_own(db: &Database) {
        let mut writes = [everything(1), everything(2)];
        for write in &mut writes {
            if let CustomerWrite::Insert(row) = &mut write.customer {
                row.decided_through = Instant(2_000);
            }
        }
        commit_all(&db.store, &writes).await;
        let requests = [
            LoadRequest { tail_us: Some(1_000), ..find(1) },
            LoadRequest {
                source_claim: Some(writes[0].source_claims[1].hash),
                idempotency: Some(hash("key-1")),
                tail_us: Some(0),
                ..find_claims(&[phone(2).claim(), phone(9).claim()])
            },
            find(3),
            find_claims(&[phone(9).claim()]),
            find_claims(&[]),
            find(1),
            LoadRequest { tail_us: Some(1_001), ..find(1) },
            LoadRequest { tail_us: Some(i64::MAX), ..find(1) },
        ];
        let group = db.store.load_group(&requests).await.unwrap();
        assert_eq!(group.stamp, ConfigurationStamp { epoch: 0, revision: 0 });
        let members = group.members;
        assert_eq!(members[0].customer.as_ref(), Some(writes[0].customer.row()));
        assert_eq!(members[0].tail, writes[0].events[1..]);
        assert_eq!((&members[0].source_claim, &members[0].idempotency), (&None, &None));

        assert_eq!(members[1].claims, [(phone(2).claim(), customer_id(2))]);
        assert_eq!(members[1].customer.as_ref(), Some(writes[1].customer.row()));
        assert_eq!(members[1].tail, []);
        assert_eq!(members[1].source_claim.as_ref(), Some(&writes[0].source_claims[1]));
        assert_eq!(members[1].idempotency, writes[0].idempotency);

        for nothing in &members[2..5] {
            assert_eq!(*nothing, Loaded::default());
        }
        for whole in &members[5..8] {
            assert_eq!(whole.tail, writes[0].events);
        }
    }

    async fn claims_of_several_customers_name_them_and_load_none(db: &Database) {
        commit_all(&db.store, &[everything(1), everything(2)]).await;
        let asked = find_claims(&[phone(1).claim(), phone(2).claim()]);
        let member = db.store.load_group(&[asked]).await.unwrap().members.remove(0);
        let mut holders: Vec<_> = member.claims.iter().map(|(_, id)| *id).collect();
        holders.sort();
        assert_eq!(holders, [customer_id(1), customer_id(2)]);
        assert_eq!((member.customer, member.tail), (None, Vec::new()));
    }

    async fn two_claims_of_one_customer_load_it_once(db: &Database) {
        let mut write = everything(1);
        write.identities.push(add(1, &phone(7)));
        commit(&db.store, write.clone()).await;
        let asked = find_claims(&[phone(1).claim(), phone(7).claim()]);
        let member = db.store.load_group(&[asked]).await.unwrap().members.remove(0);
        assert_eq!(member.claims.len(), 2);
        assert_eq!(member.customer.as_ref(), Some(write.customer.row()));
        assert_eq!(member.tail, write.events);
    }

    /// More asked than one statement of SQLite takes, with claims on both sides of a cut.
    async fn a_large_group_is_loaded_whole(db: &Database) {
        let mut writes: Vec<_> = (1..=100).map(everything).collect();
        for (number, write) in (1..).zip(&mut writes) {
            write.identities.extend([add(number, &phone(number + 200)), add(number, &phone(number + 400))]);
        }
        commit_all(&db.store, &writes).await;
        let requests: Vec<_> = (1..=100)
            .map(|n| find_claims(&[phone(n).claim(), phone(n + 200).claim(), phone(n + 400).claim()]))
            .collect();
        let group = db.store.load_group(&requests).await.unwrap();
        for (member, write) in group.members.iter().zip(&writes) {
            assert_eq!(member.customer.as_ref(), Some(write.customer.row()));
            assert_eq!(member.tail, write.events);
            assert_eq!(member.claims.len(), 3);
        }
    }

    async fn full_customers_come_in_the_order_asked(db: &Database) {
        commit_all(&db.store, &[everything(1), everything(2)]).await;
        let ids = [customer_id(2), customer_id(9), customer_id(1)];
        let full = db.store.load_full_group(&ids).await.unwrap();
        let found: Vec<_> = full.iter().map(|full| full.as_ref().map(|f| f.customer.id)).collect();
        assert_eq!(found, [Some(customer_id(2)), None, Some(customer_id(1))]);
    }
}
