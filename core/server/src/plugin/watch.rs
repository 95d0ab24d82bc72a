//! Seeing that files change, by their times and sizes: the same on every system, and sure within half
//! a second, which is what an author waits for.

use super::build::is_crate;
use crate::sentences;
use regulars_model::said::Said;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};
use tokio::time::sleep;

pub const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Each file with its time and size.
pub type Marks = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// Of one plugin's folder, with all that lies below it.
pub struct Watch {
    folder: PathBuf,
    seen: Marks,
}

impl Watch {
    pub fn new(folder: &Path) -> Watch {
        Watch { folder: folder.to_owned(), seen: marks(folder) }
    }

    pub fn said(&self) -> Said {
        sentences::watching(self.folder.display().to_string())
    }

    /// Waits until something has changed, and then for an editor to end writing; the files, relative
    /// to the folder.
    pub async fn changed(&mut self) -> Vec<String> {
        let mut before = self.seen.clone();
        loop {
            sleep(LOOK_EVERY).await;
            let now = marks(&self.folder);
            if now == before && now != self.seen {
                let differing = differing(&self.seen, &now);
                let within = differing.iter().map(|path| path.strip_prefix(&self.folder));
                let names = within.map(|path| path.unwrap_or(&self.folder).display().to_string());
                let names = names.collect();
                self.seen = now;
                return names;
            }
            before = now;
        }
    }
}

fn differing<'a>(before: &'a Marks, now: &'a Marks) -> Vec<&'a PathBuf> {
    let new = now.iter().filter(|(path, mark)| before.get(*path) != Some(mark));
    let gone = before.keys().filter(|path| !now.contains_key(*path));
    new.map(|(path, _)| path).chain(gone).collect()
}

/// Of what an author writes; what a build makes of it is left out.
pub fn marks(folder: &Path) -> Marks {
    let mut marks = Marks::new();
    mark(folder, is_crate(folder), &mut marks);
    marks
}

fn mark(folder: &Path, in_crate: bool, marks: &mut Marks) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let Ok(data) = entry.metadata() else { continue };
        let made = in_crate && (name == "target" || name == "Cargo.lock" || name.contains(".wasm"));
        if name.starts_with('.') || made {
            continue;
        }
        if data.is_dir() {
            mark(&path, in_crate, marks);
        } else {
            marks.insert(path, (data.modified().ok(), data.len()));
        }
    }
}

/// Of what a server runs: the files that lie in the folder itself.
pub fn entry_marks(folder: &Path) -> Marks {
    let mut marks = Marks::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_run = path.extension().is_some_and(|kind| kind == "rhai" || kind == "wasm");
        let Ok(data) = entry.metadata() else { continue };
        if is_run || path.ends_with(regulars_host::MANIFEST_FILE) {
            marks.insert(path, (data.modified().ok(), data.len()));
        }
    }
    marks
}
