//! What was put in force, and which decisions left work out because of it.

use crate::configuration::Configuration;
use regulars_model::{Cause, Instant, duration::SECOND_US, event::Rank};
use regulars_rules::Decided;

/// A write that was under way when a publication was committed may have taken an entry a little later
/// under the old rules; it is decided again too.
const UNDER_WAY_US: i64 = 60 * SECOND_US;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    pub plugin: String,
    /// The last of its versions of the settings.
    pub settings_version: i64,
    /// Of each version, from when on it is in force, and when it was put: a scheduled draft is dated back.
    versions: Vec<(Instant, Instant)>,
}

impl Publication {
    /// All versions of a plugin's settings after `base`, up to the one in force. None where that is not the
    /// one it was: what the publication left out may follow no more.
    pub fn find(
        configuration: &Configuration,
        plugin: &str,
        base: i64,
        settings_version: i64,
    ) -> Option<Publication> {
        let own = configuration.find_plugin(plugin).ok()?;
        if own.settings_version != settings_version || !own.version.enabled {
            return None;
        }
        let numbers = base + 1..=settings_version;
        let versions = numbers.filter_map(|number| configuration.version_of(plugin, number));
        let versions = versions.map(|own| (own.in_force_from, own.created_at)).collect();
        Some(Publication { plugin: plugin.to_owned(), settings_version, versions })
    }

    /// Nothing it left out lies before.
    pub fn from(&self) -> Instant {
        self.versions.iter().map(|(from, _)| *from).min().unwrap_or(Instant::NEVER)
    }

    /// Nor after this.
    pub fn through(&self) -> Instant {
        let ends = self.versions.iter().map(|(_, put)| put.plus(UNDER_WAY_US));
        ends.max().unwrap_or(Instant::BEGINNING)
    }

    /// Whether a decision that left work out did so because of it.
    pub fn covers(&self, decided: &Decided) -> bool {
        let (at, rank) = (decided.key.at, decided.key.rank);
        match rank {
            Rank::Settings => self.versions.iter().any(|(from, _)| *from == at),
            // A customer who has moved is decided by other settings, which nobody published.
            _ if decided.cause == Cause::Settings => false,
            _ => {
                self.versions.iter().any(|(from, put)| *from <= at && at <= put.plus(UNDER_WAY_US))
            }
        }
    }
}
