//! What came of an import.

use serde::Serialize;
use std::{fmt, path::PathBuf};

#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Rows of the file, blank lines and heading not counted.
    pub read: u64,
    /// Customers.
    pub created: u64,
    pub events: u64,
    /// Events that were there already.
    pub repeated: u64,
    /// Rows.
    pub rejected: u64,
    pub seconds: f64,
    /// Rows the map's `where` leaves out.
    #[serde(skip)]
    pub left_out: u64,
    /// Written only when there is a rejected row.
    #[serde(skip)]
    pub rejects_file: PathBuf,
}

impl Summary {
    /// One line of JSON, or a sentence.
    pub fn text(&self, json: bool) -> String {
        match json {
            true => serde_json::to_string(self).unwrap_or_default(),
            false => self.to_string(),
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Read {} rows in {:.1} s: {} events and {} new customers brought in, {} events were there already",
            self.read, self.seconds, self.events, self.created, self.repeated
        )?;
        if self.left_out > 0 {
            write!(f, ", {} rows left out by the map's `where`", self.left_out)?;
        }
        match self.rejected {
            0 => write!(f, "."),
            rejected => {
                write!(f, ", {rejected} rows rejected: see {}.", self.rejects_file.display())
            }
        }
    }
}
