//! What can be wrong with a value that was sent, or stands in a file.

use crate::said::Word;

pub(crate) const BOOLEAN: Word = Word("true or false", "true 或 false");
pub(crate) const AMOUNT: Word =
    Word("an amount as text, such as \"50000.00\"", "写成文本的金额，如 \"50000.00\"");
pub(crate) const DURATION: Word =
    Word("a duration such as \"14d\" or \"36h\"", "时长，如 \"14d\" 或 \"36h\"");
pub(crate) const WINDOW: Word =
    Word("a window such as \"365d\", or \"lifetime\"", "时间窗，如 \"365d\" 或 \"lifetime\"");
pub(crate) const INSTANT: Word = Word(
    "an instant such as \"2026-05-03T09:30:00+08:00\"",
    "时刻，如 \"2026-05-03T09:30:00+08:00\"",
);
pub(crate) const DATE: Word = Word("a date such as \"2026-05-03\"", "日期，如 \"2026-05-03\"");
pub(crate) const OBJECT: Word = Word("an object", "对象");

crate::sentences! {
    wrong_value(expected, found) "expected {expected}, found {found}" "应为{expected}，实为 {found}";
    text_up_to(most) "text of at most {most} characters" "不超过 {most} 个字符的文本";
    one_of(words) "one of {words}" "以下之一：{words}";
    list_up_to(most) "a list of at most {most}" "不超过 {most} 项的列表";
    whole_between(least, most) "a whole number from {least} to {most}" "{least} 至 {most} 的整数";
    whole_from(least) "a whole number of at least {least}" "不小于 {least} 的整数";
    whole_up_to(most) "a whole number of at most {most}" "不大于 {most} 的整数";
    whole() "a whole number" "整数";
    unknown_name(known) "unknown; known here: {known}" "没有这个名称；此处可用的有：{known}";
    no_setting(plugin, name, known)
        "{plugin} has no setting `{name}`; it has {known}"
        "{plugin} 没有名为 `{name}` 的设置；它的设置有：{known}";

    // Tables.
    too_many_rows(found, most) "{found} rows, at most {most}" "有 {found} 行，最多 {most} 行";
    too_many_bytes(found, most) "{found} bytes, at most {most}" "有 {found} 字节，最多 {most} 字节";
    same_key(row, key) "row {row} has the same {key}" "与第 {row} 行的 {key} 相同";

    // Money and identifiers.
    unknown_currency(code)
        "`{code}` is not an ISO 4217 currency code such as CNY"
        "`{code}` 不是 CNY 这样的 ISO 4217 币种代码";
    not_an_amount(text) "`{text}` is not an amount such as 50000.00" "`{text}` 不是 50000.00 这样的金额";
    too_precise(text, currency, exponent)
        "`{text}` has more decimal places than {currency}, which has {exponent}"
        "`{text}` 的小数位数超过 {currency} 的 {exponent} 位";
    too_large(text)
        "`{text}` is larger than any amount of money kept here"
        "`{text}` 超出可保存的金额范围";
    not_an_id(prefix)
        "expected an identifier like {prefix}_01890a5d-ac96-774b-bcce-b302099a8057"
        "应为 {prefix}_01890a5d-ac96-774b-bcce-b302099a8057 这样的编号";
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(crate::said::check_sentences(super::ALL), Ok(()));
    }
}
