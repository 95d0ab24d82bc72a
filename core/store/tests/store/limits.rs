//! The ends of what a row may hold.

use crate::rows::*;
use regulars_model::event::Body;
use regulars_model::{BusinessDay, Event, Instant};
use regulars_store::*;

on_both! {
    async fn the_ends_of_integers_read_back(db: &Database) {
        for (number, end) in [(1, i64::MIN), (2, i64::MAX), (3, 0), (4, -1)] {
            let mut write = insert(number);
            write.events = vec![Event {
                recorded_at: Instant(end),
                business_day: BusinessDay(end.clamp(i32::MIN.into(), i32::MAX.into()) as i32),
                offset_seconds: end.clamp(i32::MIN.into(), i32::MAX.into()) as i32,
                amount: Some(end),
                ..event(number, end, &format!("s{number}"))
            }];
            if let CustomerWrite::Insert(row) = &mut write.customer {
                row.decided_through = Instant(end);
                row.created_at = Instant(end);
                row.profile_version = end;
            }
            commit(&db.store, write.clone()).await;
            let full = db.store.load_full(customer_id(number)).await.unwrap().expect("a customer");
            assert_eq!(full.events, write.events);
            assert_eq!(full.customer, *write.customer.row());
        }
    }

    async fn text_of_any_script_reads_back(db: &Database) {
        let text = "张伟 Ünïcödé \u{202e}rtl 👩‍👩‍👧 ' \" \\ $1 ? ; -- \n\t";
        let mut write = insert(1);
        let mut body = Body::default();
        body.data.insert(text.into(), serde_json::json!({"nul": "\u{0}", (text): [text, 1.5, null]}));
        write.events = vec![Event { body, flags: vec![text.into()], ..event(1, 1, text) }];
        write.field_values = vec![(text.into(), Some(text.into()))];
        commit(&db.store, write.clone()).await;
        let full = db.store.load_full(customer_id(1)).await.unwrap().expect("a customer");
        assert_eq!(full.events, write.events);
        let filter = CustomerFilter { field: Some((text.into(), text.into())), seen: Seen::all() };
        assert_eq!(db.store.list_customers(&filter, None, 5).await.unwrap().len(), 1);
    }

    async fn a_long_value_is_indexed_by_its_beginning(db: &Database) {
        let value = "长".repeat(4_000);
        let mut write = insert(1);
        write.field_values = vec![("note".into(), Some(value.clone()))];
        commit(&db.store, write).await;
        let filter = CustomerFilter { field: Some(("note".into(), value)), seen: Seen::all() };
        assert_eq!(db.store.list_customers(&filter, None, 5).await.unwrap().len(), 1);
    }

    async fn a_large_record_reads_back(db: &Database) {
        let record = format!(r#"{{"x":"{}"}}"#, "é".repeat(500_000));
        let row = CustomerRow { record: record.clone(), ..customer(1) };
        commit(&db.store, Changeset::of(CustomerWrite::Insert(row))).await;
        assert_eq!(db.store.find_customer(customer_id(1)).await.unwrap().unwrap().record, record);
    }

    async fn a_row_that_makes_no_sense_names_its_table_and_id(db: &Database) {
        commit(&db.store, everything(1)).await;
        db.execute("UPDATE task SET state = 'lost'").await;
        let error = db.store.load_full(customer_id(1)).await.unwrap_err();
        let sentence = error.to_string();
        assert!(matches!(error, StoreError::Corrupt { table: "task", .. }), "{sentence}");
        assert!(sentence.contains(&id(1).to_string()), "{sentence}");
        assert!(sentence.contains("`lost`"), "{sentence}");
    }
}
