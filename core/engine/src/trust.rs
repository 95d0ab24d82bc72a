//! Whose plugins may be installed. Said by whoever starts the process, and never by REST: an API key
//! that got into wrong hands must not bring code with it.

use crate::{Problem, problem::Code, sentences};
use regulars_host::pack::{InvalidKey, PublicKey, Publisher};
use regulars_model::said::Said;
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
    pub fn read(lines: &[String]) -> Result<Trust, Said> {
        let mut trust = Trust::default();
        for line in lines {
            if line.trim() == UNSIGNED {
                trust.unsigned = true;
                continue;
            }
            let key = line.parse().map_err(|error: InvalidKey| {
                sentences::wrong_trust(line, error.said(), UNSIGNED)
            })?;
            trust.keys.insert(key);
        }
        Ok(trust)
    }

    pub(crate) fn check(&self, publisher: Option<&Publisher>) -> Result<(), Problem> {
        let detail = match publisher {
            None if self.unsigned => return Ok(()),
            Some(publisher) if self.keys.contains(&publisher.key) => return Ok(()),
            None => sentences::not_signed(UNSIGNED),
            Some(Publisher { name, key }) => sentences::not_trusted(name, key.to_string()),
        };
        Err(Problem::new(Code::UntrustedPublisher, detail))
    }
}
