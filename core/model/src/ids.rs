//! Identifiers: UUIDv7 inside, shown with a prefix that names the type (`cus_…`, `evt_…`).

use crate::{fault::sentences, said::Said};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};
use thiserror::Error;
use uuid::Uuid;

#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("{}", self.said())]
pub struct InvalidId {
    pub prefix: &'static str,
}

impl InvalidId {
    pub fn said(&self) -> Said {
        sentences::not_an_id(self.prefix)
    }
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl $name {
            pub const PREFIX: &'static str = $prefix;
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.hyphenated())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.strip_prefix(concat!($prefix, "_"))
                    .filter(|rest| rest.len() == 36)
                    .and_then(|rest| Uuid::try_parse(rest).ok())
                    .map($name)
                    .ok_or(InvalidId { prefix: $prefix })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

id! {
    /// A customer of the organisation.
    CustomerId = "cus",
    /// One entry of a customer's timeline.
    EventId = "evt",
    /// The organisation itself, a region, a store: a node of the tree.
    UnitId = "unt",
    /// A person or an integration that acts.
    StaffId = "stf",
    /// One plugin's answer to one entry of the log.
    DecisionId = "dec",
    /// Work for staff.
    TaskId = "tsk",
    /// A message in the outbox.
    MessageId = "msg",
    /// A long question, answered later.
    JobId = "job",
    /// Work that a publication left out, given after all.
    IssueId = "isu",
    /// A change of a plugin's settings or version that is prepared.
    DraftId = "drf",
    /// A time somebody is logged in for.
    SessionId = "ses",
    CorrectionId = "cor",
    /// An API key.
    KeyId = "key",
    /// Who did what: one entry of the audit.
    AuditId = "aud",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_reads_back_and_names_its_type() {
        let id = CustomerId(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse::<CustomerId>(), Ok(id));
        assert_eq!(id.to_string().parse::<EventId>(), Err(InvalidId { prefix: "evt" }));
    }
}
