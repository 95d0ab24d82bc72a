//! Newline-delimited JSON: a result per line, so a line that is wrong refuses only itself.

use super::{body, json};
use crate::problem::Refusal;
use axum::extract::{FromRequest, Request};
use regulars_engine::problem::{Code, Problem};
use regulars_model::limits::{BODY_BYTES_MAX, BULK_BYTES_MAX, BULK_LINES_MAX};
use serde::de::DeserializeOwned;

pub const MEDIA_TYPE: &str = "application/x-ndjson";

/// Each line with its number from 1; blank lines are passed over.
pub struct Lines<T>(pub Vec<(usize, Result<T, Problem>)>);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Lines<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        body::expect_ndjson(request.headers())?;
        let bytes = body::read(request.into_body(), BULK_BYTES_MAX).await?;
        read(&bytes).map(Lines)
    }
}

/// A line by its number, or what is wrong with it.
type Numbered<T> = (usize, Result<T, Problem>);

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<Vec<Numbered<T>>, Refusal> {
    let whole = || {
        let numbered = bytes.split(|byte| *byte == b'\n').enumerate();
        numbered.filter(|(_, line)| !line.trim_ascii().is_empty())
    };
    if whole().count() > BULK_LINES_MAX {
        let detail = format!("one body may have {BULK_LINES_MAX} lines; nothing was written");
        return Err(Refusal::new(Code::TooLarge, detail));
    }
    Ok(whole().map(|(index, line)| (index + 1, read_line(line))).collect())
}

fn read_line<T: DeserializeOwned>(line: &[u8]) -> Result<T, Problem> {
    if line.len() > BODY_BYTES_MAX {
        let detail = format!("a line may have {BODY_BYTES_MAX} bytes");
        return Err(Problem::new(Code::TooLarge, detail));
    }
    json::read(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value as Json;

    #[test]
    fn lines_keep_their_numbers_and_faults_stay_with_them() {
        let Ok(lines) = read::<Json>(b"{}\r\n\n{\n7") else { panic!("refused") };
        let seen: Vec<_> = lines.iter().map(|(line, read)| (*line, read.is_ok())).collect();
        assert_eq!(seen, [(1, true), (3, false), (4, true)]);
    }

    #[test]
    fn one_line_too_many_refuses_all() {
        let most = b"1\n".repeat(BULK_LINES_MAX);
        assert!(read::<Json>(&most).is_ok());
        assert!(read::<Json>(&[&most[..], b"1"].concat()).is_err());
    }
}
