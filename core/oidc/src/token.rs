//! A signed token in its three parts, of which nothing is believed yet.

use crate::sentences;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use regulars_model::said::Said;
use serde::Deserialize;
use serde_json::Value as Json;

/// Signatures by a key that only the provider has. Not among them: `none`, and what is signed with a
/// secret that this server has too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Rs256,
    Ps256,
    Es256,
}

impl Algorithm {
    const ALL: [(&str, Algorithm); 3] =
        [("RS256", Algorithm::Rs256), ("PS256", Algorithm::Ps256), ("ES256", Algorithm::Es256)];

    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }

    fn find(name: &str) -> Option<Algorithm> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm)
    }
}

pub struct Token<'a> {
    pub algorithm: Algorithm,
    /// Which of the provider's keys it says it was signed with.
    pub key: Option<String>,
    /// What the signature is over: header and content, as they came.
    pub signed: &'a str,
    pub content: Vec<u8>,
    pub signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Extensions that whoever does not know them must refuse; none is known here.
    crit: Option<Json>,
}

pub fn read(text: &str) -> Result<Token<'_>, Said> {
    let malformed = sentences::no_token;
    let (signed, signature) = text.rsplit_once('.').ok_or_else(malformed)?;
    let (header, content) = signed.split_once('.').ok_or_else(malformed)?;
    let bytes = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| malformed());
    let header: Header = serde_json::from_slice(&bytes(header)?).map_err(|_| malformed())?;
    if header.crit.is_some() {
        return Err(malformed());
    }
    let algorithm = Algorithm::find(&header.alg)
        .ok_or_else(|| sentences::wrong_algorithm(header.alg, names()).brief())?;
    Ok(Token {
        algorithm,
        key: header.kid,
        signed,
        content: bytes(content)?,
        signature: bytes(signature)?,
    })
}

fn names() -> String {
    Algorithm::ALL.map(|(name, _)| name).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str) -> String {
        let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", encode(header), encode("{}"), encode("signature"))
    }

    #[test]
    fn only_signatures_of_the_provider_are_looked_at() {
        for (name, algorithm) in Algorithm::ALL {
            assert_eq!(algorithm.name(), name);
            let text = token(&format!(r#"{{"alg":"{name}","kid":"k"}}"#));
            let read = read(&text).ok().unwrap();
            assert_eq!((read.algorithm, read.key.as_deref()), (algorithm, Some("k")));
        }
        for wrong in ["none", "None", "HS256", "HS512", "rs256", "RS1", ""] {
            let text = token(&format!(r#"{{"alg":"{wrong}"}}"#));
            assert_eq!(read(&text).err().unwrap().code, "wrong_algorithm", "{wrong}");
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let ours = token(r#"{"alg":"RS256"}"#);
        for wrong in [
            "",
            "a.b",
            "a.b.c",
            &format!("{ours}."),
            &format!("{ours}="),
            &token("[]"),
            &token(r#"{"alg":"RS256","alg":"ES256"}"#),
            &token(r#"{"alg":"RS256","crit":["exp"]}"#),
        ] {
            assert_eq!(read(wrong).err().unwrap().code, "no_token", "{wrong}");
        }
    }
}
