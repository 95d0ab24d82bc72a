//! Cells between delimiters, quoted where they hold one, or a line break.

use super::lines::{LINE_BYTES_MAX, Line, Lines};
use crate::import::{ImportError, map::Map};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

pub struct Delimited {
    parser: Reader,
    /// The record's cells without quotes, one after the other, and where each ends.
    output: Vec<u8>,
    ends: Vec<usize>,
    next_line: String,
}

/// How far the parser has come in one record.
#[derive(Default)]
struct Progress {
    output: usize,
    ends: usize,
}

impl Delimited {
    pub fn new(map: &Map) -> Result<Delimited, ImportError> {
        let ascii = |key: &str, char: char| {
            u8::try_from(char)
                .ok()
                .filter(u8::is_ascii)
                .ok_or_else(|| map.fault(format!("{key}: `{char}` is not an ASCII character")))
        };
        if !map.skip_blank {
            return Err(map.fault("skip_blank: blank lines of delimited files are always skipped"));
        }
        let parser = ReaderBuilder::new()
            .delimiter(ascii("delimiter", map.delimiter.unwrap_or(','))?)
            .quote(ascii("quote", map.quote.unwrap_or('"'))?)
            .build();
        Ok(Delimited { parser, output: Vec::new(), ends: Vec::new(), next_line: String::new() })
    }

    /// The first line that is not blank names the columns.
    pub fn header(&mut self, lines: &mut Lines, map: &Map) -> Result<Vec<String>, ImportError> {
        let mut raw = String::new();
        loop {
            match lines.next_line(&mut raw)? {
                Line::End => return Err(map.fault("the file is empty: it has no header")),
                Line::Faulty(_, reason) => return Err(map.fault(format!("header: {reason}"))),
                Line::Whole(_) if raw.trim().is_empty() => {}
                Line::Whole(_) => break,
            }
        }
        let found = self.read_record(&mut raw, lines)?;
        found.map_err(|reason| map.fault(format!("header: {reason}")))?;
        Ok(self.cells().map(|cell| cell.trim().to_owned()).collect())
    }

    /// A record that goes on over several lines adds them to `raw`.
    pub fn split(
        &mut self,
        raw: &mut String,
        cells: &mut [String],
        lines: &mut Lines,
    ) -> Result<Result<(), String>, ImportError> {
        if let Err(reason) = self.read_record(raw, lines)? {
            return Ok(Err(reason));
        }
        if self.ends.len() != cells.len() {
            let (found, expected) = (self.ends.len(), cells.len());
            return Ok(Err(format!("{found} cells, expected {expected}")));
        }
        for (cell, found) in cells.iter_mut().zip(self.cells()) {
            cell.push_str(found);
        }
        Ok(Ok(()))
    }

    fn cells(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        // Whole lines were UTF-8, and delimiters and quotes are ASCII.
        starts
            .zip(&self.ends)
            .map(|(start, end)| std::str::from_utf8(&self.output[start..*end]).unwrap_or_default())
    }

    fn read_record(
        &mut self,
        raw: &mut String,
        lines: &mut Lines,
    ) -> Result<Result<(), String>, ImportError> {
        self.parser.reset();
        let mut at = Progress::default();
        if self.feed(raw, &mut at) {
            return Ok(Ok(()));
        }
        let mut next = std::mem::take(&mut self.next_line);
        let ended = loop {
            let reason = match lines.next_line(&mut next)? {
                Line::End => Some("a quote is opened and never closed".to_owned()),
                Line::Faulty(_, reason) => Some(reason),
                Line::Whole(_) => None,
            };
            if let Some(reason) = reason {
                break Err(reason);
            }
            raw.push('\n');
            raw.push_str(&next);
            if raw.len() > LINE_BYTES_MAX {
                break Err(format!("the quoted cell is longer than {LINE_BYTES_MAX} bytes"));
            }
            if self.feed(&next, &mut at) {
                break Ok(());
            }
        };
        self.next_line = next;
        Ok(ended)
    }

    /// One line into the parser; true when the record is complete.
    fn feed(&mut self, line: &str, at: &mut Progress) -> bool {
        // Room for all of it, so that the parser never asks for more.
        self.output.resize(at.output + line.len() + 2, 0);
        self.ends.resize(at.ends + line.len() + 2, 0);
        for input in [line.as_bytes(), b"\n"] {
            if input.is_empty() {
                continue;
            }
            let (output, ends) = (&mut self.output[at.output..], &mut self.ends[at.ends..]);
            let (result, _, wrote, ended) = self.parser.read_record(input, output, ends);
            at.output += wrote;
            at.ends += ended;
            if result == ReadRecordResult::Record {
                self.ends.truncate(at.ends);
                return true;
            }
        }
        false
    }
}
