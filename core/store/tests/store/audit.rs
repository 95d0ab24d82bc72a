//! The audit: entries with their changes, one chain, and whatever is done to it found.

use crate::database::Database;
use crate::rows::*;
use regulars_model::AuditId;
use regulars_store::*;

/// So many entries, sealed.
async fn fill(db: &Database, count: u128) {
    for number in 1..=count {
        db.store.add_audit(&audit(number)).await.unwrap();
    }
    assert_eq!(db.store.seal_audit().await.unwrap(), count as usize);
}

async fn verify(db: &Database, from: Option<Seal>) -> Chain {
    Store::verify_audit(&db.url, from).await.unwrap()
}

fn aud(number: u128) -> AuditId {
    AuditId(id(number))
}

/// A copy of the second entry takes the place of the third, and all others move on by one.
const INSERTED: &str = "UPDATE audit SET number = -number WHERE number > 2;
    UPDATE audit SET number = 1 - number WHERE number < 0;
    INSERT INTO audit SELECT {new_id}, at, actor_id, actor_name, actor_role, origin, request_id,
        action, outcome, kind, record, customer_id, content_hash, salt, before, after, 3, hash
        FROM audit WHERE number = 2;";

on_both! {
    async fn what_is_done_to_a_sealed_entry_is_found(db: &Database) {
        let new_id = if db.store.is_sqlite() { "randomblob(16)" } else { "gen_random_uuid()" };
        let inserted = INSERTED.replace("{new_id}", new_id);
        let changed = |number: i64, at: u128| Misfit::Changed { number, id: aud(at) };
        let tried = [
            ("UPDATE audit SET actor_name = 'somebody else' WHERE number = 3", changed(3, 3)),
            ("UPDATE audit SET actor_id = NULL WHERE number = 3", changed(3, 3)),
            ("UPDATE audit SET at = at - 1 WHERE number = 1", changed(1, 1)),
            ("UPDATE audit SET outcome = 'refused' WHERE number = 8", changed(8, 8)),
            (
                "UPDATE audit SET content_hash = hash WHERE number = 3",
                changed(3, 3),
            ),
            (
                "UPDATE audit SET after = '{\"name\":\"other\"}' WHERE number = 3",
                Misfit::ContentChanged { number: 3, id: aud(3) },
            ),
            (
                "UPDATE audit SET before = NULL WHERE number = 3",
                Misfit::ContentChanged { number: 3, id: aud(3) },
            ),
            ("DELETE FROM audit WHERE number = 3", Misfit::Missing { number: 3 }),
            ("DELETE FROM audit WHERE number = 1", Misfit::Missing { number: 1 }),
            (
                "DELETE FROM audit WHERE number = 3;
                UPDATE audit SET number = -number WHERE number > 3;
                UPDATE audit SET number = -number - 1 WHERE number < 0",
                changed(3, 4),
            ),
            (
                "UPDATE audit SET number = -3 WHERE number = 3;
                UPDATE audit SET number = 3 WHERE number = 4;
                UPDATE audit SET number = 4 WHERE number = -3",
                changed(3, 4),
            ),
        ];
        for (sql, misfit) in tried {
            fill(db, 8).await;
            let whole = verify(db, None).await;
            assert_eq!((whole.misfit, whole.last.unwrap().number), (None, 8));
            db.execute(sql).await;
            let found = verify(db, None).await;
            assert_eq!(found.misfit, Some(misfit.clone()), "{sql}");
            let fits = misfit.number() - 1;
            assert_eq!(found.last.map_or(0, |seal| seal.number), fits, "{sql}");
            db.execute("DELETE FROM audit").await;
        }
        fill(db, 8).await;
        db.execute(&inserted).await;
        let found = verify(db, None).await.misfit;
        assert!(matches!(found, Some(Misfit::Changed { number: 3, .. })), "{found:?}");
        for unreadable in ["hash = NULL", "salt = NULL", "outcome = 'undone'"] {
            db.execute("DELETE FROM audit").await;
            fill(db, 8).await;
            db.execute(&format!("UPDATE audit SET {unreadable} WHERE number = 3")).await;
            let found = verify(db, None).await.misfit;
            assert!(matches!(found, Some(Misfit::Unreadable { number: 3, .. })), "{found:?}");
        }
    }

    async fn a_checkpoint_finds_a_tail_that_was_cut_or_written_anew(db: &Database) {
        fill(db, 8).await;
        let checkpoint = verify(db, None).await.last;
        assert_eq!(verify(db, checkpoint).await.misfit, None);
        db.execute("DELETE FROM audit WHERE number > 6").await;
        assert_eq!(verify(db, None).await.misfit, None, "the chain itself can not tell");
        let cut = Misfit::Cut { number: 8, last: 6 };
        assert_eq!(verify(db, checkpoint).await.misfit, Some(cut));
        for number in [20, 21, 22] {
            db.store.add_audit(&audit(number)).await.unwrap();
        }
        db.store.seal_audit().await.unwrap();
        assert_eq!(verify(db, None).await.misfit, None);
        let replaced = Misfit::Replaced { number: 8, id: aud(21) };
        assert_eq!(verify(db, checkpoint).await.misfit, Some(replaced));
        db.execute("DELETE FROM audit").await;
        let cut = Misfit::Cut { number: 8, last: 0 };
        assert_eq!(verify(db, checkpoint).await.misfit, Some(cut));
    }

    async fn what_an_entry_says_of_somebody_can_be_emptied(db: &Database) {
        fill(db, 5).await;
        let before = verify(db, None).await;
        let sql = "UPDATE audit SET salt = NULL, before = NULL, after = NULL WHERE number = 3";
        db.execute(sql).await;
        let chain = verify(db, before.last).await;
        assert_eq!((chain.misfit, chain.last, chain.emptied), (None, before.last, 1));
        let query = AuditQuery { customer: Some(customer_id(3)), limit: 9, ..Default::default() };
        let found = db.store.list_audit(&query).await.unwrap();
        assert_eq!(found[0].row.content.kept, None);
        // Nobody can put other words in their place.
        db.execute("UPDATE audit SET salt = hash, after = '{}' WHERE number = 3").await;
        assert!(verify(db, None).await.misfit.is_some());
    }

    async fn sealed_by_many_at_once_there_is_one_chain(db: &Database) {
        const EACH: u128 = 40;
        let mut running = Vec::new();
        for writer in 0..4 {
            let store = db.open_again().await.unwrap();
            running.push(tokio::spawn(async move {
                let mut sealed = 0;
                for number in 0..EACH {
                    store.add_audit(&audit(writer * 1_000 + number + 1)).await.unwrap();
                    sealed += store.seal_audit().await.unwrap();
                }
                store.close().await;
                sealed
            }));
        }
        let mut sealed = 0;
        for one in running {
            sealed += one.await.unwrap();
        }
        assert_eq!(sealed as u128, 4 * EACH);
        let chain = verify(db, None).await;
        assert_eq!(chain.misfit, None);
        assert_eq!(chain.last.unwrap().number as u128, 4 * EACH);
        assert_eq!(chain.unsealed, Unsealed::default());
    }

    async fn what_was_not_sealed_is_sealed_later(db: &Database) {
        for number in 1..=1_203 {
            db.store.add_audit(&audit(number)).await.unwrap();
        }
        let waiting = verify(db, None).await;
        assert_eq!((waiting.last, waiting.misfit), (None, None));
        let oldest = Some(regulars_model::Instant(1));
        assert_eq!(waiting.unsealed, Unsealed { entries: 1_203, oldest });
        let store = db.open_again().await.unwrap();
        assert_eq!(store.seal_audit().await.unwrap(), 1_203);
        assert_eq!(store.seal_audit().await.unwrap(), 0);
        store.close().await;
        let chain = verify(db, None).await;
        assert_eq!((chain.misfit, chain.last.unwrap().number), (None, 1_203));
    }

    async fn an_entry_stands_or_falls_with_its_change(db: &Database) {
        let mut first = insert(1);
        first.audit = vec![audit(1)];
        let mut stale = update(1, 7);
        stale.audit = vec![audit(2)];
        assert_eq!(
            db.store.commit_group(&[first, stale]).await.unwrap(),
            [CommitOutcome::Committed, CommitOutcome::Stale]
        );
        let query = AuditQuery { limit: 9, ..AuditQuery::default() };
        let entries = db.store.list_audit(&query).await.unwrap();
        assert_eq!(entries, [AuditEntry { row: audit(1), seal: None }]);
    }

    async fn entries_are_found_by_what_they_say(db: &Database) {
        let other = AuditRow {
            actor_id: None,
            action: "put_unit".to_owned(),
            kind: "unit".to_owned(),
            record: "store-7".to_owned(),
            customer_id: None,
            ..audit(4)
        };
        for row in [audit(1), audit(2), audit(3), other] {
            db.store.add_audit(&row).await.unwrap();
        }
        let all = AuditQuery { limit: 9, ..AuditQuery::default() };
        let list = async |query: AuditQuery| -> Vec<AuditId> {
            let found = db.store.list_audit(&query).await.unwrap();
            found.into_iter().map(|entry| entry.row.id).collect()
        };
        assert_eq!(list(all.clone()).await, [aud(4), aud(3), aud(2), aud(1)]);
        let actor = Some(regulars_model::StaffId(id(50_000)));
        assert_eq!(
            list(AuditQuery { actor, limit: 2, older_than: Some(aud(3)), ..all.clone() }).await,
            [aud(2), aud(1)]
        );
        assert_eq!(list(AuditQuery { action: Some("put_unit".into()), ..all.clone() }).await, [aud(4)]);
        assert_eq!(list(AuditQuery { record: Some("store-7".into()), ..all.clone() }).await, [aud(4)]);
        assert_eq!(list(AuditQuery { kind: Some("unit".into()), ..all.clone() }).await, [aud(4)]);
        assert_eq!(list(AuditQuery { customer: Some(customer_id(2)), ..all.clone() }).await, [aud(2)]);
        let (from, until) = (Some(regulars_model::Instant(2)), Some(regulars_model::Instant(4)));
        assert_eq!(list(AuditQuery { from, until, ..all }).await, [aud(3), aud(2)]);
    }
}
