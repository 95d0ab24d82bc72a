//! From a request to a context: who asks, in which language, and under which idempotency key.

use super::{body, json};
use crate::problem::Refusal;
use crate::sentences;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, request::Parts},
};
use regulars_engine::{
    Engine, Origin,
    ctx::{Actor, Ctx, Idempotency},
    problem::Code,
};
use regulars_model::{
    canonical::{Hash, hash_bytes},
    limits::{BODY_BYTES_MAX, IDEMPOTENCY_KEY_CHARS_MAX, PACK_BYTES_MAX},
    text::Language,
};
use serde::de::DeserializeOwned;
use std::sync::Arc;

pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// A question.
pub struct Asking(pub Ctx);

/// A command with a body.
pub struct Command<T> {
    pub ctx: Ctx,
    pub draft: T,
}

/// A command whose body may be left out.
pub struct Brief<T> {
    pub ctx: Ctx,
    pub draft: T,
}

/// A command whose body is a packed plugin.
pub struct Packed {
    pub ctx: Ctx,
    pub file: Bytes,
}

/// A command that needs no body; an empty object is taken for none.
pub struct Bare(pub Ctx);

impl FromRequestParts<Engine> for Asking {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, engine: &Engine) -> Result<Self, Refusal> {
        context(engine, parts, None).map(Asking)
    }
}

impl<T: DeserializeOwned> FromRequest<Engine> for Command<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, engine: &Engine) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let key = idempotency_key(&parts)?;
        body::expect_json(&parts.headers)?;
        let bytes = body::read(body, BODY_BYTES_MAX).await?;
        let draft = json::parse(&bytes)?;
        let ctx = context(engine, &parts, key.map(|key| (key, &*bytes)))?;
        Ok(Command { ctx, draft })
    }
}

impl FromRequest<Engine> for Packed {
    type Rejection = Refusal;

    async fn from_request(request: Request, engine: &Engine) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let key = idempotency_key(&parts)?;
        body::expect_packed_plugin(&parts.headers)?;
        let file = body::read(body, PACK_BYTES_MAX).await?;
        let ctx = context(engine, &parts, key.map(|key| (key, &*file)))?;
        Ok(Packed { ctx, file })
    }
}

impl FromRequest<Engine> for Bare {
    type Rejection = Refusal;

    async fn from_request(request: Request, engine: &Engine) -> Result<Self, Refusal> {
        let Brief { ctx, draft: json::Nothing {} } = Brief::from_request(request, engine).await?;
        Ok(Bare(ctx))
    }
}

impl<T: DeserializeOwned + Default> FromRequest<Engine> for Brief<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, engine: &Engine) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let key = idempotency_key(&parts)?;
        let bytes = body::read(body, BODY_BYTES_MAX).await?;
        let draft = match bytes.trim_ascii() {
            [] => T::default(),
            _ => {
                body::expect_json(&parts.headers)?;
                json::parse(&bytes)?
            }
        };
        let ctx = context(engine, &parts, key.map(|key| (key, &*bytes)))?;
        Ok(Brief { ctx, draft })
    }
}

fn context(engine: &Engine, parts: &Parts, keyed: Option<(Hash, &[u8])>) -> Result<Ctx, Refusal> {
    let actor = actor(parts)?.clone();
    let language = parts.extensions.get::<Language>().copied().unwrap_or_default();
    let idempotency = keyed.map(|(key, body)| {
        let route =
            [parts.method.as_str(), parts.uri.path(), parts.uri.query().unwrap_or_default()];
        let [method, path, query] = route.map(str::as_bytes);
        Idempotency { key, body: hash_bytes(&[method, path, query, body]) }
    });
    let mut ctx = engine.context(actor, language, idempotency);
    if let Some(origin) = parts.extensions.get::<Arc<Origin>>() {
        ctx.origin = origin.clone();
    }
    Ok(ctx)
}

fn actor(parts: &Parts) -> Result<&Actor, Refusal> {
    parts
        .extensions
        .get::<Actor>()
        .ok_or_else(|| Refusal::new(Code::Internal, sentences::open_route()))
}

/// The key together with who used it: two who use the same know nothing of each other.
fn idempotency_key(parts: &Parts) -> Result<Option<Hash>, Refusal> {
    let Some(key) = read_key(&parts.headers)? else { return Ok(None) };
    let Actor { staff_id, customer_id, .. } = actor(parts)?;
    // All members are one member of the staff, namely none.
    let who = customer_id.map_or(staff_id.0, |customer| customer.0);
    Ok(Some(hash_bytes(&[who.as_bytes(), key.as_bytes()])))
}

fn read_key(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let printable = |key: &&str| {
        (1..=IDEMPOTENCY_KEY_CHARS_MAX).contains(&key.len())
            && key.bytes().all(|byte| (b' '..=b'~').contains(&byte))
    };
    match value.to_str().ok().filter(printable) {
        Some(key) if values.next().is_none() => Ok(Some(key)),
        _ => Err(Refusal::bad_request(sentences::idempotency_key(IDEMPOTENCY_KEY_CHARS_MAX))),
    }
}
