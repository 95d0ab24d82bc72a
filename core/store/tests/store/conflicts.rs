//! A member that cannot be committed leaves nothing behind, and the rest of its group stands.

use crate::rows::*;
use regulars_model::{Instant, duration::DAY_US};
use regulars_store::*;

/// Tables a changeset of `everything` writes to.
const TABLES: [&str; 11] = [
    "customer",
    "identity",
    "identity_claim",
    "event",
    "source_claim",
    "decision",
    "task",
    "message",
    "field_value",
    "idempotency",
    "plugin",
];

/// Commits `bad` between two good ones and gives its outcome, having looked that it left no trace.
async fn outcome_among_good_ones(db: &crate::database::Database, bad: Changeset) -> CommitOutcome {
    let bad_id = bad.customer_id();
    let before = db.store.load_full(bad_id).await.unwrap();
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for table in TABLES {
        first.push(db.count(table).await);
    }
    let writes = [everything(801), bad, everything(802)];
    let mut outcomes = db.store.commit_group(&writes).await.unwrap();
    assert_eq!(outcomes[0], CommitOutcome::Committed);
    assert_eq!(outcomes[2], CommitOutcome::Committed);
    for table in TABLES {
        last.push(db.count(table).await);
    }
    let rows_of_two = [2, 2, 2, 4, 4, 6, 2, 2, 4, 2, 0];
    let grown: Vec<_> = first.iter().zip(&last).map(|(first, last)| last - first).collect();
    assert_eq!(grown, rows_of_two);
    assert_eq!(db.store.load_full(bad_id).await.unwrap(), before);
    outcomes.swap_remove(1)
}

/// The rows of `everything`, for a customer that is there.
fn everything_as_update(number: u128, version: i64) -> Changeset {
    let write = everything(number);
    let row = CustomerRow { version: version + 1, ..write.customer.row().clone() };
    Changeset { customer: CustomerWrite::Update(row), ..write }
}

