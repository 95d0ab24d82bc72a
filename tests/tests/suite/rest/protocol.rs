//! What holds for every route: keys, methods, bodies, headers, languages.

use regulars_api::openapi::{document, operations};
use regulars_tests::{App, on_both};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Write},
    net::TcpStream,
    thread::sleep,
    time::{Duration, Instant},
};

/// A path with something in place of its parameters.
fn filled(path: &str) -> String {
    path.replace("{id}", "x")
        .replace("{code}", "x")
        .replace("{entity}", "x")
        .replace("{namespace}", "x")
}

#[test]
fn every_operation_is_routed_and_asks_for_a_key() {
    let app = App::sqlite();
    for operation in operations() {
        let path = filled(&operation.path);
        let call = app.call(&operation.method, &path).without("authorization");
        let call = if operation.method == "GET" { call } else { call.json(json!({})) };
        if operation.keyed {
            let answer = call.send().refused(401, "unauthenticated");
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
        } else {
            let status = call.send().status;
            let expected = match operation.path.as_str() {
                "/v1/provider-log-ins/finish" | "/v1/sessions" => 422,
                // None is configured.
                "/v1/provider-log-ins" => 409,
                path if path.contains('{') => 404,
                _ => 200,
            };
            assert_eq!(status, expected, "{path}");
        }
    }
}

#[test]
fn a_wrong_method_is_told_which_are_right_and_no_other_route_hides_there() {
    let app = App::sqlite();
    let mut methods: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for operation in operations() {
        let own = methods.entry(operation.path).or_default();
        if operation.method == "GET" {
            own.insert("HEAD".to_owned());
        }
        own.insert(operation.method);
    }
    for (path, own) in methods {
        let wrong = if own.contains("DELETE") { "PUT" } else { "DELETE" };
        // A request that no handler reads to its end may cost the connection.
        let call = app.call(wrong, &filled(&path)).header("connection", "close");
        let answer = call.send().refused(405, "method_not_allowed");
        let allowed: BTreeSet<String> =
            answer.header("allow").split(',').map(|method| method.trim().to_owned()).collect();
        assert_eq!(allowed, own, "{path}");
    }
}

#[test]
fn no_path_leads_nowhere_in_silence() {
    let app = App::sqlite();
    for path in
        ["/v2", "/v1", "/v1/", "/v1/customer", "/v1/customers/", "/v1/customers/x/y/z", "/%ff"]
    {
        app.get(path).refused(404, "not_found");
    }
}

#[test]
fn only_a_known_key_sent_as_bearer_opens() {
    let app = App::sqlite();
    let half = &app.admin[..app.admin.len() - 1];
    for wrong in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic eDp5",
        &format!("Bearer {half}x"),
        &format!("Bearer {half}"),
    ] {
        app.call("GET", "/v1/units")
            .header("authorization", wrong)
            .send()
            .refused(401, "unauthenticated");
    }
    app.call("GET", "/v1/units")
        .header("authorization", &format!("bearer  {}", app.admin))
        .send()
        .expect(200);
}

