//! /v1/events/batch

use regulars_tests::{Answer, App, on_both};
use serde_json::{Value as Json, json};
use std::{
    io::Write,
    net::TcpStream,
    thread::sleep,
    time::{Duration, Instant},
};

fn send(app: &App, body: &str) -> Answer {
    app.call("POST", "/v1/events/batch")
        .header("expect", "100-continue")
        .bytes("application/x-ndjson", body.as_bytes())
        .send()
}

fn results(answer: &Answer) -> Vec<Json> {
    answer.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn statuses(answer: &Answer) -> Vec<i64> {
    results(answer).iter().map(|line| line["status"].as_i64().unwrap()).collect()
}

fn line(customer: usize, source_id: usize, amount: i64) -> String {
    json!({"customer": {"identities": [{"kind": "card", "value": format!("c{customer}")}], "create": true},
        "kind": "purchase", "amount": amount, "currency": "CNY", "source": "file", "source_id": source_id.to_string()}).to_string()
}

on_both! {
    fn each_line_has_its_own_result_in_order(app) {
        let (good, more) = (line(1, 1, 100), line(2, 3, 300));
        let body = format!("{good}\n{{\"kind\":\n\n{more}\r\n{{\"customer\":{{}},\"kind\":\"visit\"}}\n\u{0}\n");
        let answer = send(app, &body).expect(200);
        assert_eq!(answer.header("content-type"), "application/x-ndjson");
        assert_eq!(statuses(&answer), [201, 400, 201, 422, 400]);
        let lines = results(&answer);
        let numbers: Vec<_> = lines.iter().map(|line| line["line"].as_u64().unwrap()).collect();
        assert_eq!(numbers, [1, 2, 4, 5, 6]);
        assert_eq!(lines[1]["problem"]["code"], "invalid_request");
        let pointers: Vec<_> = lines[3]["problem"]["faults"].as_array().unwrap().iter().map(|fault| fault["pointer"].clone()).collect();
        assert_eq!(pointers, ["/source", "/source_id"]);
        assert_eq!(app.get("/v1/customers").expect(200).items().len(), 2);
    }

    fn sent_again_it_changes_nothing(app) {
        let all: String = (0..300).map(|n| line(n % 20, n, 10_000) + "\n").collect();
        let half: String = all.lines().take(150).map(|line| format!("{line}\n")).collect();
        assert_eq!(statuses(&send(app, &half).expect(200)), [201; 150]);
        let whole = statuses(&send(app, &all).expect(200));
        assert_eq!((&whole[..150], &whole[150..]), (&[200; 150][..], &[201; 150][..]));
        assert_eq!(statuses(&send(app, &all).expect(200)), [200; 300]);
        let customers = app.get("/v1/customers?limit=200").expect(200);
        assert_eq!(customers.items().len(), 20);
        for customer in customers.items() {
            assert_eq!(customer["fields"]["spend-tiers"]["tier"], "high", "15 purchases of 100.00");
            let path = format!("/v1/customers/{}/timeline?kind=purchase&limit=200", customer["id"].as_str().unwrap());
            assert_eq!(app.get(&path).expect(200).items().len(), 15);
        }
    }

    fn lines_of_one_customer_create_that_customer_once(app) {
        let body: String = (0..50).map(|n| line(1, n, 100) + "\n").collect();
        assert_eq!(statuses(&send(app, &body).expect(200)), [201; 50]);
        assert_eq!(app.get("/v1/customers").expect(200).items().len(), 1);
    }

    /// The connection breaks in the middle of a line, and with it the answer.
    fn what_came_whole_before_a_cut_is_committed(app) {
        let mut stream = TcpStream::connect(app.address()).unwrap();
        let head = format!(
            "POST /v1/events/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/x-ndjson\r\nContent-Length: 1000000\r\n\r\n",
            app.admin
        );
        stream.write_all(head.as_bytes()).unwrap();
        let whole: String = (0..20).map(|n| line(n % 4, n, 100) + "\n").collect();
        stream.write_all(whole.as_bytes()).unwrap();
        let count = || {
            let customers = app.get("/v1/customers").expect(200);
            let ids = customers.items().iter().map(|one| one["id"].as_str().unwrap().to_owned());
            ids.map(|id| app.get(&format!("/v1/customers/{id}/timeline?kind=purchase")).expect(200).items().len()).sum::<usize>()
        };
        let wait = |expected: usize| {
            let began = Instant::now();
            while count() < expected {
                assert!(began.elapsed() < Duration::from_secs(20), "{} of {expected}", count());
                sleep(Duration::from_millis(20));
            }
        };
        // Before the body is at its end.
        wait(20);
        let rest = format!("{}\n{}", line(5, 20, 100), line(6, 21, 100));
        stream.write_all(rest.as_bytes()).unwrap();
        drop(stream);
        wait(21);
        sleep(Duration::from_millis(200));
        assert_eq!(count(), 21, "the last line was not whole");
        let again = format!("{whole}{rest}\n");
        let expected = [vec![200; 21], vec![201]].concat();
        assert_eq!(statuses(&send(app, &again).expect(200)), expected);
    }

    fn the_same_source_id_with_other_content_is_refused_alone(app) {
        let body = format!("{}\n{}\n{}\n", line(1, 1, 100), line(1, 1, 200), line(1, 2, 300));
        let mut found = statuses(&send(app, &body).expect(200));
        // Which of the two comes first is not promised; that one is kept and one refused is.
        found.sort_unstable();
        assert_eq!(found, [201, 201, 409]);
    }
}

#[test]
fn too_much_is_refused() {
    let app = App::sqlite();
    app.call("POST", "/v1/events/batch")
        .json(json!({}))
        .send()
        .refused(415, "unsupported_media_type");
    let many = send(&app, &"{}\n".repeat(10_003)).expect(200);
    let lines = results(&many);
    assert_eq!((lines.len(), &lines[9_999]["status"]), (10_001, &json!(422)));
    assert_eq!((&lines[10_000]["line"], &lines[10_000]["status"]), (&json!(10_001), &json!(413)));
    assert!(lines[10_000]["problem"]["detail"].as_str().unwrap().contains("were not read"));
    let long = format!("{}\n{{\"kind\":\"{}\"}}\n", line(1, 1, 100), "x".repeat(1 << 20));
    assert_eq!(statuses(&send(&app, &long).expect(200)), [201, 413]);
    send(&app, &" ".repeat((32 << 20) + 1)).refused(413, "too_large");
    assert!(send(&app, "\n\n").expect(200).body.is_empty());
}
