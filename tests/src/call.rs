//! One request and its answer.

use crate::Repeats;
use serde_json::Value as Json;
use ureq::http::{HeaderMap, HeaderValue, Request};

pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .build()
        .into()
}

#[derive(Clone)]
pub struct Call<'a> {
    agent: &'a ureq::Agent,
    repeats: Option<&'a Repeats>,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl<'a> Call<'a> {
    pub fn new(agent: &'a ureq::Agent, method: &str, url: String) -> Call<'a> {
        let (method, headers) = (method.to_owned(), Vec::new());
        Call { agent, repeats: None, method, url, headers, body: None }
    }

    /// Sent again where it is a POST that has no idempotency key yet.
    pub fn repeated(self, repeats: Option<&'a Repeats>) -> Self {
        Call { repeats, ..self }
    }

    pub(crate) fn alone(self) -> Self {
        self.repeated(None)
    }

    /// The same to whoever reads it, in other bytes.
    pub(crate) fn with_more_body(mut self) -> Self {
        self.body.get_or_insert_default().push(b' ');
        self
    }

    pub(crate) fn path(&self) -> &str {
        let path = self.url.split('?').next().unwrap_or_default();
        path.find("/v1/").map_or(path, |at| &path[at..])
    }

    /// Sets a header, in place of one of the same name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(own, _)| own != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(own, _)| own != name);
        self
    }

    pub fn key(self, key: &str) -> Self {
        self.header("authorization", &format!("Bearer {key}"))
    }

    pub fn json(self, body: Json) -> Self {
        self.bytes("application/json", body.to_string().as_bytes())
    }

    pub fn bytes(self, media_type: &str, body: &[u8]) -> Self {
        let mut call = self.header("content-type", media_type);
        call.body = Some(body.to_owned());
        call
    }

    #[track_caller]
    pub fn send(self) -> Answer {
        let has_key = self.headers.iter().any(|(name, _)| name == "idempotency-key");
        if let Some(repeats) = self.repeats.filter(|_| self.method == "POST" && !has_key) {
            return repeats.send(self);
        }
        self.try_send().expect("an answer")
    }

    /// Where the server may be gone.
    pub fn try_send(self) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder().method(self.method.as_str()).uri(&self.url);
        for (name, value) in &self.headers {
            // Tests also send what no header should hold.
            let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header");
            request = request.header(name, value);
        }
        let sent = match self.body {
            Some(body) => self.agent.run(request.body(body).expect("a request")),
            None => self.agent.run(request.body(()).expect("a request")),
        };
        let mut response = sent?;
        let read = response.body_mut().with_config().limit(64 << 20).read_to_vec()?;
        // The script of the page is compressed, so not every body is text.
        let body = String::from_utf8_lossy(&read).into_owned();
        Ok(Answer {
            request: format!("{} {}", self.method, self.url),
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            json: serde_json::from_str(&body).unwrap_or_default(),
            body,
        })
    }
}

#[derive(Debug)]
pub struct Answer {
    request: String,
    pub status: u16,
    pub headers: HeaderMap,
    /// Null where the body is no JSON.
    pub json: Json,
    pub body: String,
}

impl Answer {
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}: {}", self.request, self.body);
        self
    }

    /// A problem of this status and code, well-formed.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Answer {
        let answer = self.expect(status);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.json["code"], code, "{}: {}", answer.request, answer.body);
        assert_eq!(answer.json["status"], status);
        assert_eq!(answer.json["type"], format!("/problems/{code}"));
        assert!(answer.text("/instance").starts_with("urn:uuid:"));
        assert!(!answer.text("/title").is_empty() && !answer.text("/detail").is_empty());
        answer
    }

    /// Refused for values, and the pointers of the faults are these.
    #[track_caller]
    pub fn faults(self, pointers: &[&str]) -> Answer {
        let answer = self.refused(422, "invalid_value");
        let faults = answer.json["faults"].as_array().expect("faults").iter();
        let found: Vec<&str> = faults.filter_map(|fault| fault["pointer"].as_str()).collect();
        assert_eq!(found, pointers, "{}: {}", answer.request, answer.body);
        answer
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    #[track_caller]
    pub fn at(&self, pointer: &str) -> &Json {
        self.json.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {}", self.body))
    }

    #[track_caller]
    pub fn text(&self, pointer: &str) -> String {
        let text = self.at(pointer).as_str();
        text.unwrap_or_else(|| panic!("{pointer} is no text in {}", self.body)).to_owned()
    }

    #[track_caller]
    pub fn items(&self) -> &Vec<Json> {
        self.at("/items").as_array().expect("a list")
    }
}
