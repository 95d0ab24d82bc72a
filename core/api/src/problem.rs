//! Problem details (RFC 9457): the one shape of everything that is refused.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use regulars_engine::problem::{Code, Problem};
use regulars_model::{
    Fault,
    said::Say,
    text::{Bilingual, Language},
};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use utoipa::ToSchema;

pub const MEDIA_TYPE: &str = "application/problem+json";

/// A problem on its way out. It becomes a body only in [`crate::envelope`], where language and
/// number of the request are known.
#[derive(Clone, Debug)]
pub struct Refusal(pub Problem);

impl Refusal {
    pub fn new(code: Code, detail: impl Into<Bilingual>) -> Refusal {
        Refusal(Problem::new(code, detail))
    }

    pub fn bad_request(detail: impl Into<Bilingual>) -> Refusal {
        Refusal::new(Code::InvalidRequest, detail)
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Refusal {
        Refusal(problem)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = status_of(self.0.code).into_response();
        if self.0.code == Code::Unauthenticated {
            let challenge = HeaderValue::from_static("Bearer realm=\"regulars\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response.extensions_mut().insert(self);
        response
    }
}

fn status_of(code: Code) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The members of a problem; those of the problem itself never hide the standard ones.
pub fn describe(problem: &Problem, language: Language, instance: Option<&str>) -> Json {
    let mut members: Map<String, Json> = problem.extra.clone();
    let details = ProblemDetails {
        kind: type_of(problem.code),
        title: problem.code.title().say(language).into_owned(),
        status: problem.code.status(),
        code: problem.code.name().to_owned(),
        detail: problem.detail.get(language).to_owned(),
        instance: instance.map(str::to_owned),
        faults: problem.faults.iter().map(|fault| fault.in_language(language)).collect(),
    };
    if let Json::Object(standard) = json!(details) {
        members.extend(standard);
    }
    Json::Object(members)
}

/// Where a code is described, relative to this server.
pub fn type_of(code: Code) -> String {
    format!("/problems/{}", code.name())
}

/// What was refused and why. Further members may follow, such as both sides of a conflict.
#[derive(Serialize, ToSchema)]
pub struct ProblemDetails {
    /// Where the code is described: `/problems/{code}`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same for every occurrence, in the language asked for.
    pub title: String,
    pub status: u16,
    /// Stable, in snake_case: what programs decide by.
    pub code: String,
    /// For people: what is wrong and, where it helps, what would be right.
    pub detail: String,
    /// Number of the request, as it stands in the server's log: `urn:uuid:…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
}
