//! What goes to the provider and comes back: in time, of a bounded size, and to nowhere else.

use crate::{sentences, settings::Settings};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use regulars_model::{
    limits::{PROVIDER_ASKED_AT_ONCE_MAX, PROVIDER_BYTES_MAX, PROVIDER_WITHIN_MS},
    said::Said,
};
use serde::de::DeserializeOwned;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};
use ureq::{
    Agent,
    http::{Request, header},
    tls::{RootCerts, TlsConfig},
};

pub struct Http {
    agent: Agent,
    turns: Arc<Semaphore>,
}

pub struct Answer {
    pub status: u16,
    body: Vec<u8>,
}

impl Http {
    pub fn new(settings: &Settings) -> Http {
        let roots = match &settings.authorities {
            Some(own) => RootCerts::new_with_certs(own),
            // Compiled in, so that a container needs none of its own.
            None => RootCerts::WebPki,
        };
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // Where it would lead is not what was configured, nor what the provider published.
            .max_redirects(0)
            .timeout_global(Some(Duration::from_millis(PROVIDER_WITHIN_MS)))
            .user_agent("regulars")
            .tls_config(TlsConfig::builder().root_certs(roots).build());
        let config = match settings.is_local() {
            true => config.proxy(None),
            false => config.https_only(true),
        };
        let turns = Arc::new(Semaphore::new(PROVIDER_ASKED_AT_ONCE_MAX));
        Http { agent: config.build().into(), turns }
    }

    pub async fn get(&self, url: &str) -> Result<Answer, Said> {
        let request = Request::get(url).header(header::ACCEPT, "application/json");
        self.send(request.body(Vec::new())).await
    }

    /// A form, by whom the pair says.
    pub async fn post(
        &self,
        url: &str,
        pair: Option<(String, String)>,
        form: String,
    ) -> Result<Answer, Said> {
        let mut request = Request::post(url)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some((name, secret)) = pair {
            let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{secret}")));
            request = request.header(header::AUTHORIZATION, basic);
        }
        self.send(request.body(form.into_bytes())).await
    }

    async fn send(
        &self,
        request: Result<Request<Vec<u8>>, ureq::http::Error>,
    ) -> Result<Answer, Said> {
        let failed = |error: String| sentences::no_answer(error);
        let request = request.map_err(|error| failed(error.to_string()))?;
        let patience = Duration::from_millis(PROVIDER_WITHIN_MS);
        let turn = timeout(patience, self.turns.clone().acquire_owned()).await;
        let turn = turn.ok().and_then(Result::ok).ok_or_else(sentences::too_many_at_once)?;
        let agent = self.agent.clone();
        let answer = spawn_blocking(move || {
            let _turn = turn;
            let mut response = agent.run(request)?;
            let status = response.status().as_u16();
            let body = response.body_mut().with_config().limit(PROVIDER_BYTES_MAX);
            Ok::<_, ureq::Error>(Answer { status, body: body.read_to_vec()? })
        });
        match answer.await {
            Ok(answered) => answered.map_err(|error| failed(error.to_string())),
            Err(error) => Err(failed(error.to_string())),
        }
    }
}

impl Answer {
    /// Nothing of it is repeated where it cannot be read: it may hold a token.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Said> {
        serde_json::from_slice(&self.body).map_err(|_| sentences::wrong_answer())
    }
}
