//! The same command sent to the server that holds the database, by REST.

use crate::{Fault, session::command_line};
use regulars_store::Contact;
use serde_json::Value as Json;

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
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("authorization", format!("Bearer {}", self.key))
            .header("content-type", media_type)
            .header("user-agent", agent())
            .body(body)
            .map_err(|error| Fault(error.to_string()))?;
        let answer = tokio::task::spawn_blocking(move || {
            let agent: ureq::Agent =
                ureq::Agent::config_builder().http_status_as_error(false).build().into();
            let mut response = agent.run(request)?;
            let status = response.status();
            Ok::<_, ureq::Error>((status.is_success(), response.body_mut().read_to_string()?))
        });
        let answer = answer.await.map_err(|error| Fault(error.to_string()))?;
        let (succeeded, text) =
            answer.map_err(|error| Fault(format!("the server does not answer: {error}")))?;
        let json: Json = serde_json::from_str(&text).unwrap_or_default();
        if succeeded {
            return Ok(json);
        }
        let part = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        Err(Fault(format!("{}: {}", part("title"), part("detail"))))
    }
}

/// What the audit says of a command that goes by REST.
fn agent() -> String {
    let user = command_line().user.unwrap_or_default();
    // Whatever it is called, it fits into a header.
    let user: String = user.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("regulars/{} (command line; {user})", env!("CARGO_PKG_VERSION"))
}
