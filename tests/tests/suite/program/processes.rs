//! Two processes of the program on one Postgres.

use regulars_tests::{Answer, Client, Place, Program, Server, root};
use serde_json::{Value as Json, json};
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
    thread::{scope, sleep},
    time::{Duration, Instant},
};

const EACH: usize = 40;
const PATIENCE: Duration = Duration::from_secs(60);

fn two() -> (Program, [Server; 2]) {
    let mut program = Program::on(Place::postgres());
    program.add_plugins(root().join("tests/wakes"));
    let key = program.make_key();
    let servers = [program.serve(&key), program.serve(&key)];
    (program, servers)
}

fn purchase(card: &str, source_id: &str, amount: usize) -> Json {
    json!({
        "customer": {"identities": [{"kind": "card", "value": card}], "create": true},
        "kind": "purchase", "amount": amount, "currency": "CNY",
        "source": "till", "source_id": source_id,
    })
}

fn customer(client: &Client, card: &str) -> Answer {
    let body = json!({"identities": [{"kind": "card", "value": card}]});
    client.call("POST", "/v1/customers/identify").json(body).send().expect(200)
}

/// Number of purchases, and what they come to.
fn spent(client: &Client, card: &str) -> (usize, i64) {
    let id = customer(client, card).text("/customer/id");
    let path = format!("/v1/customers/{id}/timeline?kind=purchase&limit=200");
    let page = client.call("GET", &path).send().expect(200);
    let amounts = page.items().iter().map(|item| item["amount"].as_i64().unwrap());
    (page.items().len(), amounts.sum())
}

/// How often the plugin says it looked again, and how many decisions about wakes there ever were.
fn looks(client: &Client, card: &str) -> (Json, usize) {
    let found = customer(client, card);
    let id = found.text("/customer/id");
    let path = format!("/v1/customers/{id}/decisions?limit=200");
    let decisions = client.call("GET", &path).send().expect(200);
    let wakes = decisions.items().iter().filter(|one| one["cause"] == "wake").count();
    (found.json["customer"]["fields"]["second-look"]["looks"].clone(), wakes)
}

#[test]
fn one_customer_written_through_both_at_once_is_one_customer() {
    let (_program, servers) = two();
    scope(|scope| {
        for (index, server) in servers.iter().enumerate() {
            scope.spawn(move || {
                let client = server.client();
                for number in 0..EACH {
                    let body = purchase("7", &format!("{index}-{number}"), 10_000);
                    client.call("POST", "/v1/events").json(body).send().expect(201);
                }
            });
        }
    });
    let [one, other] = servers.each_ref().map(Server::client);
    assert_eq!(spent(&one, "7"), (2 * EACH, 2 * EACH as i64 * 10_000));
    assert_eq!(customer(&other, "7").at("/customer/fields/jewellery-tiers/tier"), "low");
}

#[test]
fn what_is_set_through_one_decides_in_the_other() {
    let (_program, servers) = two();
    let [one, other] = servers.each_ref().map(Server::client);
    let tier = |source_id: &str| {
        let body = purchase("7", source_id, 100);
        let recorded = other.call("POST", "/v1/events").json(body).send().expect(201);
        let tier = customer(&other, "7").at("/customer/fields/jewellery-tiers/tier").clone();
        (recorded.at("/effects").as_array().unwrap().len(), tier)
    };
    assert_eq!(tier("1").1, "low");
    for (number, (mid_from, expected)) in [("2.00", "mid"), ("1000.00", "low")].iter().enumerate() {
        let path = "/v1/plugins/jewellery-tiers/settings";
        one.call("PATCH", path).json(json!({"mid_from": mid_from})).send().expect(200);
        let (_, tier) = tier(&format!("after-{number}"));
        assert_eq!(tier, *expected, "at the very next sale");
    }
}

