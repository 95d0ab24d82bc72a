//! One thing wrong with what was sent: where (a JSON pointer), what (a stable code), and a sentence.

use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fault {
    /// JSON pointer into the body, such as `/lines/0/amount`; empty for the body itself.
    pub pointer: String,
    /// Stable and in snake_case, such as `wrong_type`.
    pub code: String,
    /// For people, in English.
    pub message: String,
}

impl Fault {
    pub fn new(pointer: impl Into<String>, code: &str, message: impl Into<String>) -> Fault {
        Fault { pointer: pointer.into(), code: code.to_owned(), message: message.into() }
    }

    /// The same fault seen from one level further out.
    pub fn under(mut self, prefix: &str) -> Fault {
        self.pointer.insert_str(0, prefix);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.as_str() {
            "" => f.write_str(&self.message),
            pointer => write!(f, "{pointer}: {}", self.message),
        }
    }
}

/// A JSON pointer token: `~` and `/` escaped.
pub fn pointer_token(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}
