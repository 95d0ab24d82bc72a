//! What is said to people about a mistake: each sentence stands in the source once, in both languages
//! side by side.
//!
//! [`sentences!`](crate::sentences) makes a function of each, so that the compiler sees to it that both
//! languages use exactly its values.

mod near;

use crate::{
    limits,
    text::{Bilingual, Language},
};
use std::{borrow::Cow, fmt, sync::Arc};

pub use near::{meant, nearest, none_declared, not_among, unknown};

/// A sentence with its values filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Stable, in snake_case: the name of its sentence.
    pub code: &'static str,
    pub text: Bilingual,
}

/// What may stand in a sentence.
pub trait Say {
    fn say(&self, language: Language) -> Cow<'_, str>;
}

/// A noun of ours, in English and in Chinese.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word(pub &'static str, pub &'static str);

impl Said {
    pub fn get(&self, language: Language) -> &str {
        self.text.get(language)
    }

    /// Cut short in each language, as [`brief`] does.
    pub fn brief(self) -> Said {
        Said { text: self.text.brief(), ..self }
    }
}

impl From<Word> for Bilingual {
    fn from(Word(en, zh_cn): Word) -> Bilingual {
        Bilingual { en: en.to_owned(), zh_cn: zh_cn.to_owned() }
    }
}

impl Bilingual {
    /// Cut short in each language, as [`brief`] does.
    pub fn brief(self) -> Bilingual {
        Bilingual { en: brief(self.en), zh_cn: brief(self.zh_cn) }
    }
}

/// What is said of a fault: long enough to understand, whatever a plugin put into it.
pub fn brief(mut text: String) -> String {
    if let Some((cut, _)) = text.char_indices().nth(limits::FAULT_CHARS_MAX) {
        text.truncate(cut);
        text.push('…');
    }
    text
}

/// In English, as what has no reader yet (a log, a panic) is written.
impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text.en)
    }
}

impl Say for Said {
    fn say(&self, language: Language) -> Cow<'_, str> {
        self.get(language).into()
    }
}

impl Say for Bilingual {
    fn say(&self, language: Language) -> Cow<'_, str> {
        self.get(language).into()
    }
}

impl Say for Word {
    fn say(&self, language: Language) -> Cow<'_, str> {
        match language {
            Language::English => self.0.into(),
            Language::Chinese => self.1.into(),
        }
    }
}

impl Say for str {
    fn say(&self, _: Language) -> Cow<'_, str> {
        self.into()
    }
}

impl Say for String {
    fn say(&self, _: Language) -> Cow<'_, str> {
        self.as_str().into()
    }
}

impl Say for Arc<str> {
    fn say(&self, _: Language) -> Cow<'_, str> {
        (&**self).into()
    }
}

macro_rules! say_numbers {
    ($($number:ty),+) => {
        $(impl Say for $number {
            fn say(&self, _: Language) -> Cow<'_, str> {
                self.to_string().into()
            }
        })+
    };
}

say_numbers!(usize, u16, u32, u64, i32, i64);

impl<T: Say + ?Sized> Say for &T {
    fn say(&self, language: Language) -> Cow<'_, str> {
        (**self).say(language)
    }
}

/// Names in a row, as the language separates them.
impl<T: Say> Say for [T] {
    fn say(&self, language: Language) -> Cow<'_, str> {
        let names: Vec<_> = self.iter().map(|name| name.say(language)).collect();
        let between = match language {
            Language::English => ", ",
            Language::Chinese => "、",
        };
        names.join(between).into()
    }
}

/// `name(value, …) "English with {value}" "中文，含 {value}";` becomes a function that gives a
/// [`Said`] of that code, and `ALL` has each code with its two sentences. A value that either
/// language leaves out, or a placeholder that is no value, does not compile.
#[macro_export]
macro_rules! sentences {
    ($($(#[$doc:meta])* $name:ident($($value:ident),* $(,)?) $en:literal $zh_cn:literal;)+) => {
        $(
            $(#[$doc])*
            pub fn $name($($value: impl $crate::said::Say),*) -> $crate::said::Said {
                let text = $crate::text::Bilingual {
                    en: format!($en, $($value = $value.say($crate::text::Language::English)),*),
                    zh_cn: format!($zh_cn, $($value = $value.say($crate::text::Language::Chinese)),*),
                };
                $crate::said::Said { code: stringify!($name), text }
            }
        )+

        /// Each code, its English and its Chinese.
        #[cfg(test)]
        pub const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $en, $zh_cn)),+];
    };
}

/// Whether there is Chinese in it.
pub fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// For the test of each list of sentences: codes are unique, and what is said in Chinese is Chinese.
pub fn check_sentences(all: &[(&str, &str, &str)]) -> Result<(), String> {
    let mut seen = std::collections::BTreeSet::new();
    for (code, en, zh_cn) in all {
        if !seen.insert(code) {
            return Err(format!("{code} stands twice"));
        }
        if is_chinese(en) || !is_chinese(zh_cn) {
            return Err(format!("{code} is not said in both languages"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    sentences! {
        /// For the tests below.
        short_of(what, most) "{most} {what} at most, {{}} aside" "{what}最多 {most} 个，{{}} 除外";
    }

    #[test]
    fn a_sentence_is_said_in_both_languages() {
        let said = short_of(Word("texts", "文案"), 3_usize);
        assert_eq!(said.code, "short_of");
        assert_eq!(said.get(Language::English), "3 texts at most, {} aside");
        assert_eq!(said.get(Language::Chinese), "文案最多 3 个，{} 除外");
        let names = ["a", "b"];
        assert_eq!(names[..].say(Language::Chinese), "a、b");
        assert_eq!(check_sentences(ALL), Ok(()));
    }

    #[test]
    fn a_list_that_repeats_or_is_half_translated_is_found_out() {
        let twice = [("a", "one", "一"), ("a", "two", "二")];
        assert!(check_sentences(&twice).is_err());
        assert!(check_sentences(&[("a", "one", "one")]).is_err());
    }
}
