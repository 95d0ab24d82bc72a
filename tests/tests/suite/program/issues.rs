//! What a publication left out, issued by processes that are killed: nothing is lost, nothing comes twice.

use regulars_tests::{Client, Place, Program, on_both, root};
use serde_json::{Value as Json, json};
use std::{
    thread::sleep,
    time::{Duration, Instant},
};

const CUSTOMERS: usize = 60;
/// Twenty a second.
const PACE: &str = "1200/min";
const PATIENCE: Duration = Duration::from_secs(60);

fn program(place: Place) -> Program {
    let mut program = Program::on(place);
    program.use_plugins(&root().join("tests/gifts"));
    program
}

/// Customers who are gold as soon as gold begins at 500.00.
fn fill(client: &Client) {
    let lines = (0..CUSTOMERS).map(|number| {
        let body = json!({
            "customer": {"identities": [{"kind": "card", "value": number.to_string()}], "create": true},
            "kind": "purchase", "amount": 60_000, "currency": "CNY",
            "source": "till", "source_id": number.to_string(),
        });
        format!("{body}\n")
    });
    let lines: String = lines.collect();
    let sent =
        client.call("POST", "/v1/events/batch").bytes("application/x-ndjson", lines.as_bytes());
    sent.send().expect(200);
    let path = "/v1/plugins/gold-gifts/settings";
    client.call("PATCH", path).json(json!({"from": "500.00"})).send().expect(200);
}

/// Asked for by the command line, once everybody is decided by what is in force.
fn start(program: &Program) -> String {
    let asked =
        ["issue", "create", "--plugin", "gold-gifts", "--sort", "task,points", "--pace", PACE];
    let began = Instant::now();
    let said = loop {
        let output = program.command(&asked).output().expect("it runs");
        if output.status.success() {
            break String::from_utf8(output.stdout).unwrap();
        }
        assert!(began.elapsed() < PATIENCE, "{}", String::from_utf8_lossy(&output.stderr));
        sleep(Duration::from_millis(200));
    };
    assert!(said.contains(&format!("task call: {CUSTOMERS} to give")), "{said}");
    assert!(
        said.contains(&format!("points stars: {CUSTOMERS} to give ({} points)", 5 * CUSTOMERS)),
        "{said}"
    );
    let id = said.split_whitespace().next().unwrap().to_owned();
    assert!(program.run(&["issue", "start", &id]).contains("running"));
    id
}

fn given(client: &Client, id: &str) -> (String, u64) {
    let issue = client.call("GET", &format!("/v1/issues/{id}")).send().expect(200);
    let dealt = issue.at("/dealt").as_array().unwrap().iter();
    (issue.text("/state"), dealt.map(|own| own["given"].as_u64().unwrap()).sum())
}

fn wait(client: &Client, id: &str, is_enough: impl Fn(&str, u64) -> bool) -> u64 {
    let began = Instant::now();
    loop {
        let (state, given) = given(client, id);
        if is_enough(&state, given) {
            return given;
        }
        assert!(began.elapsed() < PATIENCE, "{id} is {state}, {given} given");
        sleep(Duration::from_millis(50));
    }
}

/// Each of them once.
fn check(client: &Client, id: &str) {
    let given = wait(client, id, |state, _| state == "done");
    assert_eq!(given as usize, 2 * CUSTOMERS);
    let customers = |path: &str| -> Vec<Json> {
        let page = client.call("GET", path).send().expect(200);
        let mut ids: Vec<_> = page.items().iter().map(|own| own["customer_id"].clone()).collect();
        ids.sort_by_key(Json::to_string);
        ids
    };
    let tasks = customers("/v1/tasks?limit=200");
    let mut once = tasks.clone();
    once.dedup();
    assert_eq!((once.len(), &once), (CUSTOMERS, &tasks));
    assert_eq!(customers("/v1/outbox?sort=points&limit=200"), tasks);
}

on_both! {
    fn killed_amid_its_turns_it_goes_on_and_gives_nothing_twice(place: Place) {
        let program = program(place);
        let key = program.make_key();
        let server = program.serve(&key);
        fill(&server.client());
        let id = start(&program);
        let before = wait(&server.client(), &id, |_, given| given > 25);
        server.kill();
        assert!((before as usize) < 2 * CUSTOMERS, "it was killed amid them");
        let server = program.serve(&key);
        check(&server.client(), &id);
        assert!(program.run(&["issue", "list"]).starts_with(&format!("{id}  done  gold-gifts")));
    }
}

#[test]
fn of_two_processes_the_other_goes_on() {
    let program = program(Place::postgres());
    let key = program.make_key();
    let [one, other] = [program.serve(&key), program.serve(&key)];
    fill(&one.client());
    let id = start(&program);
    let began = Instant::now();
    wait(&other.client(), &id, |_, given| given > 25);
    // Two do not give twice as many: twenty in each second that has begun.
    let (_, given) = given(&other.client(), &id);
    assert!(given <= 20 * (began.elapsed().as_secs() + 2), "{given} in {:?}", began.elapsed());
    one.kill();
    check(&other.client(), &id);
}
