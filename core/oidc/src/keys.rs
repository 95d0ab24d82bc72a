//! The provider's public keys, and what they signed.

use crate::{
    claims::Claims,
    http::Http,
    sentences,
    settings::is_taken,
    token::{Algorithm, Token},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use regulars_model::said::Said;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;

pub struct Keys(Vec<Key>);

struct Key {
    id: Option<String>,
    /// The one it is for, where it says so.
    algorithm: Option<String>,
    public: Public,
}

enum Public {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// An uncompressed point of P-256.
    Ec(Vec<u8>),
}

/// As it is published (RFC 7517). What else there may be is not for us.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

#[derive(Deserialize)]
struct JwkSet {
    keys: Vec<serde_json::Value>,
}

pub async fn fetch(http: &Http, url: &str) -> Result<Keys, Said> {
    debug_assert!(is_taken(url));
    let answer = http.get(url).await?;
    if answer.status != 200 {
        return Err(sentences::wrong_status(i64::from(answer.status)));
    }
    // One of a kind that is not known here hides none of the others.
    let set: JwkSet = answer.json()?;
    let known = set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
    Ok(Keys(known.filter_map(read).collect()))
}

impl Keys {
    /// Whether one of them may have signed it.
    pub fn has(&self, token: &Token) -> bool {
        self.find(token).is_some()
    }

    /// What the token says, if it was signed with the one key that it can be; none where there is no
    /// such key.
    pub fn check(&self, token: &Token) -> Option<Result<Claims, Said>> {
        let key = self.find(token)?;
        if !key.has_signed(token) {
            return Some(Err(sentences::wrong_signature()));
        }
        Some(serde_json::from_slice(&token.content).map_err(|_| sentences::no_token()))
    }

    /// A token without the name of a key needs a provider with one key only.
    fn find(&self, token: &Token) -> Option<&Key> {
        let mut fitting = self.0.iter().filter(|key| {
            key.is_for(token.algorithm) && (token.key.is_none() || token.key == key.id)
        });
        fitting.next().filter(|_| token.key.is_some() || fitting.next().is_none())
    }
}

impl Key {
    fn is_for(&self, algorithm: Algorithm) -> bool {
        let is_of_kind = match algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 => matches!(self.public, Public::Rsa { .. }),
            Algorithm::Es256 => matches!(self.public, Public::Ec(_)),
        };
        is_of_kind && self.algorithm.as_ref().is_none_or(|own| own == algorithm.name())
    }

    fn has_signed(&self, token: &Token) -> bool {
        let (signed, signature) = (token.signed.as_bytes(), &token.signature);
        let verified = match (&self.public, token.algorithm) {
            (Public::Rsa { n, e }, Algorithm::Rs256) => RsaPublicKeyComponents { n, e }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                signed,
                signature,
            ),
            (Public::Rsa { n, e }, Algorithm::Ps256) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PSS_2048_8192_SHA256, signed, signature)
            }
            (Public::Ec(point), Algorithm::Es256) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature)
            }
            _ => return false,
        };
        verified.is_ok()
    }
}

fn read(jwk: Jwk) -> Option<Key> {
    if jwk.purpose.is_some_and(|purpose| purpose != "sig") {
        return None;
    }
    let bytes = |part: Option<String>| BASE64_URL_SAFE_NO_PAD.decode(part?).ok();
    let public = match (&*jwk.kty, jwk.crv.as_deref()) {
        ("RSA", _) => {
            let mut n = bytes(jwk.n)?;
            // Some write a leading zero, which is no part of a number.
            let zeros = n.iter().take_while(|byte| **byte == 0).count();
            n.drain(..zeros);
            Public::Rsa { n, e: bytes(jwk.e)? }
        }
        ("EC", Some("P-256")) => Public::Ec([vec![4], bytes(jwk.x)?, bytes(jwk.y)?].concat()),
        _ => return None,
    };
    Some(Key { id: jwk.kid, algorithm: jwk.alg, public })
}
