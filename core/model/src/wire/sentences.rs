//! What can be wrong with an answer.

use crate::said::Word;

pub(super) const FIELD: Word = Word("field", "字段");
pub(super) const TAG: Word = Word("tag", "标签");
pub(super) const LIFECYCLE: Word = Word("lifecycle", "阶段");
pub(super) const TASK: Word = Word("task", "任务");
pub(super) const MESSAGE: Word = Word("message", "消息");
pub(super) const VOUCHER: Word = Word("voucher", "优惠券");
pub(super) const CUSTOM: Word = Word("custom effect", "自定义效果");
pub(super) const ACCOUNT: Word = Word("account of points", "积分账户");
pub(super) const KIND: Word = Word("kind of events to append", "可追加的事件");
pub(super) const TEXT: Word = Word("text", "文案");
pub(super) const EVENT: Word = Word("event", "事件");
pub(super) const INPUT: Word = Word("input", "输入");
pub(super) const CUSTOMER_READ: Word = Word("customer read", "客户读取项");
pub(super) const EVENT_READ: Word = Word("event read", "事件读取项");
pub(super) const SETTING: Word = Word("setting", "设置");

crate::sentences! {
    // Positions and words.
    no_symbol(position) "there is no symbol {position}" "没有编号为 {position} 的符号";
    no_list(position) "there is no list {position}" "没有编号为 {position} 的列表";
    no_boolean(word) "{word} is neither 0 nor 1, as a boolean is" "布尔值只能是 0 或 1，不能是 {word}";
    no_choice(word, words)
        "{word} is no position in a choice of {words} words"
        "{word} 超出了 {words} 个可选词的范围";
    long_list(found, most) "a list of {found}, at most {most}" "列表有 {found} 项，最多 {most} 项";
    other_record(found, declared)
        "a record of {found}, declared with {declared}"
        "记录有 {found} 个成员，声明的是 {declared} 个";
    long_text(bytes) "a text of {bytes} bytes" "文本长达 {bytes} 字节";
    too_large(most)
        "too much data: an answer of more than {most} bytes"
        "数据过多：结果超过 {most} 字节";
    no_position(word) "{word} is no position" "{word} 不是有效的位置";
    no_such_row(row, rows)
        "the answer is about row {row} of a call with {rows}"
        "结果涉及第 {row} 行，而本次调用只有 {rows} 行";
    no_such_slot(what, position, declared)
        "there is no {what} {position}; {declared} are declared"
        "没有编号为 {position} 的{what}；共声明了 {declared} 个";
    other_count(given, declared)
        "{given} values where the manifest declares {declared}"
        "给了 {given} 个值，清单声明的是 {declared} 个";
    no_lifecycle() "no lifecycle" "不是有效的阶段";
    no_assignee(known) "there is no such assignee; known: {known}" "没有这样的受派人；可用的有：{known}";

    // Limits and shapes.
    too_many_effects(most)
        "more than {most} effects for one customer"
        "对一位顾客给出的效果超过 {most} 个";
    too_many_comparisons(most)
        "more than {most} comparisons for one customer"
        "对一位顾客作的比较超过 {most} 次";
    without_reason(effect)
        "{effect} has no reason; name one of the manifest's texts"
        "{effect}没有理由；请给出清单中的一条文案";
    task_untitled()
        "a task has no title; name one of the manifest's texts"
        "任务没有标题；请给出清单中的一条文案";
    no_points() "points of 0 change nothing; give none" "0 积分没有意义，不必给出";
    can_not_be(name, value) "`{name}` can not be {value}" "`{name}` 不能是 {value}";
    no_amount(of) "{of} has no amount" "{of}缺少金额";
    undeclared_amount(of) "{of} is declared without an amount" "{of}声明为不带金额";
    wrong_amount(of, amount, most)
        "{of} can not have the amount {amount}: the kind gives the sign, and the most is {most}"
        "{of}的金额不能是 {amount}：正负由事件类型决定，最大为 {most}";
    takes_none(of, given) "{of} takes no values, {given} were given" "{of}不需要值，给了 {given} 个";
    takes(of, count, names, given)
        "{of} takes {count} ({names}), {given} given"
        "{of}需要 {count} 个值（{names}），给了 {given} 个";
    within(of, fault) "{of}: {fault}" "{of}有误：{fault}";
    empty_key() "a key is empty" "键不能为空";
    long_key(most) "a key is longer than {most} characters" "键超过 {most} 个字符";
    expires_early(sort) "a {sort} expires before it begins" "{sort}的失效时间早于生效时间";
    outside_years(of) "{of} is outside the years 1 to 9999" "{of}不在公元 1 年至 9999 年之间";
    of_wake() "the instant of a wake" "唤醒的时刻";
    of_due() "the due time of a task" "任务的截止时间";
    of_points() "the expiry of points" "积分的失效时间";
    of_beginning(sort) "the beginning of a {sort}" "{sort}的生效时间";
    of_expiry(sort) "the expiry of a {sort}" "{sort}的失效时间";

    refused_by_plugin() "refused by the plugin" "插件不接受此项";

    // Effects by name.
    setting_field(name) "setting `{name}`" "设置字段 `{name}`";
    clearing_field(name) "clearing `{name}`" "清除字段 `{name}`";
    adding_tag(name) "adding tag `{name}`" "添加标签 `{name}`";
    removing_tag(name) "removing tag `{name}`" "移除标签 `{name}`";
    setting_lifecycle(name) "setting the lifecycle to {name}" "把阶段设为 {name}";
    clearing_lifecycle() "taking back its vote for the lifecycle" "撤回对阶段的表决";
    waking(name) "wake `{name}`" "唤醒 `{name}`";
    cancelling_wake(name) "cancelling wake `{name}`" "取消唤醒 `{name}`";
    points_of(name) "points of `{name}`" "`{name}` 的积分";
    withdrawing_event(name) "withdrawing event `{name}`" "撤回事件 `{name}`";
}

/// ``message `offer` ``
pub(super) fn named(what: Word, name: &str) -> crate::text::Bilingual {
    let Word(en, zh_cn) = what;
    crate::text::Bilingual { en: format!("{en} `{name}`"), zh_cn: format!("{zh_cn} `{name}`") }
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(crate::said::check_sentences(super::ALL), Ok(()));
    }
}
