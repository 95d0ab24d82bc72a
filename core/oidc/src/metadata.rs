//! What the provider publishes of itself, kept for a while.

use crate::{http::Http, sentences, settings::is_taken};
use regulars_model::{
    Instant,
    limits::{PROVIDER_ASKED_AGAIN_US, PROVIDER_KEPT_US},
    said::Said,
};
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::Mutex;

#[derive(Deserialize)]
pub struct Metadata {
    issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

impl Metadata {
    /// Unless only the other way is offered, as is the default.
    pub fn takes_basic(&self) -> bool {
        let offered = self.token_endpoint_auth_methods_supported.as_deref().unwrap_or_default();
        let offers = |method: &str| offered.iter().any(|one| one == method);
        offers("client_secret_basic") || !offers("client_secret_post")
    }
}

pub async fn fetch(http: &Http, issuer: &str) -> Result<Metadata, Said> {
    let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let answer = http.get(&url).await?;
    if answer.status != 200 {
        return Err(sentences::wrong_status(i64::from(answer.status)));
    }
    let metadata: Metadata = answer.json()?;
    if metadata.issuer != issuer {
        return Err(sentences::other_issuer(metadata.issuer, issuer).brief());
    }
    let Metadata { authorization_endpoint, token_endpoint, jwks_uri, .. } = &metadata;
    for url in [authorization_endpoint, token_endpoint, jwks_uri] {
        if !is_taken(url) {
            return Err(sentences::wrong_endpoint(url).brief());
        }
    }
    Ok(metadata)
}

/// Something fetched, or the fault that came instead; whoever comes meanwhile waits for it.
pub struct Published<T>(Mutex<Option<Fetched<T>>>);

struct Fetched<T> {
    at: Instant,
    what: Result<Arc<T>, Said>,
}

impl<T> Default for Published<T> {
    fn default() -> Self {
        Published(Mutex::new(None))
    }
}

impl<T> Published<T> {
    /// As it is kept, while that is new enough and suffices. Fetched at most once in a while, whoever
    /// asks: else anybody could make this server ask the provider without end.
    pub async fn load<F: Future<Output = Result<T, Said>>>(
        &self,
        now: Instant,
        suffices: impl Fn(&T) -> bool,
        fetch: impl FnOnce() -> F,
    ) -> Result<Arc<T>, Said> {
        let mut kept = self.0.lock().await;
        if let Some(Fetched { at, what }) = &*kept {
            let is_just_fetched = now < at.plus(PROVIDER_ASKED_AGAIN_US);
            match what {
                Ok(what)
                    if is_just_fetched || (now < at.plus(PROVIDER_KEPT_US) && suffices(what)) =>
                {
                    return Ok(what.clone());
                }
                Err(fault) if is_just_fetched => return Err(fault.clone()),
                _ => {}
            }
        }
        let what = fetch().await.map(Arc::new);
        *kept = Some(Fetched { at: now, what: what.clone() });
        what
    }
}
