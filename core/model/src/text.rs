//! Texts in the two languages every plugin and every screen speaks.

use crate::said::Said;
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    #[default]
    #[serde(rename = "en")]
    English,
    #[serde(rename = "zh-CN")]
    Chinese,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bilingual {
    pub en: String,
    #[serde(rename = "zh-CN")]
    pub zh_cn: String,
}

impl Bilingual {
    pub fn same(text: &str) -> Bilingual {
        Bilingual { en: text.to_owned(), zh_cn: text.to_owned() }
    }

    /// One after the other, with this between them in English and that in Chinese.
    pub fn join(texts: impl Iterator<Item = Bilingual>, english: &str, chinese: &str) -> Bilingual {
        let (en, zh_cn): (Vec<_>, Vec<_>) = texts.map(|text| (text.en, text.zh_cn)).unzip();
        Bilingual { en: en.join(english), zh_cn: zh_cn.join(chinese) }
    }

    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Chinese => &self.zh_cn,
        }
    }
}

/// In English, as what has no reader yet (a log, a panic) is written.
impl fmt::Display for Bilingual {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

impl From<String> for Bilingual {
    fn from(text: String) -> Bilingual {
        Bilingual::same(&text)
    }
}

impl From<&str> for Bilingual {
    fn from(text: &str) -> Bilingual {
        Bilingual::same(text)
    }
}

impl From<Said> for Bilingual {
    fn from(said: Said) -> Bilingual {
        said.text
    }
}

/// The `{names}` a template mentions, in order of first mention.
pub fn placeholders(template: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for part in template.split('{').skip(1) {
        if let Some((name, _)) = part.split_once('}')
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}

/// The template with every `{name}` replaced by what `find` gives for it.
pub fn fill<'a>(template: &str, find: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) if find(name).is_some() => {
                filled.push_str(find(name).unwrap_or_default());
                rest = tail;
            }
            _ => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_and_filled_once() {
        let template = "{tier}: {spend} spent, {tier} {unknown} {";
        assert_eq!(placeholders(template), ["tier", "spend", "unknown"]);
        let find = |name: &str| match name {
            "tier" => Some("{spend}"),
            "spend" => Some("5"),
            _ => None,
        };
        assert_eq!(fill(template, find), "{spend}: 5 spent, {spend} {unknown} {");
    }
}
