//! What goes wrong with a server's commits, and when: known to the commit, so that it can be played
//! again.

use regulars_store::{Befall, Mishap};
use std::{
    pin::Pin,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::Notify;

/// What is coming.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Coming {
    #[default]
    Fair,
    /// Befalls the commit after so many; the server is dead afterwards, or goes on.
    Commit { after: u32, mishap: Mishap, dies: bool },
    /// Stops the next write where it has been decided and not begun.
    Pause,
    /// Nothing is written any more.
    Dead,
}

/// What came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// A commit met with it since the weather was set.
    pub struck: bool,
    pub dead: bool,
}

#[derive(Debug, Default)]
pub struct Weather {
    coming: Mutex<Coming>,
    struck: AtomicBool,
    /// A write has stopped.
    pub paused: Notify,
    /// It may go on.
    pub resumed: Notify,
}

impl Weather {
    pub fn set(&self, coming: Coming) {
        *self.lock() = coming;
    }

    /// What never came is called off.
    pub fn pass(&self) -> Passed {
        let mut coming = self.lock();
        let dead = *coming == Coming::Dead;
        if !dead {
            *coming = Coming::Fair;
        }
        Passed { struck: self.struck.swap(false, Ordering::SeqCst), dead }
    }

    fn lock(&self) -> MutexGuard<'_, Coming> {
        self.coming.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Befall for Weather {
    fn before_writing(&self) -> Pin<Box<dyn Future<Output = Mishap> + Send + '_>> {
        Box::pin(async {
            let now = *self.lock();
            match now {
                Coming::Dead => return Mishap::Lost,
                Coming::Pause => {
                    self.set(Coming::Fair);
                    self.paused.notify_one();
                    self.resumed.notified().await;
                }
                Coming::Fair | Coming::Commit { .. } => {}
            }
            Mishap::None
        })
    }

    fn at_commit(&self) -> Mishap {
        let mut coming = self.lock();
        match *coming {
            Coming::Commit { after: 0, mishap, dies } => {
                *coming = if dies { Coming::Dead } else { Coming::Fair };
                self.struck.store(true, Ordering::SeqCst);
                mishap
            }
            Coming::Commit { after, mishap, dies } => {
                *coming = Coming::Commit { after: after - 1, mishap, dies };
                Mishap::None
            }
            Coming::Dead => Mishap::Lost,
            Coming::Fair | Coming::Pause => Mishap::None,
        }
    }
}
