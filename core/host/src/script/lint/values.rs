//! What a shape takes, said to whoever writes a script.

use regulars_model::{Shape, Value, text::Bilingual};
use rhai::Expr;

/// A number, a boolean or nothing that stands in the script; texts are words.
pub(super) fn constant(expression: &Expr) -> Option<Value> {
    match expression {
        Expr::IntegerConstant(int, _) => Some(Value::Int(*int)),
        Expr::BoolConstant(bool, _) => Some(Value::Bool(*bool)),
        Expr::Unit(_) => Some(Value::Null),
        _ => None,
    }
}

pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "()".to_owned(),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

pub(super) fn expected(shape: &Shape) -> Bilingual {
    let say = |en: &str, zh_cn: &str| Bilingual { en: en.to_owned(), zh_cn: zh_cn.to_owned() };
    match shape {
        Shape::Boolean => say("true or false", " true 或 false"),
        Shape::Integer { minimum, maximum } => range(*minimum, *maximum),
        Shape::Money => say("a whole number of minor units", "以最小货币单位计的整数"),
        Shape::Duration | Shape::Window => say("a duration such as days(14)", "时长，如 days(14)"),
        Shape::Instant => say("an instant such as call.now", "时刻，如 call.now"),
        Shape::Date => say("a date in days since 1970", "日期（1970 年以来的天数）"),
        Shape::Text { .. } => say("a text that is not too long", "不超长的文本"),
        Shape::Choice { values } => {
            let words: Vec<_> = values.iter().map(|own| format!("\"{}\"", own.value)).collect();
            Bilingual {
                en: format!("one of {}", words.join(", ")),
                zh_cn: format!("其中之一：{}", words.join("、")),
            }
        }
        Shape::List { .. } => say("a list", "列表"),
        Shape::Record { .. } => say("a record", "记录"),
    }
}

fn range(minimum: Option<i64>, maximum: Option<i64>) -> Bilingual {
    let (en, zh_cn) = match (minimum, maximum) {
        (Some(least), Some(most)) => {
            (format!(" from {least} to {most}"), format!("{least} 到 {most} 的"))
        }
        (Some(least), None) => (format!(" of at least {least}"), format!("不小于 {least} 的")),
        (None, Some(most)) => (format!(" of at most {most}"), format!("不大于 {most} 的")),
        (None, None) => (String::new(), String::new()),
    };
    Bilingual { en: format!("a whole number{en}"), zh_cn: format!("{zh_cn}整数") }
}

pub(super) fn choices(shape: &Shape) -> impl Iterator<Item = &str> + Clone {
    let values = match shape {
        Shape::Choice { values } => &values[..],
        _ => &[],
    };
    values.iter().map(|choice| choice.value.as_str())
}
