//! What goes wrong with a script when it is loaded, and while it runs.

use regulars_model::said::Word;

pub(super) use super::lint::sentences::{
    ACCOUNT, ASSIGNEE, CUSTOM, CUSTOMER_READ, EVENT_READ, FIELD, INPUT, MESSAGE, SETTING, TABLE,
    TAG, TASK, TEXT, VARIABLE, VOUCHER, no_decide, only_functions,
};
pub(super) const EVENT: Word = Word("event", "事件");
pub(super) const LIFECYCLE: Word = Word("lifecycle", "阶段");
pub(super) const MEMBER: Word = Word("member", "成员");
pub(super) const TEMPLATE: Word = Word("template", "模板");
pub(super) const EFFECTS: Word = Word("effects", "效果");
pub(super) const COMPLAINTS: Word = Word("complaints", "意见");
pub(super) const COMPARISONS: Word = Word("comparisons", "比较");

regulars_model::sentences! {
    // Names.
    seen_as_one(one, other, name)
        "the manifest reads `{one}` and `{other}`, which a script both sees as `{name}`; rename the field"
        "清单读取了 `{one}` 和 `{other}`，在脚本中都叫 `{name}`；请给字段改名";
    long_name(what, bytes)
        "there is no {what} with a name of {bytes} bytes"
        "没有名称长达 {bytes} 字节的{what}";

    // Answers.
    no_effects_here()
        "check_settings gives complaints, no effects"
        "check_settings 只能提出意见，不能给出效果";
    no_complaints_here()
        "complain belongs to check_settings"
        "complain 只用于 check_settings";
    too_many(most, what) "more than {most} {what} for one customer" "对一位顾客的{what}超过 {most} 个";
    no_order(kind) "compared with {kind}, which has no order" "与{kind}比较，而它没有大小之分";
    long_text(bytes) "compared with a text of {bytes} bytes" "与长达 {bytes} 字节的文本比较";
    belongs_to_task(what) "{what} belongs to a task" "{what} 只用于任务";
    belongs_to_event(what) "{what} belongs to an appended event" "{what} 只用于追加的事件";
    belongs_to_template(what)
        "{what} belongs to a message, a voucher or a custom effect"
        "{what} 只用于消息、优惠券或自定义效果";
    of_another_row() "an effect of another row" "这是另一行的效果";
    no_value(kind) "{kind} is no value" "{kind}不能作为值";
    value_too_large(error) "the value is too large: {error}" "值过大：{error}";
    not_comparable(left, right)
        "{left} and {right} can not be put in order; only is and is_not compare them"
        "{left}与{right}没有大小之分；只能用 is 和 is_not 比较";

    // Rhai's own errors.
    in_line(place, message, line) "{place}{message} in `{line}`" "{place}{message}（位于 `{line}`）";
    no_function(name) "there is no function for {name}" "没有可用的函数：{name}";
    no_variable(name) "there is no variable {name}" "没有名为 {name} 的变量";
    no_property(name) "there is no property {name}" "没有名为 {name} 的属性";
    no_index(index) "there is nothing at {index}" "没有索引 {index}";
    arithmetic(message) "it can not be computed: {message}" "无法计算：{message}";
    other_type(expected, found) "expected {expected}, found {found}" "类型应为 {expected}，实为 {found}";
    out_of_bounds(index, length) "{index} lies outside of {length}" "索引 {index} 超出范围，长度为 {length}";
    thrown(message) "the script fails: {message}" "脚本报错：{message}";
    data_too_large(what) "the data are too large: {what}" "数据过大：{what}";
    constant(name) "{name} is a constant" "{name} 是常量，不能修改";
    too_many_variables() "there are too many variables" "变量过多";
    fails(message) "the script fails: {message}" "脚本运行出错：{message}";
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
