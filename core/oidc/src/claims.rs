//! What a signed token says: whether it is for us, for now, and for this log-in; and of whom.

use crate::{sentences, settings::Settings};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use regulars_engine::Proven;
use regulars_model::{
    Instant,
    duration::SECOND_US,
    limits::{PROVIDER_CLOCK_OFF_US, SUBJECT_CHARS_MAX},
    said::Said,
};
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};

pub type Claims = Map<String, Json>;

pub struct Expected<'a> {
    pub settings: &'a Settings,
    pub nonce: &'a str,
    pub access_token: Option<&'a str>,
    pub now: Instant,
}

impl Expected<'_> {
    pub fn of(&self, claims: &Claims) -> Result<Proven, Said> {
        let text = |name: &str| claims.get(name).and_then(Json::as_str);
        if text("iss") != Some(&self.settings.issuer) {
            return Err(sentences::wrong_issuer());
        }
        self.check_audience(claims)?;
        self.check_times(claims)?;
        if text("nonce") != Some(self.nonce) {
            return Err(sentences::wrong_nonce());
        }
        if let Some(hash) = claims.get("at_hash") {
            let own = self.access_token.map(half_hash);
            if own.is_none() || hash.as_str() != own.as_deref() {
                return Err(sentences::wrong_token_hash());
            }
        }
        let claim = &self.settings.account_claim;
        let subject = text(claim).filter(|subject| is_subject(subject));
        let subject = subject.ok_or_else(|| sentences::no_subject(claim, SUBJECT_CHARS_MAX))?;
        Ok(Proven {
            issuer: self.settings.issuer.clone(),
            subject: subject.to_owned(),
            login: self.login(claims),
        })
    }

    fn check_audience(&self, claims: &Claims) -> Result<(), Said> {
        let audience: Option<Vec<&str>> = match claims.get("aud") {
            Some(Json::String(only)) => Some(vec![only]),
            Some(Json::Array(all)) => all.iter().map(Json::as_str).collect(),
            _ => None,
        };
        let own = self.settings.client_id.as_str();
        let audience = audience.filter(|all| all.contains(&own));
        let audience = audience.ok_or_else(sentences::wrong_audience)?;
        let is_trusted = |one: &str| one == own || self.settings.audiences.iter().any(|a| a == one);
        if !audience.iter().all(|one| is_trusted(one)) {
            return Err(sentences::wrong_audience());
        }
        match claims.get("azp") {
            None if audience.len() == 1 => Ok(()),
            Some(Json::String(party)) if party == own => Ok(()),
            _ => Err(sentences::wrong_party()),
        }
    }

    fn check_times(&self, claims: &Claims) -> Result<(), Said> {
        let at = |name: &str| {
            let seconds = claims.get(name)?.as_i64()?;
            Some(Instant(seconds.saturating_mul(SECOND_US)))
        };
        let (earliest, latest) =
            (self.now.minus(PROVIDER_CLOCK_OFF_US), self.now.plus(PROVIDER_CLOCK_OFF_US));
        match (at("exp"), at("iat")) {
            (Some(until), _) if until <= earliest => Err(sentences::token_over()),
            (Some(_), Some(since)) if since > latest => Err(sentences::token_ahead()),
            (Some(_), Some(_)) if claims.contains_key("nbf") => match at("nbf") {
                Some(from) if from <= latest => Ok(()),
                _ => Err(sentences::token_ahead()),
            },
            (Some(_), Some(_)) => Ok(()),
            _ => Err(sentences::no_times()),
        }
    }

    /// An e-mail address, where the configuration takes it for a login and the provider says that it
    /// belongs to whom it says.
    fn login(&self, claims: &Claims) -> Option<String> {
        if !self.settings.link_by_email || claims.get("email_verified") != Some(&Json::Bool(true)) {
            return None;
        }
        let email = claims.get("email")?.as_str()?.to_lowercase();
        let (name, domain) = email.rsplit_once('@')?;
        let domains = &self.settings.domains;
        let is_ours = domains.is_empty() || domains.iter().any(|own| own == domain);
        (is_ours && !name.is_empty()).then_some(email)
    }
}

/// Of an access token, as `at_hash` has it where the token is signed over SHA-256.
fn half_hash(access_token: &str) -> String {
    let hash = Sha256::digest(access_token.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
}

fn is_subject(subject: &str) -> bool {
    (1..=SUBJECT_CHARS_MAX).contains(&subject.chars().count())
        && !subject.chars().any(char::is_control)
}
