//! `regulars audit`.

use regulars_tests::{Place, Program, on_both};
use serde_json::{Value as Json, json};
use std::{
    process::Output,
    thread::sleep,
    time::{Duration, Instant},
};

/// What it says, whether the chain fits or not.
fn verify(program: &Program, arguments: &[&str]) -> (bool, Json) {
    let arguments = [&["audit", "verify", "--json"][..], arguments].concat();
    let Output { status, stdout, stderr } = program.command(&arguments).output().unwrap();
    let said = serde_json::from_slice(&stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&stderr)));
    (status.success(), said)
}

fn list(program: &Program, arguments: &[&str]) -> Vec<Json> {
    let printed = program.run(&[&["audit", "list", "--json"][..], arguments].concat());
    serde_json::from_str(&printed).unwrap()
}

fn put_unit(program: &Program, code: &str) {
    program.run(&["unit", "put", code, "--name", "West Lake", "--kind", "store"]);
}

/// Waits until a server has sealed all there is.
fn sealed(program: &Program) -> Json {
    let began = Instant::now();
    loop {
        let (fits, said) = verify(program, &[]);
        assert!(fits, "{said}");
        if said["unsealed"]["entries"] == 0 {
            return said;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{said}");
        sleep(Duration::from_millis(100));
    }
}

on_both! {
    fn what_the_command_line_does_is_entered_and_sealed(place: Place) {
        let program = Program::on(place);
        let empty = program.command(&["audit", "checkpoint"]).output().unwrap();
        assert!(!empty.status.success(), "there is no database yet");
        put_unit(&program, "west-lake");
        let (fits, before) = verify(&program, &[]);
        assert!(fits && before["last"].is_null(), "{before}");
        assert!(before["unsealed"]["entries"].as_i64().unwrap() > 0, "{before}");
        let checkpoint = program.run(&["audit", "checkpoint"]);
        let checkpoint = checkpoint.trim();
        assert_eq!(program.run(&["audit", "checkpoint"]).trim(), checkpoint);
        let (fits, after) = verify(&program, &["--from", checkpoint]);
        assert!(fits, "{after}");
        assert_eq!(after["unsealed"]["entries"], 0);
        let (number, hash) = checkpoint.split_once(':').unwrap();
        assert_eq!(after["last"], json!({"number": number.parse::<i64>().unwrap(), "hash": hash}));
        let said = program.run(&["audit", "verify"]);
        assert_eq!(said, format!("{number} entries fit; the last is {checkpoint}\n"));

        let units = list(&program, &["--action", "put_unit"]);
        assert_eq!((units.len(), &units[0]["record"]), (1, &json!("west-lake")));
        assert_eq!(units[0]["actor"], json!({"name": "operator", "role": "admin"}));
        assert_eq!(units[0]["origin"]["by"], "command_line");
        assert_eq!(units[0]["after"]["name"], "West Lake");
        let printed = program.run(&["audit", "list", "--record", "west-lake"]);
        assert!(printed.contains("operator") && printed.contains("put_unit  unit west-lake"), "{printed}");
        let taken_from_folders = list(&program, &["--action", "automatic"]);
        assert_eq!(taken_from_folders.len(), 3, "{taken_from_folders:?}");

        let unknown = program.command(&["audit", "list", "--action", "put_units"]).output().unwrap();
        assert!(String::from_utf8_lossy(&unknown.stderr).contains("put_units"));
        for wrong in ["7", "0:00", "x:00"] {
            let refused = program.command(&["audit", "verify", "--from", wrong]).output().unwrap();
            let said = String::from_utf8_lossy(&refused.stderr);
            assert!(!refused.status.success() && said.contains("NUMBER:HASH"), "{said}");
        }
    }

    fn a_chain_that_is_another_one_ends_with_an_error(place: Place) {
        let program = Program::on(place);
        put_unit(&program, "west-lake");
        let checkpoint = program.run(&["audit", "checkpoint"]);
        let (number, hash) = checkpoint.trim().split_once(':').unwrap();
        let other = format!("{number}:{}", hash.replace(['a', '1'], "2"));
        let (fits, said) = verify(&program, &["--from", &other]);
        assert!(!fits, "{said}");
        assert_eq!((&said["fits"], &said["misfit"]["kind"]), (&json!(false), &json!("replaced")));
        assert_eq!(said["misfit"]["number"], json!(number.parse::<i64>().unwrap()));
        let later = format!("999:{hash}");
        let (fits, said) = verify(&program, &["--from", &later]);
        assert!(!fits);
        assert_eq!(said["misfit"]["kind"], "cut");
        let verify = |language: &str| {
            let arguments = ["--lang", language, "audit", "verify", "--from", &later];
            let output = program.command(&arguments).output().unwrap();
            assert!(!output.status.success());
            String::from_utf8(output.stdout).unwrap()
        };
        assert!(verify("en").contains("the checkpoint is of entry 999"));
        assert!(verify("zh-CN").contains("而检查点是第 999 条"));
    }

    fn killed_between_change_and_seal_nothing_is_lost(place: Place) {
        let program = Program::on(place);
        let key = program.make_key();
        for round in 0..4 {
            let server = program.serve(&key);
            let client = server.client();
            for number in 0..10 {
                let unit = json!({"name": "Store", "kind": "store"});
                let path = format!("/v1/units/store-{round}-{number}");
                client.call("PUT", &path).json(unit).send().expect(200);
            }
            server.kill();
            let (fits, said) = verify(&program, &[]);
            assert!(fits, "{said}");
        }
        let server = program.serve(&key);
        let said = sealed(&program);
        let units = list(&program, &["--action", "put_unit", "--limit", "200"]);
        assert_eq!(units.len(), 40);
        assert!(units.iter().all(|entry| entry["number"].is_number()));
        assert!(said["last"]["number"].as_i64().unwrap() > 40);
        drop(server);
    }

    fn who_reads_all_is_entered_and_the_chain_goes_with_the_data(place: Place) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("all").display().to_string();
        let program = Program::on(place);
        put_unit(&program, "west-lake");
        let checkpoint = program.run(&["audit", "checkpoint"]);
        program.run(&["backup", &file]);
        let read = list(&program, &["--action", "back_up"]);
        assert_eq!(read[0]["after"], json!({"to": file}));
        let other = Program::on(Place::sqlite());
        other.run(&["restore", &file]);
        let (fits, said) = verify(&other, &["--from", checkpoint.trim()]);
        assert!(fits, "{said}");
        let filled = list(&other, &["--action", "restore"]);
        assert_eq!(filled.len(), 1);
        assert!(list(&other, &["--action", "back_up"]).is_empty(), "as of before it was made");
        other.run(&["audit", "checkpoint"]);
        let third = Program::on(Place::postgres());
        other.run(&["copy", "--to", &third.place().url()]);
        let (fits, said) = verify(&third, &["--from", checkpoint.trim()]);
        assert!(fits, "{said}");
        let copied = list(&other, &["--action", "back_up"]);
        assert!(copied[0]["after"]["to"].as_str().unwrap().starts_with("postgres://"), "{copied:?}");
    }
}

