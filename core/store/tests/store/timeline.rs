//! Pages of a timeline and of decisions meet without gap or repeat, equal instants included.

use crate::rows::*;
use regulars_model::{Event, Instant};
use regulars_store::*;

fn query(limit: u32) -> TimelineQuery {
    TimelineQuery {
        customer_id: customer_id(1),
        kinds: Vec::new(),
        from: Instant::BEGINNING,
        to: Instant::NEVER,
        before: None,
        limit,
    }
}

/// Twelve events at three instants, four at each: two of the till, one of the web, one edit.
fn events() -> Vec<Event> {
    let mut events = Vec::new();
    for (number, at) in (0..).step_by(10).zip([10, 20, 30]) {
        events.push(event(number + 1, at, "a"));
        events.push(event(number + 2, at, "b"));
        events.push(Event {
            source: "web".into(),
            kind: "visit".into(),
            ..event(number + 3, at, "a")
        });
        events.push(Event { kind: "edit".into(), ..event(number + 4, at, "a") });
    }
    events
}

on_both! {
    async fn pages_meet_across_equal_instants(db: &Database) {
        let mut write = insert(1);
        write.events = events();
        let mut other = insert(2);
        other.events = vec![event(90, 20, "z")];
        commit_all(&db.store, &[write, other]).await;
        let newest_first: Vec<_> = events().into_iter().rev().collect();
        for limit in [1, 2, 3, 5, 12, 50] {
            let (mut seen, mut before) = (Vec::new(), None);
            loop {
                let asked = TimelineQuery { before, ..query(limit) };
                let page = db.store.list_timeline(&asked).await.unwrap();
                assert!(page.len() <= limit as usize);
                before = page.last().map(Event::key);
                if page.is_empty() {
                    break;
                }
                seen.extend(page);
            }
            assert_eq!(seen, newest_first, "pages of {limit}");
        }
    }

    /// It stands under its kind after all else of its instant, its source is the plugin, and put again
    /// it takes the place of what it was.
    async fn what_a_plugin_appends_is_put_where_it_stands(db: &Database) {
        let appended = |number, kind: &str, round| Event {
            kind: kind.into(),
            source: "club".into(),
            round,
            ..event(number, 10, "k")
        };
        let own = [appended(2, "club.full", 2), appended(3, "club.seen", 2), appended(4, "club.seen", 3)];
        let fact = Event { source: "club".into(), ..event(1, 10, "k") };
        let mut write = insert(1);
        write.events = vec![fact.clone()];
        write.appended = own.to_vec();
        commit_all(&db.store, &[write]).await;
        let all = |own: &[Event; 3]| vec![own[2].clone(), own[1].clone(), own[0].clone(), fact.clone()];
        assert_eq!(db.store.list_timeline(&query(9)).await.unwrap(), all(&own));
        let mut own = own;
        own[0].amount = Some(7);
        own[1].flags = vec!["withdrawn".into()];
        let mut again = update(1, 1);
        again.appended = vec![own[0].clone()];
        again.event_flags = vec![(own[1].key(), own[1].flags.clone())];
        commit_all(&db.store, &[again]).await;
        assert_eq!(db.store.list_timeline(&query(9)).await.unwrap(), all(&own));
    }

    async fn kinds_and_times_filter(db: &Database) {
        let mut write = insert(1);
        write.events = events();
        commit(&db.store, write).await;
        let asked = TimelineQuery {
            kinds: vec!["visit".into(), "edit".into()],
            from: Instant(10),
            to: Instant(30),
            ..query(50)
        };
        let page = db.store.list_timeline(&asked).await.unwrap();
        let found: Vec<_> = page.iter().map(|e| (e.occurred_at.0, e.kind.to_string())).collect();
        let expected =
            [(20, "edit"), (20, "visit"), (10, "edit"), (10, "visit")].map(|(at, k)| (at, k.to_owned()));
        assert_eq!(found, expected);
        let asked = TimelineQuery { kinds: vec!["visit".into()], before: Some(page[0].key()), ..query(1) };
        assert_eq!(db.store.list_timeline(&asked).await.unwrap()[0].id, page[1].id);
    }

    async fn one_event_is_found_by_its_key_and_several_by_id(db: &Database) {
        let mut write = insert(1);
        write.events = events();
        commit(&db.store, write).await;
        let all = events();
        let found = db.store.find_event(customer_id(1), &all[7].key()).await.unwrap();
        assert_eq!(found.as_ref(), Some(&all[7]));
        assert_eq!(db.store.find_event(customer_id(2), &all[7].key()).await.unwrap(), None);
        let ids = [all[5].id, all[2].id, event(500, 0, "").id];
        let found = db.store.list_events(customer_id(1), &ids).await.unwrap();
        assert_eq!(found, [all[2].clone(), all[5].clone()]);
    }

    async fn decisions_come_by_pages_and_by_plugin(db: &Database) {
        let mut write = insert(1);
        write.decisions = (0..6).map(|n| decision(1, 10 + n, 100 + n as i64 / 3)).collect();
        write.decisions[4].plugin_id = "cafe-frequency".into();
        commit(&db.store, write.clone()).await;
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = db.store.list_decisions(customer_id(1), before, false, 2).await.unwrap();
            let Some(last) = page.last() else { break };
            before = Some((last.at, last.id));
            seen.extend(page);
        }
        seen.reverse();
        assert_eq!(seen, write.decisions);
        let own = db.store.list_decisions_of_plugin(customer_id(1), "cafe-frequency").await.unwrap();
        assert_eq!(own, write.decisions[4..5]);
        let of = &write.decisions[5];
        let event_id = of.event_id.expect("an event");
        let found = db.store.list_decisions_of_event(customer_id(1), of.at, event_id).await.unwrap();
        assert_eq!(found, std::slice::from_ref(of));
        let elsewhere =
            db.store.list_decisions_of_event(customer_id(2), of.at, event_id).await.unwrap();
        assert_eq!(elsewhere, []);
    }

    async fn scans_walk_over_everything(db: &Database) {
        let mut writes = [insert(1), insert(2), insert(3)];
        writes[0].events = events();
        writes[2].events = events()
            .into_iter()
            .map(|e| Event { id: regulars_model::EventId(id(e.id.0.as_u128() % 1_000 + 5_000)), ..e })
            .collect();
        commit_all(&db.store, &writes).await;
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = db.store.scan_events_of_kind("visit", after, 2).await.unwrap();
            let Some((customer, last)) = page.last() else { break };
            after = Some((*customer, last.key()));
            seen.extend(page.into_iter().map(|(customer, event)| (customer, event.occurred_at.0)));
        }
        let (a, b) = (customer_id(1), customer_id(3));
        assert_eq!(seen, [(a, 10), (a, 20), (a, 30), (b, 10), (b, 20), (b, 30)]);

        let first = db.store.scan_records(None, 2).await.unwrap();
        let rest = db.store.scan_records(Some(first[1].0), 2).await.unwrap();
        let ids: Vec<_> = first.iter().chain(&rest).map(|(id, _)| *id).collect();
        assert_eq!(ids, [customer_id(1), customer_id(2), customer_id(3)]);
        assert_eq!(first[0].1, customer(1).record);
    }
}
