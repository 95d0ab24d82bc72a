//! One thing wrong with what was sent: where (a JSON pointer), what (a stable code), and a sentence.

pub(crate) mod sentences;

use crate::text::{Bilingual, Language};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fault {
    /// JSON pointer into the body, such as `/lines/0/amount`; empty for the body itself.
    pub pointer: String,
    /// Stable and in snake_case, such as `wrong_type`.
    pub code: String,
    /// For people: written in the language asked for, or else in English.
    #[serde(serialize_with = "write_english", deserialize_with = "read_same")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub message: Bilingual,
}

impl Fault {
    pub fn new(pointer: impl Into<String>, code: &str, message: impl Into<Bilingual>) -> Fault {
        Fault { pointer: pointer.into(), code: code.to_owned(), message: message.into() }
    }

    /// Its place and its message.
    pub fn said(&self) -> Bilingual {
        match self.pointer.as_str() {
            "" => self.message.clone(),
            pointer => Bilingual {
                en: format!("{pointer}: {}", self.message.en),
                zh_cn: format!("{pointer}：{}", self.message.zh_cn),
            },
        }
    }

    /// As it is written for whoever reads this language.
    pub fn in_language(&self, language: Language) -> Fault {
        Fault { message: Bilingual::same(self.message.get(language)), ..self.clone() }
    }

    /// The same fault seen from one level further out.
    pub fn under(mut self, prefix: &str) -> Fault {
        self.pointer.insert_str(0, prefix);
        self
    }
}

/// In English; [`Fault::said`] has both languages.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said().en)
    }
}

/// What has no reader yet.
pub fn write_english<S: Serializer>(message: &Bilingual, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&message.en)
}

/// What was written has one language left.
fn read_same<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bilingual, D::Error> {
    String::deserialize(deserializer).map(|text| Bilingual::same(&text))
}

/// A JSON pointer token: `~` and `/` escaped.
pub fn pointer_token(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}
