//! What came of an import.

use crate::sentences::{imported, rows_left_out, rows_rejected};
use regulars_model::{
    said::Said,
    text::{Bilingual, Language},
};
use serde::Serialize;
use std::path::PathBuf;

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
    pub fn text(&self, json: bool, language: Language) -> String {
        match json {
            true => serde_json::to_string(self).unwrap_or_default(),
            false => self.said().get(language).to_owned(),
        }
    }

    fn said(&self) -> Said {
        let left_out = (self.left_out > 0).then(|| rows_left_out(self.left_out.to_string()));
        let rejects_file = || self.rejects_file.display().to_string();
        let rejected =
            (self.rejected > 0).then(|| rows_rejected(self.rejected.to_string(), rejects_file()));
        let [left_out, rejected] =
            [left_out, rejected].map(|said| said.map_or_else(Bilingual::default, |said| said.text));
        let [read, events, created, repeated] =
            [self.read, self.events, self.created, self.repeated].map(|count| count.to_string());
        let seconds = format!("{:.1}", self.seconds);
        imported(read, seconds, events, created, repeated, left_out, rejected)
    }
}
