//! `regulars staff` and `regulars key`, with a server and without.

use super::plugins::refused;
use regulars_tests::{Place, Program};
use serde_json::json;
use std::{io::Write, process::Stdio};

fn last_word(said: &str) -> String {
    said.split_whitespace().last().expect("a word").to_owned()
}

#[test]
fn people_are_made_listed_disabled_and_handed_over_with_a_server_and_without() {
    let program = Program::on(Place::sqlite());
    program.run(&["unit", "put", "store-1", "--name", "One", "--kind", "store"]);
    let create = |login: &str| {
        let role = ["--name", login, "--role", "sales_guide", "--unit", "store-1"];
        program.run(&[&["staff", "create", login][..], &role].concat())
    };
    let made = create("wang.fang");
    assert!(made.contains("sales_guide, store-1") && made.contains("shown this once"), "{made}");
    let refuse = |arguments: &[&str], expected: &str| {
        refused(program.command(arguments).output().expect("it runs"), expected);
    };
    refuse(&["staff", "create", "li", "--name", "Li", "--role", "owner"], "`owner` is not a role");
    refuse(&["staff", "disable", "nobody"], "nobody has the login nobody");

    let server = program.serve(&program.make_key());
    let client = server.client();
    let log_in = |login: &str, password: &str| {
        let body = json!({"login": login, "password": password});
        client.call("POST", "/v1/sessions").json(body).send()
    };
    log_in("wang.fang", &last_word(&made)).expect(201);
    create("li");
    let set = program.run(&["staff", "set-password", "wang.fang"]);
    log_in("wang.fang", &last_word(&made)).refused(401, "unauthenticated");
    log_in("wang.fang", &last_word(&set)).expect(201);
    let over = program.run(&["staff", "hand-over", "wang.fang", "--to", "li"]);
    assert_eq!(over, "0 customers and 0 tasks of wang.fang went to li\n");
    let disabled = program.run(&["staff", "disable", "wang.fang"]);
    assert!(disabled.contains("disabled 20"), "{disabled}");
    log_in("wang.fang", &last_word(&set)).refused(401, "unauthenticated");
    assert_eq!(program.run(&["staff", "list"]).lines().count(), 2);
}

#[test]
fn a_password_comes_by_standard_input_and_no_weak_one() {
    let program = Program::on(Place::sqlite());
    let create = |password: &str| {
        let arguments =
            ["staff", "create", "li", "--name", "Li", "--role", "admin", "--password-stdin"];
        let mut child = program
            .command(&arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut input = child.stdin.take().expect("its input");
        writeln!(input, "{password}").expect("it reads");
        drop(input);
        child.wait_with_output().expect("it ends")
    };
    refused(create("password1234"), "soon guessed");
    let made = create("correct-horse-battery-staple");
    let said = String::from_utf8_lossy(&made.stdout);
    assert!(made.status.success() && !said.contains("correct-horse"), "{said}");
}

#[test]
fn keys_are_listed_and_revoked() {
    let program = Program::on(Place::sqlite());
    let key = program.make_key();
    let narrow = ["--name", "gate", "--role", "integration", "--action", "append_event"];
    program.run(&[&["key", "create"][..], &narrow].concat());
    let listed = program.run(&["key", "list"]);
    assert!(listed.contains("only append_event") && !listed.contains(&key[4..]), "{listed}");
    let id = listed.split_whitespace().next().expect("an id").to_owned();
    let server = program.serve(&key);
    server.client().call("GET", "/v1/units").send().expect(200);
    assert!(program.run(&["key", "revoke", &id]).contains("revoked 20"));
    server.client().call("GET", "/v1/units").send().refused(401, "unauthenticated");
}
