//! Histories of many customers at once: packed by the database, and the same as read row by row.

use crate::rows::*;
use regulars_model::event::{Body, SourceRef};
use regulars_model::{CustomerId, Event, EventId, Instant};
use regulars_store::*;
use uuid::Uuid;

fn range(after: u128, through: u128) -> CustomerRange {
    CustomerRange { after: customer_id(after), through: customer_id(through) }
}

/// As a history shows it.
fn shown(event: &Event) -> Event {
    Event {
        id: EventId(Uuid::nil()),
        recorded_at: event.occurred_at,
        offset_seconds: 0,
        staff_id: None,
        ..event.clone()
    }
}

fn with_data(event: Event, kind: &str) -> Event {
    let data = serde_json::json!({"channel": "sms", "说": "好: 1 2"});
    let data = data.as_object().cloned().unwrap_or_default();
    Event { kind: kind.into(), body: Body { data, ..Body::default() }, ..event }
}

/// Texts that look like what stands around them, and columns with nothing in them.
fn odd_events() -> Vec<Event> {
    let bare = Event { amount: None, currency: None, ..event(9_001, -5, "") };
    let odd = Event {
        source: "3:till 王🙂: ".into(),
        refers_to: Some(SourceRef { source: "".into(), source_id: "0:".into() }),
        ..full_event(9_002, 7, "12:a 3:b ''\"\u{1f}\n")
    };
    let consent = with_data(event(9_003, 8, "c"), "consent");
    let visit = with_data(event(9_004, 9, "v"), "visit");
    let appended = Event {
        source: "stamp-card".into(),
        round: 3,
        ..with_data(event(9_005, 10, "full"), "stamp-card.card-full")
    };
    vec![bare, odd, consent, visit, appended]
}

on_both! {
    async fn a_history_is_what_rows_say(db: &Database) {
        let mut odd = insert(3);
        odd.events = odd_events();
        commit_all(&db.store, &[everything(1), everything(2), odd, insert(4)]).await;
        for through in 1..=4 {
            let histories = db.store.scan_histories(range(0, through), true).await.unwrap();
            let ids: Vec<CustomerId> = (1..=through).map(customer_id).collect();
            for full in db.store.load_full_group(&ids).await.unwrap().into_iter().flatten() {
                let mut events = histories.get(&full.customer.id).cloned().unwrap_or_default();
                events.sort_by(Event::log_order);
                let rows: Vec<Event> = full.events.iter().map(shown).collect();
                assert_eq!(events, rows);
            }
            assert_eq!(histories.len() as u128, through.min(3), "those with events, within the range");
        }
        assert!(db.store.scan_histories(range(3, 9), true).await.unwrap().is_empty());
    }

    async fn only_what_the_core_reads_comes_with_its_body(db: &Database) {
        let mut write = insert(1);
        write.events = odd_events();
        commit(&db.store, write).await;
        let mut histories = db.store.scan_histories(range(0, 1), false).await.unwrap();
        let mut events = histories.remove(&customer_id(1)).unwrap();
        events.sort_by(Event::log_order);
        let expected: Vec<Event> = odd_events()
            .iter()
            .map(|event| match &*event.kind {
                "consent" => shown(event),
                _ => Event { body: Body::default(), ..shown(event) },
            })
            .collect();
        assert_eq!(events, expected);
    }

    async fn tails_are_what_comes_after_an_instant(db: &Database) {
        let of = |number: u128| {
            let mut write = insert(number);
            write.events = odd_events();
            for event in &mut write.events {
                (event.id, event.source_id) =
                    (EventId(id(event.id.0.as_u128() + number * 10_000)), format!("{number} {}", event.source_id).into());
            }
            write
        };
        commit_all(&db.store, &[of(1), of(2), of(3), insert(4)]).await;
        let wanted = [(1, i64::MIN), (2, 7), (3, 10), (4, i64::MIN), (5, i64::MIN)];
        let wanted = wanted.map(|(number, since)| (customer_id(number), Instant(since)));
        let tails = db.store.list_tails(&wanted, true).await.unwrap();
        for (customer, since) in wanted {
            let all = db.store.scan_histories(range(0, 9), true).await.unwrap().remove(&customer);
            let mut expected = all.unwrap_or_default();
            expected.retain(|event| event.occurred_at > since);
            expected.sort_by(Event::log_order);
            let mut events = tails.get(&customer).cloned().unwrap_or_default();
            events.sort_by(Event::log_order);
            assert_eq!(events, expected);
        }
        let found: Vec<usize> = [1, 2].map(|number| tails[&customer_id(number)].len()).into();
        assert_eq!((found, tails.len()), (vec![5, 3], 2), "nobody without any");
    }

    async fn a_page_of_customers_is_what_rows_say(db: &Database) {
        let state = "{\"说\":\"1:2 3\"}".to_owned();
        let plain = CustomerWrite::Insert(CustomerRow { state, ..customer(3) });
        let plain = Changeset::of(plain);
        commit_all(&db.store, &[everything(2), plain, everything(1), insert(4)]).await;
        for (after, through) in [(0, 4), (1, 3), (4, 9)] {
            let rows = db.store.scan_customers(range(after, through)).await.unwrap();
            let mut expected = Vec::new();
            for number in after + 1..=through {
                expected.extend(db.store.find_customer(customer_id(number)).await.unwrap());
            }
            assert_eq!(rows, expected);
        }
    }

    async fn decisions_before_an_instant_and_those_that_are_held(db: &Database) {
        let held = |number| DecisionRow {
            fault: Some("out_of_fuel".into()),
            ..decision(1, number, 3_000)
        };
        let mut write = insert(1);
        write.decisions = vec![decision(1, 10, 1_000), decision(1, 20, 2_000), held(30)];
        let mut other = insert(2);
        other.decisions = vec![decision(2, 40, 1_000)];
        commit_all(&db.store, &[write, other]).await;
        let found = |at| async move {
            let rows = db.store.scan_decisions(range(0, 1), Instant(at)).await.unwrap();
            let mut ids: Vec<_> = rows.iter().map(|row| row.id.0).collect();
            ids.sort();
            ids
        };
        assert_eq!(found(999).await, [id(30)]);
        assert_eq!(found(1_000).await, [id(10), id(30)]);
        assert_eq!(found(3_000).await, [id(10), id(20), id(30)]);
        let mut next = update(1, 1);
        (next.voided, next.voided_at) = (vec![(Instant(3_000), held(30).id)], Instant(5_000));
        next.voided.push((Instant(1_000), decision(1, 10, 0).id));
        commit(&db.store, next).await;
        assert_eq!(found(2_000).await, [id(20)]);
    }
}
