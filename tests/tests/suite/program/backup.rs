//! `regulars backup`, `restore` and `copy`.

use regulars_tests::{Place, Program};
use serde_json::json;
use std::{fs, path::Path};

/// Customers with everything that can be had in a row, texts in Chinese among them.
fn fill(program: &Program) {
    let key = program.make_key();
    let server = program.serve(&key);
    let client = server.client();
    let unit = json!({"name": "西湖店", "kind": "store", "currency": "CNY"});
    client.call("PUT", "/v1/units/west-lake").json(unit).send().expect(200);
    let settings = json!({"high_above": "500.00", "mid_from": "100.00"});
    client.call("PATCH", "/v1/plugins/jewellery-tiers/settings").json(settings).send().expect(200);
    for number in 0..5 {
        let person = json!({
            "identities": [{"kind": "phone", "value": format!("1380000000{number}")}],
            "profile": {"name": "\u{1F9CB} 顾客", "language": "zh-CN"}, "home_store": "west-lake",
        });
        let id = client.call("POST", "/v1/customers").json(person).send().expect(201).text("/id");
        let sale = json!({
            "customer": {"id": id}, "kind": "purchase", "amount": 30_000 * number, "currency": "CNY",
            "store": "west-lake", "source": "till", "source_id": format!("r-{number}"),
        });
        client
            .call("POST", "/v1/events")
            .header("idempotency-key", &number.to_string())
            .json(sale)
            .send()
            .expect(201);
    }
}

/// The lines of a backup but the first, which says when it was made, and the last, whose checksum
/// covers the first; without what the audit says of making and reading backups.
fn rows(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).expect("a backup");
    let lines: Vec<_> = text.lines().map(str::to_owned).collect();
    let is_other = |line: &&String| {
        !line.contains("\"back_up\",\"done\"") && !line.contains("\"restore\",\"done\"")
    };
    lines[1..lines.len() - 1].iter().filter(is_other).cloned().collect()
}

fn back_up(program: &Program, file: &Path) {
    let said = program.run(&["backup", file.to_str().unwrap()]);
    assert!(said.contains("personal data"), "{said}");
}

fn refused(program: &Program, arguments: &[&str], why: &str) {
    let output = program.command(arguments).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(why), "{said}");
}

#[test]
fn there_and_back_over_the_other_database_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let first = Program::on(Place::sqlite());
    fill(&first);
    back_up(&first, &file("first"));
    let second = Program::on(Place::postgres());
    second.run(&["restore", file("first").to_str().unwrap()]);
    back_up(&second, &file("second"));
    assert!(rows(&file("first")).len() > 60);
    assert_eq!(rows(&file("second")), rows(&file("first")));
    // And back by one command, without a file.
    let third = Program::on(Place::sqlite());
    let said = second.run(&["copy", "--to", &third.place().url()]);
    assert!(said.contains("copied"), "{said}");
    back_up(&third, &file("third"));
    assert_eq!(rows(&file("third")), rows(&file("first")));
    // It is a database like any other: the same tiers, and the same key opens it.
    assert_eq!(third.count_by("jewellery-tiers.tier"), first.count_by("jewellery-tiers.tier"));
    assert_eq!(
        third.count_by("jewellery-tiers.tier")["counts"],
        json!({"high": 3, "low": 1, "mid": 1})
    );
}

#[test]
fn while_a_server_writes_it_is_as_of_one_instant() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("live");
    for place in [Place::sqlite(), Place::postgres()] {
        let program = Program::on(place);
        let key = program.make_key();
        let server = program.serve(&key);
        let client = server.client();
        let writing = std::thread::spawn(move || {
            for number in 0..150 {
                let card = json!({"kind": "card", "value": number.to_string()});
                let sale = json!({
                    "customer": {"identities": [card], "create": true}, "kind": "purchase",
                    "amount": 100, "currency": "CNY", "source": "till", "source_id": number.to_string(),
                });
                client.call("POST", "/v1/events").json(sale).send().expect(201);
            }
        });
        back_up(&program, &file);
        writing.join().unwrap();
        // Each purchase stands in one row of five tables, written by one commit.
        let text = rows(&file).join("\n");
        let counts: Vec<usize> =
            text.split("{\"table\":").skip(1).map(|table| table.lines().count() - 1).collect();
        let names: Vec<&str> = text
            .split("{\"table\":\"")
            .skip(1)
            .filter_map(|table| table.split('"').next())
            .collect();
        let of = |name: &str| counts[names.iter().position(|own| *own == name).unwrap()];
        for table in ["identity", "identity_claim", "event", "source_claim"] {
            assert_eq!(of(table), of("customer"), "{table}");
        }
        fs::remove_file(&file).unwrap();
    }
}

#[test]
fn what_is_no_whole_backup_restores_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let source = Program::on(Place::sqlite());
    fill(&source);
    back_up(&source, Path::new(&file("whole")));
    refused(&source, &["backup", &file("whole")], "not overwritten");
    refused(&source, &["restore", &file("whole")], "empty");
    let whole = fs::read_to_string(file("whole")).unwrap();
    let broken = [
        ("cut", whole[..whole.len() / 2].to_owned(), "too soon"),
        ("no-end", whole[..whole.rfind("{\"rows\"").unwrap()].to_owned(), "too soon"),
        ("changed", whole.replacen("30000", "30001", 1), "checksum"),
        ("more", format!("{whole}[]\n"), "more after the end"),
        ("none", "hello\n".to_owned(), "not JSON"),
        ("other", "{}\n".to_owned(), "not a backup"),
        ("newer", whole.replacen("\"first\"", "\"first\",\"tomorrow\"", 1), "newer"),
        (
            "inject",
            whole.replacen("\"table\":\"meta\"", "\"table\":\"meta; DROP\"", 1),
            "not the name",
        ),
        ("short", whole.replacen("[\"epoch\",", "[", 1), "line 3"),
    ];
    for place in [Place::sqlite(), Place::postgres()] {
        let target = Program::on(place);
        for (name, text, why) in &broken {
            fs::write(file(name), text).unwrap();
            refused(&target, &["restore", &file(name)], why);
        }
        target.run(&["restore", &file("whole")]);
        assert_eq!(target.count_by("jewellery-tiers.tier")["total"], 5);
    }
    let nowhere = file("nowhere.db");
    let mut command = std::process::Command::new(regulars_tests::built_program());
    let output =
        command.args(["--database", &format!("sqlite:{nowhere}"), "backup", "-"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("no database"));
    assert!(!Path::new(&nowhere).exists());
}
