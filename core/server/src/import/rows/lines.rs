//! Lines of a file: LF or CRLF, with or without a byte order mark, never longer than a limit.

use crate::import::ImportError;
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

/// A longer line is no row, and is not held in memory either.
pub const LINE_BYTES_MAX: usize = 1 << 20;

const BUFFER_BYTES: usize = 256 << 10;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub struct Lines {
    reader: BufReader<File>,
    bytes: Vec<u8>,
    path: PathBuf,
    size: u64,
    position: u64,
    /// Lines read so far.
    line: u64,
}

/// With its number, from 1.
pub enum Line {
    Whole(u64),
    Faulty(u64, String),
    End,
}

impl Lines {
    pub fn open(path: &Path, skip_lines: u64) -> Result<Lines, ImportError> {
        let failed = |error| ImportError::File { path: path.to_owned(), error };
        let file = File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        let reader = BufReader::with_capacity(BUFFER_BYTES, file);
        let (bytes, path) = (Vec::new(), path.to_owned());
        let mut lines = Lines { reader, bytes, path, size, position: 0, line: 0 };
        let mut skipped = String::new();
        for _ in 0..skip_lines {
            lines.next_line(&mut skipped)?;
        }
        Ok(lines)
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    pub fn position(&self) -> u64 {
        self.position
    }

    /// Into `text`, without its ending; of a faulty line as much as can be shown.
    pub fn next_line(&mut self, text: &mut String) -> Result<Line, ImportError> {
        text.clear();
        let whole = match self.fill() {
            Ok(None) => return Ok(Line::End),
            Ok(Some(whole)) => whole,
            Err(error) => return Err(ImportError::File { path: self.path.clone(), error }),
        };
        let first = self.line == 0;
        self.line += 1;
        let mut bytes = self.bytes.as_slice();
        if first {
            bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        }
        bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        match std::str::from_utf8(bytes) {
            Ok(valid) if whole => {
                text.push_str(valid);
                return Ok(Line::Whole(self.line));
            }
            _ => {}
        }
        text.push_str(&String::from_utf8_lossy(&bytes[..bytes.len().min(1_000)]));
        let reason = match whole {
            true => "the line is not UTF-8".to_owned(),
            false => format!("the line is longer than {LINE_BYTES_MAX} bytes"),
        };
        Ok(Line::Faulty(self.line, reason))
    }

    /// False for a line that is longer than the limit, whose rest is passed over.
    fn fill(&mut self) -> io::Result<Option<bool>> {
        self.bytes.clear();
        let limit = LINE_BYTES_MAX as u64 + 2;
        let read = (&mut self.reader).take(limit).read_until(b'\n', &mut self.bytes)?;
        self.position += read as u64;
        if read == 0 {
            return Ok(None);
        }
        let whole = self.bytes.ends_with(b"\n") || (read as u64) < limit;
        if !whole {
            let passed = self.reader.skip_until(b'\n')?;
            self.position += passed as u64;
        }
        Ok(Some(whole))
    }
}
