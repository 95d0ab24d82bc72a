//! The one error type that leaves the engine. Its code is stable; REST maps it to a status.

use crate::sentences;
use regulars_model::{
    Fault,
    fault::write_english,
    said::Word,
    text::{Bilingual, Language},
};
use regulars_store::StoreError;
use serde::Serialize;
use serde_json::Value as Json;
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub code: Code,
    /// One sentence for people: what is wrong and, where it helps, what would be right.
    #[serde(serialize_with = "write_english")]
    pub detail: Bilingual,
    pub faults: Vec<Fault>,
    /// Further members of the problem, such as both sides of a conflict.
    pub extra: serde_json::Map<String, Json>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $title:literal, $zh_cn:literal);+ $(;)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
        pub enum Code { $($(#[$doc])* #[serde(rename = $code)] $name),+ }

        impl Code {
            pub const ALL: &[Code] = &[$(Code::$name),+];

            /// Stable, in snake_case.
            pub fn name(self) -> &'static str {
                match self { $(Code::$name => $code),+ }
            }

            /// HTTP status.
            pub fn status(self) -> u16 {
                match self { $(Code::$name => $status),+ }
            }

            /// Short and the same for every occurrence.
            pub fn title(self) -> Word {
                match self { $(Code::$name => Word($title, $zh_cn)),+ }
            }
        }
    };
}

codes! {
    InvalidRequest = "invalid_request", 400, "The request is not understood", "无法理解该请求";
    InvalidCursor = "invalid_cursor", 400, "The cursor is not one this server gave", "游标并非由本服务器给出";
    Unauthenticated = "unauthenticated", 401, "A valid API key is needed", "需要有效的 API 密钥";
    Forbidden = "forbidden", 403, "The role may not do this", "该角色无权执行此操作";
    UntrustedPublisher = "untrusted_publisher", 403, "The publisher is not trusted", "发布者未受信任";
    NotFound = "not_found", 404, "There is no such thing", "没有找到";
    MethodNotAllowed = "method_not_allowed", 405, "The path does not take this method", "该路径不支持此方法";
    IdentityTaken = "identity_taken", 409, "The identity belongs to another customer", "该身份标识已属于另一位顾客";
    IdentityConflict = "identity_conflict", 409, "The identities belong to different customers", "这些身份标识属于不同的顾客";
    SourceIdReused = "source_id_reused", 409, "The source id was used with other content", "该来源编号已用于其他内容";
    Conflict = "conflict", 409, "The present state does not allow this", "当前状态不允许此操作";
    SchemaBreaksData = "schema_breaks_data", 409, "Existing data would break the schema", "现有数据不符合该模式";
    PreconditionFailed = "precondition_failed", 412, "The record has changed since it was read", "记录在读取之后已被修改";
    TooLarge = "too_large", 413, "The body is too large", "请求体过大";
    UnsupportedMediaType = "unsupported_media_type", 415, "The body is not of a type taken here", "不接受该类型的请求体";
    TooManyAttempts = "too_many_attempts", 429, "Too many attempts", "尝试次数过多";
    InvalidValue = "invalid_value", 422, "A value is not acceptable", "有不可接受的值";
    IdempotencyKeyReused = "idempotency_key_reused", 422, "The idempotency key was used for another request", "该幂等键已用于另一个请求";
    SecretShownOnce = "secret_shown_once", 409, "The secret was shown once, and is not kept", "密钥或密码只显示一次，系统不予保存";
    PreconditionRequired = "precondition_required", 428, "The request needs If-Match", "请求需要 If-Match";
    ProviderUnavailable = "provider_unavailable", 502, "The identity provider is of no use now", "身份提供方暂不可用";
    Unavailable = "unavailable", 503, "The database does not answer", "数据库没有响应";
    /// Only ever a fault of ours; logged with an id that the answer repeats.
    Internal = "internal", 500, "The server failed", "服务器内部错误";
}

impl Problem {
    pub fn new(code: Code, detail: impl Into<Bilingual>) -> Problem {
        Problem { code, detail: detail.into(), faults: Vec::new(), extra: serde_json::Map::new() }
    }

    pub fn not_found(what: Word, id: impl fmt::Display) -> Problem {
        Problem::new(Code::NotFound, sentences::no_such(what, id.to_string()))
    }

    pub fn invalid(faults: Vec<Fault>) -> Problem {
        let detail = match faults.as_slice() {
            [only] => only.said(),
            [first, rest @ ..] => sentences::and_more(first.said(), rest.len()).text,
            [] => Bilingual::default(),
        };
        Problem { faults, ..Problem::new(Code::InvalidValue, detail) }
    }

    pub fn invalid_at(pointer: &str, code: &str, message: impl Into<Bilingual>) -> Problem {
        Problem::invalid(vec![Fault::new(pointer, code, message)])
    }

    /// The same about a part of what was sent: its pointers begin there.
    pub fn below(mut self, place: &str) -> Problem {
        for fault in &mut self.faults {
            fault.pointer.insert_str(0, place);
        }
        match self.faults.is_empty() {
            true => self,
            false => {
                Problem { code: self.code, extra: self.extra, ..Problem::invalid(self.faults) }
            }
        }
    }

    /// On one line, and further faults below it, for whoever reads this language.
    pub fn write(&self, language: Language) -> String {
        let mut text = self.said().get(language).to_owned();
        for fault in self.faults.iter().skip(1) {
            text.push_str("\n  ");
            text.push_str(fault.said().get(language));
        }
        text
    }

    fn said(&self) -> Bilingual {
        Bilingual::join([self.code.title().into(), self.detail.clone()].into_iter(), ": ", "：")
    }

    pub fn with(mut self, name: &str, value: impl Serialize) -> Problem {
        let json = serde_json::to_value(value).unwrap_or_default();
        self.extra.insert(name.to_owned(), json);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.write(Language::English))
    }
}

impl std::error::Error for Problem {}

impl Problem {
    pub fn unavailable(detail: impl Into<Bilingual>) -> Problem {
        Problem::new(Code::Unavailable, detail)
    }

    /// Ours, not the client's: logged in full, answered without detail.
    pub fn internal(error: impl fmt::Display) -> Problem {
        tracing::error!(%error, "internal fault");
        Problem::new(Code::Internal, sentences::server_failed())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        match error {
            // Whoever has a key looks for that answer; see `once`.
            StoreError::Answered => Problem::unavailable(sentences::being_done()),
            StoreError::LinkTaken => Problem::new(Code::Conflict, sentences::link_taken()),
            StoreError::Database(inner) => {
                tracing::error!(error = %inner, "the database failed");
                Problem::unavailable(sentences::no_database_answer())
            }
            other => Problem::internal(other),
        }
    }
}
