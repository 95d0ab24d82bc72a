//! `regulars decisions verify`: what is on record is what the rules answer, to the byte.

use regulars_tests::{Place, Program, on_both, root};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::{fs, path::Path};

/// What it says, and whether it succeeded.
fn verify(program: &Program, more: &[&str]) -> (Json, bool) {
    let arguments = [&["decisions", "verify", "--json"][..], more].concat();
    let output = program.command(&arguments).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
    (json, output.status.success())
}

/// Ten customers who rise, fall, come back and are asked about sofas.
fn fill(program: &Program) {
    let key = program.make_key();
    let server = program.serve(&key);
    let client = server.client();
    for number in 0..10 {
        let send = |kind: &str, hour: u32, more: Json| {
            let mut event = json!({
                "customer": {"identities": [{"kind": "card", "value": number.to_string()}], "create": true},
                "kind": kind, "occurred_at": format!("2026-01-0{}T{hour:02}:00:00Z", 1 + number % 9),
                "source": "till", "source_id": format!("{number}-{hour}"),
            });
            event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            client.call("POST", "/v1/events").json(event).send().expect(201);
        };
        send("purchase", 9, json!({"amount": 2_000_000, "currency": "CNY"}));
        send("inquiry", 10, json!({"data": {"category": "furniture/sofa"}}));
        send("purchase", 11, json!({"amount": 4_000_000 + number, "currency": "CNY"}));
        let of = json!({"source": "till", "source_id": format!("{number}-11")});
        send("refund", 12, json!({"amount": 3_900_000, "currency": "CNY", "refers_to": of}));
        // Late: what stood is decided again, and is kept as voided.
        send("purchase", 8, json!({"amount": 100, "currency": "CNY"}));
    }
}

/// A backup in which a decision about a tier says mid where it said high; its id.
fn change_by_hand(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("a backup");
    let (mut id, mut changed) = (None, String::new());
    for line in text.lines() {
        let stored = r#"\"field\":\"tier\",\"value\":\"high\""#;
        let is_row = line.contains("\"jewellery-tiers\"") && line.contains(stored);
        if id.is_none() && is_row {
            let row: Vec<Json> = serde_json::from_str(line).expect("a row");
            // Customer, instant, id: the key of the table.
            id = Some(format!("dec_{}", row[2].as_str().expect("an id")));
            changed += &line.replace(stored, r#"\"field\":\"tier\",\"value\":\"mid\""#);
        } else if line.starts_with("{\"rows\":") {
            let mut end: Json = serde_json::from_str(line).expect("the end");
            let hash = Sha256::digest(changed.as_bytes());
            let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            end["sha256"] = json!(hex);
            changed += &end.to_string();
        } else {
            changed += line;
        }
        changed += "\n";
    }
    fs::write(file, changed).expect("it is written");
    id.expect("a decision about a tier")
}

on_both! {
    fn a_decision_changed_by_hand_is_found(place: Place) {
        let source = Program::on(Place::sqlite());
        fill(&source);
        let (all, succeeded) = verify(&source, &["--seed", "7"]);
        assert!(succeeded, "{all}");
        let count = all["decisions"].as_u64().expect("a number");
        assert!(count > 60, "{all}");
        assert_eq!((&all["agreed"], &all["differed"], &all["not_run"]), (&json!(count), &json!(0), &json!([])));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup");
        source.run(&["backup", file.to_str().unwrap()]);
        let changed = change_by_hand(&file);
        let program = Program::on(place);
        program.run(&["restore", file.to_str().unwrap()]);
        let (found, succeeded) = verify(&program, &[]);
        assert!(!succeeded, "{found}");
        assert_eq!((&found["differed"], &found["agreed"]), (&json!(1), &json!(count - 1)));
        let one = &found["differing"][0];
        assert_eq!((&one["decision_id"], &one["plugin"]), (&json!(changed), &json!("jewellery-tiers")));
        let field = |answer: &Json| {
            let effects = answer["effects"].as_array().unwrap().iter();
            effects.filter(|effect| effect["field"] == "tier").map(|effect| effect["value"].clone()).next()
        };
        assert_eq!((field(&one["stored"]), field(&one["again"])), (Some(json!("mid")), Some(json!("high"))));
        // For people, and through the server that holds the file.
        let key = program.make_key();
        let _server = program.serve(&key);
        let output = program.command(&["--lang", "zh-CN", "decisions", "verify"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("1 条不一致") && said.contains(&changed), "{said}");
    }
}

#[test]
fn a_sample_is_of_the_whole_base_and_a_seed_repeats_it() {
    let mut program = Program::on(Place::sqlite());
    program.set_up_music_shop();
    let (sample, map) = ("samples/cdnow/CDNOW_sample.txt", "samples/cdnow/map.toml");
    program.run(&[
        "import",
        sample,
        "--map",
        map,
        "--as-of",
        "1998-07-01T00:00:00Z",
        "--no-progress",
    ]);
    let (some, succeeded) = verify(&program, &["--sample", "500", "--seed", "11"]);
    assert!(succeeded, "{some}");
    let counts = ["decisions", "agreed", "differed", "seed"].map(|name| some[name].clone());
    assert_eq!(counts, [json!(500), json!(500), json!(0), json!(11)]);
    assert_eq!(verify(&program, &["--sample", "500", "--seed", "11"]).0, some);
    assert_eq!(verify(&program, &["--sample", "9000"]).0["agreed"], json!(9_000));
    // What decided is not here any more: that is said, and nothing else is asked in its place.
    program.use_plugins(&root().join("tests/plugins"));
    let (gone, succeeded) = verify(&program, &["--sample", "100"]);
    assert!(succeeded, "{gone}");
    assert_eq!((&gone["agreed"], &gone["differed"]), (&json!(0), &json!(0)));
    let not_run = gone["not_run"].as_array().unwrap();
    assert!(not_run.iter().all(|one| one["why"] == "missing"), "{gone}");
    let count: u64 = not_run.iter().filter_map(|one| one["decisions"].as_u64()).sum();
    assert_eq!(count, 100);
    for wrong in ["0", "10001", "-1", "many"] {
        let output = program.command(&["decisions", "verify", "--sample", wrong]).output().unwrap();
        assert!(!output.status.success(), "{wrong}");
    }
}
