//! What serde says, said by us: in both languages, with the nearest name.

use crate::{
    manifest::sentences,
    said::{Said, Word, unknown},
    text::Bilingual,
};

/// The sentence, and the name it is about where it is the name of a key.
pub(super) fn said(message: &str) -> (Said, Option<String>) {
    if let Some((name, known)) = of(message, "unknown field ") {
        return (unknown(sentences::KEY, name, known.into_iter()), Some(name.to_owned()));
    }
    if let Some((name, known)) = of(message, "unknown variant ") {
        let key = known.contains(&"integer").then(|| "type".to_owned());
        return (unknown(sentences::WORD, name, known.into_iter()), key);
    }
    if let Some(name) = missing(message) {
        return (sentences::missing_key(name), None);
    }
    let mistyped =
        message.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected "));
    if let Some((found, expected)) = mistyped {
        return (sentences::wrong_type(word(expected), word(found)), None);
    }
    if let Some(id) = message.strip_prefix("expected an identifier like ") {
        let prefix = id.split('_').next().unwrap_or_default();
        return (crate::fault::sentences::not_an_id(prefix), None);
    }
    (sentences::not_read(message), None)
}

/// The key that is not there.
pub(crate) fn missing(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.strip_suffix('`')
}

/// "PREFIX`name`, expected one of `a`, `b`"
fn of<'m>(message: &'m str, prefix: &str) -> Option<(&'m str, Vec<&'m str>)> {
    let mut quoted = message.strip_prefix(prefix)?.split('`').skip(1).step_by(2);
    Some((quoted.next()?, quoted.collect()))
}

/// Types as serde calls them; the values it adds stay as they are.
fn word(serde: &str) -> Bilingual {
    const WORDS: [(&str, Word); 12] = [
        ("a string", Word("a text in quotes", "引号内的文本")),
        ("string", Word("the text", "文本")),
        ("integer", Word("the number", "整数")),
        ("floating point", Word("the fraction", "小数")),
        ("boolean", Word("the boolean", "布尔值")),
        ("a boolean", Word("true or false", "true 或 false")),
        ("sequence", Word("a list", "列表")),
        ("a sequence", Word("a list", "列表")),
        ("map", Word("a table", "表")),
        ("a map", Word("a table", "表")),
        ("i32", Word("a whole number", "整数")),
        ("i64", Word("a whole number", "整数")),
    ];
    let (kind, value) = match serde.split_once(['`', '"']) {
        Some((kind, _)) => (kind.trim_end(), &serde[kind.len()..]),
        None => (serde, ""),
    };
    let kind = match kind.strip_prefix("struct ") {
        Some(_) => "map",
        None => kind,
    };
    let known = WORDS.iter().find(|(own, _)| *own == kind);
    let [en, zh_cn] = known.map_or([serde, serde], |(_, word)| [word.0, word.1]);
    let with = |word: &str| match known.is_some() {
        true => format!("{word}{}{value}", if value.is_empty() { "" } else { " " }),
        false => word.to_owned(),
    };
    Bilingual { en: with(en), zh_cn: with(zh_cn) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn what_serde_says_is_said_in_chinese_too() {
        let (near, key) = said("unknown field `settins`, expected one of `id`, `settings`");
        assert_eq!(near.text.zh_cn, "没有名为 `settins` 的键，是否想写 `settings`？");
        assert_eq!(key.as_deref(), Some("settins"));
        let (mistyped, _) = said("invalid type: integer `1`, expected a string");
        assert_eq!(
            mistyped.get(Language::English),
            "expected a text in quotes, found the number `1`"
        );
        assert_eq!(mistyped.get(Language::Chinese), "应为引号内的文本，实为整数 `1`");
        assert_eq!(said("missing field `id`").0.text.en, "`id` is missing");
        assert_eq!(said("what?").0.text.en, "it is not understood: what?");
    }
}