#[test]
fn a_body_that_is_not_json_is_refused_for_what_it_is() {
    let app = App::sqlite();
    let send = |media_type: &str, body: &[u8]| {
        app.call("POST", "/v1/customers").bytes(media_type, body).send()
    };
    send("text/plain", b"{}").refused(415, "unsupported_media_type");
    send("application/x-www-form-urlencoded", b"a=b").refused(415, "unsupported_media_type");
    send("application/json; charset=gbk", b"{}").refused(415, "unsupported_media_type");
    app.call("POST", "/v1/customers").send().refused(415, "unsupported_media_type");
    let answer = send("application/json", b"{\"tags\":\n [,]}").refused(400, "invalid_request");
    assert!(answer.text("/detail").contains("line 2 column 3"), "{}", answer.body);
    send("application/json", b"{\"tags\":[\"\xff\xfe\"]}").refused(400, "invalid_request");
    send("application/json", b"").refused(400, "invalid_request");
    send("application/json", br#"{"tags":["\ud800"]}"#).refused(400, "invalid_request");
    let deep = [&b"{\"fields\":"[..], &b"[".repeat(5_000), &b"]".repeat(5_000), b"}"].concat();
    send("application/json", &deep).refused(400, "invalid_request");
    send("application/json", br#"{"tags":["a\u0000b"]}"#).faults(&["/tags/0"]);
    send("application/json", br#"{"tags":[],"tags":[]}"#).faults(&["/tags"]);
    send("application/json; charset=UTF-8", br#"{"colour":"red"}"#).faults(&["/colour"]);
    send("application/json", br#"{"identities":[{"kind":"phone"}]}"#)
        .faults(&["/identities/0/value"]);
    send("application/json", br#"{"identities":{}}"#).faults(&["/identities"]);
    assert_eq!(app.get("/v1/customers").expect(200).items().len(), 0);
}

#[test]
fn a_body_over_the_limit_is_refused_and_one_at_it_is_read() {
    let app = App::sqlite();
    let size = 1 << 20;
    let body = |bytes: usize| format!("{{\"tags\":[{}]}}", " ".repeat(bytes - 11));
    let send = |bytes| {
        app.call("POST", "/v1/customers")
            .header("expect", "100-continue")
            .bytes("application/json", body(bytes).as_bytes())
            .send()
    };
    send(size).faults(&["/identities"]);
    send(size + 1).refused(413, "too_large");
}

/// A client may send a head and its body apart, and the next request on the same connection.
#[test]
fn an_answer_before_the_body_came_leaves_the_connection_open() {
    let app = App::sqlite();
    let mut stream = TcpStream::connect(app.address()).expect("a connection");
    stream.set_nodelay(true).expect("set");
    for path in ["/v1/customers", "/v1/nothing"] {
        let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("the head is sent");
        sleep(Duration::from_millis(50));
        stream.write_all(b"{}").expect("the body is sent");
        let answer = read_head(&mut stream);
        assert!(answer.starts_with("http/1.1 40"), "{answer}");
        assert!(!answer.contains("connection: close"), "{answer}");
    }
}

/// The head of an answer; its body is read and passed over.
fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("an answer");
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).expect("text").to_ascii_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
    let length = length.and_then(|text| text.parse().ok()).expect("a length");
    stream.read_exact(&mut vec![0; length]).expect("a body");
    head
}

#[test]
fn queries_are_strict() {
    let app = App::sqlite();
    for (query, named) in [
        ("limit=0", "1 to 200"),
        ("limit=201", "1 to 200"),
        ("limit=ten", "1 to 200"),
        ("sort=name", "sort"),
        ("limit=1&limit=2", "limit"),
        ("cursor=%ff", "UTF-8"),
        ("cursor=a%00b", "NUL"),
    ] {
        let answer = app.get(&format!("/v1/customers?{query}")).refused(400, "invalid_request");
        assert!(answer.text("/detail").contains(named), "{query}: {}", answer.body);
    }
    for cursor in ["x", "00", "5b5d", "%E4%B8%AD", ""] {
        app.get(&format!("/v1/customers?cursor={cursor}")).refused(400, "invalid_cursor");
    }
}

#[test]
fn an_id_of_another_type_is_no_id_here() {
    let app = App::sqlite();
    let task = "tsk_01890a5d-ac96-774b-bcce-b302099a8057";
    let answer = app.get(&format!("/v1/customers/{task}")).refused(400, "invalid_request");
    assert!(answer.text("/detail").contains("cus_"), "{}", answer.body);
    app.get("/v1/customers/a%00b").refused(400, "invalid_request");
    app.get(&format!("/v1/customers/{}", task.replace("tsk", "cus"))).refused(404, "not_found");
}

#[test]
fn problems_speak_the_language_asked_for() {
    let app = App::sqlite();
    let ask = |language| app.call("GET", "/v1/nothing").header("accept-language", language).send();
    assert_eq!(ask("zh-CN").json["title"], "没有找到");
    assert_eq!(ask("fr, zh;q=0.5, en;q=0.4").json["title"], "没有找到");
    assert_eq!(ask("en, zh;q=0.9").json["title"], "There is no such thing");
    let kind = app.get("/problems/not_found").expect(200);
    assert_eq!(kind.at("/title/zh-CN"), "没有找到");
}

#[test]
fn answers_are_kept_by_nobody_and_framed_by_nobody() {
    let app = App::sqlite();
    for path in ["/v1/units", "/v1/nothing", "/v1/health"] {
        let answer = app.get(path);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.header("content-security-policy").contains("default-src 'none'"));
    }
}

#[test]
fn the_description_served_is_the_one_kept() {
    let app = App::sqlite();
    assert_eq!(app.get("/v1/openapi.json").expect(200).body, document());
}

on_both! {
    fn ready_means_the_database_answers(app) {
        let answer = app.call("GET", "/v1/ready").without("authorization").send().expect(200);
        assert_eq!(answer.at("/status"), "ok");
    }
}

/// One that sends its headers letter by letter holds a connection no longer than it may, and nobody
/// else up; nor does one that sends nothing.
#[test]
fn headers_must_come_in_time() {
    let app = App::sqlite();
    let within = Duration::from_millis(400);
    let address = app.serve_within(within);
    let connect = || TcpStream::connect(&address).expect("a connection");
    let (mut slow, mut silent, mut quick) = (connect(), connect(), connect());
    let head = b"GET /v1/health HTTP/1.1\r\nHost: x\r\n";
    slow.write_all(head).expect("sent");
    quick.write_all(&[&head[..], b"\r\n"].concat()).expect("sent");
    assert!(read_head(&mut quick).starts_with("http/1.1 200"));
    let began = Instant::now();
    // One more letter each time, and never the end.
    while slow.write_all(b"x").is_ok() && began.elapsed() < 20 * within {
        sleep(within / 8);
    }
    assert!(began.elapsed() >= within / 2, "it was given time");
    assert!(began.elapsed() < 20 * within, "it is still there");
    silent.set_read_timeout(Some(20 * within)).expect("set");
    assert_eq!(silent.read(&mut [0]).expect("closed, and not reset"), 0);
    let mut again = connect();
    again.write_all(&[&head[..], b"\r\n"].concat()).expect("sent");
    assert!(read_head(&mut again).starts_with("http/1.1 200"));
}
