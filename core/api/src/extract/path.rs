//! Parts of the path, decoded and read.

use crate::problem::Refusal;
use crate::sentences;
use axum::{extract::FromRequestParts, http::request::Parts};
use regulars_model::document::serde_said;
use serde::de::DeserializeOwned;

pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        // Postgres keeps no NUL, so one that got through would be a failure of the server.
        if parts.uri.path().contains("%00") {
            return Err(Refusal::bad_request(sentences::nul_in_path()));
        }
        let read = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        read.map(|axum::extract::Path(value)| Path(value)).map_err(|rejection| {
            let text = rejection.body_text();
            let detail = text.strip_prefix("Invalid URL: ").unwrap_or(&text);
            Refusal::bad_request(sentences::wrong_path(serde_said(detail)))
        })
    }
}
