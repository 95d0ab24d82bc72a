//! The guide's tables against what they describe: nothing is left out, nothing is made up.

use super::page::{Page, pages};
use regulars_model::input::Measure;
use regulars_tests::root;
use serde_json::Value as Json;
use std::{collections::BTreeSet, fs};

/// The cells of a table's rows.
fn table(page: &Page, name: &str) -> Vec<Vec<String>> {
    let mark = format!("<!-- table: {name} -->\n");
    let (_, rest) = page.text.split_once(&mark).unwrap_or_else(|| panic!("{}: {mark}", page.name));
    let rows = rest.lines().take_while(|line| line.starts_with('|')).skip(2);
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

/// What stands in backticks in a column.
fn words(page: &Page, name: &str, column: usize) -> BTreeSet<String> {
    let rows = table(page, name);
    let cells = rows.iter().flat_map(|row| row[column].split('`').skip(1).step_by(2));
    cells.map(str::to_owned).collect()
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The names declared in `text` between `begin` and the closing brace.
fn variants<'a>(text: &'a str, begin: &str) -> BTreeSet<&'a str> {
    let (_, rest) = text.split_once(begin).unwrap_or_else(|| panic!("no {begin}"));
    let lines = rest.lines().map(str::trim).take_while(|line| *line != "}");
    let names = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
    names.map(|line| line.split(['(', ',']).next().unwrap_or(line)).collect()
}

#[test]
fn every_aggregate_and_measure_is_explained() {
    let schema: Json = serde_json::from_str(&read("schemas/manifest.json")).unwrap();
    let known = schema["$defs"]["input"]["properties"].as_object().unwrap().keys().cloned();
    let beside = ["events", "window", "where"];
    let known: BTreeSet<_> = known.filter(|name| !beside.contains(&name.as_str())).collect();
    let source = read("core/model/src/input.rs");
    let measures = variants(&source, "pub enum Measure {").len();
    for page in pages() {
        assert_eq!(words(&page, "aggregates", 0), known, "{}", page.name);
        let explained = words(&page, "measures", 0);
        assert_eq!(explained.len(), measures, "{}: {explained:?}", page.name);
        for name in explained {
            assert_eq!(Measure::parse(&name).map(|measure| measure.name()), Some(name));
        }
    }
}

#[test]
fn every_effect_is_explained() {
    let wit = read("sdk/wit/v1/plugin.wit");
    let known: BTreeSet<_> =
        variants(&wit, "variant effect {").iter().map(|name| name.replace('-', "_")).collect();
    for page in pages() {
        assert_eq!(words(&page, "effects", 0), known, "{}", page.name);
    }
}

#[test]
fn every_fault_is_explained() {
    let source = read("core/model/src/decide/fault.rs");
    let known = variants(&source, "pub enum PluginFaultCode {");
    let known: BTreeSet<_> = known.into_iter().map(snake_case).collect();
    for page in pages() {
        assert_eq!(words(&page, "faults", 0), known, "{}", page.name);
    }
}

fn snake_case(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

#[test]
fn every_limit_is_given() {
    let source = read("core/model/src/limits.rs");
    let (_, section) = source.split_once("// Plugins\n").expect("its section");
    let section = section.split("\n// ").next().unwrap_or_default();
    let constants = section.lines().filter_map(|line| line.strip_prefix("pub const "));
    let known: BTreeSet<(String, String)> = constants.map(limit).collect();
    for page in pages() {
        let rows = table(&page, "limits");
        let given = rows.iter().map(|row| (row[2].trim_matches('`').to_owned(), row[1].clone()));
        assert_eq!(given.collect::<BTreeSet<_>>(), known, "{}", page.name);
    }
}

/// Name and value of `NAME: usize = 16 << 20;`, as people write it.
fn limit(constant: &str) -> (String, String) {
    let (name, rest) = constant.split_once(": ").expect("a type");
    let (_, value) = rest.trim_end_matches(';').split_once(" = ").expect("a value");
    let mut factors = value.split(" << ").map(|number| {
        let number = number.replace('_', "").parse::<u64>();
        number.unwrap_or_else(|_| panic!("{name}: {value} is not read here"))
    });
    let number = factors.next().unwrap_or_default() << factors.next().unwrap_or_default();
    let written = match name.contains("_BYTES") {
        true if number % (1 << 20) == 0 => format!("{} MiB", number >> 20),
        true => format!("{} KiB", number >> 10),
        false => grouped(number),
    };
    (name.to_owned(), written)
}

/// 20,000,000
fn grouped(number: u64) -> String {
    match number / 1_000 {
        0 => number.to_string(),
        thousands => format!("{},{:03}", grouped(thousands), number % 1_000),
    }
}
