//! The rows of a file, one at a time, whatever its format.

mod delimited;
mod fixed;
mod json_lines;
mod lines;

use super::{
    ImportError,
    map::{Format, Map},
};
use delimited::Delimited;
use fixed::{Fixed, split_blanks};
use json_lines::JsonLines;
use lines::{Line, Lines};
use std::path::Path;

/// Used again for every row, so that reading allocates next to nothing.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Where it begins in the file, from 1.
    pub line: u64,
    /// As it stands in the file.
    pub raw: String,
    cells: Vec<String>,
}

/// A row, or why it cannot be one; None at the end of the file.
pub type NextRow = Result<Option<Result<(), String>>, ImportError>;

pub struct Rows {
    lines: Lines,
    columns: Vec<String>,
    split: Split,
    skip_blank: bool,
}

enum Split {
    Delimited(Box<Delimited>),
    Fixed(Fixed),
    Blanks,
    JsonLines(JsonLines),
}

impl Row {
    pub fn cell(&self, index: usize) -> &str {
        self.cells.get(index).map_or("", String::as_str)
    }

    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(String::as_str)
    }

    fn clear(&mut self, columns: usize) {
        self.cells.resize_with(columns, String::new);
        self.cells.iter_mut().for_each(String::clear);
    }
}

impl Rows {
    pub fn open(path: &Path, map: &Map) -> Result<Rows, ImportError> {
        let mut lines = Lines::open(path, map.skip_lines)?;
        let mut columns: Vec<String> =
            map.columns.iter().map(|column| column.name.clone()).collect();
        let split = match map.format {
            Format::Delimited => {
                let mut delimited = Delimited::new(map)?;
                if map.header.unwrap_or(true) {
                    columns = delimited.header(&mut lines, map)?;
                }
                Split::Delimited(Box::new(delimited))
            }
            Format::Fixed if map.whitespace => Split::Blanks,
            Format::Fixed => Split::Fixed(Fixed::new(&map.columns)),
            Format::JsonLines => Split::JsonLines(JsonLines::new(&columns)),
        };
        Ok(Rows { lines, columns, split, skip_blank: map.skip_blank })
    }

    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Of the file, in bytes.
    pub fn size(&self) -> u64 {
        self.lines.size()
    }

    /// How many bytes of it are read.
    pub fn position(&self) -> u64 {
        self.lines.position()
    }

    /// Fills `row`; a row that is refused has its line and its raw text all the same.
    pub fn next_row(&mut self, row: &mut Row) -> NextRow {
        row.clear(self.columns.len());
        loop {
            let line = match self.lines.next_line(&mut row.raw)? {
                Line::End => return Ok(None),
                Line::Whole(line) => line,
                Line::Faulty(line, reason) => {
                    row.line = line;
                    return Ok(Some(Err(reason)));
                }
            };
            row.line = line;
            if row.raw.trim().is_empty() {
                match self.skip_blank {
                    true => continue,
                    false => return Ok(Some(Err("the line is blank".to_owned()))),
                }
            }
            let Row { raw, cells, .. } = row;
            return Ok(Some(match &mut self.split {
                Split::Delimited(delimited) => delimited.split(raw, cells, &mut self.lines)?,
                Split::Fixed(fixed) => fixed.split(raw, cells),
                Split::Blanks => split_blanks(raw, cells),
                Split::JsonLines(json) => json.split(raw, cells),
            }));
        }
    }
}
