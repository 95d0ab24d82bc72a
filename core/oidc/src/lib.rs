//! A chain's own identity provider, by OpenID Connect: the authorisation code flow with PKCE. The engine
//! asks where to send somebody, and what the provider proves of who comes back; accounts and sessions
//! are the engine's.

mod claims;
mod http;
mod keys;
mod metadata;
mod sentences;
mod settings;
mod token;

pub use settings::Settings;

use claims::Expected;
use http::Http;
use keys::Keys;
use metadata::{Metadata, Published};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use regulars_engine::{Answered, Asked, IdentityProvider, Promise, Proven, Unproven};
use regulars_model::{Instant, said::Said};
use serde::Deserialize;

/// Cheap where nobody logs in: nothing is fetched before somebody does.
pub struct Oidc {
    settings: Settings,
    http: Http,
    metadata: Published<Metadata>,
    keys: Published<Keys>,
}

impl Oidc {
    pub fn new(settings: Settings) -> Oidc {
        let http = Http::new(&settings);
        Oidc { settings, http, metadata: Published::default(), keys: Published::default() }
    }

    async fn address(&self, asked: &Asked<'_>, now: Instant) -> Result<String, Unproven> {
        let metadata = self.metadata(now).await?;
        let endpoint = &metadata.authorization_endpoint;
        let mark = if endpoint.contains('?') { '&' } else { '?' };
        let query = form(&[
            ("response_type", "code"),
            ("client_id", &self.settings.client_id),
            ("redirect_uri", &self.settings.redirect_url),
            ("scope", &self.settings.scopes.join(" ")),
            ("state", asked.state),
            ("nonce", asked.nonce),
            ("code_challenge", asked.challenge),
            ("code_challenge_method", "S256"),
        ]);
        Ok(format!("{endpoint}{mark}{query}"))
    }

    async fn prove(&self, answered: &Answered<'_>, now: Instant) -> Result<Proven, Unproven> {
        let metadata = self.metadata(now).await?;
        let tokens = self.redeem(&metadata, answered).await?;
        let token = token::read(&tokens.id_token).map_err(Unproven::Refused)?;
        let keys = self.keys(&metadata, now, |_| true).await?;
        let claims = match keys.check(&token) {
            Some(checked) => checked,
            // It may be new: the provider is asked again, but not by everybody who makes one up.
            None => {
                let keys = self.keys(&metadata, now, |keys| keys.has(&token)).await?;
                keys.check(&token).unwrap_or_else(|| Err(sentences::no_such_key()))
            }
        };
        let expected = Expected {
            settings: &self.settings,
            nonce: answered.nonce,
            access_token: tokens.access_token.as_deref(),
            now,
        };
        claims.and_then(|claims| expected.of(&claims)).map_err(Unproven::Refused)
    }

    async fn metadata(&self, now: Instant) -> Result<std::sync::Arc<Metadata>, Unproven> {
        let fetch = || metadata::fetch(&self.http, &self.settings.issuer);
        self.metadata.load(now, |_| true, fetch).await.map_err(unanswered)
    }

    async fn keys(
        &self,
        metadata: &Metadata,
        now: Instant,
        suffice: impl Fn(&Keys) -> bool,
    ) -> Result<std::sync::Arc<Keys>, Unproven> {
        let fetch = || keys::fetch(&self.http, &metadata.jwks_uri);
        self.keys.load(now, suffice, fetch).await.map_err(unanswered)
    }

    async fn redeem(
        &self,
        metadata: &Metadata,
        answered: &Answered<'_>,
    ) -> Result<Tokens, Unproven> {
        let Settings { client_id, client_secret, redirect_url, .. } = &self.settings;
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", answered.code),
            ("redirect_uri", redirect_url),
            ("code_verifier", answered.verifier),
        ];
        let mut pair = None;
        if metadata.takes_basic() {
            pair = Some((encode(client_id), encode(client_secret)));
        } else {
            fields.extend([("client_id", &**client_id), ("client_secret", client_secret)]);
        }
        let endpoint = &metadata.token_endpoint;
        let answer = self.http.post(endpoint, pair, form(&fields)).await.map_err(unanswered)?;
        if answer.status == 200 {
            return answer.json().map_err(unanswered);
        }
        match answer.json::<Refused>().map(|refused| refused.error) {
            Ok(error) if error == "invalid_grant" => {
                Err(Unproven::Refused(sentences::code_refused()))
            }
            Ok(error) if is_error(&error) => Err(unanswered(sentences::we_are_refused(error))),
            _ => Err(unanswered(sentences::wrong_status(i64::from(answer.status)))),
        }
    }
}

impl IdentityProvider for Oidc {
    fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    fn address<'a>(&'a self, asked: Asked<'a>, now: Instant) -> Promise<'a, String> {
        Box::pin(async move { Oidc::address(self, &asked, now).await })
    }

    fn prove<'a>(&'a self, answered: Answered<'a>, now: Instant) -> Promise<'a, Proven> {
        Box::pin(async move { Oidc::prove(self, &answered, now).await })
    }
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

#[derive(Deserialize)]
struct Refused {
    error: String,
}

/// Shown and logged, so it is nothing but a word.
fn is_error(word: &str) -> bool {
    (1..=64).contains(&word.len()) && word.bytes().all(|c| c.is_ascii_lowercase() || c == b'_')
}

/// For whoever runs the server: it is not the fault of who logs in.
fn unanswered(said: Said) -> Unproven {
    tracing::warn!(fault = %said, "the identity provider is of no use");
    Unproven::Unanswered(said)
}

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn encode(text: &str) -> String {
    percent_encode(text.as_bytes(), UNRESERVED).to_string()
}

fn form(fields: &[(&str, &str)]) -> String {
    let fields: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    fields.join("&")
}
