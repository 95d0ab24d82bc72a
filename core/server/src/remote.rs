//! The same command sent to the server that holds the database, by REST.

use crate::{Fault, language::language, sentences, session::command_line};
use regulars_model::text::{Bilingual, Language};
use regulars_store::Contact;
use serde_json::Value as Json;

#[derive(Clone)]
pub struct Remote {
    base: String,
    key: String,
}

impl Remote {
    /// None when the holder does not listen: an import, or a server that is still starting.
    pub fn new(contact: &Contact) -> Option<Remote> {
        let (address, key) = (contact.address.as_ref()?, contact.token.as_ref()?);
        Some(Remote { base: format!("http://{address}/v1"), key: key.clone() })
    }

    /// A server wherever it is; none where this is no address of one.
    pub fn at(url: &str, key: String) -> Option<Remote> {
        let uri: ureq::http::Uri = url.parse().ok()?;
        let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
        let base = format!("{}/v1", url.trim_end_matches('/'));
        (is_web && uri.host().is_some()).then_some(Remote { base, key })
    }

    /// None where there is no such thing.
    pub async fn find(&self, path: &str) -> Result<Option<Json>, Fault> {
        match self.ask("GET", path, "application/json", Vec::new()).await? {
            (404, _) => Ok(None),
            (200..=299, found) => Ok(Some(found)),
            (_, problem) => Err(refusal(&problem)),
        }
    }

    pub async fn call(&self, method: &str, path: &str, body: Option<Json>) -> Result<Json, Fault> {
        let body = body.map(|body| body.to_string()).unwrap_or_default().into_bytes();
        self.send(method, path, "application/json", body).await
    }

    pub async fn send(
        &self,
        method: &str,
        path: &str,
        media_type: &str,
        body: Vec<u8>,
    ) -> Result<Json, Fault> {
        match self.ask(method, path, media_type, body).await? {
            (200..=299, json) => Ok(json),
            (_, problem) => Err(refusal(&problem)),
        }
    }

    /// Status and body of the answer.
    async fn ask(
        &self,
        method: &str,
        path: &str,
        media_type: &str,
        body: Vec<u8>,
    ) -> Result<(u16, Json), Fault> {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("authorization", format!("Bearer {}", self.key))
            .header("content-type", media_type)
            .header("accept-language", tag(language()))
            .header("user-agent", agent())
            .body(body)
            .map_err(|error| Fault(error.to_string()))?;
        let answer = tokio::task::spawn_blocking(move || {
            let agent: ureq::Agent =
                ureq::Agent::config_builder().http_status_as_error(false).build().into();
            let mut response = agent.run(request)?;
            let status = response.status();
            Ok::<_, ureq::Error>((status.as_u16(), response.body_mut().read_to_string()?))
        });
        let answer = answer.await.map_err(|error| Fault(error.to_string()))?;
        let (status, text) = answer.map_err(|error| sentences::no_answer(error.to_string()))?;
        Ok((status, serde_json::from_str(&text).unwrap_or_default()))
    }
}

fn refusal(problem: &Json) -> Fault {
    let part = |name: &str| Bilingual::same(problem[name].as_str().unwrap_or_default());
    Bilingual::join([part("title"), part("detail")].into_iter(), ": ", "：").into()
}

fn tag(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::Chinese => "zh-CN",
    }
}

/// What the audit says of a command that goes by REST.
fn agent() -> String {
    let user = command_line().user.unwrap_or_default();
    // Whatever it is called, it fits into a header.
    let user: String = user.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("regulars/{} (command line; {user})", env!("CARGO_PKG_VERSION"))
}
