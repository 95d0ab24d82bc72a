//! Tasks of a store and of staff; the outbox.

use crate::rows::*;
use regulars_model::{Instant, MessageId, StaffId, TaskId, UnitId};
use regulars_store::*;

fn query(scope: TaskScope) -> TaskQuery {
    TaskQuery { scope, seen: Seen::all(), states: Vec::new(), after: None, limit: 50 }
}

on_both! {
    async fn tasks_are_found_by_store_and_staff(db: &Database) {
        let staff = StaffId(id(900));
        let mut write = insert(1);
        write.tasks = vec![
            task(1, 11, 30),
            TaskRow { assigned_to: Some(staff), ..task(1, 12, 20) },
            TaskRow { claimed_by: Some(staff), state: TaskState::Claimed, ..task(1, 13, 20) },
            TaskRow { unit_id: Some(UnitId(id(901))), ..task(1, 14, 10) },
            TaskRow { state: TaskState::Done, ..task(1, 15, 5) },
        ];
        let mut other = insert(2);
        other.tasks = vec![TaskRow { unit_id: None, plugin_id: None, ..task(2, 16, 1) }];
        commit_all(&db.store, &[write.clone(), other]).await;
        let list = |query: TaskQuery| {
            let store = db.store.clone();
            async move {
                let rows = store.list_tasks(&query).await.unwrap();
                rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
            }
        };
        let ids = |numbers: &[u128]| numbers.iter().map(|n| TaskId(id(*n))).collect::<Vec<_>>();
        let store = TaskScope::Units(vec![UnitId(id(70_002))]);
        assert_eq!(list(query(store.clone())).await, ids(&[15, 12, 13, 11]));
        let open = TaskQuery {
            states: vec![TaskState::Open, TaskState::Claimed],
            ..query(store)
        };
        assert_eq!(list(open.clone()).await, ids(&[12, 13, 11]));
        let next = TaskQuery { after: Some((Instant(20), TaskId(id(12)))), limit: 1, ..open };
        assert_eq!(list(next).await, ids(&[13]));
        assert_eq!(list(query(TaskScope::Staff(staff))).await, ids(&[12, 13]));
        assert_eq!(list(query(TaskScope::Units(vec![]))).await, ids(&[]));
        assert_eq!(list(query(TaskScope::All)).await, ids(&[16, 15, 14, 12, 13, 11]));
        assert_eq!(list(query(TaskScope::Customer(customer_id(2)))).await, ids(&[16]));
        let of_none = Seen { homes: Some(Homes { units: vec![], none: false }), assigned_to: None };
        assert_eq!(list(TaskQuery { seen: of_none, ..query(TaskScope::All) }).await, ids(&[]));
        let found = db.store.find_task(TaskId(id(13))).await.unwrap();
        assert_eq!(found.as_ref(), Some(&write.tasks[2]));
        assert_eq!(db.store.find_task(TaskId(id(99))).await.unwrap(), None);
    }

    async fn the_outbox_gives_what_may_go_out_now(db: &Database) {
        let mut write = insert(1);
        write.messages = vec![
            message(1, 11),
            MessageRow { not_before: Instant(151), ..message(1, 12) },
            MessageRow { expires_at: Instant(150), ..message(1, 13) },
            MessageRow { state: MessageState::Sent, ..message(1, 14) },
            message(1, 15),
        ];
        commit(&db.store, write.clone()).await;
        let list = |state, now, after: Option<u128>, limit| {
            let store = db.store.clone();
            let after = after.map(|number| MessageId(id(number)));
            async move {
                let query = OutboxQuery { seen: Seen::all(), sort: "message".to_owned(), state, now: Instant(now), after, limit };
                let rows = store.list_outbox(&query).await.unwrap();
                rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
            }
        };
        let ids = |numbers: &[u128]| numbers.iter().map(|n| MessageId(id(*n))).collect::<Vec<_>>();
        assert_eq!(list(MessageState::Pending, 150, None, 10).await, ids(&[11, 15]));
        assert_eq!(list(MessageState::Pending, 150, Some(11), 10).await, ids(&[15]));
        assert_eq!(list(MessageState::Pending, 151, None, 2).await, ids(&[11, 12]));
        assert_eq!(list(MessageState::Pending, 99, None, 10).await, ids(&[]));
        assert_eq!(list(MessageState::Sent, 0, None, 10).await, ids(&[14]));
        let found = db.store.find_message(MessageId(id(12))).await.unwrap();
        assert_eq!(found.as_ref(), Some(&write.messages[1]));
        assert_eq!(db.store.list_messages(customer_id(1)).await.unwrap(), write.messages);
    }
}
