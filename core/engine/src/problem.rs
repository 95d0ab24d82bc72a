//! The one error type that leaves the engine. Its code is stable; REST maps it to a status.

use regulars_model::Fault;
use regulars_store::StoreError;
use serde::Serialize;
use serde_json::Value as Json;
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub code: Code,
    /// One sentence for people: what is wrong and, where it helps, what would be right.
    pub detail: String,
    pub faults: Vec<Fault>,
    /// Further members of the problem, such as both sides of a conflict.
    pub extra: serde_json::Map<String, Json>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $title:literal);+ $(;)?) => {
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
            pub fn title(self) -> &'static str {
                match self { $(Code::$name => $title),+ }
            }
        }
    };
}

codes! {
    InvalidRequest = "invalid_request", 400, "The request is not understood";
    InvalidCursor = "invalid_cursor", 400, "The cursor is not one this server gave";
    Unauthenticated = "unauthenticated", 401, "A valid API key is needed";
    Forbidden = "forbidden", 403, "The role may not do this";
    UntrustedPublisher = "untrusted_publisher", 403, "The publisher is not trusted";
    NotFound = "not_found", 404, "There is no such thing";
    MethodNotAllowed = "method_not_allowed", 405, "The path does not take this method";
    IdentityTaken = "identity_taken", 409, "The identity belongs to another customer";
    IdentityConflict = "identity_conflict", 409, "The identities belong to different customers";
    SourceIdReused = "source_id_reused", 409, "The source id was used with other content";
    Conflict = "conflict", 409, "The present state does not allow this";
    SchemaBreaksData = "schema_breaks_data", 409, "Existing data would break the schema";
    PreconditionFailed = "precondition_failed", 412, "The record has changed since it was read";
    TooLarge = "too_large", 413, "The body is too large";
    UnsupportedMediaType = "unsupported_media_type", 415, "The body is not of a type taken here";
    TooManyAttempts = "too_many_attempts", 429, "Too many attempts";
    InvalidValue = "invalid_value", 422, "A value is not acceptable";
    IdempotencyKeyReused = "idempotency_key_reused", 422, "The idempotency key was used for another request";
    SecretShownOnce = "secret_shown_once", 409, "The secret was shown once, and is not kept";
    PreconditionRequired = "precondition_required", 428, "The request needs If-Match";
    Unavailable = "unavailable", 503, "The database does not answer";
    /// Only ever a fault of ours; logged with an id that the answer repeats.
    Internal = "internal", 500, "The server failed";
}

impl Problem {
    pub fn new(code: Code, detail: impl Into<String>) -> Problem {
        Problem { code, detail: detail.into(), faults: Vec::new(), extra: serde_json::Map::new() }
    }

    pub fn not_found(what: &str, id: impl fmt::Display) -> Problem {
        Problem::new(Code::NotFound, format!("there is no {what} {id}"))
    }

    pub fn invalid(faults: Vec<Fault>) -> Problem {
        let detail = match faults.as_slice() {
            [only] => only.to_string(),
            [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
            [] => String::new(),
        };
        Problem { faults, ..Problem::new(Code::InvalidValue, detail) }
    }

    pub fn invalid_at(pointer: &str, code: &str, message: impl Into<String>) -> Problem {
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

    pub fn with(mut self, name: &str, value: impl Serialize) -> Problem {
        let json = serde_json::to_value(value).unwrap_or_default();
        self.extra.insert(name.to_owned(), json);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.title(), self.detail)?;
        for fault in self.faults.iter().skip(1) {
            write!(f, "\n  {fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

impl Problem {
    pub fn unavailable(detail: &str) -> Problem {
        Problem::new(Code::Unavailable, detail)
    }

    /// Ours, not the client's: logged in full, answered without detail.
    pub fn internal(error: impl fmt::Display) -> Problem {
        tracing::error!(%error, "internal fault");
        Problem::new(Code::Internal, "the server failed; the log has the reason")
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        match error {
            // Whoever has a key looks for that answer; see `once`.
            StoreError::Answered => Problem::unavailable("the same is being done; try again"),
            StoreError::Database(inner) => {
                tracing::error!(error = %inner, "the database failed");
                Problem::unavailable("the database does not answer; try again")
            }
            other => Problem::internal(other),
        }
    }
}
