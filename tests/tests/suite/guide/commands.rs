//! What the guide's commands print.

use super::page::{Block, Page, pages};
use regulars_tests::{built_program, root};
use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

const PROMPT: &str = "$ ";
/// Printed after each command; no text of ours has it.
const END: &str = "\u{1e}\n";

/// The program is the one just built. Cargo is not run again within a test: what it would build lies
/// where `cargo xtask guests` has put it.
const SHELL: &str = r#"
exec 2>&1
regulars() { "$PROGRAM" "$@"; }
cargo() {
    [ "$*" = "build --quiet --release --target wasm32-unknown-unknown" ] || echo "unexpected: cargo $*"
    mkdir -p target/wasm32-unknown-unknown/release
    cp "$MODULE" target/wasm32-unknown-unknown/release
}
"#;

#[test]
fn commands_print_what_is_shown() {
    let bless = std::env::var_os("REGULARS_BLESS").is_some();
    for page in pages() {
        let shown: Vec<Shown> = consoles(&page).flat_map(Shown::all).collect();
        let printed = run(&shown);
        if bless {
            fs::write(root().join(page.name), rewrite(&page, &printed)).expect("written");
            continue;
        }
        for (shown, printed) in shown.iter().zip(&printed) {
            let (name, line) = (page.name, shown.line);
            assert_eq!(shown.output, *printed, "{name}, line {line}: $ {}", shown.command);
        }
    }
}

fn consoles(page: &Page) -> impl Iterator<Item = &Block> {
    page.blocks.iter().filter(|block| block.language == "console")
}

/// A command, which may go on over lines that end in `\`, and its output.
struct Shown {
    line: usize,
    command: String,
    output: String,
}

impl Shown {
    fn all(block: &Block) -> Vec<Shown> {
        let mut all: Vec<Shown> = Vec::new();
        for (line, text) in (block.line..).zip(block.text.lines()) {
            if let Some(command) = text.strip_prefix(PROMPT) {
                all.push(Shown { line, command: command.to_owned(), output: String::new() });
                continue;
            }
            let last = all.last_mut().expect("a console begins with a command");
            if last.command.ends_with('\\') {
                last.command += &format!("\n{text}");
            } else {
                last.output += &format!("{text}\n");
            }
        }
        all
    }
}

/// What each command of a page prints, one after the other in an empty folder.
fn run(shown: &[Shown]) -> Vec<String> {
    let place = tempfile::tempdir().expect("a folder");
    let mut script = SHELL.to_owned();
    for Shown { command, .. } in shown {
        script += &format!("{command}\nprintf '\\036\\n'\n");
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).current_dir(place.path()).stdin(Stdio::null());
    shell.env("PROGRAM", built_program()).env("MODULE", built_module()).env("REGULARS", root());
    let output = shell.env("LC_ALL", "C").output().expect("a shell");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let printed: Vec<String> = text.split_terminator(END).map(str::to_owned).collect();
    assert_eq!(printed.len(), shown.len(), "the shell broke off: {text}");
    printed
}

fn built_module() -> PathBuf {
    let program = built_program();
    let target = program.ancestors().nth(2).expect("the target folder");
    let module = target.join("guests/wasm32-unknown-unknown/guest/bubble_tea_rust.wasm");
    assert!(module.is_file(), "{} is missing: `cargo xtask guests` builds it", module.display());
    module
}

/// The page with what its commands have printed.
fn rewrite(page: &Page, printed: &[String]) -> String {
    let mut printed = printed.iter();
    let mut text = page.text.clone();
    for block in consoles(page) {
        let commands = Shown::all(block).into_iter().zip(&mut printed);
        let fresh = commands.map(|(shown, output)| format!("{PROMPT}{}\n{output}", shown.command));
        // With its fence, or a short one could be found within a longer.
        let fenced = |inner: &str| format!("```console\n{inner}```\n");
        text = text.replacen(&fenced(&block.text), &fenced(&fresh.collect::<String>()), 1);
    }
    text
}
