//! Whose plugins may be installed. Said by whoever starts the process, and never by REST: an API key
//! that got into wrong hands must not bring code with it.

use crate::{Problem, problem::Code};
use regulars_host::pack::{PublicKey, Publisher};
use std::collections::BTreeSet;

/// Nobody, unless told otherwise.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    keys: BTreeSet<PublicKey>,
    unsigned: bool,
}

const UNSIGNED: &str = "unsigned";

impl Trust {
    /// Public keys as their files have them, or `unsigned` for plugins that nobody signed.
    pub fn read(lines: &[String]) -> Result<Trust, String> {
        let mut trust = Trust::default();
        for line in lines {
            if line.trim() == UNSIGNED {
                trust.unsigned = true;
                continue;
            }
            let key = line.parse().map_err(|error| {
                format!("--trust `{line}`: {error}; `{UNSIGNED}` would be for plugins without a signature")
            })?;
            trust.keys.insert(key);
        }
        Ok(trust)
    }

    pub(crate) fn check(&self, publisher: Option<&Publisher>) -> Result<(), Problem> {
        let detail = match publisher {
            None if self.unsigned => return Ok(()),
            Some(publisher) if self.keys.contains(&publisher.key) => return Ok(()),
            None => format!(
                "the plugin is not signed; have its publisher sign it, or start regulars with \
                 --trust {UNSIGNED}"
            ),
            Some(Publisher { name, key }) => format!(
                "the plugin is signed by {name} with the key {key}, which is not trusted here; if \
                 that is the key {name} told you, start regulars with --trust {key}"
            ),
        };
        Err(Problem::new(Code::UntrustedPublisher, detail))
    }
}
