//! What a check finds in a plugin's files: where, how bad, and a sentence in both languages.

use crate::{
    limits,
    said::{Said, Say, brief},
    text::{Bilingual, Language},
};
use std::{
    error::Error,
    fmt::{self, Write},
};

/// One thing that is wrong, or looks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    pub place: Place,
    pub said: Said,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It can not work.
    Error,
    /// It may be meant.
    Warning,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub file: String,
    /// From 1; 0 where the fault has no place.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// The line itself, unless it is very long.
    pub source: String,
    /// Of a TOML file: `inputs.cups.where`.
    pub key: String,
}

/// All there is to say of a plugin, in the order of its files and lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings(Vec<Finding>);

crate::sentences! {
    warning(said) "warning: {said}" "警告：{said}";
}

impl Place {
    /// Of a byte in a text.
    pub fn of(file: &str, source: &str, byte: usize) -> Place {
        let byte = source.floor_char_boundary(byte.min(source.len()));
        let before = &source[..byte];
        let begins = before.rfind('\n').map_or(0, |end| end + 1);
        Place {
            line: before.matches('\n').count() + 1,
            column: source[begins..byte].chars().count() + 1,
            source: line_at(source, begins),
            file: file.to_owned(),
            key: String::new(),
        }
    }

    /// Of a line and a column, each from 1.
    pub fn at(file: &str, source: &str, line: usize, column: usize) -> Place {
        let found = line.checked_sub(1).and_then(|line| source.lines().nth(line));
        let source = found.map_or_else(String::new, shown);
        Place { file: file.to_owned(), line, column, source, key: String::new() }
    }

    pub fn in_file(file: &str) -> Place {
        Place { file: file.to_owned(), ..Place::default() }
    }

    pub fn with_key(self, key: impl Into<String>) -> Place {
        Place { key: brief(key.into()), ..self }
    }
}

fn line_at(source: &str, begins: usize) -> String {
    source[begins..].lines().next().map_or_else(String::new, shown)
}

/// Whoever wrote it may have put everything into one line.
fn shown(line: &str) -> String {
    match line.chars().nth(limits::SOURCE_LINE_CHARS_MAX) {
        Some(_) => String::new(),
        None => line.to_owned(),
    }
}

impl Finding {
    pub fn error(place: Place, said: Said) -> Finding {
        Finding { severity: Severity::Error, place, said: said.brief() }
    }

    pub fn warning(place: Place, said: Said) -> Finding {
        Finding { severity: Severity::Warning, place, said: said.brief() }
    }

    /// In both languages.
    pub fn text(&self) -> Bilingual {
        Bilingual { en: self.write(Language::English), zh_cn: self.write(Language::Chinese) }
    }

    /// `rules.rhai:15:19: …`, and below it the line with a mark.
    pub fn write(&self, language: Language) -> String {
        let Place { file, line, column, source, key } = &self.place;
        let mut text = file.clone();
        if *line > 0 {
            let _ = write!(text, ":{line}:{column}");
        }
        if !key.is_empty() {
            let _ = write!(text, ": {key}");
        }
        let said = match self.severity {
            Severity::Error => self.said.clone(),
            Severity::Warning => warning(&self.said),
        };
        let _ = write!(text, ": {}", said.say(language));
        if !source.trim().is_empty() {
            let _ = write!(text, "\n  {source}\n  {}^", indent(source, *column));
        }
        text
    }
}

/// As wide as what stands before the column: Chinese characters take two places.
fn indent(source: &str, column: usize) -> String {
    let before = source.chars().take(column.saturating_sub(1));
    before
        .map(|c| match c {
            '\t' => "\t",
            '\u{1100}'..='\u{115f}'
            | '\u{2e80}'..='\u{a4cf}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe6f}'
            | '\u{ff00}'..='\u{ff60}'
            | '\u{ffe0}'..='\u{ffe6}' => "  ",
            _ => " ",
        })
        .collect()
}

impl Findings {
    pub fn new(findings: Vec<Finding>) -> Findings {
        let mut all = Findings::default();
        all.extend(findings);
        all
    }

    /// Files keep the order in which they were looked at; each is sorted by place.
    pub fn extend(&mut self, mut findings: Vec<Finding>) {
        findings.sort_by_key(|finding| (finding.place.line, finding.place.column));
        findings.dedup();
        self.0.extend(findings);
    }

    /// Those of another file, in their order.
    pub fn append(&mut self, others: Findings) {
        self.0.extend(others.0);
    }

    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn errors(&self) -> usize {
        self.0.iter().filter(|finding| finding.severity == Severity::Error).count()
    }

    pub fn warnings(&self) -> usize {
        self.0.len() - self.errors()
    }

    /// In both languages.
    pub fn text(&self) -> Bilingual {
        Bilingual { en: self.write(Language::English), zh_cn: self.write(Language::Chinese) }
    }

    pub fn write(&self, language: Language) -> String {
        let lines: Vec<_> = self.0.iter().map(|finding| finding.write(language)).collect();
        lines.join("\n")
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.write(Language::English))
    }
}

impl Error for Findings {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::said::check_sentences;

    crate::sentences! {
        odd(name) "`{name}` is odd" "`{name}` 不对";
    }

    #[test]
    fn a_finding_shows_its_line_in_either_language() {
        let source = "title = 1\nname = \"奶茶\" # x\n";
        let place = Place::of("plugin.toml", source, source.find('#').expect("it is there"));
        assert_eq!((place.line, place.column), (2, 13));
        let finding = Finding::warning(place.with_key("name"), odd("x"));
        let english = finding.write(Language::English);
        let mark = " ".repeat(14);
        assert_eq!(
            english,
            format!(
                "plugin.toml:2:13: name: warning: `x` is odd\n  name = \"奶茶\" # x\n  {mark}^"
            )
        );
        let chinese = finding.write(Language::Chinese);
        assert!(chinese.starts_with("plugin.toml:2:13: name: 警告：`x` 不对\n"), "{chinese}");
        assert_eq!(check_sentences(ALL), Ok(()));
    }

    #[test]
    fn findings_are_in_order_and_each_once() {
        let source = "a\nb\nc";
        let error = |byte| Finding::error(Place::of("x", source, byte), odd("x"));
        let mut all = Findings::new(vec![error(4), error(0), error(4)]);
        all.extend(vec![Finding::warning(Place::in_file("y"), odd("y"))]);
        let lines: Vec<usize> = all.iter().map(|finding| finding.place.line).collect();
        assert_eq!(lines, [1, 3, 0]);
        assert_eq!((all.errors(), all.warnings()), (2, 1));
        assert!(all.to_string().ends_with("y: warning: `y` is odd"), "{all}");
    }
}
