//! `Accept-Language`: English or Chinese, by the client's own weights.

use axum::http::{HeaderMap, header};
use regulars_model::text::Language;

/// The language of the highest weight; the first of equal ones; English when none is spoken here.
pub fn preferred(headers: &HeaderMap) -> Language {
    let mut best = (0, Language::English);
    for value in headers.get_all(header::ACCEPT_LANGUAGE) {
        for choice in value.to_str().unwrap_or_default().split(',') {
            let (tag, parameters) = choice.split_once(';').unwrap_or((choice, ""));
            let weight = weight_milli(parameters);
            if let Some(language) = spoken(tag.trim())
                && weight > best.0
            {
                best = (weight, language);
            }
        }
    }
    best.1
}

fn spoken(tag: &str) -> Option<Language> {
    let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    match primary.as_str() {
        "zh" => Some(Language::Chinese),
        "en" | "*" => Some(Language::English),
        _ => None,
    }
}

/// `q=0.8` as 800; 1000 where there is none, 0 where it can not be read.
fn weight_milli(parameters: &str) -> u32 {
    let Some(weight) = parameters.trim().strip_prefix("q=") else {
        return if parameters.trim().is_empty() { 1_000 } else { 0 };
    };
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    if fraction.len() > 3 || !matches!(whole, "0" | "1") {
        return 0;
    }
    let milli = format!("{whole}{fraction:0<3}").parse().unwrap_or(0);
    if milli > 1_000 { 0 } else { milli }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_weight_wins_and_the_first_of_equals() {
        for (sent, expected) in [
            ("zh-CN", Language::Chinese),
            ("fr, zh;q=0.8, en;q=0.7", Language::Chinese),
            ("en;q=0.5, zh-Hans;q=0.501", Language::Chinese),
            ("en, zh", Language::English),
            ("zh;q=0, en;q=0.1", Language::English),
            ("zh;q=7, de", Language::English),
            ("", Language::English),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, sent.parse().unwrap());
            assert_eq!(preferred(&headers), expected, "{sent}");
        }
    }
}
