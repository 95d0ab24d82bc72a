//! Strict JSON: what two readers could understand differently is refused, and what does not fit
//! its type is named by a JSON pointer.

use super::{strict::read_tree, tree::Tree};
use crate::problem::Refusal;
use crate::sentences;
use regulars_engine::problem::{Code, Problem};
use regulars_model::{Fault, document::serde_said, fault::pointer_token};
use serde::{Deserialize, de::DeserializeOwned};

/// The body of a command that needs none.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    Ok(read(bytes)?)
}

/// Fails with InvalidRequest where it is no JSON, with InvalidValue where it is not what was
/// expected.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        Problem::new(Code::InvalidRequest, sentences::body_not_utf8(at))
    })?;
    let tree = read_tree(text)?;
    serde_path_to_error::deserialize(Tree(tree)).map_err(|error| {
        let message = error.inner().to_string();
        Problem::invalid(vec![explain(&pointer(error.path()), &message)])
    })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => pointer_token(key),
            Segment::Enum { .. } | Segment::Unknown => String::new(),
        })
        .collect()
}

/// serde says what is wrong in words only; the words of its derive are stable.
fn explain(pointer: &str, message: &str) -> Fault {
    if let Some(name) = message.strip_prefix("missing field `").and_then(|m| m.split('`').next()) {
        let pointer = format!("{pointer}{}", pointer_token(name));
        return Fault::new(pointer, "missing_field", sentences::is_missing());
    }
    let code = match message {
        m if m.starts_with("unknown field") => "unknown_field",
        m if m.starts_with("unknown variant") => "unknown_value",
        m if m.starts_with("invalid type") => "wrong_type",
        _ => "invalid_value",
    };
    Fault::new(pointer, code, serde_said(message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use regulars_engine::request::{EventDraft, NewCustomer};

    fn fault(body: &str) -> (u16, String, String) {
        let problem = read::<EventDraft>(body.as_bytes()).unwrap_err();
        let first = problem.faults.first().cloned();
        let first = first.unwrap_or_else(|| Fault::new("-", "-", "-"));
        (problem.code.status(), first.pointer, first.code)
    }

    #[test]
    fn each_fault_is_named_where_it_stands() {
        for (body, status, pointer, code) in [
            (r#"{"customer":{},"kind":"visit","colour":1}"#, 422, "/colour", "unknown_field"),
            (r#"{"customer":{"ids":1},"kind":"visit"}"#, 422, "/customer/ids", "unknown_field"),
            (r#"{"customer":{}}"#, 422, "/kind", "missing_field"),
            (r#"{"customer":{},"kind":7}"#, 422, "/kind", "wrong_type"),
            (
                r#"{"customer":{},"kind":"purchase","lines":[{},{"amount":"9"}]}"#,
                422,
                "/lines/1/amount",
                "wrong_type",
            ),
            (
                r#"{"customer":{"identities":[{"kind":"fax","value":""}]},"kind":"visit"}"#,
                422,
                "/customer/identities/0/kind",
                "unknown_value",
            ),
            (
                r#"{"customer":{},"kind":"visit","data":{"a/b":{"c":1,"c":2}}}"#,
                422,
                "/data/a~1b/c",
                "duplicate_key",
            ),
            (r#"{"customer":{},"kind":"vi\u0000sit"}"#, 422, "/kind", "invalid_text"),
            (r#"{"customer":{},"kind":"visit","amount":1.5}"#, 422, "/amount", "wrong_type"),
            (r#"{"customer":{},"kind":"visit","amount":1e99}"#, 422, "/amount", "wrong_type"),
            (r#"{"customer":{"id":"evt_1"},"kind":"visit"}"#, 422, "/customer/id", "invalid_value"),
            (r#"[]"#, 422, "", "wrong_type"),
            (r#"{"customer":[],"kind":"visit"}"#, 422, "/customer", "wrong_type"),
            (
                r#"{"customer":{"identities":[{"kind":{"phone":null}}]},"kind":"visit"}"#,
                422,
                "/customer/identities/0/kind",
                "wrong_type",
            ),
            (r#"{"customer":{},"kind":"\ud800"}"#, 400, "-", "-"),
            (r#"{"customer":{},"kind":"visit"} {}"#, 400, "-", "-"),
            (r#"{"customer":{},"#, 400, "-", "-"),
            ("", 400, "-", "-"),
        ] {
            assert_eq!(fault(body), (status, pointer.into(), code.into()), "{body}");
        }
    }

    #[test]
    fn what_is_no_json_is_named_by_line_and_column() {
        let problem = read::<NewCustomer>(b"{\n  \"tags\": [,]\n}").unwrap_err();
        assert!(problem.detail.en.contains("line 2 column 12"), "{}", problem.detail);
        let problem = read::<NewCustomer>(b"{\"tags\":[\"\xff\"]}").unwrap_err();
        assert_eq!((problem.code.status(), problem.detail.en.contains("byte 10")), (400, true));
    }

    #[test]
    fn nesting_without_end_is_refused_before_the_stack_is() {
        let deep = format!("{{\"tags\":{}", "[".repeat(100_000));
        assert_eq!(read::<NewCustomer>(deep.as_bytes()).unwrap_err().code.status(), 400);
    }
}
