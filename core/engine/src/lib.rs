//! The story of a write, and every question the product answers. No SQL, no HTTP.
//!
//! A write starts at one of the nouns (`customers.rs`, `events.rs`, `tasks.rs`, …), goes through
//! `write.rs`, and ends in the store.

mod assignment;
mod attempts;
pub mod audit;
pub mod authorise;
pub mod configuration;
mod consents;
mod counts;
pub mod ctx;
mod cursor;
mod customers;
mod decisions;
mod drafts;
mod events;
mod explain;
mod fact;
mod folder;
mod hand_over;
mod health;
mod held;
mod identities;
mod identity;
pub mod import;
mod issues;
mod keys;
mod known;
mod library;
mod masking;
mod members;
mod once;
mod open;
mod origin;
mod outbox;
mod packages;
mod password_rule;
mod passwords;
mod patch;
mod plugins;
pub mod problem;
mod provider;
mod provider_log_ins;
mod quarantine;
mod record;
mod recording;
pub mod request;
mod schedule;
mod schemas;
mod sentences;
mod sessions;
mod settings;
mod sight;
mod staff;
mod tables;
mod tasks;
mod timeline;
mod trust;
mod units;
mod verify;
pub mod view;
pub mod what_if;
mod write;

pub use audit::{AuditFilter, Trail};
pub use authorise::Role;
pub use ctx::{Actor, Ctx, Idempotency, World};
pub use events::Appending;
pub use explain::ExplainQuery;
pub use identity::read_identity;
pub use library::plugin_folders;
pub use open::Options;
pub use origin::Origin;
pub use outbox::OutboxQuery;
pub use problem::{Code, Problem};
pub use provider::{Answered, Asked, IdentityProvider, Promise, Proven, Unproven};
pub use tasks::TaskQuery;
pub use timeline::TimelineQuery;
pub use trust::Trust;

use configuration::Configuration;
use library::Library;
use regulars_model::text::Language;
use regulars_store::Store;
use std::sync::{Arc, PoisonError, RwLock};

/// Cheap to clone; all clones are one engine.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub store: Store,
    pub world: World,
    pub queue: Arc<write::Queue>,
    pub keys: known::Known<regulars_store::KeyRow>,
    pub logins: sessions::Logins,
    pub refusals: audit::Refusals,
    pub turns: once::Turns,
    pub local_key: std::sync::OnceLock<regulars_model::canonical::Hash>,
    pub provider: std::sync::OnceLock<Arc<dyn IdentityProvider>>,
    pub library: Library,
    pub trust: Trust,
    /// Turns at asking what would be.
    pub what_ifs: Arc<tokio::sync::Semaphore>,
    configuration: RwLock<Arc<Configuration>>,
}

impl Inner {
    pub fn configuration(&self) -> Arc<Configuration> {
        self.configuration.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The one in force, which another process may have changed.
    pub async fn newest(&self) -> Result<Arc<Configuration>, Problem> {
        let at_hand = self.configuration();
        match self.store.current_stamp().await?.revision == at_hand.stamp.revision {
            true => Ok(at_hand),
            false => self.reload().await,
        }
    }

    /// What the configuration at hand refuses is held against the one in force: a store that another
    /// process has just put is a store.
    pub async fn read_newest<T>(
        &self,
        read: impl Fn(&Configuration) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let at_hand = self.configuration();
        let refused = match read(&at_hand) {
            Err(problem) => problem,
            done => return done,
        };
        let newest = self.newest().await?;
        if newest.stamp.revision == at_hand.stamp.revision { Err(refused) } else { read(&newest) }
    }

    /// Reads the configuration anew; a failure leaves the old one in force.
    pub async fn reload(&self) -> Result<Arc<Configuration>, Problem> {
        let rows = self.store.load_configuration().await?;
        self.library.fetch(&self.store, &rows.packages).await?;
        self.library.fetch_tables(&self.store, &rows.settings).await?;
        let built = Arc::new(Configuration::build(rows, &self.library)?);
        let mut current = self.configuration.write().unwrap_or_else(PoisonError::into_inner);
        // Another reload may have been faster and newer.
        if built.stamp.revision >= current.stamp.revision {
            *current = built;
        }
        Ok(current.clone())
    }
}

impl Engine {
    pub fn context(
        &self,
        actor: Actor,
        language: Language,
        idempotency: Option<Idempotency>,
    ) -> Ctx {
        let (now, acting) = (self.inner.world.now(), Arc::default());
        let origin = Arc::new(Origin::engine());
        Ctx { actor, now, language, idempotency, origin, acting }
    }

    pub fn world(&self) -> &World {
        &self.inner.world
    }

    pub fn configuration(&self) -> Arc<Configuration> {
        self.inner.configuration()
    }

    pub async fn ready(&self) -> Result<(), Problem> {
        Ok(self.inner.store.ping().await?)
    }

    /// Waits for running writes and closes the database.
    pub async fn close(&self) {
        self.inner.store.close().await;
    }
}