#[test]
fn two_processes_that_write_and_seal_leave_one_chain() {
    let program = Program::on(Place::postgres());
    let key = program.make_key();
    let servers = [program.serve(&key), program.serve(&key)];
    std::thread::scope(|scope| {
        for (index, server) in servers.iter().enumerate() {
            scope.spawn(move || {
                let client = server.client();
                for number in 0..60 {
                    let card = json!({"kind": "card", "value": format!("{index}-{number}")});
                    let draft = json!({"identities": [card]});
                    client.call("POST", "/v1/customers").json(draft).send().expect(201);
                }
            });
        }
    });
    sealed(&program);
    let made = list(&program, &["--action", "create_customer", "--limit", "500"]);
    assert_eq!(made.len(), 120);
    // What an attacker does who may write to the database, is seen.
    program.place().spoil_audit("UPDATE audit SET actor_name = 'x' WHERE number = 30");
    let (fits, said) = verify(&program, &[]);
    assert!(!fits);
    assert_eq!(
        (&said["misfit"]["kind"], &said["misfit"]["number"]),
        (&json!("changed"), &json!(30))
    );
    let refused = program.command(&["audit", "checkpoint"]).output().unwrap();
    assert!(String::from_utf8_lossy(&refused.stderr).contains("entry 30"));
}
