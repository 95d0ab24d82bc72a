//! One process owns a SQLite file, through a lock beside it that also says where that process
//! listens, so that the command line can send it what it was asked to do.

use crate::StoreError;

use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

/// Held until dropped, or until the process ends in whatever way.
#[derive(Debug)]
pub struct StoreLock {
    file: File,
    path: PathBuf,
}

/// How to reach the process that holds the lock.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub pid: u32,
    /// `127.0.0.1:7878`; None until it listens.
    pub address: Option<String>,
    /// An API key for the command line of the same user: the file is readable by nobody else.
    pub token: Option<String>,
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contact").field("pid", &self.pid).field("address", &self.address).finish()
    }
}

/// Who holds a lock, for a sentence.
#[derive(Clone, Debug)]
pub struct Holder(pub Option<Contact>);

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(Contact { pid, address: Some(address), .. }) => {
                write!(f, " (process {pid}, listening on {address})")
            }
            Some(Contact { pid, .. }) => write!(f, " (process {pid})"),
            None => Ok(()),
        }
    }
}

impl StoreLock {
    /// `database` is the path of the SQLite file; the lock is `<database>.lock`.
    pub fn acquire(database: &Path) -> Result<StoreLock, StoreError> {
        let path = lock_path(database);
        let failed = |source| StoreError::Lock { path: path.clone(), source };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let file = open_private(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = Holder(read_contact(database));
                return Err(StoreError::Locked { path: database.to_owned(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let mut lock = StoreLock { file, path };
        lock.write(&Contact { pid: std::process::id(), address: None, token: None })?;
        Ok(lock)
    }

    /// Says where this process listens, and with which key the command line may speak to it.
    pub fn write_contact(&mut self, address: &str, token: &str) -> Result<(), StoreError> {
        self.write(&Contact {
            pid: std::process::id(),
            address: Some(address.to_owned()),
            token: Some(token.to_owned()),
        })
    }

    fn write(&mut self, contact: &Contact) -> Result<(), StoreError> {
        let text = serde_json::json!(contact).to_string();
        let mut write = || {
            self.file.set_len(0)?;
            self.file.rewind()?;
            self.file.write_all(text.as_bytes())?;
            self.file.sync_all()
        };
        write().map_err(|source| StoreError::Lock { path: self.path.clone(), source })
    }
}

impl Drop for StoreLock {
    fn drop(&mut self) {
        // A token outlives its process nowhere; the file itself stays, for removing it would let
        // two processes lock two files of one name.
        let _ = self.file.set_len(0);
    }
}

/// The process that holds the lock of this database now, where one does.
pub fn read_contact(database: &Path) -> Option<Contact> {
    let mut file = OpenOptions::new().read(true).write(true).open(lock_path(database)).ok()?;
    if file.try_lock().is_ok() {
        return None;
    }
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn lock_path(database: &Path) -> PathBuf {
    let mut name: OsString = database.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

fn open_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    regulars_system::open_private(&mut options, path)
}
