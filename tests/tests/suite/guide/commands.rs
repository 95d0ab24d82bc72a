//! What the guide's commands print.

use super::page::{Block, Page, pages, without_numbers};
use regulars_tests::{built_program, root, with_cargo};
use std::{
    fs,
    process::{Command, Stdio},
};

const PROMPT: &str = "$ ";
/// Printed after each command; no text of ours has it.
const END: &str = "\u{1e}\n";

/// What a command prints differs by machine or compiler in its numbers, where it says so.
const VARIES: &str = "# numbers vary";

/// The program is the one just built.
const SHELL: &str = r#"
exec 2>&1
regulars() { "$PROGRAM" "$@"; }
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
            let same = shown.is(printed);
            assert!(same, "{name}, line {line}: $ {}\n{printed}", shown.command);
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

impl Shown {
    fn is(&self, printed: &str) -> bool {
        match self.command.ends_with(VARIES) {
            true => without_numbers(&self.output) == without_numbers(printed),
            false => self.output == printed,
        }
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
    shell.env("PROGRAM", built_program()).env("REGULARS", root()).env("LC_ALL", "C");
    let output = with_cargo(&mut shell).output().expect("a shell");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let printed: Vec<String> = text.split_terminator(END).map(str::to_owned).collect();
    assert_eq!(printed.len(), shown.len(), "the shell broke off: {text}");
    printed
}

/// The page with what its commands have printed.
fn rewrite(page: &Page, printed: &[String]) -> String {
    let mut printed = printed.iter();
    let mut text = page.text.clone();
    for block in consoles(page) {
        let commands = Shown::all(block).into_iter().zip(&mut printed);
        let fresh = commands.map(|(shown, output)| {
            // What varies is written down anew only where more than numbers differ.
            let output = if shown.is(output) { &shown.output } else { output };
            format!("{PROMPT}{}\n{output}", shown.command)
        });
        // With its fence, or a short one could be found within a longer.
        let fenced = |inner: &str| format!("```console\n{inner}```\n");
        text = text.replacen(&fenced(&block.text), &fenced(&fresh.collect::<String>()), 1);
    }
    text
}
