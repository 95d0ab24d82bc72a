//! What the two pages at the root show of the audit is what the program prints.

use regulars_tests::{Place, Program, root};
use std::fs;

const BEGIN: &str = "```console audit\n";
const END: &str = "```\n";
const PROMPT: &str = "$ regulars ";
const PAGES: [(&str, &str); 2] = [("README.md", "en"), ("README.zh-CN.md", "zh-CN")];

#[test]
fn the_audit_is_shown_as_it_is_printed() {
    let program = Program::on(Place::sqlite());
    for (name, language) in PAGES {
        let path = root().join(name);
        let text = fs::read_to_string(&path).unwrap();
        let (before, rest) = text.split_once(BEGIN).unwrap();
        let (shown, after) = rest.split_once(END).unwrap();
        let commands = shown.lines().filter_map(|line| line.strip_prefix(PROMPT));
        let printed: String = commands.map(|command| run(&program, command, language)).collect();
        if std::env::var_os("REGULARS_BLESS").is_some() {
            fs::write(&path, format!("{before}{BEGIN}{printed}{END}{after}")).unwrap();
            continue;
        }
        assert_eq!(without_what_varies(shown), without_what_varies(&printed), "{name}");
    }
}

/// The command with what it prints. The page holds the short form of what is too long for a line.
fn run(program: &Program, command: &str, language: &str) -> String {
    let arguments = command.split('"').enumerate().flat_map(|(place, part)| match place % 2 {
        0 => part.split_whitespace().collect(),
        _ => vec![part],
    });
    let arguments: Vec<&str> = ["--lang", language].into_iter().chain(arguments).collect();
    let output = program.command(&arguments).env("USER", "amy").output().unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    format!("{PROMPT}{command}\n{}", String::from_utf8(output.stdout).unwrap())
}

/// Numbers, instants and hashes, each as one sign.
fn without_what_varies(text: &str) -> String {
    let is_of_hash = |word: &str| word.chars().filter(char::is_ascii_hexdigit).count() >= 40;
    let word = |word: &str| match is_of_hash(word) {
        true => "#".to_owned(),
        false => word.chars().filter(|letter| !letter.is_ascii_digit()).collect(),
    };
    let line = |line: &str| line.split_whitespace().map(word).collect::<Vec<_>>().join(" ");
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
