//! What can be wrong with a script.

use regulars_model::said::Word;

pub(in crate::script) const FIELD: Word = Word("field", "字段");
pub(in crate::script) const TEXT: Word = Word("text", "文案");
pub(in crate::script) const TAG: Word = Word("tag", "标签");
pub(in crate::script) const TASK: Word = Word("task", "任务");
pub(in crate::script) const MESSAGE: Word = Word("message", "消息");
pub(in crate::script) const VOUCHER: Word = Word("voucher", "优惠券");
pub(in crate::script) const CUSTOM: Word = Word("custom effect", "自定义效果");
pub(in crate::script) const ACCOUNT: Word = Word("account of points", "积分账户");
pub(in crate::script) const LIFECYCLE: Word = Word("granted lifecycle", "已授权的阶段");
pub(in crate::script) const ASSIGNEE: Word = Word("assignee", "受派人");
pub(in crate::script) const VARIABLE: Word = Word("variable", "变量");
pub(in crate::script) const SETTING: Word = Word("setting", "设置");
pub(in crate::script) const INPUT: Word = Word("input", "输入");
pub(in crate::script) const CUSTOMER_READ: Word = Word("customer read", "客户读取项");
pub(in crate::script) const EVENT_READ: Word = Word("event read", "事件读取项");
pub(in crate::script) const TABLE: Word = Word("table", "参考表");
pub(in crate::script) const EVENT: Word = Word("event of its own", "自有事件");
pub(in crate::script) const FUNCTION: Word = Word("function", "函数");
pub(in crate::script) const MEMBER: Word = Word("member of `call`", "`call` 成员");

regulars_model::sentences! {
    // The language.
    only_functions()
        "only functions may stand here; nothing runs outside of decide(call, out)"
        "此处只能写函数；decide(call, out) 之外的语句不会运行";
    no_decide() "expected fn decide(call, out)" "缺少 fn decide(call, out)";
    no_fractions()
        "rules have no floating point: write money in minor units (1.50 is 150), quantities in thousandths (1.5 is 1500), shares as a whole number and a division (x * 15 / 10)"
        "规则中没有小数：金额用最小货币单位（1.50 写 150），数量用千分之一（1.5 写 1500），比例用整数相乘再相除（x * 15 / 10）";
    syntax(message) "{message}" "语法错误：{message}";
    unexpected_end() "the script ends too early: a bracket or quote is not closed" "脚本不完整：有括号或引号没有闭合";
    missing_token(token, note) "expected `{token}` {note}" "此处应有 `{token}`（{note}）";
    no_variable(name) "there is no variable `{name}`" "没有名为 `{name}` 的变量";
    reserved(word) "`{word}` is a word of the language, or not allowed in a rule" "`{word}` 是保留字，或不允许在规则中使用";
    forbidden(name) "`{name}` can not be a variable" "`{name}` 不能用作变量名";
    constant_assigned(name) "`{name}` is a constant and can not change" "`{name}` 是常量，不能修改";
    function_twice(name) "the function `{name}` stands twice" "函数 `{name}` 重复定义";
    too_deep() "this expression is nested too deeply; take a part of it into a variable" "表达式嵌套过深；请把其中一部分放入变量";
    too_many_functions(most) "there are more than {most} functions" "函数超过 {most} 个";
    property_expected() "expected the name of a member after the dot" "点号后应为成员名";
    expression_expected() "expected a value here" "此处应为一个值";

    // Functions.
    no_such_function(name) "there is no function `{name}`" "没有名为 `{name}` 的函数";
    no_clock(name)
        "there is no function `{name}`: a rule has no clock; `call.now` is the instant of its entry"
        "没有名为 `{name}` 的函数：规则没有时钟；`call.now` 是该条目的时刻";
    no_chance(name)
        "there is no function `{name}`: a rule has no randomness, or it could not be replayed"
        "没有名为 `{name}` 的函数：规则没有随机数，否则无法重放";
    no_print(name)
        "there is no function `{name}`; `log(\"…\")` keeps a line with the decision"
        "没有名为 `{name}` 的函数；可用 `log(\"…\")` 随决定留下一行";
    wrong_count(name, takes, given)
        "`{name}` takes {takes} values here, {given} given"
        "`{name}` 在此需要 {takes} 个值，给了 {given} 个";

    // Effects.
    no_reason(what)
        "`{what}` has no reason: add .because(\"TEXT\", [values])"
        "`{what}` 没有理由：请加上 .because(\"文案\", [值])";
    belongs_to(what, to) "`{what}` belongs to {to}" "`{what}` 只用于{to}";
    unfit(name, value, expected)
        "`{name}` can not be {value}; expected {expected}"
        "`{name}` 不能是 {value}；应为{expected}";
    unfit_meant(name, value, near)
        "`{name}` can not be {value}; did you mean \"{near}\"?"
        "`{name}` 不能是 {value}，是否想写 \"{near}\"？";
    values_wanted(text, count, names, given)
        "text `{text}` takes {count} values ({names}), {given} given"
        "文案 `{text}` 需要 {count} 个值（{names}），给了 {given} 个";
    no_values_wanted(text, given)
        "text `{text}` takes no values, {given} given"
        "文案 `{text}` 不需要值，给了 {given} 个";
    other_value(text, arg, given)
        "text `{text}` shows `{arg}` here, and is given `{given}`"
        "文案 `{text}` 在此处显示 `{arg}`，给的却是 `{given}`";

    // Comparisons.
    never_is(what, value, near)
        "`{what}` is never \"{value}\"; did you mean \"{near}\"?"
        "`{what}` 永远不会是 \"{value}\"，是否想写 \"{near}\"？";
    not_asked(name)
        "`call.name` is never \"{name}\": the plugin is not asked about it, unless it stands in on.events"
        "`call.name` 永远不会是 \"{name}\"：on.events 中没有它，插件不处理该事件";
    no_order(what, method)
        "`{what}` is a number, and {method} can not put it in order with a text; only is and is_not compare them"
        "`{what}` 是数字，不能用 {method} 与文本比较大小；只能用 is 和 is_not";
    thousandths(input, method, setting)
        "input `{input}` is in thousandths (one piece is 1000) and settings.{setting} in pieces: write .{method}(1000 * call.settings.{setting})"
        "输入 `{input}` 以千分之一计（1 件为 1000），而 settings.{setting} 以件计：请写 .{method}(1000 * call.settings.{setting})";
}
