//! Query parameters. An unknown one is refused: a misspelt filter must not answer with everything.

use crate::problem::Refusal;
use crate::sentences;
use axum::{extract::FromRequestParts, http::request::Parts};
use percent_encoding::percent_decode_str;
use regulars_model::{
    document::serde_said,
    limits::{PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let query = parts.uri.query().unwrap_or_default();
        match percent_decode_str(query).decode_utf8() {
            Ok(text) if text.contains('\0') => {
                return Err(Refusal::bad_request(sentences::nul_in_query()));
            }
            Err(_) => return Err(Refusal::bad_request(sentences::query_not_utf8())),
            Ok(_) => {}
        }
        let read = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        read.map(|axum::extract::Query(value)| Query(value)).map_err(|rejection| {
            let text = rejection.body_text();
            let detail = text.strip_prefix("Failed to deserialize query string: ");
            Refusal::bad_request(sentences::wrong_query(serde_said(detail.unwrap_or(&text))))
        })
    }
}

/// Rows a page may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(pub u32);

impl Default for Limit {
    fn default() -> Self {
        Limit(PAGE_SIZE_DEFAULT)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.parse() {
            Ok(limit @ 1..=PAGE_SIZE_MAX) => Ok(Limit(limit)),
            _ => Err(serde::de::Error::custom(format!(
                "expected a whole number from 1 to {PAGE_SIZE_MAX}"
            ))),
        }
    }
}
