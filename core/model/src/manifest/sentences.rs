//! What can be wrong with a manifest.

use crate::said::Word;

pub(crate) const KEY: Word = Word("key", "键");
pub(crate) const WORD: Word = Word("word", "词");
pub(crate) const EVENT_READ: Word = Word("event read", "事件读取项");

crate::sentences! {
    // As TOML.
    not_read(message) "it is not understood: {message}" "无法读取：{message}";
    missing_key(name) "`{name}` is missing" "缺少 `{name}`";
    wrong_type(expected, found) "expected {expected}, found {found}" "应为{expected}，实为{found}";
    more_faults()
        "there is more wrong with it than is shown here"
        "还有其他错误，此处未一一列出";

    // The head.
    not_kebab(name)
        "`{name}` is not kebab-case, such as thank-you-call"
        "`{name}` 不符合短横线命名（小写字母、数字和 -，如 thank-you-call）";
    not_snake(name)
        "`{name}` is not snake_case, such as high_above"
        "`{name}` 不符合下划线命名（小写字母、数字和 _，如 high_above）";
    other_abi(abi, own)
        "`{abi}` is not spoken by this server, which speaks {own}"
        "本服务器不支持 `{abi}`，只支持 {own}";
    not_a_version(version)
        "`{version}` is not a version such as 1.0.0"
        "`{version}` 不是 1.0.0 这样的版本号";
    not_an_entry(extension)
        "expected a file beside plugin.toml that ends in {extension}"
        "应为与 plugin.toml 同一文件夹中以 {extension} 结尾的文件";
    too_many(count, most)
        "{count} are declared, at most {most} may be"
        "声明了 {count} 个，最多 {most} 个";

    // What it reads.
    not_own_field(name)
        "`{name}` is not a field declared under [fields]"
        "`{name}` 没有在 [fields] 中声明";
    no_customer_read(name)
        "`{name}` is neither lifecycle, assigned, consent.PURPOSE nor PLUGIN.FIELD"
        "`{name}` 不是 lifecycle、assigned、consent.用途 或 插件.字段";
    no_event_read(name, known)
        "`{name}` is not one of {known}, data.NAME"
        "`{name}` 不在可读之列：{known}、data.名称";

    // Inputs.
    no_measure(name, known)
        "`{name}` is not a measure; known: {known}, data.NAME"
        "`{name}` 不是可统计的量；可用的有：{known}、data.名称";
    no_aggregate(name, known)
        "`{name}` is not known in an input; it takes one of {known}, beside events, window, where"
        "输入中没有 `{name}`；除 events、window、where 外，须写其一：{known}";
    aggregate_missing(known) "an input says one of {known}" "输入须写明其一：{known}";
    aggregates_many(known) "an input says only one of {known}" "输入只能写其一：{known}";
    not_a_window(text)
        "`{text}` is not a window such as \"7d\", \"lifetime\" or \"settings.period\""
        "`{text}` 不是时间窗口，应如 \"7d\"、\"lifetime\" 或 \"settings.period\"";
    no_events()
        "an input names at least one event kind in `events`"
        "输入须在 `events` 中写明至少一种事件类型";
    top_of_no_text(name)
        "`{name}` is no text; expected store, line.sku, line.category or data.NAME"
        "`{name}` 不是文本；应为 store、line.sku、line.category 或 data.名称";
    undeclared_setting(name)
        "names settings.{name}, which is not declared"
        "用到了 settings.{name}，但没有声明该设置";
    not_a_window_setting(name)
        "settings.{name} is not of type window or duration"
        "settings.{name} 的类型不是 window 或 duration";
    filter_is_no_text(found, measure)
        "`{found}` is no text: what `{measure}` is compared with is written as text, amounts in minor units (\"1800\" is 18.00) and quantities in thousandths (\"1000\" is one piece)"
        "`{found}` 不是文本：与 `{measure}` 比较的值须写成文本，金额以最小货币单位计（\"1800\" 即 18.00），数量以千分之一计（\"1000\" 即一件）";
    filter_never_holds(text, measure)
        "`{text}` never equals a `{measure}`: write a whole number, amounts in minor units (\"1800\" is 18.00) and quantities in thousandths (\"1000\" is one piece)"
        "`{text}` 永远不会等于 `{measure}`：请写整数，金额以最小货币单位计（\"1800\" 即 18.00），数量以千分之一计（\"1000\" 即一件）";
    filter_setting_unit(setting, measure, hint)
        "settings.{setting} is compared with `{measure}` as it stands, and {hint}"
        "settings.{setting} 会原样与 `{measure}` 比较，而{hint}";

    // The rest.
    default_unfit(fault)
        "the default does not fit its shape: {fault}"
        "默认值与类型不符：{fault}";
    no_channel() "names no channel" "没有写明渠道";
    unknown_channel(name, known)
        "`{name}` is not one of {known}"
        "`{name}` 不在可用渠道之列：{known}";
    arg_without_shape(arg, text)
        "`{arg}` is no input, settings.NAME or field; give its shape under texts.{text}.shapes"
        "`{arg}` 不是输入、settings.名称 或字段；请在 texts.{text}.shapes 中写明其类型";
    cell_of_many()
        "a cell holds one value, no list and no record"
        "单元格只能是单个值，不能是列表或记录";
    key_unfit(column)
        "`{column}` is looked up by no rule; expected a text, an integer or a date"
        "`{column}` 不能用来查找；应为文本、整数或日期";
    no_such_column(name, known)
        "`{name}` is not one of the columns: {known}"
        "`{name}` 不是表中的列；现有：{known}";
    built_in_kind(name)
        "`{name}` is a built-in kind, which no plugin appends; give its own another name"
        "`{name}` 是内置的事件类型，插件不能追加；请另取名称";
    undeclared_event(kind)
        "`{kind}` is not an event declared under [events]"
        "`{kind}` 没有在 [events] 中声明";
    placeholder_unknown(name)
        "uses {{{name}}}, which is not in args"
        "用到了 {{{name}}}，但 args 中没有它";
    placeholder_unused(name, other)
        "does not use {{{name}}}, which {other} does"
        "没有用到 {{{name}}}，而 {other} 用到了";

    // What may be meant.
    kind_meant(name, near)
        "`{name}` is no built-in kind of event; did you mean `{near}`?"
        "`{name}` 不是内置的事件类型，是否想写 `{near}`？";
}
