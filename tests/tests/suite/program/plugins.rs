//! `regulars plugin …`, here and through the server that holds the database.

use regulars_tests::{Place, Program};

fn state(program: &Program, plugin: &str) -> String {
    let list = program.run(&["plugin", "list"]);
    let line = list.lines().find(|line| line.starts_with(plugin)).expect("it is listed");
    line.to_owned()
}

/// The lines under a plugin that say where it meets another.
fn notes(program: &Program) -> Vec<String> {
    let list = program.run(&["plugin", "list"]);
    let notes = list.lines().filter_map(|line| line.trim_start().strip_prefix("note: "));
    notes.map(str::to_owned).collect()
}

fn switch_off_and_on(program: &Program) {
    assert!(state(program, "cafe-frequency").contains(", on,"));
    let shared = "Café visit bands and Furniture lead nurturing may each send the message `offer`.";
    assert_eq!(notes(program).iter().filter(|note| note.starts_with(shared)).count(), 2);
    assert_eq!(program.run(&["plugin", "disable", "cafe-frequency"]), "cafe-frequency is off\n");
    assert!(state(program, "cafe-frequency").contains(", off,"));
    assert!(notes(program).is_empty());
    let part = ["plugin", "enable", "cafe-frequency", "--unit", "soho"];
    assert_eq!(program.run(&part), "cafe-frequency is on in soho\n");
    assert_eq!(program.run(&["plugin", "enable", "cafe-frequency"]), "cafe-frequency is on\n");
}

#[test]
fn plugins_are_switched_off_and_on() {
    let program = Program::on(Place::sqlite());
    let key = program.make_key();
    program.run(&["unit", "put", "soho", "--name", "SoHo", "--kind", "store"]);
    switch_off_and_on(&program);
    let _server = program.serve(&key);
    switch_off_and_on(&program);
    let unknown = program.command(&["plugin", "disable", "nobody"]).output().expect("it runs");
    assert!(!unknown.status.success());
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("nobody"));
}
