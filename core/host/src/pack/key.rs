//! Keys of publishers, each a line of text: what it is, 64 hexadecimal digits, and whose it is.

use super::sentences;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use regulars_model::{
    canonical::{hex, unhex},
    limits::NAME_CHARS_MAX,
    said::{Said, Word},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use thiserror::Error;

const PRIVATE: &str = "rgs_";
const PUBLIC: &str = "rgp_";
pub(super) const SIGNATURE_BYTES: usize = Signature::BYTE_SIZE;

#[derive(Debug, Error, PartialEq, Eq)]
#[error("{}", self.said())]
pub enum InvalidKey {
    /// What it should be, and what one begins with.
    Text(Word, &'static str),
    Name,
}

impl InvalidKey {
    pub fn said(&self) -> Said {
        match self {
            InvalidKey::Text(sort, prefix) => sentences::no_key(sort, *prefix),
            InvalidKey::Name => sentences::wrong_name(NAME_CHARS_MAX),
        }
    }
}

/// Whoever vouches for a plugin. The name is what they call themselves; the key is who they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publisher {
    pub name: String,
    pub key: PublicKey,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey([u8; 32]);

/// Never shown by `{:?}`, so that it gets into no log.
pub struct PrivateKey {
    name: String,
    key: SigningKey,
}

impl PrivateKey {
    /// Of 32 random bytes.
    pub fn new(name: &str, random: [u8; 32]) -> Result<PrivateKey, InvalidKey> {
        check_name(name)?;
        Ok(PrivateKey { name: name.to_owned(), key: SigningKey::from_bytes(&random) })
    }

    pub fn publisher(&self) -> Publisher {
        let key = PublicKey(self.key.verifying_key().to_bytes());
        Publisher { name: self.name.clone(), key }
    }

    /// What stands in its file.
    pub fn to_line(&self) -> String {
        format!("{PRIVATE}{} {}", hex(self.key.as_bytes()), self.name)
    }

    pub(super) fn sign(&self, bytes: &[u8]) -> [u8; SIGNATURE_BYTES] {
        self.key.sign(bytes).to_bytes()
    }
}

impl FromStr for PrivateKey {
    type Err = InvalidKey;

    fn from_str(line: &str) -> Result<PrivateKey, InvalidKey> {
        let (key, name) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        let key = read_key(key, PRIVATE).ok_or(InvalidKey::Text(sentences::PRIVATE, PRIVATE))?;
        PrivateKey::new(name, key)
    }
}

impl Publisher {
    pub(super) fn check(&self) -> Result<(), InvalidKey> {
        check_name(&self.name)
    }

    /// A key that is no point of the curve, or a weak one, has signed nothing.
    pub(super) fn has_signed(&self, bytes: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        let signature = Signature::from_bytes(signature);
        VerifyingKey::from_bytes(&self.key.0)
            .is_ok_and(|key| key.verify_strict(bytes, &signature).is_ok())
    }
}

impl fmt::Display for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.key, self.name)
    }
}

impl FromStr for PublicKey {
    type Err = InvalidKey;

    /// A name after the key, as its file has it, is passed over.
    fn from_str(line: &str) -> Result<PublicKey, InvalidKey> {
        let key = line.split_whitespace().next().and_then(|key| read_key(key, PUBLIC));
        key.map(PublicKey).ok_or(InvalidKey::Text(sentences::PUBLIC, PUBLIC))
    }
}

impl TryFrom<String> for PublicKey {
    type Error = InvalidKey;

    fn try_from(text: String) -> Result<PublicKey, InvalidKey> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> String {
        key.to_string()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PUBLIC}{}", hex(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// It is shown on terminals, by those who do not know its owner yet.
fn check_name(name: &str) -> Result<(), InvalidKey> {
    let seen = !name.trim().is_empty() && !name.chars().any(char::is_control);
    let right = seen && name.trim() == name && name.chars().count() <= NAME_CHARS_MAX;
    if right { Ok(()) } else { Err(InvalidKey::Name) }
}

fn read_key(text: &str, prefix: &str) -> Option<[u8; 32]> {
    unhex(text.strip_prefix(prefix)?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back_from_their_lines() {
        let key = PrivateKey::new("Acme 零售", [7; 32]).unwrap();
        let again: PrivateKey = format!("{}\n", key.to_line()).parse().unwrap();
        assert_eq!(again.publisher(), key.publisher());
        let line = key.publisher().to_string();
        assert!(line.ends_with(" Acme 零售"), "{line}");
        assert_eq!(line.parse::<PublicKey>().unwrap(), key.publisher().key);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let key = PrivateKey::new("acme", [7; 32]).unwrap();
        let public = key.publisher().to_string();
        for line in ["", "rgp_", &public[..40], &public.replace("rgp_", "rgk_"), "rgp_é"] {
            assert!(matches!(line.parse::<PublicKey>(), Err(InvalidKey::Text(..))), "{line}");
        }
        assert!(public.parse::<PrivateKey>().is_err());
        let nameless = key.to_line().replace(" acme", "");
        assert_eq!(nameless.parse::<PrivateKey>().err(), Some(InvalidKey::Name));
        for name in ["", " ", " acme", "a\u{1b}[31m", &"a".repeat(NAME_CHARS_MAX + 1)] {
            assert!(PrivateKey::new(name, [7; 32]).is_err(), "{name:?}");
        }
    }
}
