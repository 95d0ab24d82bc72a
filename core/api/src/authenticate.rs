//! Every route but the open ones stands behind this: no valid key, no answer.

use crate::problem::Refusal;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};
use regulars_engine::{Engine, problem::Code};

pub async fn authenticate(
    State(engine): State<Engine>,
    mut request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let actor = engine.authenticate(bearer(request.headers())?).await?;
    request.extensions_mut().insert(actor);
    Ok(next.run(request).await)
}

fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    let needed =
        || Refusal::new(Code::Unauthenticated, "send an API key as `Authorization: Bearer KEY`");
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(needed()) };
    let (scheme, key) =
        value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(needed)?;
    let key = key.trim();
    if scheme.eq_ignore_ascii_case("bearer") && !key.is_empty() { Ok(key) } else { Err(needed()) }
}
