//! Problem details (RFC 9457): the one shape of everything that is refused.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use regulars_engine::problem::{Code, Problem};
use regulars_model::{Fault, text::Language};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use utoipa::ToSchema;

pub const MEDIA_TYPE: &str = "application/problem+json";

/// A problem on its way out. It becomes a body only in [`crate::envelope`], where language and
/// number of the request are known.
#[derive(Clone, Debug)]
pub struct Refusal(pub Problem);

impl Refusal {
    pub fn new(code: Code, detail: impl Into<String>) -> Refusal {
        Refusal(Problem::new(code, detail))
    }

    pub fn bad_request(detail: impl Into<String>) -> Refusal {
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
        title: title(problem.code, language).to_owned(),
        status: problem.code.status(),
        code: problem.code.name().to_owned(),
        detail: problem.detail.clone(),
        instance: instance.map(str::to_owned),
        faults: problem.faults.clone(),
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

pub fn title(code: Code, language: Language) -> &'static str {
    match language {
        Language::English => code.title(),
        Language::Chinese => chinese_title(code),
    }
}

fn chinese_title(code: Code) -> &'static str {
    match code {
        Code::InvalidRequest => "无法理解该请求",
        Code::InvalidCursor => "游标并非由本服务器给出",
        Code::Unauthenticated => "需要有效的 API 密钥",
        Code::Forbidden => "该角色无权执行此操作",
        Code::UntrustedPublisher => "发布者未受信任",
        Code::NotFound => "没有找到",
        Code::MethodNotAllowed => "该路径不支持此方法",
        Code::IdentityTaken => "该身份标识已属于另一位顾客",
        Code::IdentityConflict => "这些身份标识属于不同的顾客",
        Code::SourceIdReused => "该来源编号已用于其他内容",
        Code::Conflict => "当前状态不允许此操作",
        Code::SchemaBreaksData => "现有数据不符合该模式",
        Code::PreconditionFailed => "记录在读取之后已被修改",
        Code::TooLarge => "请求体过大",
        Code::UnsupportedMediaType => "不接受该类型的请求体",
        Code::TooManyAttempts => "尝试次数过多",
        Code::InvalidValue => "有不可接受的值",
        Code::IdempotencyKeyReused => "该幂等键已用于另一个请求",
        Code::SecretShownOnce => "密钥或密码只显示一次，系统不予保存",
        Code::PreconditionRequired => "请求需要 If-Match",
        Code::Unavailable => "数据库没有响应",
        Code::Internal => "服务器内部错误",
    }
}
