//! A server killed amid writes: what was acknowledged is there, and sent again it is there once.

use regulars_tests::{Client, Program, on_both};
use serde_json::{Value as Json, json};
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

const WRITERS: usize = 4;
const EVENTS_EACH: usize = 150;
/// Answers after which it is killed: the writers are then in the middle of their work.
const KILLED_AFTER: usize = 200;

const DRAFTS: usize = 120;
/// To one server before it is killed.
const DRAFTS_EACH: usize = 40;

fn phone(writer: usize, customer: usize) -> Json {
    json!({"kind": "phone", "value": format!("1380000{:04}", writer * 10 + customer)})
}

fn purchase(writer: usize, number: usize) -> Json {
    json!({
        "customer": {"identities": [phone(writer, number % 5)], "create": true},
        "kind": "purchase", "amount": 100 + number, "currency": "CNY",
        "source": "till", "source_id": format!("{writer}-{number}"),
    })
}

/// Source id → event id of all that was acknowledged before the connection broke.
fn write(client: &Client, writer: usize, answered: &AtomicUsize) -> BTreeMap<String, String> {
    let mut known = BTreeMap::new();
    for number in 0..EVENTS_EACH {
        let body = purchase(writer, number);
        let Ok(answer) = client.call("POST", "/v1/events").json(body.clone()).try_send() else {
            break;
        };
        assert!([200, 201].contains(&answer.status), "{}", answer.body);
        known.insert(body["source_id"].as_str().unwrap().to_owned(), answer.text("/event/id"));
        answered.fetch_add(1, Ordering::SeqCst);
    }
    known
}

on_both! {
    fn nothing_acknowledged_is_lost_and_nothing_is_there_twice(place: Place) {
        let program = Program::on(place);
        let key = program.make_key();
        let server = program.serve(&key);
        let answered = AtomicUsize::new(0);
        let known: Vec<BTreeMap<String, String>> = thread::scope(|scope| {
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let (client, answered) = (server.client(), &answered);
                    scope.spawn(move || write(&client, writer, answered))
                })
                .collect();
            while answered.load(Ordering::SeqCst) < KILLED_AFTER {
                assert!(!writers.iter().all(thread::ScopedJoinHandle::is_finished), "they gave up");
                thread::sleep(Duration::from_millis(1));
            }
            server.kill();
            writers.into_iter().map(|writer| writer.join().expect("it wrote")).collect()
        });
        assert!(known.iter().any(|own| own.len() < EVENTS_EACH), "it was killed amid the writes");

        let server = program.serve(&key);
        let client = server.client();
        for (writer, known) in known.iter().enumerate() {
            let all = write(&client, writer, &answered);
            assert_eq!(all.len(), EVENTS_EACH);
            for (source_id, id) in known {
                assert_eq!(&all[source_id], id, "{source_id} has another id than was acknowledged");
            }
        }
        assert_eq!(spent_by_customer(&client), expected());
    }
}

on_both! {
    /// Changes of what is configured: before the answer, or before the commit, wherever it is cut.
    fn a_draft_of_a_killed_server_is_there_once_for_its_key(place: Place) {
        let program = Program::on(place);
        let key = program.make_key();
        let draft = |client: &Client, number: usize| {
            let body = json!({"plugin": "cafe-frequency", "title": format!("Draft {number}"),
                "set": {"high_from": 4}});
            let call = client.call("POST", "/v1/drafts").json(body);
            call.header("idempotency-key", &format!("draft-{number}")).try_send()
        };
        let mut known = BTreeMap::new();
        for first in (0..DRAFTS).step_by(DRAFTS_EACH) {
            let server = program.serve(&key);
            let client = server.client();
            thread::scope(|scope| {
                let sending = scope.spawn(|| {
                    let sent = (first..first + DRAFTS_EACH).map_while(|number| {
                        Some((number, draft(&client, number).ok()?))
                    });
                    sent.collect::<Vec<_>>()
                });
                // Another place each time.
                thread::sleep(Duration::from_millis(15 + first as u64));
                server.kill();
                for (number, answer) in sending.join().expect("it sent") {
                    known.insert(number, answer.expect(201).body);
                }
            });
        }
        assert!(known.len() < DRAFTS, "it was killed amid the writes");
        let server = program.serve(&key);
        let client = server.client();
        for number in 0..DRAFTS {
            let body = draft(&client, number).expect("an answer").expect(201).body;
            assert_eq!(known.get(&number).unwrap_or(&body), &body);
        }
        let page = client.call("GET", "/v1/drafts?limit=200").send().expect(200);
        assert_eq!(page.items().len(), DRAFTS);
    }
}

/// Customer's number → (purchases, sum in fen), from what each plugin input would see: the timeline.
fn spent_by_customer(client: &Client) -> Vec<(usize, i64)> {
    let mut spent = Vec::new();
    for writer in 0..WRITERS {
        for customer in 0..5 {
            let identities = json!({"identities": [phone(writer, customer)]});
            let found = client.call("POST", "/v1/customers/identify").json(identities).send();
            let id = found.expect(200).text("/customer/id");
            let path = format!("/v1/customers/{id}/timeline?kind=purchase&limit=200");
            let page = client.call("GET", &path).send().expect(200);
            let amounts = page.items().iter().map(|item| item["amount"].as_i64().unwrap());
            spent.push((page.items().len(), amounts.sum()));
        }
    }
    spent
}

fn expected() -> Vec<(usize, i64)> {
    let of_customer = |customer: usize| {
        let own = (0..EVENTS_EACH).filter(|number| number % 5 == customer);
        let amounts: Vec<i64> = own.map(|number| 100 + number as i64).collect();
        (amounts.len(), amounts.iter().sum())
    };
    (0..WRITERS).flat_map(|_| (0..5).map(of_customer)).collect()
}
