//! `regulars what-if` on the sample, compared with counts made apart from the product.

use regulars_tests::{Place, Program};
use serde_json::{Value as Json, json};

const QUESTION: [&str; 4] = ["what-if", "jewellery-tiers", "--set", "mid_from=50.00"];

fn import(program: &Program) {
    program.set_up_music_shop();
    let (sample, map) = ("samples/cdnow/CDNOW_sample.txt", "samples/cdnow/map.toml");
    let as_of = "1998-07-01T00:00:00Z";
    program.run(&["import", sample, "--map", map, "--as-of", as_of, "--no-progress"]);
}

fn ask(program: &Program, more: &[&str]) -> Json {
    let line = program.run(&[&QUESTION[..], more, &["--json"]].concat());
    serde_json::from_str(&line).expect("JSON")
}

fn assert_moves(answer: &Json) {
    let tier = &answer["fields"]["jewellery-tiers.tier"];
    assert_eq!(tier["before"], json!({"high": 76, "mid": 539, "low": 1_742}));
    assert_eq!(tier["after"], json!({"high": 76, "mid": 983, "low": 1_298}));
    let moved = json!([
        {"from": "high", "to": "high", "customers": 76},
        {"from": "low", "to": "low", "customers": 1_298},
        {"from": "low", "to": "mid", "customers": 444},
        {"from": "mid", "to": "mid", "customers": 539},
    ]);
    assert_eq!(tier["transitions"], moved);
    assert_eq!((&answer["changed"], &answer["customers"]), (&json!(444), &json!(2_357)));
}

/// `tests/truth/cdnow.py samples/cdnow/CDNOW_sample.txt 500.00 50.00`
#[test]
fn it_counts_as_a_script_of_few_lines_does() {
    let program = Program::on(Place::sqlite());
    import(&program);
    let here = ask(&program, &[]);
    assert_moves(&here);
    let near = json!({"high_above": 14, "mid_from": 65});
    assert_eq!((&here["near"]["by_setting"], &here["near"]["customers"]), (&near, &json!(79)));
    assert_eq!(here["examples"].as_array().map(Vec::len), Some(20));
    let ever = ask(&program, &["--from", "1997-01-01T00:00:00Z"]);
    assert_moves(&ever);
    // For each of the 6,919 purchases on both sides; the two other plugins have nothing to do with it.
    assert_eq!(ever["decisions"], json!(2 * 6_919));
    // From the middle of it, what was decided before is restored out of the record.
    assert_moves(&ask(&program, &["--from", "1997-06-01T00:00:00Z"]));
    // The same by REST, when a server has the database open.
    let key = program.make_key();
    let _server = program.serve(&key);
    assert_moves(&ask(&program, &[]));
    let said = program.run(&QUESTION);
    assert!(said.contains("low → mid: 444"), "{said}");
}
