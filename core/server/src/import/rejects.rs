//! Rows that could not be taken: line, reason, and the row as it stood in the file.

use super::{
    ImportError,
    map::Map,
    rows::{Row, Rows},
};
use std::{
    collections::BTreeMap,
    fs::File,
    io,
    path::{Path, PathBuf},
};

pub struct Rejects {
    path: PathBuf,
    /// Made with the first row.
    writer: Option<csv::Writer<File>>,
    count: u64,
}

impl Rejects {
    /// `FILE.rejects.csv` where no other is named. What an earlier run left there would be misread
    /// as this one's, so it goes.
    pub fn beside(file: &Path, named: Option<&Path>) -> Result<Rejects, ImportError> {
        let path = named.map_or_else(
            || {
                let mut name = file.as_os_str().to_owned();
                name.push(".rejects.csv");
                PathBuf::from(name)
            },
            Path::to_owned,
        );
        let rejects = Rejects { path, writer: None, count: 0 };
        if same_file(file, &rejects.path) {
            return Err(rejects.failed(io::Error::other("that is the file to be imported")));
        }
        match std::fs::remove_file(&rejects.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(rejects.failed(error)),
            _ => Ok(rejects),
        }
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn into_path(self) -> PathBuf {
        self.path
    }

    pub fn add(&mut self, line: u64, reason: &str, raw: &str) -> Result<(), ImportError> {
        self.write(line, reason, raw).map_err(|error| self.failed(error))?;
        self.count += 1;
        Ok(())
    }

    /// What the engine refused, known by line only: the file is read again for the rows themselves.
    pub fn add_later(
        &mut self,
        file: &Path,
        map: &Map,
        rejected: Vec<(u64, String)>,
    ) -> Result<(), ImportError> {
        let mut reasons: BTreeMap<u64, String> = rejected.into_iter().collect();
        if !reasons.is_empty() {
            let mut rows = Rows::open(file, map)?;
            let mut row = Row::default();
            while rows.next_row(&mut row)?.is_some() {
                if let Some(reason) = reasons.remove(&row.line) {
                    self.add(row.line, &reason, &row.raw)?;
                }
                if reasons.is_empty() {
                    break;
                }
            }
            // The file became shorter meanwhile.
            for (line, reason) in reasons {
                self.add(line, &reason, "")?;
            }
        }
        match &mut self.writer {
            Some(writer) => writer.flush().map_err(|error| self.failed(error)),
            None => Ok(()),
        }
    }

    fn write(&mut self, line: u64, reason: &str, raw: &str) -> io::Result<()> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => {
                let mut writer = csv::Writer::from_writer(File::create(&self.path)?);
                writer.write_record(["line", "reason", "row"])?;
                self.writer.insert(writer)
            }
        };
        writer.write_record([line.to_string().as_str(), reason, raw])?;
        Ok(())
    }

    fn failed(&self, error: io::Error) -> ImportError {
        ImportError::Rejects { path: self.path.clone(), error }
    }
}

fn same_file(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}
