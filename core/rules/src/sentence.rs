//! Reasons as sentences, in both languages.

use regulars_model::{
    Currency, Instant, Manifest, Money, Reason, Shape, Value,
    duration::{DAY_US, HOUR_US, MINUTE_US, SECOND_US},
    text::{Bilingual, Language, fill},
};

/// How every reason begins of what the engine does in a plugin's place. No text of a manifest is called
/// so: its names have no dot.
pub const OF_ENGINE: &str = "engine.";
/// The reason of what the engine takes back for a plugin.
pub const WITHDRAWN: &str = "engine.withdrawn";
/// The reason of what the engine takes back because a version of the plugin has no such thing.
pub const UNDECLARED: &str = "engine.undeclared";

/// The sentence of a reason; its values written as people of the language write them.
pub fn sentence(manifest: &Manifest, reason: &Reason, currency: Currency) -> Bilingual {
    match &*reason.text {
        WITHDRAWN => return withdrawn(&manifest.title),
        UNDECLARED => return undeclared(manifest),
        _ => {}
    }
    let render = |language| {
        let Some(text) = manifest.texts.get(&*reason.text) else { return String::new() };
        let values: Vec<(&str, String)> = text
            .args
            .iter()
            .zip(&reason.args)
            .map(|(arg, value)| {
                let shape = manifest.arg_shape(text, arg);
                (arg.as_str(), write(shape.as_ref(), value, currency, language))
            })
            .collect();
        let template = match language {
            Language::English => &text.en,
            Language::Chinese => &text.zh_cn,
        };
        fill(template, |name| {
            values.iter().find(|(arg, _)| *arg == name).map(|(_, written)| written.as_str())
        })
    };
    Bilingual { en: render(Language::English), zh_cn: render(Language::Chinese) }
}

fn withdrawn(title: &Bilingual) -> Bilingual {
    Bilingual {
        en: format!("{} is switched off, or no longer covers this customer's stores.", title.en),
        zh_cn: format!("“{}”已停用，或不再覆盖该客户的门店。", title.zh_cn),
    }
}

fn undeclared(Manifest { title, version, .. }: &Manifest) -> Bilingual {
    Bilingual {
        en: format!("{} {version} has no such thing to set.", title.en),
        zh_cn: format!("“{}”{version}不再设置此项。", title.zh_cn),
    }
}

/// One value as people of the language write it.
pub fn write(
    shape: Option<&Shape>,
    value: &Value,
    currency: Currency,
    language: Language,
) -> String {
    let english = language == Language::English;
    match (shape, value) {
        (Some(Shape::Window), Value::Null) => pick(english, "all time", "全部时间"),
        (_, Value::Null) => pick(english, "none", "无"),
        (_, Value::Bool(true)) => pick(english, "yes", "是"),
        (_, Value::Bool(false)) => pick(english, "no", "否"),
        (Some(Shape::Money), Value::Int(amount)) => {
            let money = Money { amount: *amount, currency };
            if english { money.to_string() } else { money.to_chinese() }
        }
        (Some(Shape::Duration | Shape::Window), Value::Int(micros)) => span(*micros, english),
        (Some(Shape::Instant), Value::Int(micros)) => Instant(*micros).to_string(),
        (Some(Shape::Date), Value::Int(_)) => text_of(&Shape::Date.write(value, currency)),
        (Some(Shape::Choice { values }), Value::Text(word)) => {
            let choice = values.iter().find(|choice| *choice.value == **word);
            choice.map_or(word.to_string(), |choice| choice.label.get(language).to_owned())
        }
        (Some(Shape::List { items, .. }), Value::List(list)) => {
            let written: Vec<_> =
                list.iter().map(|item| write(Some(items), item, currency, language)).collect();
            written.join(if english { ", " } else { "、" })
        }
        (_, Value::Int(int)) => int.to_string(),
        (_, Value::Text(text)) => text.to_string(),
        (_, other) => serde_json::to_string(other).unwrap_or_default(),
    }
}

fn pick(english: bool, en: &str, zh_cn: &str) -> String {
    if english { en } else { zh_cn }.to_owned()
}

fn span(micros: i64, english: bool) -> String {
    let (count, unit_en, unit_zh) = if micros % DAY_US == 0 {
        (micros / DAY_US, "day", "天")
    } else if micros % HOUR_US == 0 {
        (micros / HOUR_US, "hour", "小时")
    } else if micros % MINUTE_US == 0 {
        (micros / MINUTE_US, "minute", "分钟")
    } else {
        (micros / SECOND_US, "second", "秒")
    };
    match (english, count) {
        (true, 1) => format!("1 {unit_en}"),
        (true, _) => format!("{count} {unit_en}s"),
        (false, _) => format!("{count}{unit_zh}"),
    }
}

fn text_of(json: &serde_json::Value) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_in_its_largest_whole_unit() {
        for (text, en, zh_cn) in [
            ("15m", "15 minutes", "15分钟"),
            ("1m", "1 minute", "1分钟"),
            ("90s", "90 seconds", "90秒"),
            ("36h", "36 hours", "36小时"),
            ("2w", "14 days", "14天"),
        ] {
            let micros = regulars_model::duration::parse_duration(text).expect("a duration");
            assert_eq!([span(micros, true), span(micros, false)], [en, zh_cn]);
        }
    }
}
