//! What a crash or a broken connection does to a write, told by whoever opened the store: so a
//! simulation of them can be played again, which a process that is killed can not.

use crate::StoreError;
use std::{fmt, io, pin::Pin, sync::Arc};

pub type Mishaps = Arc<dyn Befall>;

/// What befalls one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    None,
    /// It does not reach the database.
    Lost,
    /// It is committed, and whoever waits for it never hears.
    Unanswered,
}

/// Asked by every transaction that may write.
pub trait Befall: fmt::Debug + Send + Sync {
    /// Before it begins, with nothing locked; it may be kept waiting, as by a process that is paused.
    fn before_writing(&self) -> Pin<Box<dyn Future<Output = Mishap> + Send + '_>>;

    /// All is written, and nothing committed.
    fn at_commit(&self) -> Mishap;
}

impl Mishap {
    /// The error a broken connection gives, whichever way the commit went.
    pub(crate) fn or_broken(self) -> Result<(), StoreError> {
        match self {
            Mishap::None => Ok(()),
            Mishap::Lost | Mishap::Unanswered => {
                let broken = io::Error::from(io::ErrorKind::ConnectionReset);
                Err(StoreError::Database(sqlx::Error::Io(broken)))
            }
        }
    }
}
