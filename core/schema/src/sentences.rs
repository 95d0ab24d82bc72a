//! What is wrong with a value, or with a schema itself.

use regulars_model::said::Word;

pub(crate) const TYPES: [(&str, Word); 7] = [
    ("integer", Word("a whole number", "整数")),
    ("number", Word("a number", "数字")),
    ("string", Word("text", "文本")),
    ("boolean", Word("true or false", "true 或 false")),
    ("array", Word("a list", "列表")),
    ("object", Word("an object", "对象")),
    ("null", Word("null", "null")),
];

pub(crate) const FORMATS: [(&str, Word); 4] = [
    (
        "date-time",
        Word(
            "an instant with its offset, like 2026-05-03T09:30:00+08:00",
            "带时差的时刻，如 2026-05-03T09:30:00+08:00",
        ),
    ),
    ("date", Word("a date like 2026-05-03", "日期，如 2026-05-03")),
    ("email", Word("an e-mail address", "邮箱地址")),
    ("uri", Word("a URI", "URI")),
];

regulars_model::sentences! {
    // A value.
    missing(name) "`{name}` is missing" "缺少 `{name}`";
    unknown(name) "there is no `{name}` here" "此处没有 `{name}`";
    expected(what, found) "expected {what}, found {found}" "应为{what}，实为 {found}";
    one_of(words) "one of {words}" "以下之一：{words}";
    this_value(value) "{value}" "固定的值 {value}";
    chars_up_to(most) "at most {most} characters" "不超过 {most} 个字符";
    chars_from(least) "at least {least} characters" "不少于 {least} 个字符";
    at_least(least) "at least {least}" "不小于 {least} 的数";
    at_most(most) "at most {most}" "不大于 {most} 的数";
    more_than(least) "more than {least}" "大于 {least} 的数";
    less_than(most) "less than {most}" "小于 {most} 的数";
    multiple_of(of) "a multiple of {of}" "{of} 的倍数";
    matching(pattern) "text that matches {pattern}" "符合 {pattern} 的文本";
    items_up_to(most) "expected at most {most} items" "最多应有 {most} 项";
    items_from(least) "expected at least {least} items" "至少应有 {least} 项";
    members_up_to(most) "expected at most {most} members" "最多应有 {most} 个成员";
    members_from(least) "expected at least {least} members" "至少应有 {least} 个成员";
    more_items() "there are more items than expected" "项数多于预期";
    repeated() "an item stands here twice" "有重复的项";
    none_fits() "none of the items is the one expected" "没有一项是所要求的";
    nothing_here() "nothing may stand here" "此处不能有任何内容";
    excluded(found) "{found} is excluded" "不允许使用 {found}";
    wrong_name(fault) "a name here is not allowed: {fault}" "此处有不允许的名称：{fault}";
    several_fit() "more than one alternative fits" "同时符合多种可选形式";
    not_satisfied(keyword) "does not satisfy `{keyword}`" "不满足 `{keyword}`";
    no_alternative(count, faults)
        "none of {count} alternatives fits: {faults}"
        "{count} 种可选形式都不符合：{faults}";

    // A schema.
    too_many_parts(found, most)
        "with its references written out the schema has {found} parts; at most {most} are taken"
        "展开引用后，模式有 {found} 个部分；最多接受 {most} 个";
    too_deep(most)
        "schemas stand in each other more than {most} deep here"
        "此处模式的嵌套超过 {most} 层";
    recurs(target)
        "\"{target}\" leads back to itself; a schema here can not recur"
        "\"{target}\" 指回自身；模式不能递归";
    outside(target)
        "expected a place in this schema such as \"#/$defs/name\", found \"{target}\""
        "应为本模式中的位置，如 \"#/$defs/name\"，实为 \"{target}\"";
    nothing_at(target)
        "there is nothing at \"{target}\" in this schema"
        "本模式中没有 \"{target}\" 这个位置";
    not_taken(word) "`{word}` is not taken here" "不接受 `{word}`";
    true_or_false() "expected true or false" "应为 true 或 false";
    not_a_schema(error) "it is no schema: {error}" "不是有效的模式：{error}";
    too_many_bytes(bytes, most)
        "the schema has {bytes} bytes; at most {most} are taken"
        "模式有 {bytes} 字节；最多接受 {most} 字节";
    other_dialect(own, found) "expected \"{own}\", found {found}" "应为 \"{own}\"，实为 {found}";
    no_namespace(namespace, known)
        "no schema was put for the fields of `{namespace}`{known}"
        "没有为 `{namespace}` 的字段设置模式{known}";
    no_kind(kind, built_in, known)
        "no schema was put for events of kind `{kind}`; built in: {built_in}{known}"
        "没有为 `{kind}` 类事件设置模式；内置的有：{built_in}{known}";
    put_here(names) "; put here: {names}" "；已设置的有：{names}";
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
