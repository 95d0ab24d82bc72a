//! Rows between being read and being grouped: in memory while they are few, else in temporary files
//! by customer, so that no file is too large.

use regulars_model::{Currency, Identity, Instant, Line, Profile};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::{
    fs::File,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
    io::{self, BufRead, BufReader, BufWriter, Seek, Write},
    sync::Arc,
};

/// What staged rows may hold before they go to files; counted roughly.
pub const MEMORY_BYTES_MAX: usize = 256 << 20;

/// All rows of a customer are in one; one at a time is held in memory.
const PARTITIONS: usize = 64;

/// A mapped row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Staged {
    pub line: u64,
    /// The first says whose row it is.
    pub identities: Vec<Identity>,
    /// Of identities and event.
    pub hash: [u8; 16],
    pub event: Option<StagedEvent>,
    pub profile: Option<Box<Profile>>,
    pub home_store: Option<Box<str>>,
}

/// An event as mapped. Its JSON makes the default source id, so a member that is added one day must
/// be left out where it is empty, and none may be renamed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StagedEvent {
    pub kind: Arc<str>,
    /// As the file says, not shifted.
    pub at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refers_to: Option<Box<str>>,
    /// By the order of the map's names; null where there is nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<Json>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
}

pub struct Stage {
    memory: Vec<Staged>,
    memory_bytes: usize,
    memory_bytes_max: usize,
    files: Vec<BufWriter<File>>,
    newest: Option<Instant>,
    rows: u64,
}

/// Rows in the order of the file, all of some customers.
pub struct Partitions {
    memory: Option<Vec<Staged>>,
    files: std::vec::IntoIter<BufWriter<File>>,
    rows: u64,
}

impl Stage {
    pub fn new(memory_bytes_max: usize) -> Stage {
        Stage {
            memory: Vec::new(),
            memory_bytes: 0,
            memory_bytes_max,
            files: Vec::new(),
            newest: None,
            rows: 0,
        }
    }

    pub fn push(&mut self, staged: Staged) -> io::Result<()> {
        self.rows += 1;
        self.newest = self.newest.max(staged.event.as_ref().map(|event| event.at));
        if !self.files.is_empty() {
            return self.write(&staged);
        }
        self.memory_bytes += staged.weight();
        self.memory.push(staged);
        match self.memory_bytes > self.memory_bytes_max {
            true => self.spill(),
            false => Ok(()),
        }
    }

    pub fn newest(&self) -> Option<Instant> {
        self.newest
    }

    pub fn finish(self) -> io::Result<Partitions> {
        let memory = self.files.is_empty().then_some(self.memory);
        Ok(Partitions { memory, files: self.files.into_iter(), rows: self.rows })
    }

    fn spill(&mut self) -> io::Result<()> {
        for _ in 0..PARTITIONS {
            // Without a name, so that nothing is left behind however the import ends.
            self.files.push(BufWriter::new(tempfile::tempfile()?));
        }
        for staged in std::mem::take(&mut self.memory) {
            self.write(&staged)?;
        }
        Ok(())
    }

    fn write(&mut self, staged: &Staged) -> io::Result<()> {
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        let partition = hasher.hash_one(staged.identities.first()) as usize % PARTITIONS;
        let file = &mut self.files[partition];
        serde_json::to_writer(&mut *file, staged)?;
        file.write_all(b"\n")
    }
}

impl Partitions {
    /// Of the whole file.
    pub fn rows(&self) -> u64 {
        self.rows
    }
}

impl Iterator for Partitions {
    type Item = io::Result<Vec<Staged>>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.memory.take() {
            Some(rows) => Some(Ok(rows)),
            None => self.files.next().map(read_back),
        }
    }
}

fn read_back(written: BufWriter<File>) -> io::Result<Vec<Staged>> {
    let mut file = written.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    let lines = BufReader::new(file).lines();
    lines.map(|line| serde_json::from_str(&line?).map_err(io::Error::from)).collect()
}

impl Staged {
    /// Bytes held, roughly.
    fn weight(&self) -> usize {
        let texts: usize = self.identities.iter().map(|identity| identity.value.len() + 48).sum();
        let event = self.event.as_ref();
        let data = event.map_or(0, |event| event.data.iter().map(json_weight).sum());
        let lines = event.map_or(0, |event| {
            event.lines.iter().map(|line| 80 + line.sku.len() + line.category.len()).sum()
        });
        let profile = if self.profile.is_some() { 400 } else { 0 };
        size_of::<Staged>() + texts + data + lines + profile
    }
}

fn json_weight(json: &Json) -> usize {
    size_of::<Json>() + json.as_str().map_or(0, str::len)
}