#[test]
fn each_wake_is_decided_once() {
    let (_program, servers) = two();
    let [one, other] = servers.each_ref().map(Server::client);
    let cards: Vec<String> = (0..30).map(|number| format!("w{number}")).collect();
    for (number, card) in cards.iter().enumerate() {
        let client = if number % 2 == 0 { &one } else { &other };
        client.call("POST", "/v1/events").json(purchase(card, card, 100)).send().expect(201);
    }
    let began = Instant::now();
    while cards.iter().any(|card| looks(&one, card).0.is_null()) {
        assert!(began.elapsed() < PATIENCE, "not all are looked at again");
        sleep(Duration::from_millis(100));
    }
    sleep(Duration::from_secs(2));
    for card in &cards {
        assert_eq!(looks(&other, card), (json!(1), 1), "{card}");
    }
}

#[test]
fn one_killed_amid_writes_loses_nothing_that_was_acknowledged() {
    let (_program, [one, other]) = two();
    let clients = [one.client(), other.client()];
    let answered = AtomicUsize::new(0);
    let write = |client: &Client, writer: usize| -> BTreeMap<String, String> {
        let mut known = BTreeMap::new();
        for number in 0..EACH {
            let source_id = format!("{writer}-{number}");
            let body = purchase(&format!("c{}", number % 4), &source_id, 100 + number);
            let Ok(answer) = client.call("POST", "/v1/events").json(body).try_send() else { break };
            assert!([200, 201].contains(&answer.status), "{}", answer.body);
            known.insert(source_id, answer.text("/event/id"));
            answered.fetch_add(1, Ordering::SeqCst);
        }
        known
    };
    let known: Vec<BTreeMap<String, String>> = scope(|scope| {
        let writers: Vec<_> = clients
            .iter()
            .enumerate()
            .map(|(writer, client)| scope.spawn(move || write(client, writer)))
            .collect();
        while answered.load(Ordering::SeqCst) < EACH / 2 {
            sleep(Duration::from_millis(1));
        }
        other.kill();
        writers.into_iter().map(|writer| writer.join().expect("it wrote")).collect()
    });
    assert_eq!(known[0].len(), EACH, "the other one goes on");
    assert!(known[1].len() < EACH, "it was killed amid the writes");
    let again = [write(&clients[0], 0), write(&clients[0], 1)];
    for (known, again) in known.iter().zip(&again) {
        assert_eq!(again.len(), EACH);
        assert!(known.iter().all(|(source_id, id)| again[source_id] == *id));
    }
    for rest in 0..4 {
        let own = (0..EACH).filter(|number| number % 4 == rest);
        let amounts: Vec<i64> = own.map(|number| 100 + number as i64).collect();
        let expected = (2 * amounts.len(), 2 * amounts.iter().sum::<i64>());
        assert_eq!(spent(&clients[0], &format!("c{rest}")), expected);
    }
    drop(one);
}

#[test]
fn one_key_sent_to_both_at_once_is_done_once() {
    let (_program, servers) = two();
    let clients = servers.each_ref().map(Server::client);
    for number in 0..EACH {
        let body = json!({"name": format!("till {number}"), "role": "cashier"});
        let send = |client: &Client, path: &str, body: &Json| {
            let call = client.call("POST", path).json(body.clone());
            call.header("idempotency-key", &format!("{path} {number}")).send()
        };
        let draft = json!({"plugin": "cafe-frequency", "title": format!("Draft {number}"),
            "set": {"high_from": 4}});
        let [one, other] = scope(|scope| {
            let both = clients.each_ref().map(|client| {
                let (body, draft) = (&body, &draft);
                scope.spawn(move || {
                    (send(client, "/v1/keys", body), send(client, "/v1/drafts", draft))
                })
            });
            both.map(|sent| sent.join().expect("it sent"))
        });
        assert_eq!(one.1.expect(201).body, other.1.expect(201).body);
        let mut keys = [one.0.status, other.0.status];
        keys.sort_unstable();
        assert_eq!(keys, [201, 409], "{} {}", one.0.body, other.0.body);
    }
    let list = |path: &str| clients[0].call("GET", path).send().expect(200).items().clone();
    assert_eq!(list("/v1/drafts?limit=200").len(), EACH);
    let tills = list("/v1/keys").into_iter().filter(|key| key["role"] == "cashier").count();
    assert_eq!(tills, EACH);
}
