//! Canonical JSON: object keys in byte order, no white space. Equal values have equal bytes, so
//! their hash can stand for them.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// `serde_json::Value` keeps its objects in a B-tree, so going through it sorts every key.
pub fn canonical_json(value: &impl Serialize) -> String {
    let tree = serde_json::to_value(value).unwrap_or_else(|error| not_json(&error));
    write(&tree)
}

pub fn hash_json(value: &impl Serialize) -> Hash {
    hash_bytes(&[canonical_json(value).as_bytes()])
}

/// As [`hash_json`], of what is a tree already.
pub fn hash_tree(tree: &Value) -> Hash {
    hash_bytes(&[write(tree).as_bytes()])
}

fn write(tree: &Value) -> String {
    serde_json::to_string(tree).unwrap_or_else(|error| not_json(&error))
}

/// Only a map whose keys are not text fails, and no type of ours has one.
fn not_json(error: &serde_json::Error) -> ! {
    unreachable!("a type that is not JSON: {error}")
}

/// Hash of several parts; each is preceded by its length, so that parts can not run together.
pub fn hash_bytes(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Bytes written as [`hex`] does, in letters of either case.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let byte = |pair: &[u8]| {
        let [high, low] = [pair[0], pair[1]].map(|digit| char::from(digit).to_digit(16));
        u8::try_from(high? * 16 + low?).ok()
    };
    digits.chunks_exact(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_keys_does_not_matter_and_that_of_parts_does() {
        let one = serde_json::json!({"b": 1, "a": {"d": 2, "c": 3}});
        assert_eq!(canonical_json(&one), r#"{"a":{"c":3,"d":2},"b":1}"#);
        assert_eq!(hash_tree(&one), hash_json(&one));
        assert_ne!(hash_bytes(&[b"ab", b"c"]), hash_bytes(&[b"a", b"bc"]));
    }
}
