//! The two pages and what stands between their fences.

use regulars_tests::root;
use std::fs;

pub struct Page {
    pub name: &'static str,
    pub text: String,
    pub blocks: Vec<Block>,
}

pub struct Block {
    /// Of its first line of text, from 1.
    pub line: usize,
    pub language: String,
    /// Below `sdk/examples`; empty where it is no piece of a file.
    pub file: String,
    /// Every line with its end.
    pub text: String,
}

const FENCE: &str = "```";

pub fn pages() -> [Page; 2] {
    ["sdk/README.md", "sdk/README.zh-CN.md"].map(|name| {
        let text = fs::read_to_string(root().join(name)).expect(name);
        Page { name, blocks: blocks(&text), text }
    })
}

/// Each number, with its points and commas, as one sign.
pub fn without_numbers(text: &str) -> String {
    let mut plain = String::new();
    let mut in_number = false;
    for character in text.chars() {
        let goes_on = in_number && matches!(character, '.' | ',');
        in_number = character.is_ascii_digit() || goes_on;
        match (in_number, plain.ends_with('#')) {
            (true, true) => {}
            (true, false) => plain.push('#'),
            (false, _) => plain.push(character),
        }
    }
    plain
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (line, text) in (1..).zip(text.lines()) {
        match (&mut open, text.strip_prefix(FENCE)) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => block.text += &format!("{text}\n"),
            (None, Some(info)) => {
                let (language, file) = info.split_once(' ').unwrap_or((info, ""));
                let (language, file) = (language.to_owned(), file.to_owned());
                open = Some(Block { line: line + 1, language, file, text: String::new() });
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    blocks
}
