//! In which language this process speaks.

use regulars_model::{said::Said, text::Language};
use std::sync::OnceLock;

static LANGUAGE: OnceLock<Language> = OnceLock::new();

/// What was asked for, or else what the place this runs in speaks; once, when the program begins.
pub fn choose(asked: Option<Language>) {
    let _ = LANGUAGE.set(asked.unwrap_or_else(|| of_locale(|name| std::env::var(name).ok())));
}

pub fn language() -> Language {
    LANGUAGE.get().copied().unwrap_or_default()
}

/// On a line of its own.
pub fn tell(said: &Said) {
    println!("{}", said.get(language()));
}

/// `--lang`, or REGULARS_LANG.
pub fn read(text: &str) -> Result<Language, String> {
    match text {
        "en" => Ok(Language::English),
        "zh-CN" | "zh" => Ok(Language::Chinese),
        _ => Err("expected en or zh-CN".to_owned()),
    }
}

/// The first of these that says anything counts, as everywhere else.
fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Language {
    let mut said = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable);
    match said.find(|locale| !locale.is_empty()) {
        Some(locale) if locale.starts_with("zh") => Language::Chinese,
        _ => Language::English,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_says_the_language() {
        let of = |set: &'static [(&str, &str)]| {
            of_locale(|name| {
                let found = set.iter().find(|(own, _)| *own == name);
                found.map(|(_, locale)| (*locale).to_owned())
            })
        };
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8")]), Language::Chinese);
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")]), Language::English);
        assert_eq!(of(&[("LC_ALL", ""), ("LC_MESSAGES", "zh_CN")]), Language::Chinese);
        assert_eq!(of(&[("LANG", "de_DE.UTF-8")]), Language::English);
        assert_eq!(of(&[]), Language::English);
        assert!(read("de").is_err());
    }
}
