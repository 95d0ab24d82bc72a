//! Who is due: by time, and by a configuration that has moved on.

use crate::rows::*;
use regulars_model::Instant;
use regulars_store::*;

fn with(number: u128, due_at: Instant, epoch: i64) -> Changeset {
    Changeset::of(CustomerWrite::Insert(CustomerRow { due_at, epoch, ..customer(number) }))
}

on_both! {
    async fn the_longest_due_come_first_then_old_epochs(db: &Database) {
        let mut merged = with(7, Instant(1), 0);
        if let CustomerWrite::Insert(row) = &mut merged.customer {
            row.merged_into = Some(customer_id(1));
        }
        let writes = [
            with(1, Instant(30), 5),
            with(2, Instant(10), 5),
            with(3, Instant::NEVER, 4),
            with(4, Instant(20), 2),
            with(5, Instant::NEVER, 5),
            with(6, Instant(40), 3),
            merged,
        ];
        commit_all(&db.store, &writes).await;
        let due = |now, epoch, limit| {
            let store = db.store.clone();
            async move { store.list_due(Instant(now), epoch, limit).await.unwrap() }
        };
        let ids = |numbers: &[u128]| numbers.iter().map(|n| customer_id(*n)).collect::<Vec<_>>();
        assert_eq!(due(9, 0, 10).await, ids(&[]));
        assert_eq!(due(30, 0, 10).await, ids(&[2, 4, 1]));
        assert_eq!(due(20, 5, 10).await, ids(&[2, 4, 6, 3]));
        assert_eq!(due(20, 5, 3).await, ids(&[2, 4, 6]));
        assert_eq!(due(20, 5, 1).await, ids(&[2]));
        assert_eq!(db.store.count_due(Instant(20), 5).await.unwrap(), 4);
        assert_eq!(db.store.count_due(Instant(9), 0).await.unwrap(), 0);
        assert_eq!(db.store.find_next_due().await.unwrap(), Some(Instant(10)));
    }

    async fn nobody_is_due_where_nothing_is_pending(db: &Database) {
        commit(&db.store, with(1, Instant::NEVER, 0)).await;
        assert_eq!(db.store.find_next_due().await.unwrap(), None);
        assert_eq!(db.store.list_due(Instant::NEVER, 0, 10).await.unwrap(), []);
    }
}
