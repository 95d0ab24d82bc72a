//! First answers outside a group: with an entry of the audit, or alone.

use crate::rows::*;
use regulars_model::{Instant, KeyId, duration::DAY_US};
use regulars_store::*;

fn key(number: u128) -> KeyRow {
    KeyRow {
        id: KeyId(id(number)),
        name: format!("till {number}"),
        role: "till".into(),
        key_hash: hash(&format!("secret {number}")),
        created_at: Instant(3),
        revoked_at: None,
        units: Vec::new(),
        actions: None,
        expires_at: None,
    }
}

on_both! {
    async fn a_change_and_its_answer_go_together_or_not_at_all(db: &Database) {
        let answer = idempotency("k", Instant(1_000));
        let first = db.store.answering(Some(answer.clone()));
        first.add_key(&key(1), &audit(1)).await.unwrap();
        assert_eq!(db.store.find_answer(&hash("k")).await.unwrap(), Some(answer));
        let again = idempotency("k", Instant(1_000 + 7 * DAY_US - 1));
        let second = db.store.answering(Some(again)).add_key(&key(2), &audit(2)).await;
        assert!(matches!(second, Err(StoreError::Answered)), "{second:?}");
        assert_eq!((db.count("api_key").await, db.count("audit").await), (1, 1));
        let later = idempotency("k", Instant(1_000 + 7 * DAY_US));
        db.store.answering(Some(later.clone())).add_key(&key(3), &audit(3)).await.unwrap();
        assert_eq!(db.store.find_answer(&hash("k")).await.unwrap(), Some(later));
    }

    async fn what_was_not_done_has_no_answer(db: &Database) {
        let store = db.store.answering(Some(idempotency("k", Instant(1_000))));
        assert!(!store.revoke_key(KeyId(id(9)), Instant(5), &audit(5)).await.unwrap());
        assert_eq!(db.store.find_answer(&hash("k")).await.unwrap(), None);
    }

    async fn an_answer_alone_is_the_first_or_none(db: &Database) {
        let answer = idempotency("k", Instant(1_000));
        assert!(db.store.add_answer(&answer).await.unwrap());
        let other = IdempotencyRow { status: 409, ..answer.clone() };
        assert!(!db.store.add_answer(&other).await.unwrap());
        assert_eq!(db.store.find_answer(&hash("k")).await.unwrap(), Some(answer));
    }
}
