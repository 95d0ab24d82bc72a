//! Expressions of import maps.

use regulars_host::expression::{Expression, ExpressionError};
use serde_json::{Value as Json, json};

const COLUMNS: [&str; 5] = ["id", "amount", "Order Date", "is", "7day"];
const ROW: [&str; 5] = [" 00042 ", "-12.345", "19970112", "R", "x"];

fn evaluate(text: &str) -> Result<Json, ExpressionError> {
    Expression::compile(text, &COLUMNS.map(str::to_owned))?.evaluate(&ROW)
}

#[test]
fn columns_are_texts_and_helpers_compute() {
    for (text, expected) in [
        ("trim(id)", json!("00042")),
        ("int(id) + 1", json!(43)),
        ("round(amount, 2)", json!("-12.35")),
        ("round(\"0.004\", 2)", json!("0.00")),
        ("round(\"7\", 3)", json!("7.000")),
        ("round(\"9.99\", 0)", json!("10")),
        ("Order_Date.sub_string(0, 4) + \"-\" + Order_Date.sub_string(4, 2)", json!("1997-01")),
        ("if is == \"R\" { \"refund\" } else { \"purchase\" }", json!("refund")),
        ("upper(column_5) + lower(is)", json!("Xr")),
        ("amount == \"\"", json!(false)),
        ("()", Json::Null),
    ] {
        assert_eq!(evaluate(text), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let unknown = evaluate("1 +\n  amuont").unwrap_err();
    assert_eq!((unknown.line, unknown.column), (2, 3));
    assert!(unknown.message.contains("amuont"), "{unknown}");
    let number = evaluate("int(amount)").unwrap_err();
    assert!(number.message.contains("`-12.345` is not a whole number"), "{number}");
    assert!(evaluate("amount = 3").is_err());
    assert!(evaluate("[1, 2]").unwrap_err().message.contains("found array"));
}

#[test]
fn an_expression_can_not_run_away_or_leave() {
    for text in [
        "eval(\"1\")",
        "import \"x\"",
        "print(1)",
        "sleep(1)",
        "timestamp()",
        "let x = 1",
        "while true {}",
        "1.5 + 1.5",
    ] {
        assert!(evaluate(text).is_err(), "{text}");
    }
}
