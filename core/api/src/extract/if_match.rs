//! `If-Match: "7"`: the version an edit was made from.

use crate::problem::Refusal;
use crate::sentences;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use regulars_engine::problem::Code;

pub struct IfMatch(pub i64);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        read(&parts.headers).map(IfMatch)
    }
}

fn read(headers: &HeaderMap) -> Result<i64, Refusal> {
    let mut values = headers.get_all(header::IF_MATCH).iter();
    let Some(value) = values.next() else {
        let detail = sentences::send_etag();
        return Err(Refusal::new(Code::PreconditionRequired, detail));
    };
    let malformed = || Refusal::bad_request(sentences::one_etag());
    if values.next().is_some() {
        return Err(malformed());
    }
    let digits = value
        .to_str()
        .ok()
        .and_then(|text| text.strip_prefix('"')?.strip_suffix('"'))
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .ok_or_else(malformed)?;
    digits.parse().map_err(|_| malformed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_strong_etag_of_ours_is_taken() {
        for (sent, expected) in [
            (vec!["\"7\""], Ok(7)),
            (vec![], Err(428)),
            (vec!["*"], Err(400)),
            (vec!["W/\"7\""], Err(400)),
            (vec!["7"], Err(400)),
            (vec!["\"-7\""], Err(400)),
            (vec!["\"\""], Err(400)),
            (vec!["\"99999999999999999999\""], Err(400)),
            (vec!["\"7\", \"8\""], Err(400)),
            (vec!["\"7\"", "\"8\""], Err(400)),
        ] {
            let mut headers = HeaderMap::new();
            for value in &sent {
                headers.append(header::IF_MATCH, value.parse().unwrap());
            }
            let answer = read(&headers).map_err(|refusal| refusal.0.code.status());
            assert_eq!(answer, expected, "{sent:?}");
        }
    }
}