on_both! {
    async fn a_stale_version_is_refused(db: &Database) {
        commit(&db.store, insert(1)).await;
        let stale = everything_as_update(1, 7);
        assert_eq!(outcome_among_good_ones(db, stale).await, CommitOutcome::Stale);
    }

    async fn an_update_of_nobody_is_stale(db: &Database) {
        let stale = everything_as_update(9, 1);
        assert_eq!(outcome_among_good_ones(db, stale).await, CommitOutcome::Stale);
    }

    async fn a_customer_is_created_once(db: &Database) {
        commit(&db.store, insert(1)).await;
        let outcome = outcome_among_good_ones(db, everything(1)).await;
        assert_eq!(outcome, CommitOutcome::Conflict(Conflict::Customer));
    }

    async fn an_identity_finds_one_customer(db: &Database) {
        let mut holder = insert(1);
        holder.identities = vec![add(1, &phone(5))];
        commit(&db.store, holder).await;
        let mut write = everything(2);
        write.identities.push(add(2, &phone(5)));
        let outcome = outcome_among_good_ones(db, write).await;
        let conflict = Conflict::Identity { claim: phone(5).claim(), held_by: customer_id(1) };
        assert_eq!(outcome, CommitOutcome::Conflict(conflict));
    }

    async fn a_source_id_names_one_event(db: &Database) {
        let mut holder = insert(1);
        holder.source_claims = vec![source_claim(1, &event(50, 1, "till-1"))];
        commit(&db.store, holder).await;
        let mut write = everything(2);
        let repeat = source_claim(2, &event(51, 2, "till-1"));
        write.source_claims.push(repeat.clone());
        let outcome = outcome_among_good_ones(db, write).await;
        assert_eq!(outcome, CommitOutcome::Conflict(Conflict::Source { hash: repeat.hash }));
    }

    async fn an_idempotency_key_has_one_answer(db: &Database) {
        let mut holder = insert(1);
        holder.idempotency = Some(idempotency("k", Instant(1_000)));
        commit(&db.store, holder).await;
        let mut write = everything(2);
        write.idempotency = Some(idempotency("k", Instant(1_000 + 7 * DAY_US - 1)));
        let outcome = outcome_among_good_ones(db, write).await;
        let conflict = Conflict::Idempotency { hash: hash("k") };
        assert_eq!(outcome, CommitOutcome::Conflict(conflict));
    }

    async fn an_expired_key_is_taken_again(db: &Database) {
        let mut holder = insert(1);
        holder.idempotency = Some(idempotency("k", Instant(1_000)));
        commit(&db.store, holder).await;
        let mut write = insert(2);
        let row = IdempotencyRow { status: 202, ..idempotency("k", Instant(1_000 + 7 * DAY_US)) };
        assert!(idempotency("k", Instant(1_000)).is_expired(row.created_at));
        write.idempotency = Some(row.clone());
        commit(&db.store, write).await;
        let request = LoadRequest { idempotency: Some(hash("k")), ..find(2) };
        let loaded = db.store.load_group(&[request]).await.unwrap();
        assert_eq!(loaded.members[0].idempotency.as_ref(), Some(&row));
        assert_eq!(db.store.purge_idempotency(row.created_at).await.unwrap(), 0);
        assert_eq!(db.store.purge_idempotency(row.created_at.plus(1)).await.unwrap(), 1);
        assert_eq!(db.count("idempotency").await, 0);
    }

    async fn rows_the_database_refuses_are_refused_alone(db: &Database) {
        let mut holder = insert(1);
        holder.tasks = vec![task(1, 10, 5)];
        commit(&db.store, holder).await;
        let mut write = update(1, 1);
        // Another task under the same plugin, kind and key.
        write.tasks = vec![TaskRow { key: task(1, 10, 5).key, ..task(1, 11, 5) }];
        write.events = vec![event(60, 1, "lost")];
        let outcome = outcome_among_good_ones(db, write).await;
        assert!(matches!(outcome, CommitOutcome::Conflict(Conflict::Constraint(_))), "{outcome:?}");
    }

    async fn of_two_with_one_claim_the_first_wins(db: &Database) {
        let mut writes = [insert(2), insert(1), insert(3)];
        writes[0].identities = vec![add(2, &phone(5))];
        writes[1].identities = vec![add(1, &phone(5))];
        writes[2].identities = vec![add(3, &phone(6))];
        let outcomes = db.store.commit_group(&writes).await.unwrap();
        let conflict = Conflict::Identity { claim: phone(5).claim(), held_by: customer_id(2) };
        assert_eq!(
            outcomes,
            [
                CommitOutcome::Committed,
                CommitOutcome::Conflict(conflict),
                CommitOutcome::Committed
            ]
        );
    }

    async fn every_kind_of_failure_in_one_group(db: &Database) {
        let mut holder = everything(1);
        holder.tasks = vec![task(1, 10, 5)];
        commit(&db.store, holder).await;
        let mut refused = update(1, 1);
        refused.tasks = vec![TaskRow { key: task(1, 10, 5).key, ..task(1, 11, 5) }];
        let mut taken = insert(4);
        taken.identities = vec![add(4, &phone(1))];
        let writes = [insert(2), refused, update(3, 1), taken, insert(5)];
        let outcomes = db.store.commit_group(&writes).await.unwrap();
        assert_eq!(outcomes[0], CommitOutcome::Committed);
        assert!(matches!(outcomes[1], CommitOutcome::Conflict(Conflict::Constraint(_))));
        assert_eq!(outcomes[2], CommitOutcome::Stale);
        assert!(matches!(outcomes[3], CommitOutcome::Conflict(Conflict::Identity { .. })));
        assert_eq!(outcomes[4], CommitOutcome::Committed);
        assert_eq!(db.store.count_customers(None).await.unwrap(), 3);
    }

    async fn an_identity_moves_or_stays(db: &Database) {
        let mut holder = insert(1);
        holder.identities = vec![add(1, &phone(5))];
        commit_all(&db.store, &[holder, insert(2)]).await;
        let mut pair = [update(2, 1), update(1, 1)];
        pair[0].identities = vec![add(2, &phone(5))];
        pair[1].identities = vec![retire(1, &phone(5))];

        let mut stale = pair.clone();
        stale[1].customer = update(1, 6).customer;
        assert_eq!(db.store.commit_pair(&stale).await.unwrap(), CommitOutcome::Stale);
        let holder = db.store.load_group(&[find_claims(&[phone(5).claim()])]).await.unwrap();
        assert_eq!(holder.members[0].claims, [(phone(5).claim(), customer_id(1))]);
        assert_eq!(db.store.find_customer(customer_id(2)).await.unwrap().unwrap().version, 1);

        assert_eq!(db.store.commit_pair(&pair).await.unwrap(), CommitOutcome::Committed);
        let holder = db.store.load_group(&[find_claims(&[phone(5).claim()])]).await.unwrap();
        assert_eq!(holder.members[0].claims, [(phone(5).claim(), customer_id(2))]);
        let rows = db.store.list_identities_of(&[customer_id(1), customer_id(2)]).await.unwrap();
        let states: Vec<_> = rows.iter().map(|row| (row.customer_id, row.state)).collect();
        assert_eq!(
            states,
            [
                (customer_id(1), IdentityState::Retired),
                (customer_id(2), IdentityState::Active)
            ]
        );
    }

    async fn a_retired_identity_is_free_for_others(db: &Database) {
        let mut holder = insert(1);
        holder.identities = vec![add(1, &phone(5))];
        commit(&db.store, holder).await;
        let mut writes = [update(1, 1), insert(2)];
        writes[0].identities = vec![retire(1, &phone(5))];
        writes[1].identities = vec![add(2, &phone(5))];
        commit_all(&db.store, &writes).await;
        // A claim of somebody else's is not given back with one's own.
        let mut again = update(1, 2);
        again.identities = vec![retire(1, &phone(5))];
        commit(&db.store, again).await;
        let holder = db.store.load_group(&[find_claims(&[phone(5).claim()])]).await.unwrap();
        assert_eq!(holder.members[0].claims, [(phone(5).claim(), customer_id(2))]);
    }

    async fn of_many_writers_of_one_version_one_wins(db: &Database) {
        commit_all(&db.store, &[insert(1), insert(2), insert(3)]).await;
        let writers: Vec<_> = (0..8_u128)
            .map(|writer| {
                let store = db.store.clone();
                tokio::spawn(async move {
                    let mut writes = vec![update(1, 1), update(2, 1), update(3, 1)];
                    writes.rotate_left(writer as usize % 3);
                    for write in &mut writes {
                        let number = write.customer_id().0.as_u128() & 0xff;
                        let own = 100 * (writer + 1) + number;
                        write.events = vec![event(own, 9, &format!("{writer}"))];
                    }
                    store.commit_group(&writes).await.expect("a commit")
                })
            })
            .collect();
        let mut committed = 0;
        for writer in writers {
            for outcome in writer.await.unwrap() {
                match outcome {
                    CommitOutcome::Committed => committed += 1,
                    other => assert_eq!(other, CommitOutcome::Stale),
                }
            }
        }
        assert_eq!((committed, db.count("event").await), (3, 3));
    }
}
